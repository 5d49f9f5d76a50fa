/** HTTP APIs: their routes and stages, who may call them, and the replies that say less than those of REST APIs. */
import { type Gate, type HandlerV2, type HttpApi, type ProxyEventV2, startGate, type World } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CallOptions, call, key } from '../../support/gate-caller';

const HOME = '111122223333';
const [buddy, nobody, stranger] = [
  key('AKIAIOSFODNN7EXAMPLE'),
  key('AKIANOBODYEXAMPLE000'),
  key('AKIASTRANGEREXAMPLE0'),
];
const echo: HandlerV2 = (event) => event;
const says = (body: string) => ({ statusCode: 200, body });
const RESULTS: Record<string, unknown> = {
  object: { hello: 'world' },
  list: [1, 2],
  text: 'plain',
  number: 7,
  null: null,
  nothing: undefined,
  answer: { statusCode: 201, headers: { 'x-a': 1 }, cookies: ['a=1; Secure', 'b=2'], body: 'made' },
  binary: { statusCode: 200, headers: { 'content-type': 'image/png' }, body: 'AAEC', isBase64Encoded: true },
  badStatus: { statusCode: 'x' },
  badBody: { statusCode: 200, body: { a: 1 } },
};

const base = { type: 'HTTP', region: 'us-east-1' } as const;
const apis: Record<string, HttpApi> = {
  http1: {
    ...base,
    stage: '$default',
    domainNames: { 'http.example.com': { basePath: 'base' } },
    routes: {
      'GET /pets': { handler: says('pets') },
      'GET /pets/{id}': { handler: echo },
      'GET /pets/dog': { handler: says('dog') },
      'ANY /all/{proxy+}': { handler: echo },
      'GET /iam': { auth: 'AWS_IAM', handler: echo },
      'GET /results/{kind}': { handler: ({ pathParameters }) => RESULTS[pathParameters?.kind as string] as never },
      'GET /throws': {
        handler: () => {
          throw new Error('inside');
        },
      },
    },
  },
  http2: {
    ...base,
    stage: 'dev',
    stageVariables: { table: 'orders' },
    routes: { 'GET /': { handler: echo }, $default: { handler: echo } },
  },
  http3: { ...base, stage: '$default', defaultEndpoint: false, domainNames: { 'only.example.com': {} }, routes: {} },
};

const world: World = {
  accounts: {
    [HOME]: {
      organization: 'o-exampleorgid',
      users: {
        buddy: {
          accessKeys: [buddy],
          policies: [
            {
              Statement: {
                Effect: 'Allow',
                Action: 'execute-api:Invoke',
                Resource: `arn:aws:execute-api:us-east-1:${HOME}:http1/$default/GET/iam`,
              },
            },
          ],
        },
        nobody: { accessKeys: [nobody] },
      },
      apis,
    },
    '444455556666': {
      users: {
        stranger: {
          accessKeys: [stranger],
          policies: [{ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }],
        },
      },
    },
  },
};

let gate: Gate;
beforeAll(async () => {
  gate = await startGate(world);
});
afterAll(() => gate.close());

const host = (apiId: string) => `https://${apiId}.execute-api.us-east-1.amazonaws.com`;
const eventOf = async (url: string, options?: CallOptions): Promise<ProxyEventV2> =>
  JSON.parse((await call(gate, url, options)).body);

describe('routes', () => {
  test.each<[string, string, string]>([
    ['GET', '/pets/dog', 'dog'],
    ['GET', '/pets', 'pets'],
  ])('%s %s is found as it is written', async (method, path, body) => {
    expect((await call(gate, host('http1') + path, { method })).body).toBe(body);
  });

  test('of a parameter, of the rest of the path, of all else', async () => {
    expect(await eventOf(`${host('http1')}/pets/7%2F8`)).toMatchObject({
      routeKey: 'GET /pets/{id}',
      pathParameters: { id: '7/8' },
      rawPath: '/pets/7%2F8',
    });
    expect(await eventOf(`${host('http1')}/all/a/b`, { method: 'DELETE' })).toMatchObject({
      routeKey: 'ANY /all/{proxy+}',
      pathParameters: { proxy: 'a/b' },
      requestContext: { http: { method: 'DELETE' } },
    });
    const fallback = await eventOf(`${host('http2')}/dev/x/y`, { method: 'PUT' });
    expect(fallback).toMatchObject({ routeKey: '$default', rawPath: '/dev/x/y', stageVariables: { table: 'orders' } });
    expect(fallback).not.toHaveProperty('pathParameters');
  });

  test('of a named stage begin with it, those of a custom domain name with its base path', async () => {
    expect(await eventOf(`${host('http2')}/dev`)).toMatchObject({
      routeKey: 'GET /',
      requestContext: { stage: 'dev' },
    });
    expect(await eventOf('https://http.example.com/base/pets/7')).toMatchObject({ rawPath: '/pets/7' });
  });

  test.each<[string, string, string]>([
    ['no such route', `${host('http1')}/nowhere`, 'no-route'],
    ['no such method', `${host('http1')}/nowhere/x`, 'no-route'],
    ['no such stage', `${host('http2')}/test/x`, 'no-stage'],
    ['a default endpoint that is disabled', `${host('http3')}/`, 'no-api'],
  ])('%s is not found', async (_, url, reason) => {
    const seen = await call(gate, url, { headers: { authorization: 'Bearer abc' } });
    expect(seen).toMatchObject({ status: 404, type: undefined, body: '{"message":"Not Found"}', decision: { reason } });
    expect(seen.headers).toMatchObject({ 'content-type': 'application/json', 'apigw-requestid': expect.any(String) });
  });
});

describe('IAM', () => {
  test('lets a caller in whom its own policies allow, and tells the function who it is', async () => {
    const event = await eventOf(`${host('http1')}/iam`, { keys: buddy });
    expect(event.requestContext.authorizer).toEqual({
      iam: {
        accessKey: buddy.accessKeyId,
        accountId: HOME,
        callerId: 'AIDAIOSFODNN7EXAMPLE',
        cognitoIdentity: null,
        principalOrgId: 'o-exampleorgid',
        userArn: `arn:aws:iam::${HOME}:user/buddy`,
        userId: 'AIDAIOSFODNN7EXAMPLE',
      },
    });
    expect(event.headers).not.toHaveProperty('authorization');
  });

  test.each<[string, CallOptions, object]>([
    ['who does not sign', {}, { reason: 'ERR_SIGV4_MISSING_AUTHENTICATION' }],
    ['who signs wrongly', { keys: { ...buddy, secretAccessKey: 'x' } }, { reason: 'ERR_SIGV4_SIGNATURE_MISMATCH' }],
    ['of another scheme', { headers: { authorization: 'Bearer a' } }, { reason: 'ERR_SIGV4_MISSING_AUTHENTICATION' }],
    ['whom nothing allows', { keys: nobody }, { reason: 'implicit-deny', policy: 'identity' }],
    ['of another account', { keys: stranger }, { reason: 'implicit-deny', policy: 'resource' }],
  ])('refuses a caller %s, and says no more', async (_, options, decision) => {
    const seen = await call(gate, `${host('http1')}/iam`, options);
    expect(seen).toMatchObject({ status: 403, type: undefined, body: '{"message":"Forbidden"}', decision });
  });
});

describe('what a function gives', () => {
  test.each<[kind: string, body: string]>([
    ['object', '{"hello":"world"}'],
    ['list', '[1,2]'],
    ['text', 'plain'],
    ['number', '7'],
    ['null', 'null'],
    ['nothing', 'null'],
  ])('without a status is JSON: %s', async (kind, body) => {
    const seen = await call(gate, `${host('http1')}/results/${kind}`);
    expect([seen.status, seen.headers['content-type'], seen.body]).toEqual([200, 'application/json', body]);
  });

  test('with a status is an answer, whose cookies are headers', async () => {
    const seen = await call(gate, `${host('http1')}/results/answer`);
    expect([seen.status, seen.body]).toEqual([201, 'made']);
    expect(seen.headers).toMatchObject({ 'x-a': '1', 'set-cookie': ['a=1; Secure', 'b=2'] });
    const binary = await call(gate, `${host('http1')}/results/binary`);
    expect([binary.body, binary.headers['content-type']]).toEqual(['\0\x01\x02', 'image/png']);
  });

  test.each(['/results/badStatus', '/results/badBody', '/throws'])('%s is a failure', async (path) => {
    const seen = await call(gate, host('http1') + path);
    expect(seen).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
    expect(seen.decision).toMatchObject({ outcome: 'failed', reason: 'handler', cause: expect.any(Error) });
  });
});
