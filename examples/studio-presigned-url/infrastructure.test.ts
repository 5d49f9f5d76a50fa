/** The stack against the world: what it gives AWS is what the gate has. And what comes of `cdk synth`: bundles that run. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { App } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { checkStack, resolveTemplate } from '../../test/support/infrastructure';
import { StudioAccessStack } from './studio-access-stack';
import { ENVIRONMENT, REGION } from './world';

const ACCOUNT = '111122223333';
const API = 'abc1234567';
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:`;
const PARAMETERS = {
  VpcId: 'vpc-0a1b2c3d4e5f60718',
  SubnetA: 'subnet-0a1b2c3d4e5f60718',
  SubnetB: 'subnet-0b2c3d4e5f6a71829',
  VpcCidr: '10.16.0.0/16',
  OfficeCidr: '192.168.10.0/24',
  CompanyCidr: '203.0.113.0/24',
  StudioDomainId: ENVIRONMENT.STUDIO_DOMAIN_ID,
};
const folder = new URL('.', import.meta.url);
const readJson = (file: URL) => JSON.parse(readFileSync(file, 'utf8'));
const account = readJson(new URL('world.json', folder)).accounts[ACCOUNT];
const readme = readFileSync(new URL('README.md', folder), 'utf8');

// What the functions are bundled to is for the synthesis below.
const stack = new StudioAccessStack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'StudioAccess');
const template = Template.fromStack(stack);

/** The template as AWS would have it: with the ids of the world in place of those that AWS makes up. */
const deployed = (() => {
  const idOf = (type: string, isMeant: (properties: Body) => boolean = () => true) => {
    const ids = Object.entries(template.findResources(type)).filter(([, { Properties }]) => isMeant(Properties));
    expect(ids, type).toHaveLength(1);
    return ids[0]?.[0] as string;
  };
  const endpoint = (end: string) =>
    idOf('AWS::EC2::VPCEndpoint', ({ ServiceName }) => JSON.stringify(ServiceName).includes(`${end}"`));
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
  const attributes = {
    [endpoint('.execute-api')]: 'vpce-0a1b2c3d4e5f60718',
    [endpoint('.sagemaker.api')]: 'vpce-0c2d3e4f5a6b7c8d9',
    [endpoint('.studio')]: 'vpce-0d3e4f5a6b7c8d9e0',
    [idOf('AWS::Cognito::UserPool')]: ENVIRONMENT.USER_POOL_ID,
    [idOf('AWS::Cognito::UserPoolClient')]: ENVIRONMENT.CLIENT_ID,
    [idOf('AWS::ApiGateway::RestApi')]: API,
    [idOf('AWS::ApiGateway::Stage')]: 'dev',
    ...Object.fromEntries(
      functions.map(([id, { Properties }]) => [`${id}.Arn`, `${FUNCTION}${Properties.FunctionName}`]),
    ),
  };
  return resolveTemplate(template.toJSON(), { account: ACCOUNT, region: REGION, parameters: PARAMETERS, attributes });
})();

// biome-ignore lint/suspicious/noExplicitAny: tests look into properties of any resource.
type Body = Record<string, any>;
const resourcesOf = (type: string): Body[] =>
  Object.values(deployed.Resources as Body)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => Properties);

describe('the stack has what the world has', () => {
  test('roles: who may assume them, and what they may', () => {
    const roles = resourcesOf('AWS::IAM::Role').map(({ RoleName, AssumeRolePolicyDocument, Policies }) => [
      RoleName,
      { trust: AssumeRolePolicyDocument, policies: Policies.map(({ PolicyDocument }: Body) => PolicyDocument) },
    ]);
    expect(Object.fromEntries(roles)).toEqual(account.roles);
    expect(resourcesOf('AWS::IAM::Role').filter(({ ManagedPolicyArns }) => ManagedPolicyArns)).toEqual([]);
    expect(resourcesOf('AWS::IAM::Policy')).toEqual([]);
  });

  test('what an administrator of employees may', () => {
    const [policy, ...others] = resourcesOf('AWS::IAM::ManagedPolicy');
    expect([policy?.PolicyDocument]).toEqual(account.users.administrator.policies);
    expect(others).toEqual([]);
  });

  test('the VPC endpoints of its VPC, and the policy of the one for APIs', () => {
    const endpoints = resourcesOf('AWS::EC2::VPCEndpoint').map(({ ServiceName, VpcId, PolicyDocument, ...rest }) => {
      expect(rest).toMatchObject({ PrivateDnsEnabled: true, SubnetIds: [PARAMETERS.SubnetA, PARAMETERS.SubnetB] });
      const service = ServiceName.replace(/^(com\.amazonaws|aws\.sagemaker)\.us-east-1\./, '');
      return { service, vpc: VpcId, policy: PolicyDocument };
    });
    const own = Object.values<Body>(account.vpcEndpoints).filter(({ vpc }) => vpc === PARAMETERS.VpcId);
    expect(endpoints).toEqual(own.map(({ service, vpc, policy }) => ({ service, vpc, policy })));
  });

  test('the API: private, behind its endpoint, with its policy and its stage', () => {
    const [api] = resourcesOf('AWS::ApiGateway::RestApi');
    const world = account.apis[API];
    expect(api?.EndpointConfiguration).toEqual({ Types: [world.endpoint], VpcEndpointIds: world.vpcEndpoints });
    expect(api?.Policy).toEqual(world.policy);
    expect(resourcesOf('AWS::ApiGateway::Stage').map(({ StageName }) => StageName)).toEqual([world.stage]);
  });

  test('its methods, what each is authorized by, and the functions behind them', () => {
    const paths = Object.entries<Body>(deployed.Resources).filter(
      ([, { Type }]) => Type === 'AWS::ApiGateway::Resource',
    );
    const pathOf = Object.fromEntries(paths.map(([id, { Properties }]) => [`\${${id}}`, `/${Properties.PathPart}`]));
    const routes = resourcesOf('AWS::ApiGateway::Method').map((method) => {
      const { HttpMethod, ResourceId, AuthorizationType, AuthorizerId, Integration } = method;
      expect(Integration.Type).toBe('AWS_PROXY');
      expect(AuthorizerId === undefined).toBe(AuthorizationType === 'NONE');
      const [, name] = /:function:studio-([\w-]+)\/invocations$/.exec(Integration.Uri) ?? [];
      return [
        `${HttpMethod} ${pathOf[ResourceId] ?? '/'}`,
        { ...(AuthorizerId && { auth: 'employee' }), handler: `./functions/${name}.ts#handler` },
      ];
    });
    expect(Object.fromEntries(routes)).toEqual(account.apis[API].routes);
  });

  test('the authorizer', () => {
    const [authorizer, ...others] = resourcesOf('AWS::ApiGateway::Authorizer');
    const { type, identitySources, ttl } = account.apis[API].authorizers.employee;
    expect(others).toEqual([]);
    expect(authorizer).toMatchObject({
      Name: 'employee',
      Type: type,
      IdentitySource: identitySources.join(','),
      AuthorizerResultTtlInSeconds: ttl,
    });
  });

  test('the environment of the functions, each of which has what it reads', () => {
    const environments = resourcesOf('AWS::Lambda::Function').map(({ FunctionName, Environment }) => [
      FunctionName,
      Object.fromEntries(Object.entries(Environment.Variables).filter(([name]) => !name.startsWith('AWS_'))),
    ]);
    const { USER_POOL_ID, CLIENT_ID, STUDIO_DOMAIN_ID, URL_LIFETIME } = ENVIRONMENT;
    expect(Object.fromEntries(environments)).toEqual({
      'studio-authorize': { USER_POOL_ID, CLIENT_ID },
      'studio-create-url': { STUDIO_DOMAIN_ID, URL_LIFETIME },
      'studio-page': { CLIENT_ID },
    });
  });
});

describe('the stack', () => {
  test('lets nobody sign up who is not made a user, and folds no two names into one', () => {
    template.hasResourceProperties('AWS::Cognito::UserPool', {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      UsernameConfiguration: { CaseSensitive: true },
      AliasAttributes: Match.absent(),
      UsernameAttributes: Match.absent(),
    });
    template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: false,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      AccessTokenValidity: 60,
      AllowedOAuthFlowsUserPoolClient: false,
      PreventUserExistenceErrors: 'ENABLED',
    });
  });

  test('has the function that calls SageMaker in the VPC, from where it reaches the endpoints alone', () => {
    const functions = resourcesOf('AWS::Lambda::Function');
    const inside = functions.filter(({ VpcConfig }) => VpcConfig);
    expect(inside.map(({ FunctionName }) => FunctionName)).toEqual(['studio-create-url']);
    expect(inside[0]?.VpcConfig.SubnetIds).toEqual([PARAMETERS.SubnetA, PARAMETERS.SubnetB]);
    const [group] = inside[0]?.VpcConfig.SecurityGroupIds ?? [];
    const groups = deployed.Resources as Body;
    const ofGroup = (id: string) => groups[/\$\{(\w+)\./.exec(id)?.[1] ?? ''].Properties;
    const [rule, ...others] = ofGroup(group).SecurityGroupEgress;
    expect(others).toEqual([]);
    expect(rule).toMatchObject({ FromPort: 443, ToPort: 443, IpProtocol: 'tcp' });
    const ingress = ofGroup(rule.DestinationSecurityGroupId).SecurityGroupIngress;
    expect(ingress.map(({ CidrIp, FromPort }: Body) => `${CidrIp} ${FromPort}`)).toEqual([
      `${PARAMETERS.VpcCidr} 443`,
      `${PARAMETERS.OfficeCidr} 443`,
    ]);
    expect(resourcesOf('AWS::EC2::SecurityGroupEgress')).toEqual([]);
  });

  test('answers the names to the DNS servers of the company, and to nobody else', () => {
    const [resolver] = resourcesOf('AWS::Route53Resolver::ResolverEndpoint');
    expect(resolver).toMatchObject({
      Direction: 'INBOUND',
      IpAddresses: [{ SubnetId: PARAMETERS.SubnetA }, { SubnetId: PARAMETERS.SubnetB }],
    });
    const dns = resourcesOf('AWS::EC2::SecurityGroup').filter(({ SecurityGroupIngress = [] }) =>
      SecurityGroupIngress.some(({ FromPort }: Body) => FromPort === 53),
    );
    expect(dns).toHaveLength(1);
    for (const rule of dns[0]?.SecurityGroupIngress ?? [])
      expect(rule).toMatchObject({ CidrIp: PARAMETERS.OfficeCidr, FromPort: 53, ToPort: 53 });
  });

  test('keeps logs for a month, and runs on nodejs22.x, arm64', () => {
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    template.allResourcesProperties('AWS::Lambda::Function', { Runtime: 'nodejs22.x', Architectures: ['arm64'] });
    template.resourceCountIs('AWS::Logs::LogGroup', 3);
    template.resourceCountIs('AWS::Lambda::Function', 3);
  });

  test('lets API Gateway alone call the functions, for this API', () => {
    for (const { Action, Principal, SourceArn } of resourcesOf('AWS::Lambda::Permission')) {
      expect([Action, Principal]).toEqual(['lambda:InvokeFunction', 'apigateway.amazonaws.com']);
      expect(SourceArn).toMatch(/^arn:aws:execute-api:us-east-1:111122223333:abc1234567\/(dev\/GET\/|authorizers\/)/);
    }
  });

  test.each([
    ['StudioDomainId', 'd-abcdef123456', 'my-domain'],
    ['VpcCidr', '10.16.0.0/16', '10.16.0.0'],
    ['OfficeCidr', '192.168.10.0/24', 'office'],
    ['CompanyCidr', '203.0.113.7/32', '0.0.0.0'],
  ])('wants a %s like %s, and not %s', (name, good, bad) => {
    const { AllowedPattern, ConstraintDescription } = template.findParameters(name)[name] as Body;
    const pattern = new RegExp(`^(?:${AllowedPattern})$`);
    expect([pattern.test(good), pattern.test(bad)]).toEqual([true, false]);
    expect(ConstraintDescription).toBeTruthy();
  });

  test('warns of nothing', () => {
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
    expect(Annotations.fromStack(stack).findError('*', Match.anyValue())).toEqual([]);
  });

  test('has the parameters and outputs that the README speaks of', () => {
    const given = [...readme.matchAll(/--parameters (\w+)=/g)].map(([, name]) => name);
    expect(given.sort()).toEqual(Object.keys(PARAMETERS).sort());
    const read = [...readme.matchAll(/\$\(output (\w+)\)/g)].map(([, name]) => name as string);
    expect(read.length).toBeGreaterThan(3);
    for (const name of read) expect(Object.keys(template.toJSON().Outputs)).toContain(name);
  });
});

describe('cdk synth, without a network', () => {
  const output = mkdtempSync(join(tmpdir(), 'sigv4kit-cdk-'));
  afterAll(() => rmSync(output, { recursive: true, force: true }));
  const synthesis = (async () => {
    const nowhere = 'http://127.0.0.1:9';
    const child = spawn('npx', ['cdk', 'synth', '--quiet', '--output', output], {
      cwd: fileURLToPath(folder),
      env: { ...process.env, HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere, npm_config_registry: nowhere },
    });
    const [[status], out, err] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
    return { status, said: out + err };
  })();

  /** The folder of the bundle that has a text in it. */
  function bundleWith(part: string): string {
    const bundles = readdirSync(output).filter((name) => name.startsWith('asset.'));
    const found = bundles.filter((name) => readFileSync(join(output, name, 'index.mjs'), 'utf8').includes(part));
    expect(found).toHaveLength(1);
    return join(output, found[0] as string);
  }
  const load = (bundle: string) => import(/* @vite-ignore */ pathToFileURL(join(bundle, 'index.mjs')).href);

  test("gives a template that CloudFormation's validator takes", { timeout: 300_000 }, async () => {
    const { status, said } = await synthesis;
    expect(status, said).toBe(0);
    const file = pathToFileURL(join(output, 'StudioAccess.template.json'));
    // W3005: CDK has a function wait for its role, and says so twice.
    const findings = checkStack(file).filter((finding) => !finding.startsWith('W3005'));
    expect(findings).toEqual([]);
  });

  test('bundles the page beside the function that serves it', { timeout: 300_000 }, async () => {
    await synthesis;
    const bundle = bundleWith('content-security-policy');
    expect(readdirSync(bundle).sort()).toEqual(['index.mjs', 'page.html']);
    vi.stubEnv('AWS_REGION', REGION).stubEnv('CLIENT_ID', ENVIRONMENT.CLIENT_ID);
    const { statusCode, body } = await (await load(bundle)).handler();
    expect([statusCode, body.includes(ENVIRONMENT.CLIENT_ID)]).toEqual([200, true]);
    vi.unstubAllEnvs();
  });

  test('bundles functions that run as they are', { timeout: 300_000 }, async () => {
    await synthesis;
    const { handler } = await load(bundleWith('CreatePresignedDomainUrlCommand'));
    const event = { pathParameters: { user_id: 'bob' }, requestContext: { authorizer: { profile: 'alice' } } };
    expect(await handler(event)).toMatchObject({ statusCode: 403 });
    const { handler: authorize } = await load(bundleWith('Unauthorized'));
    vi.stubEnv('USER_POOL_ID', ENVIRONMENT.USER_POOL_ID).stubEnv('CLIENT_ID', ENVIRONMENT.CLIENT_ID);
    await expect(authorize({ headers: {}, methodArn: '' })).rejects.toThrow(/^Unauthorized$/);
    vi.unstubAllEnvs();
  });
});
