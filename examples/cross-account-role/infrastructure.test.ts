/** Terraform, CloudFormation and the gate's world say the same: roles, policies, routes. */
import { createHash } from 'node:crypto';
import { loadWorld } from 'sigv4kit/gate';
import { describe, expect, test } from 'vitest';
import {
  readTemplate,
  readTerraform,
  renderTemplate,
  resolveTemplate,
  unformatted,
} from '../../test/support/infrastructure';

const here = (path: string) => new URL(path, import.meta.url);
const world = await loadWorld(here('world.json'));
const REGION = 'eu-west-1';
const API_ACCOUNT = '111122223333';
const API = 'a1b2c3d4e5';
const account = world.accounts[API_ACCOUNT]!;
const invoker = account.roles!['predict-invoker']!;
const roleOfFunction = account.roles!['predict-function']!;
const api = account.apis![API]!;
const ROLE = `arn:aws:iam::${API_ACCOUNT}:role/predict-invoker`;
const EXTERNAL_ID = 'predict-for-shop-5d1f0c';
const callers = {
  local: `arn:aws:iam::${API_ACCOUNT}:user/analyst`,
  remote: 'arn:aws:iam::444455556666:user/shop',
};
/** The same trust, of a role whose callers need not say an external id. */
const trustWithoutExternalId = JSON.parse(
  JSON.stringify(invoker.trust, (key, value) => (key === 'Condition' ? undefined : value)),
);

describe('Terraform', async () => {
  const terraform = await readTerraform(here('terraform/'));
  const policy = (path: string, values: Record<string, string>) => renderTemplate(here(`terraform/${path}`), values);
  /** The text of an attribute, which names a template and what it is given. */
  const usesTemplate = (text: string, name: string) => text.includes(`/policies/${name}.json.tftpl"`);

  test('is formatted', async () => {
    expect(await unformatted(terraform)).toEqual([]);
  });

  test('gives the invoker role the trust and the policy of the world, with an external id and without', () => {
    const { local: local_caller_arn, remote: remote_caller_arn } = callers;
    const values = { local_caller_arn, remote_caller_arn };
    const withId = { ...values, external_id: EXTERNAL_ID };
    expect(policy('api/policies/invoker-trust-external-id.json.tftpl', withId)).toEqual(invoker.trust);
    expect(policy('api/policies/invoker-trust.json.tftpl', values)).toEqual(trustWithoutExternalId);
    const api_arn = `arn:aws:execute-api:${REGION}:${API_ACCOUNT}:${API}`;
    expect([policy('api/policies/invoker-permissions.json.tftpl', { api_arn })]).toEqual(invoker.policies);

    const { name, max_session_duration, assume_role_policy } = terraform.resource('aws_iam_role', 'invoker');
    expect({ name, max_session_duration }).toEqual({
      name: 'predict-invoker',
      max_session_duration: invoker.maxSessionDuration,
    });
    expect(usesTemplate(assume_role_policy, 'invoker-trust')).toBe(true);
    expect(usesTemplate(assume_role_policy, 'invoker-trust-external-id')).toBe(true);
    expect(terraform.resource('aws_iam_role_policy', 'invoker').policy).toBe(
      `\${templatefile("\${path.module}/policies/invoker-permissions.json.tftpl", {\n    api_arn = aws_api_gateway_rest_api.predict.execution_arn\n  })}`,
    );
  });

  test("gives the function's role the trust and the policy of the world", () => {
    const log_group_arn = `arn:aws:logs:${REGION}:${API_ACCOUNT}:log-group:/aws/lambda/predict`;
    expect(policy('api/policies/function-trust.json.tftpl', {})).toEqual(roleOfFunction.trust);
    expect([policy('api/policies/function-logs.json.tftpl', { log_group_arn })]).toEqual(roleOfFunction.policies);
    expect(terraform.resource('aws_iam_role', 'function').name).toBe('predict-function');
    expect(terraform.resource('aws_cloudwatch_log_group', 'predict').name).toBe('/aws/lambda/predict');
  });

  test("gives the caller in another account the policy of the world's", () => {
    expect([policy('caller/policies/assume-invoker.json.tftpl', { role_arn: ROLE })]).toEqual(
      world.accounts['444455556666']?.users?.shop?.policies,
    );
    expect(terraform.modules.caller?.variable.user_name[0].default).toBe('shop');
  });

  test('makes the API of the world', () => {
    const { endpoint_configuration } = terraform.resource('aws_api_gateway_rest_api', 'predict');
    const { http_method, authorization } = terraform.resource('aws_api_gateway_method', 'predict');
    const { path_part } = terraform.resource('aws_api_gateway_resource', 'predict');
    const { stage_name } = terraform.resource('aws_api_gateway_stage', 'prod');
    expect({
      endpoint: endpoint_configuration[0].types[0],
      region: terraform.modules.api?.variable.region[0].default,
      stage: stage_name,
      route: `${http_method} /${path_part}`,
      auth: authorization,
    }).toEqual(shapeOfWorld());
  });

  test('lets the API call the function for this route alone, and deploys what changes', () => {
    expect(terraform.resource('aws_lambda_permission', 'api').source_arn).toBe(
      `\${aws_api_gateway_rest_api.predict.execution_arn}/prod/POST/predict`,
    );
    expect(terraform.resource('aws_lambda_function', 'predict')).toMatchObject({
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
    });
    const { triggers, lifecycle } = terraform.resource('aws_api_gateway_deployment', 'prod');
    for (const part of ['resource', 'method', 'integration'])
      expect(triggers.redeployment).toContain(`aws_api_gateway_${part}.predict.`);
    expect(lifecycle[0].create_before_destroy).toBe(true);
  });
});

describe('CloudFormation', () => {
  const template = readTemplate(here('cloudformation/api.yaml'));
  const parameters = { LocalCallerArn: callers.local, RemoteCallerArn: callers.remote, ExternalId: EXTERNAL_ID };
  const given = { account: API_ACCOUNT, region: REGION, attributes: { Api: API, Stage: 'prod' } };
  const { Resources, Outputs } = resolveTemplate(template, { ...given, parameters });

  test('gives the invoker role the trust and the policy of the world, with an external id and without', () => {
    const { Properties } = Resources.InvokerRole;
    expect(Properties).toMatchObject({ RoleName: 'predict-invoker', MaxSessionDuration: invoker.maxSessionDuration });
    expect(Properties.AssumeRolePolicyDocument).toEqual(invoker.trust);
    expect(documents(Properties)).toEqual(invoker.policies);
    const { ExternalId: _, ...others } = parameters;
    const without = resolveTemplate(template, { ...given, parameters: others }).Resources.InvokerRole.Properties;
    expect(without.AssumeRolePolicyDocument).toEqual(trustWithoutExternalId);
  });

  test("gives the function's role the trust and the policy of the world", () => {
    const { Properties } = Resources.FunctionRole;
    expect(Properties.AssumeRolePolicyDocument).toEqual(roleOfFunction.trust);
    expect(documents(Properties)).toEqual(roleOfFunction.policies);
    expect(Resources.FunctionLogs.Properties.LogGroupName).toBe('/aws/lambda/predict');
  });

  test("gives the caller in another account the policy of the world's", () => {
    const caller = resolveTemplate(readTemplate(here('cloudformation/caller.yaml')), {
      account: '444455556666',
      region: REGION,
      parameters: { RoleArn: ROLE },
    });
    expect(caller.Resources.Caller.Properties.UserName).toBe('shop');
    expect(documents(caller.Resources.Caller.Properties)).toEqual(
      world.accounts['444455556666']?.users?.shop?.policies,
    );
  });

  test('makes the API of the world, and says where it is', () => {
    const { HttpMethod, AuthorizationType } = Resources.PredictMethod.Properties;
    expect({
      endpoint: Resources.Api.Properties.EndpointConfiguration.Types[0],
      region: REGION,
      stage: Resources.Stage.Properties.StageName,
      route: `${HttpMethod} /${Resources.PredictResource.Properties.PathPart}`,
      auth: AuthorizationType,
    }).toEqual(shapeOfWorld());
    expect(Outputs.InvokeUrl.Value).toBe(`https://${API}.execute-api.${REGION}.amazonaws.com/prod`);
    expect(Resources.ApiMayCallFunction.Properties.SourceArn).toBe(
      `arn:aws:execute-api:${REGION}:${API_ACCOUNT}:${API}/prod/POST/predict`,
    );
  });

  test('names the deployment after what it deploys, so that whatever changes is deployed', () => {
    const parts = Object.entries(template.Resources).filter(([, { Type }]) =>
      /^AWS::ApiGateway::(RestApi|Resource|Method)$/.test(Type),
    );
    const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8);
    const names = Object.keys(template.Resources).filter((name) => name.startsWith('Deployment'));
    expect(names).toEqual([`Deployment${hash}`]);
    expect(template.Resources.Stage?.Properties.DeploymentId).toEqual({ Ref: `Deployment${hash}` });
  });
});

const documents = ({ Policies }: { Policies: { PolicyDocument: unknown }[] }) =>
  Policies.map(({ PolicyDocument }) => PolicyDocument);

/** What both kinds of infrastructure code are held against. */
function shapeOfWorld() {
  const [route = '', { auth } = {}] = Object.entries(api.routes ?? {})[0] ?? [];
  const { region, stage } = api;
  return { endpoint: 'endpoint' in api ? api.endpoint : undefined, region, stage, route, auth };
}
