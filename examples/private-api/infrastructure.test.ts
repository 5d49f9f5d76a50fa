/** What Terraform deploys and what the gate stands for are the same: policies, routes, the endpoint, the bastion. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readTerraform, renderTemplate, unformatted } from '../../test/support/infrastructure';
import { readApi } from './environment';

const file = (path: string) => new URL(path, import.meta.url);
const readJson = (path: string) => JSON.parse(readFileSync(file(path), 'utf8'));
const terraform = await readTerraform(file('terraform/'));
const { variable, module: modules } = terraform.modules[''] ?? {};
const [{ routes, policy: apiPolicy }] = terraform.modules['modules/api']?.locals ?? [];
const { stage } = terraform.modules['modules/api']?.variable ?? {};

const world = readJson('world.json');
const ACCOUNT = '111122223333';
const account = world.accounts[ACCOUNT];
const [apiId = ''] = Object.keys(account.apis);
const [endpointId = ''] = Object.keys(account.vpcEndpoints);
const api = account.apis[apiId];
const endpoint = account.vpcEndpoints[endpointId];

const BUCKET = `private-api-callers-${ACCOUNT}-${api.region}`;
const logGroup = (name: string) => `/aws/lambda/private-api-${name}`;
const expression = (text: string) => `\${${text}}`;

/** What expressions are in the gate's world. `name`: of the function that `each` stands for. */
const valuesFor = (name: string): Readonly<Record<string, string | readonly string[]>> => ({
  'data.aws_partition.this.partition': 'aws',
  'data.aws_region.this.id': api.region,
  'data.aws_caller_identity.this.account_id': ACCOUNT,
  'data.aws_organizations_organization.this.id': account.organization,
  'aws_api_gateway_rest_api.this.execution_arn': `arn:aws:execute-api:${api.region}:${ACCOUNT}:${apiId}`,
  'aws_s3_bucket.callers.arn': `arn:aws:s3:::${BUCKET}`,
  'aws_cloudwatch_log_group.function[each.key].arn': `arn:aws:logs:${api.region}:${ACCOUNT}:log-group:${logGroup(name)}`,
  'var.name': variable.name[0].default,
  'var.stage': stage[0].default,
  'var.vpc_endpoint_ids': [endpointId],
  'each.key': name,
  'each.value.method': routes[name]?.method,
  'each.value.path': routes[name]?.path,
});

function meaningOf(text: string, name: string): string | readonly string[] {
  const value = valuesFor(name)[text];
  if (value === undefined) throw new Error(`What ${text} is in the gate's world is not said here.`);
  return value;
}

/** A text with the values of the expressions in it. */
const fill = (text: string, name = '') => text.replace(/\$\{([^}]+)\}/g, (_, inner) => String(meaningOf(inner, name)));

/** The document that `templatefile("${path.module}/…", { … })` or `file("${path.module}/…")` of a module gives. */
function documentOf(module: string, text: string, name = ''): unknown {
  const [, path, given = ''] =
    /^\$\{(?:template)?file\("\$\{path\.module\}\/([^"]+)"(?:, \{([^}]*)\})?\)\}$/.exec(text) ?? [];
  if (path === undefined) throw new Error(`No file is read in ${text}.`);
  const values = [...given.matchAll(/^\s*(\w+)\s*=\s*(\S.*?)\s*$/gm)];
  return renderTemplate(
    file(`terraform/modules/${module}/${path}`),
    Object.fromEntries(values.map(([, key = '', value = '']) => [key, meaningOf(value, name)])),
  );
}

const resource = (type: string, name: string, module: string) => terraform.resource(type, name, `modules/${module}`);

test('the files are as terraform fmt writes them', async () => {
  expect(await unformatted(terraform)).toEqual([]);
});

describe('the endpoint', () => {
  const deployed = resource('aws_vpc_endpoint', 'execute_api', 'vpce');

  test('has the policy of the gate, with the organization of the account', () => {
    expect(documentOf('vpce', deployed.policy)).toEqual(endpoint.policy);
    expect(JSON.stringify(endpoint.policy)).toContain(`"aws:PrincipalOrgID":"${account.organization}"`);
  });

  test('is an interface for execute-api, with private DNS', () => {
    expect(deployed).toMatchObject({
      vpc_endpoint_type: 'Interface',
      service_name: `com.amazonaws.${expression('data.aws_region.this.id')}.execute-api`,
      private_dns_enabled: endpoint.privateDns,
      security_group_ids: [expression('aws_security_group.endpoint.id')],
    });
    expect(endpoint.region).toBe(variable.region[0].default);
  });

  test('is reached by HTTPS from the VPC alone', () => {
    const rules = terraform.modules['modules/vpce']?.resource.aws_vpc_security_group_ingress_rule;
    expect(Object.keys(rules)).toEqual(['https']);
    expect(rules.https[0]).toMatchObject({ from_port: 443, to_port: 443, ip_protocol: 'tcp' });
    expect(rules.https[0].for_each).toContain('data.aws_vpc.this.cidr_block_associations');
    expect(rules.https[0].cidr_ipv4).toBe(expression('each.value'));
  });
});

describe('the API', () => {
  test('is private, and associated with the endpoint', () => {
    const [configuration] = resource('aws_api_gateway_rest_api', 'this', 'api').endpoint_configuration;
    expect(configuration).toEqual({ types: [api.endpoint], vpc_endpoint_ids: expression('var.vpc_endpoint_ids') });
    expect(modules.api[0].vpc_endpoint_ids).toEqual([expression('module.vpce.id')]);
    expect(api.vpcEndpoints).toEqual([endpointId]);
  });

  test('has the resource policy of the gate, and is deployed anew when that changes', () => {
    expect(documentOf('api', apiPolicy)).toEqual(api.policy);
    expect(resource('aws_api_gateway_rest_api_policy', 'this', 'api').policy).toBe(expression('local.policy'));
    const { triggers, depends_on } = resource('aws_api_gateway_deployment', 'this', 'api');
    expect(triggers.redeployment).toMatch(/^\$\{sha1\(jsonencode\(\[\s*local\.policy,/);
    expect(depends_on).toEqual([expression('aws_api_gateway_rest_api_policy.this')]);
  });

  test('has the routes of the gate, without authorization of their own, on the stage that callers name', () => {
    const { authorization, for_each } = resource('aws_api_gateway_method', 'route', 'api');
    expect(for_each).toBe(expression('local.routes'));
    const deployed = Object.entries<Record<string, string>>(routes).map(([name, { method, path }]) => [
      `${method} ${path}`,
      { auth: authorization, handler: `./functions/${name}.ts#handler` },
    ]);
    expect(Object.fromEntries(deployed)).toEqual(api.routes);
    expect(resource('aws_api_gateway_stage', 'this', 'api').stage_name).toBe(expression('var.stage'));
    expect([api.stage, readApi({ GWY_ID: apiId }).stage]).toEqual([stage[0].default, stage[0].default]);
  });

  test.each(Object.keys(routes))('calls the function %s, which it alone may call', (name) => {
    expect(resource('aws_api_gateway_integration', 'route', 'api')).toMatchObject({
      type: 'AWS_PROXY',
      integration_http_method: 'POST',
      uri: expression('aws_lambda_function.route[each.key].invoke_arn'),
    });
    const { principal, source_arn } = resource('aws_lambda_permission', 'route', 'api');
    const { method, path } = routes[name];
    expect(principal).toBe('apigateway.amazonaws.com');
    expect(fill(source_arn, name)).toBe(
      `arn:aws:execute-api:${api.region}:${ACCOUNT}:${apiId}/${api.stage}/${method}${path}`,
    );
  });

  test.each(Object.keys(routes))('has the function %s as the build makes it', (name) => {
    const deployed = resource('aws_lambda_function', 'route', 'api');
    expect(deployed).toMatchObject({ runtime: 'nodejs22.x', architectures: ['arm64'] });
    expect(fill(deployed.handler, name)).toBe(`${name}.handler`);
    const { scripts } = readJson('package.json');
    expect(existsSync(file(`functions/${name}.ts`))).toBe(true);
    expect(scripts['build:functions']).toContain(`functions/${name}.ts`);
    expect(scripts['build:functions']).toContain('--outdir=dist/functions');
    expect(modules.api[0].functions_folder).toBe(`${expression('path.root')}/../dist/functions`);
  });
});

describe('the roles', () => {
  test.each(Object.keys(routes))('of the function %s are those of the gate', (name) => {
    const { name: deployed, assume_role_policy } = resource('aws_iam_role', 'function', 'api');
    const role = account.roles[fill(deployed, name)];
    expect(documentOf('api', assume_role_policy)).toEqual(role.trust);
    expect([documentOf('api', resource('aws_iam_role_policy', 'function', 'api').policy, name)]).toEqual(role.policies);
    const { name: group, retention_in_days } = resource('aws_cloudwatch_log_group', 'function', 'api');
    expect(fill(group, name)).toBe(logGroup(name));
    expect(retention_in_days).toBe(expression('var.log_retention_days'));
  });

  test("of the bastion are the gate's, and beside them what Session Manager needs", () => {
    const { name, assume_role_policy } = resource('aws_iam_role', 'this', 'bastion');
    const role = account.roles[fill(name)];
    expect(documentOf('bastion', assume_role_policy)).toEqual(role.trust);
    expect([documentOf('bastion', resource('aws_iam_role_policy', 'callers', 'bastion').policy)]).toEqual(
      role.policies,
    );
    expect(fill(resource('aws_s3_bucket', 'callers', 'bastion').bucket)).toBe(BUCKET);
    const attachments = terraform.modules['modules/bastion']?.resource.aws_iam_role_policy_attachment;
    expect(Object.keys(attachments)).toEqual(['session_manager']);
    expect(attachments.session_manager[0].policy_arn).toMatch(/:iam::aws:policy\/AmazonSSMManagedInstanceCore$/);
    expect(world.metadata.role).toBe(`arn:aws:iam::${ACCOUNT}:role/${fill(name)}`);
  });

  test('and the user are all there is, and the user has no policy', () => {
    expect(Object.keys(account.roles).sort()).toEqual([
      'private-api-bastion',
      'private-api-greet',
      'private-api-index',
    ]);
    expect(Object.keys(account.users)).toEqual([fill(terraform.resource('aws_iam_user', 'developer', '').name)]);
    expect(account.users['private-api-developer'].policies).toBeUndefined();
    expect(terraform.files.filter(({ text }) => /aws_iam_(user_policy|group|policy")/.test(text))).toEqual([]);
  });
});

describe('the bastion', () => {
  const instance = resource('aws_instance', 'this', 'bastion');

  test('lets nothing in: no rule, no public address, no key', () => {
    expect(instance.vpc_security_group_ids).toEqual([expression('aws_security_group.bastion.id')]);
    expect(instance.associate_public_ip_address).toBe(false);
    expect(instance).not.toHaveProperty('key_name');
    expect(resource('aws_security_group', 'bastion', 'bastion')).not.toHaveProperty('ingress');
    const { aws_vpc_security_group_ingress_rule: rules, ...others } =
      terraform.modules['modules/bastion']?.resource ?? {};
    for (const [rule] of Object.values<Record<string, string>[]>(rules))
      expect(rule?.security_group_id).toBe(expression('aws_security_group.services[0].id'));
    expect(Object.keys(others)).not.toContain('aws_security_group_rule');
  });

  test('gives the keys of its role to those alone who ask as version 2 of the metadata service wants it', () => {
    expect(instance.metadata_options).toEqual([
      { http_endpoint: 'enabled', http_tokens: 'required', http_put_response_hop_limit: 1 },
    ]);
    expect(world.metadata.tokensRequired).toBe(true);
  });

  test('is reached by Session Manager through endpoints of the VPC', () => {
    const { for_each, private_dns_enabled } = resource('aws_vpc_endpoint', 'session_manager', 'bastion');
    expect(for_each).toContain('["ssm", "ssmmessages", "ec2messages"]');
    expect(private_dns_enabled).toBe(true);
    expect(variable.service_endpoints[0].default).toBe(true);
  });

  test('starts from the newest Amazon Linux, with the programs that the build makes', () => {
    const { data, locals } = terraform.modules['modules/bastion'] ?? {};
    expect(instance.ami).toBe(expression('data.aws_ssm_parameter.amazon_linux.insecure_value'));
    expect(data.aws_ssm_parameter.amazon_linux[0].name).toMatch(/^\/aws\/service\/ami-amazon-linux-latest\/al2023-/);
    const { callers } = Object.assign({}, ...locals);
    expect(callers).toBe(expression('toset(["get.mjs", "post.mjs"])'));
    const { scripts } = readJson('package.json');
    expect(scripts['build:callers']).toMatch(/^esbuild get\.ts post\.ts .* --outdir=dist\/callers$/);
    expect(modules.bastion[0].callers_folder).toBe(`${expression('path.root')}/../dist/callers`);
  });
});

test.each(['vpc_id', 'subnet_ids', 'region', 'name'])('a wrong %s is refused before anything is made', (name) => {
  const [{ validation }] = variable[name];
  for (const { condition, error_message } of validation) {
    expect(condition).toContain(`var.${name}`);
    expect(error_message).toMatch(/^[A-Z].*\.$/);
  }
});
