/** The two stacks: what they deploy is what world.json has; the app says what it misses; the bundles run. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { App } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { startGate } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { resolveTemplate } from '../../test/support/infrastructure';
import { ApiStack } from './api-stack';
import { ClientStack } from './client-stack';
import { invoke } from './invoke';
import * as worlds from './worlds';

const { API_ACCOUNT, CLIENT_ACCOUNT, API_ID } = worlds;
const world = await worlds.readWorld();
const region = 'us-east-1';
let output: string;
beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), 'sigv4kit-cdk-'));
});
afterAll(() => rm(output, { recursive: true, force: true }));

// biome-ignore lint/suspicious/noExplicitAny: tests look into properties of any resource.
type Body = Record<string, any>;

interface Said {
  readonly status: number;
  readonly said: string;
}

/** `npx cdk synth` as a reader types it, into a folder of `output`. Nothing can be fetched: the proxy is not there. */
async function cdk(folder: string, stack: string, env: NodeJS.ProcessEnv): Promise<Said> {
  const nowhere = 'http://127.0.0.1:9';
  const unset = { API_ACCOUNT: '', CLIENT_ACCOUNT: '', API_ID: '', CLIENT_ROLE: '', AWS_REGION: '' };
  const child = spawn('npx', ['cdk', 'synth', stack, '--quiet', '--output', join(output, folder)], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...process.env, HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere, npm_config_registry: nowhere, ...unset, ...env },
  });
  const [[status], out, err] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { status, said: out + err };
}
const accounts = { API_ACCOUNT, CLIENT_ACCOUNT };

/** The stacks without bundling their functions. */
function stacks(clientRole?: string, apiId: string | undefined = API_ID) {
  const app = new App({
    outdir: join(output, `app-${clientRole}-${apiId}`),
    context: { 'aws:cdk:bundling-stacks': [] },
  });
  const at = (account: string) => ({ env: { account, region } });
  const api = new ApiStack(app, 'ApiStack', { ...at(API_ACCOUNT), clientAccount: CLIENT_ACCOUNT, clientRole });
  return {
    api,
    client: new ClientStack(app, 'ClientStack', { ...at(CLIENT_ACCOUNT), apiAccount: API_ACCOUNT, apiId }),
  };
}

/** With the ids that AWS gives: of the API that of the world, of log groups by their names. */
function resolved(template: Body, account: string): Body {
  const attributes: Record<string, string> = {};
  for (const [id, { Type, Properties }] of Object.entries<Body>(template.Resources)) {
    if (Type === 'AWS::ApiGateway::RestApi') attributes[id] = API_ID;
    if (Type === 'AWS::ApiGateway::Stage') attributes[id] = Properties.StageName;
    if (Type === 'AWS::Logs::LogGroup')
      attributes[`${id}.Arn`] = `arn:aws:logs:${region}:${account}:log-group:${Properties.LogGroupName}:*`;
    if (Type === 'AWS::IAM::Role') attributes[id] = Properties.RoleName;
  }
  return resolveTemplate(template, { account, region, attributes });
}

const bodies = ({ Resources }: Body, type: string): Body[] =>
  Object.values<Body>(Resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => Properties);
const only = (template: Body, type: string): Body => {
  const found = bodies(template, type);
  expect(found).toHaveLength(1);
  return found[0] as Body;
};

describe('cdk synth', () => {
  let one: Said;
  let two: Said;
  let tooEarly: Said;
  let unsaid: Said;
  beforeAll(async () => {
    [one, tooEarly, two, unsaid] = await Promise.all([
      cdk('one', 'ApiStack', accounts),
      cdk('too-early', 'ClientStack', accounts),
      cdk('two', '--all', { ...accounts, API_ID }),
      cdk('unsaid', '--all', { CLIENT_ACCOUNT }),
    ]);
  }, 240_000);

  const read = async (path: string) => JSON.parse(await readFile(join(output, path), 'utf8'));

  test('makes the stack of the API before there is an id, and both with it, without a network', async () => {
    expect(one).toMatchObject({ status: 0 });
    expect(two).toMatchObject({ status: 0 });
    expect(await read('one/ApiStack.template.json')).toEqual(await read('two/ApiStack.template.json'));
  });

  test('refuses the stack of the client as long as there is no id', () => {
    expect(tooEarly.status).toBe(1);
    expect(tooEarly.said).toContain('ERROR API_ID is not set. Deploy ApiStack first');
  });

  test('says which account it misses, and no more', () => {
    expect(unsaid.status).toBe(1);
    expect(unsaid.said).toContain('API_ACCOUNT is not set');
    expect(unsaid.said).not.toMatch(/^\s+at /m);
  });

  test('deploys one stack to each account', async () => {
    const { artifacts } = await read('two/manifest.json');
    const environments = ['ApiStack', 'ClientStack'].map((name) => artifacts[name].environment);
    expect(environments).toEqual([`aws://${API_ACCOUNT}/${region}`, `aws://${CLIENT_ACCOUNT}/${region}`]);
  });

  test('gives each role the trust and the policies of the world', async () => {
    for (const [name, account] of [
      ['ApiStack', API_ACCOUNT],
      ['ClientStack', CLIENT_ACCOUNT],
    ] as const) {
      const template = resolved(await read(`two/${name}.template.json`), account);
      const { RoleName, AssumeRolePolicyDocument, ManagedPolicyArns } = only(template, 'AWS::IAM::Role');
      const { PolicyDocument, Roles } = only(template, 'AWS::IAM::Policy');
      expect({ trust: AssumeRolePolicyDocument, policies: [PolicyDocument] }).toEqual(
        world.accounts[account]?.roles?.[RoleName],
      );
      expect({ Roles, ManagedPolicyArns }).toEqual({ Roles: [RoleName], ManagedPolicyArns: undefined });
    }
  });

  test('gives the API the policy, stage, methods and answers of the world', async () => {
    const template = resolved(await read('two/ApiStack.template.json'), API_ACCOUNT);
    expect(toApi(template)).toEqual(JSON.parse(JSON.stringify(world.accounts[API_ACCOUNT]?.apis?.[API_ID])));
    expect(template.Outputs.ApiId.Value).toBe(API_ID);
    expect(template.Outputs.Endpoint.Value).toBe(worlds.API_URL);
  });

  test('tells the client the address of the API', async () => {
    const template = resolved(await read('two/ClientStack.template.json'), CLIENT_ACCOUNT);
    expect(only(template, 'AWS::Lambda::Function').Environment.Variables).toEqual({ API_URL: worlds.API_URL });
  });

  test('bundles functions that run as they are: the client is answered by the gate', async () => {
    const orders = await load('two/ApiStack');
    expect(await orders.handler()).toMatchObject({ statusCode: 200, body: '{"id":123,"category":"book"}' });
    const client = await load('two/ClientStack');
    const gate = await startGate(world);
    onTestFinished(() => gate.close());
    gate.intercept();
    const answer = await invoke('orders-client', { API_URL: worlds.API_URL }, client.handler);
    expect(JSON.parse(answer)).toEqual({ statusCode: 200, body: '{"id":123,"category":"book"}' });
  });

  async function load(stack: string): Promise<{ handler(): Promise<unknown> }> {
    const { files } = await read(`${stack}.assets.json`);
    const sources = Object.values<Body>(files).map(({ source }) => source.path as string);
    const [folder = ''] = sources.filter((path) => path.startsWith('asset.'));
    const path = join(output, 'two', folder);
    expect(await readdir(path)).toEqual(['index.mjs']);
    return import(/* @vite-ignore */ pathToFileURL(join(path, 'index.mjs')).href);
  }
});

/** The API of a template as the world writes one. */
function toApi(template: Body): Body {
  const { Policy, EndpointConfiguration } = only(template, 'AWS::ApiGateway::RestApi');
  const routes = bodies(template, 'AWS::ApiGateway::Method').map(({ HttpMethod, AuthorizationType, Integration }) => [
    `${HttpMethod} /`,
    { auth: AuthorizationType, ...(Integration.Type === 'MOCK' && { handler: mockAnswer(Integration) }) },
  ]);
  return {
    region,
    endpoint: EndpointConfiguration.Types[0],
    stage: only(template, 'AWS::ApiGateway::Stage').StageName,
    policy: Policy,
    routes: Object.fromEntries(routes),
  };
}

function mockAnswer({ IntegrationResponses }: Body): Body {
  const [{ StatusCode, ResponseParameters }] = IntegrationResponses;
  const headers = Object.entries<string>(ResponseParameters).map(([name, value]) => [
    name.replace('method.response.header.', ''),
    value.slice(1, -1),
  ]);
  return { statusCode: Number(StatusCode), headers: Object.fromEntries(headers) };
}

describe('the stack of the API', () => {
  const template = () => Template.fromStack(stacks().api);

  test('asks for IAM on every method but OPTIONS, and lets one API call one function', () => {
    const methods = bodies(template().toJSON(), 'AWS::ApiGateway::Method');
    expect(Object.fromEntries(methods.map((method) => [method.HttpMethod, method.AuthorizationType]))).toEqual({
      GET: 'AWS_IAM',
      OPTIONS: 'NONE',
    });
    const { SourceArn } = only(resolved(template().toJSON(), API_ACCOUNT), 'AWS::Lambda::Permission');
    expect(SourceArn).toBe(`arn:aws:execute-api:${region}:${API_ACCOUNT}:${API_ID}/prod/GET/`);
  });

  test('lets pages read what is refused', () => {
    for (const ResponseType of ['DEFAULT_4XX', 'DEFAULT_5XX'])
      template().hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
        ResponseType,
        ResponseParameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" },
      });
  });

  test('with CLIENT_ROLE admits the roles whose names begin so, and deploys the API anew', () => {
    const narrow = Template.fromStack(stacks('orders-client').api);
    const { Policy } = only(resolved(narrow.toJSON(), API_ACCOUNT), 'AWS::ApiGateway::RestApi');
    expect(Policy).toEqual(worlds.admittingRoles(worlds.resourcePolicy(world), 'orders-client'));
    const deployment = (of: Template) => Object.keys(of.findResources('AWS::ApiGateway::Deployment'));
    expect(deployment(narrow)).not.toEqual(deployment(template()));
  });

  test('differs from the API that is closed to preflights by one statement', () => {
    const apis = world.accounts[API_ACCOUNT]?.apis ?? {};
    const policy = worlds.resourcePolicy(world);
    const left = [policy.Statement].flat().filter(({ Sid }) => Sid !== 'Preflights');
    expect(left).toHaveLength(1);
    expect(apis[worlds.CLOSED_API_ID]).toEqual({ ...apis[API_ID], policy: { ...policy, Statement: left } });
  });
});

describe('both stacks', () => {
  test('run on Node 22 and arm64, and keep their logs for a week', () => {
    for (const stack of Object.values(stacks())) {
      const template = Template.fromStack(stack);
      template.hasResourceProperties('AWS::Lambda::Function', { Runtime: 'nodejs22.x', Architectures: ['arm64'] });
      template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
    }
  });

  test('name what they allow: no action and no resource is a wildcard, and no role may be assumed', () => {
    for (const [stack, account] of [
      [stacks().api, API_ACCOUNT],
      [stacks().client, CLIENT_ACCOUNT],
    ] as const) {
      const { PolicyDocument } = only(resolved(Template.fromStack(stack).toJSON(), account), 'AWS::IAM::Policy');
      for (const { Action, Resource } of PolicyDocument.Statement as Body[]) {
        expect([Action].flat().join()).not.toMatch(/\*|sts:/);
        expect(Resource).toMatch(/^arn:aws:(logs:.*:log-group:\/aws\/lambda\/[\w-]+:\*|execute-api:[^*]*)$/);
      }
    }
  });

  test('say in their own words that the id is missing', () => {
    const { api, client } = stacks(undefined, '');
    Annotations.fromStack(client).hasError('/ClientStack', Match.stringLikeRegexp('^API_ID is not set'));
    Annotations.fromStack(api).hasNoError('*', Match.anyValue());
  });
});
