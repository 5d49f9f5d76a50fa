/** Terraform, the OpenAPI document, the gate's world and the Postman collection say the same. */
import { readFile } from 'node:fs/promises';
import { loadWorld, type RestApi } from 'sigv4kit/gate';
import { describe, expect, test } from 'vitest';
import { readTerraform, renderTemplate, unformatted } from '../../test/support/infrastructure';

const here = (path: string) => new URL(path, import.meta.url);
const readJson = async (path: string) => JSON.parse(await readFile(here(path), 'utf8'));

/** An expression as the parser gives it. */
const is = (expression: string) => `\${${expression}}`;

const ACCOUNT = '123456789012';
const API = 'a1b2c3d4e5';
const terraform = await readTerraform(here('terraform/'));
const root = terraform.modules[''] ?? {};
const world = await loadWorld(here('world.json'));
const openapi = await readJson('openapi.json');
const api = world.accounts[ACCOUNT]?.apis?.[API] as RestApi;
const caller = world.accounts[ACCOUNT]?.users?.['api-caller'];
const [restApi, deployment, stage] = [
  terraform.resource('aws_api_gateway_rest_api', 'this'),
  terraform.resource('aws_api_gateway_deployment', 'this'),
  terraform.resource('aws_api_gateway_stage', 'prod'),
];

interface Operation {
  readonly method: string;
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: an operation of OpenAPI.
  readonly value: any;
}
const operations: Operation[] = Object.entries<object>(openapi.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([verb, value]) => ({ method: verb.toUpperCase(), path, value })),
);

describe('Terraform', () => {
  test('is formatted', async () => {
    expect(await unformatted(terraform)).toEqual([]);
  });

  test('makes a regional API of the document that the gate has, byte for byte', async () => {
    const [{ openapi: local }] = root.locals;
    const [, path] = /^\$\{file\("\$\{path\.module\}\/(.+)"\)\}$/.exec(local) ?? [];
    const given = await readJson('world.json');
    expect(here(`terraform/${path}`).href).toBe(here(given.accounts[ACCOUNT].apis[API].openapi).href);
    expect(restApi.body).toBe(is('local.openapi'));
    expect(restApi.endpoint_configuration).toEqual([{ types: [api.endpoint] }]);
    expect(api.endpoint).toBe('REGIONAL');
  });

  test('deploys it anew whenever it changes, and has no moment without a deployment', () => {
    expect(deployment.rest_api_id).toBe(is('aws_api_gateway_rest_api.this.id'));
    expect(deployment.triggers).toEqual({ redeployment: is('sha256(aws_api_gateway_rest_api.this.body)') });
    expect(deployment.lifecycle).toEqual([{ create_before_destroy: true }]);
  });

  test('has it in the stage and the region of the world', () => {
    expect(stage).toMatchObject({
      rest_api_id: is('aws_api_gateway_rest_api.this.id'),
      deployment_id: is('aws_api_gateway_deployment.this.id'),
      stage_name: api.stage,
    });
    expect(root.variable.region[0].default).toBe(api.region);
  });

  test('logs calls only where that is asked for, since an account has to be set up for it', () => {
    expect(terraform.resource('aws_cloudwatch_log_group', 'access')).toMatchObject({
      count: is('var.access_logs ? 1 : 0'),
      retention_in_days: 30,
    });
    expect(stage.dynamic.access_log_settings[0].for_each).toBe(is('aws_cloudwatch_log_group.access'));
    expect(root.variable.access_logs[0].default).toBe(false);
  });

  test('allows the user what the world does, and that is one method', () => {
    const policy = terraform.resource('aws_iam_user_policy', 'invoke_get_path1');
    expect(policy.user).toBe(is('aws_iam_user.api_caller.name'));
    expect(policy.policy.replace(/\s+/g, ' ')).toBe(
      is(
        `templatefile("${is('path.module')}/policies/invoke-get-path1.json.tftpl", { stage_arn = aws_api_gateway_stage.prod.execution_arn })`,
      ),
    );
    const stage_arn = `arn:aws:execute-api:${api.region}:${ACCOUNT}:${API}/${api.stage}`;
    const rendered = renderTemplate(here('terraform/policies/invoke-get-path1.json.tftpl'), { stage_arn });
    expect([rendered]).toEqual(caller?.policies);
    expect(caller?.policies).toEqual([
      {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: `${stage_arn}/GET/path1` }],
      },
    ]);
  });

  test('has the user, no other policy, and no key in its state', () => {
    const { aws_iam_user, ...resources } = root.resource;
    expect(aws_iam_user.api_caller[0].name).toBe('api-caller');
    expect(Object.keys(resources).filter((type) => type.startsWith('aws_iam_'))).toEqual(['aws_iam_user_policy']);
  });
});

describe('The document', () => {
  test('asks for a signature in every operation: what it asks for as a whole would be left out', () => {
    expect(openapi.components.securitySchemes.sigv4).toEqual({
      type: 'apiKey',
      name: 'Authorization',
      in: 'header',
      'x-amazon-apigateway-authtype': 'awsSigv4',
    });
    for (const { value } of operations) expect(value.security).toEqual([{ sigv4: [] }]);
    expect(openapi.security).toBeUndefined();
  });

  test('hands GET /path1 on to what AWS publishes', () => {
    expect(openapi.paths['/path1'].get['x-amazon-apigateway-integration']).toMatchObject({
      type: 'http_proxy',
      httpMethod: 'GET',
      uri: 'https://ip-ranges.amazonaws.com/ip-ranges.json',
    });
  });

  test('has no response by reference, which API Gateway does not take', () => {
    expect(JSON.stringify(operations.map(({ value }) => value.responses))).not.toContain('$ref');
  });
});

describe('The Postman collection', async () => {
  const collection = await readJson('postman/collection.json');
  const environments = { aws: await readEnvironment('aws'), gate: await readEnvironment('gate') };
  // biome-ignore lint/suspicious/noExplicitAny: requests of a collection.
  const requests = collection.item.map(({ name, request, event }: any) => ({
    name,
    method: request.method,
    path: `/${request.url.path.join('/')}`,
    auth: request.auth ?? collection.auth,
    url: request.url,
    tests: event[0].script.exec.join('\n'),
  }));

  test('is of version 2.1, and signs as the API asks for', () => {
    expect(collection.info.schema).toBe('https://schema.getpostman.com/json/collection/v2.1.0/collection.json');
    expect(collection.auth.type).toBe('awsv4');
    expect(settingsOf(collection.auth)).toEqual({
      accessKey: '{{accessKey}}',
      secretKey: '{{secretKey}}',
      sessionToken: '{{sessionToken}}',
      region: '{{region}}',
      service: 'execute-api',
      addAuthDataToQuery: false,
    });
  });

  test('has every operation of the document, and expects of each request what document and policy say', () => {
    for (const { name, method, path, auth, url, tests } of requests) {
      expect(url.raw, name).toBe(`{{baseUrl}}${path}`);
      expect(tests, name).toContain(expectedOf(method, path, auth));
    }
    for (const { method, path } of operations)
      expect(requests).toContainEqual(expect.objectContaining({ method, path, auth: collection.auth }));
  });

  test('has no key in any of its files', async () => {
    const files = ['collection', 'aws.environment', 'gate.environment'].map((name) => here(`postman/${name}.json`));
    for (const file of files) expect(await readFile(file, 'utf8')).not.toMatch(/A[KS]IA[A-Z0-9]{16}|wJalr/);
    for (const { accessKey, secretKey } of Object.values(environments))
      expect([accessKey, secretKey]).toEqual([undefined, undefined]);
  });

  test('has environments for AWS and for the gate that differ in the address', () => {
    const { aws, gate } = environments;
    expect(aws).toEqual({ baseUrl: 'https://{{apiId}}.execute-api.{{region}}.amazonaws.com/PROD', region: api.region });
    expect(gate).toEqual({
      baseUrl: aws.baseUrl?.replace('https:', 'http:').replace('.com/', '.com.localhost:{{gatePort}}/'),
      region: api.region,
      apiId: API,
    });
  });
});

/** What the answer to a request of the collection has to be, by the document and the policy. */
function expectedOf(method: string, path: string, auth: { type: string }): string {
  if (auth.type === 'noauth') return 'MissingAuthenticationTokenException';
  if (settingsOf(auth).region !== '{{region}}') return 'InvalidSignatureException';
  if (!operations.some((operation) => operation.method === method && operation.path === path))
    return 'MissingAuthenticationTokenException';
  return method === 'GET' && path === '/path1' ? 'to.have.status(200)' : 'AccessDeniedException';
}

// biome-ignore lint/suspicious/noExplicitAny: as Postman exports it.
function settingsOf(auth: any): Record<string, unknown> {
  return Object.fromEntries(auth.awsv4.map(({ key, value }: { key: string; value: unknown }) => [key, value]));
}

async function readEnvironment(name: string): Promise<Record<string, string>> {
  const { values } = await readJson(`postman/${name}.environment.json`);
  return Object.fromEntries(values.map(({ key, value }: { key: string; value: string }) => [key, value]));
}
