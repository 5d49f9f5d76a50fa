/** Lambda authorizers: when they are asked, what they are given, what becomes of what they say. */
import {
  type AuthorizerResult,
  type Gate,
  type PolicyDocument,
  type ProxyEvent,
  startGate,
  type World,
} from 'sigv4kit/gate';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { call } from '../../support/gate-caller';
import { codeOf } from '../../support/keys';

const ARN = 'arn:aws:execute-api:us-east-1:111122223333';
const policy = (Effect: 'Allow' | 'Deny', Resource = '*', more: object = {}): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Action: 'execute-api:Invoke', Resource, ...more }],
});
const result = (policyDocument: unknown, more: object = {}) =>
  ({ principalId: 'buddy', policyDocument, ...more }) as AuthorizerResult;
const allow = result(policy('Allow'));
const echo = (event: object) => ({ statusCode: 200, body: JSON.stringify(event) });

/** What the authorizers were asked, and what they say. */
let asked: Record<string, unknown>[] = [];
let say: (event: Record<string, unknown>) => unknown;
const handler = (event: object) => {
  asked.push(event as Record<string, unknown>);
  return say(event as Record<string, unknown>) as AuthorizerResult;
};
let clock = Date.UTC(2030, 0, 1);

const routes = (auth: string) => ({ [`GET /${auth}/{proxy+}`]: { auth, handler: echo } });
const world: World = {
  accounts: {
    '111122223333': {
      apis: {
        rest00: {
          region: 'us-east-1',
          stage: 'prod',
          stageVariables: { tenant: 'blue' },
          authorizers: {
            token: { type: 'TOKEN', handler, identityValidation: 'Bearer [\\w.-]+' },
            header: { type: 'TOKEN', handler, identitySource: 'method.request.header.X-Key', ttl: 0 },
            request: {
              type: 'REQUEST',
              handler,
              identitySources: [
                'method.request.header.X-Key',
                'method.request.querystring.who',
                'stageVariables.tenant',
              ],
              ttl: 60,
            },
            place: { type: 'REQUEST', handler, identitySources: ['context.identity.sourceIp', 'context.routeKey'] },
            missing: { type: 'REQUEST', handler, identitySources: ['stageVariables.none'] },
            anyone: { type: 'REQUEST', handler },
          },
          routes: {
            ...routes('token'),
            ...routes('header'),
            ...routes('request'),
            ...routes('place'),
            ...routes('missing'),
            ...routes('anyone'),
          },
        },
        closed: {
          region: 'us-east-1',
          stage: 'prod',
          policy: {
            Statement: [
              { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' },
              {
                Effect: 'Deny',
                Principal: '*',
                Action: 'execute-api:Invoke',
                Resource: 'execute-api:/*',
                Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
              },
            ],
          },
          authorizers: { token: { type: 'TOKEN', handler } },
          routes: routes('token'),
        },
        other0: {
          region: 'us-east-1',
          stage: 'prod',
          authorizers: { token: { type: 'TOKEN', handler } },
          routes: routes('token'),
        },
        http00: {
          type: 'HTTP',
          region: 'us-east-1',
          stage: '$default',
          authorizers: {
            simple: { type: 'REQUEST', handler, identitySources: ['$request.header.X-Key'], simpleResponses: true },
            kept: {
              type: 'REQUEST',
              handler,
              identitySources: ['$request.header.X-Key', '$context.routeKey'],
              ttl: 60,
            },
            old: { type: 'REQUEST', handler, identitySources: ['$request.header.X-Key'], payload: '1.0' },
          },
          routes: {
            ...routes('simple'),
            ...routes('kept'),
            ...routes('old'),
            'POST /kept/x': { auth: 'kept', handler: echo },
            'GET /promotes/x': {
              auth: 'kept',
              handler: ({ requestContext }) => {
                const roles = requestContext.authorizer?.lambda?.roles as string[];
                const body = JSON.stringify(roles);
                roles.push('admin');
                return { statusCode: 200, body };
              },
            },
          },
        },
      },
    },
  },
};

let gate: Gate;
beforeAll(async () => {
  gate = await startGate(world, { now: () => clock });
});
afterAll(() => gate.close());
beforeEach(() => {
  asked = [];
  say = () => allow;
  // What was kept in the test before is over.
  clock += 4_000_000;
});

const rest = (path: string, headers: Record<string, string> = {}) =>
  call(gate, `https://rest00.execute-api.us-east-1.amazonaws.com/prod${path}`, { headers });
const http = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  call(gate, `https://http00.execute-api.us-east-1.amazonaws.com${path}`, { headers, method });

describe('A TOKEN authorizer', () => {
  test.each([
    ['there is no token', {}],
    ['the token is empty', { Authorization: '' }],
    ['the token does not match', { Authorization: 'Basic abc' }],
    ['the token matches only in part', { Authorization: 'Bearer abc def' }],
  ])('is not asked when %s', async (_, headers) => {
    const { status, type, body, decision } = await rest('/token/x', headers);
    expect({ status, type, body, reason: decision?.reason }).toEqual({
      status: 401,
      type: 'UnauthorizedException',
      body: '{"message":"Unauthorized"}',
      reason: 'unauthorized',
    });
    expect(asked).toEqual([]);
  });

  test('is given the token and the ARN of the method, with the path decoded', async () => {
    await rest('/token/a%20b', { Authorization: 'Bearer abc' });
    expect(asked).toEqual([
      { type: 'TOKEN', methodArn: `${ARN}:rest00/prod/GET/token/a b`, authorizationToken: 'Bearer abc' },
    ]);
  });
});

const UNAUTHORIZED = [401, 'UnauthorizedException', '{"message":"Unauthorized"}', 'unauthorized'] as const;
const FAILURE = [500, 'AuthorizerFailureException', '{"message":null}', 'authorizer'] as const;
const CONFIGURATION = [500, 'AuthorizerConfigurationException', '{"message":null}', 'authorizer'] as const;
const denied = (reason: string) =>
  [403, 'AccessDeniedException', `{"Message":"User is not authorized to access this resource ${reason}"}`] as const;
const throwing = (thrown: unknown) => () => {
  throw thrown;
};

describe('A REST API answers', () => {
  test.each<[string, () => unknown, readonly [number, string, string, string]]>([
    ['an error that says Unauthorized', throwing(new Error('Unauthorized')), UNAUTHORIZED],
    ['a text that says Unauthorized', throwing('Unauthorized'), UNAUTHORIZED],
    ['a promise that says Unauthorized', () => Promise.reject(new Error('Unauthorized')), UNAUTHORIZED],
    ['any other error', throwing(new Error('unauthorized')), FAILURE],
    ['nothing thrown', throwing(undefined), FAILURE],
    ['nothing', () => undefined, CONFIGURATION],
    ['a text', () => 'Allow', CONFIGURATION],
    ['no principalId', () => ({ policyDocument: policy('Allow') }), CONFIGURATION],
    ['a principalId that is no text', () => ({ principalId: 7, policyDocument: policy('Allow') }), CONFIGURATION],
    ['no policy', () => result(undefined), CONFIGURATION],
    ['a policy with a Principal', () => result(policy('Allow', '*', { Principal: '*' })), CONFIGURATION],
    ['a policy without statements', () => result({ Version: '2012-10-17' }), CONFIGURATION],
    ['a simple response', () => ({ isAuthorized: true }), CONFIGURATION],
    ['a long resource', () => result(policy('Allow', `${ARN}:rest00/${'a'.repeat(513)}`)), CONFIGURATION],
    ['an object in the context', () => result(policy('Allow'), { context: { a: {} } }), CONFIGURATION],
    ['a list as the context', () => result(policy('Allow'), { context: [] }), CONFIGURATION],
    ['a deny', () => result(policy('Deny')), [...denied('with an explicit deny'), 'explicit-deny']],
    [
      'an allow of something else',
      () => result(policy('Allow', `${ARN}:rest00/prod/POST/*`)),
      [...denied('because no identity-based policy allows the execute-api:Invoke action'), 'implicit-deny'],
    ],
  ])('%s', async (_, saying, expected) => {
    say = saying;
    const { status, type, body, decision } = await rest('/header/x', { 'X-Key': 'k' });
    expect([status, type, body, decision?.reason]).toEqual(expected);
  });

  test('a deny with the statement that made it in the log', async () => {
    say = () => result(policy('Deny', '*', { Sid: 'No' }));
    const { decision } = await rest('/header/x', { 'X-Key': 'k' });
    expect(decision).toMatchObject({
      policy: 'authorizer',
      statement: {
        at: 'accounts.111122223333.apis.rest00.authorizers.header.policyDocument.Statement[0]',
        sid: 'No',
        effect: 'Deny',
      },
    });
  });

  test('what an authorizer threw is in the log, and not in the answer', async () => {
    say = throwing(new Error('the database is down'));
    const { body, decision } = await rest('/header/x', { 'X-Key': 'k' });
    expect(body).not.toContain('database');
    expect(decision).toMatchObject({ outcome: 'failed', cause: new Error('the database is down') });
  });

  test('a refusal names no token in the log', async () => {
    const { decision } = await rest('/token/x', { Authorization: 'Basic c2VjcmV0' });
    expect(JSON.stringify(decision)).not.toContain('c2VjcmV0');
  });
});

describe('What the resource policy denies', () => {
  const closed = (sourceIp: string, headers: Record<string, string> = {}) =>
    call(gate, 'https://closed.execute-api.us-east-1.amazonaws.com/prod/token/x', {
      headers,
      from: `sourceIp=${sourceIp}`,
    });

  test.each([
    ['a token', { Authorization: 'abc' }],
    ['no token', {}],
  ])('is refused before an authorizer is asked, with %s', async (_, headers) => {
    say = throwing(new Error('broken'));
    const { status, body, decision } = await closed('203.0.113.7', headers);
    expect([status, decision?.reason, decision?.policy, asked.length]).toEqual([403, 'explicit-deny', 'resource', 0]);
    expect(body).toMatch(/^\{"Message":"User: anonymous is not .* with an explicit deny in a resource-based policy"/);
  });

  test('leaves everybody else to the authorizer', async () => {
    expect((await closed('198.51.100.7', { Authorization: 'abc' })).status).toBe(200);
    expect((await closed('198.51.100.7')).status).toBe(401);
    expect(asked).toHaveLength(1);
  });
});

describe('A REQUEST authorizer', () => {
  const key = { 'X-Key': 'k' };

  test.each([
    ['a header', '/request/x?who=me', {}],
    ['a parameter', '/request/x', key],
    ['a parameter that is empty', '/request/x?who=', key],
    ['a stage variable', '/missing/x', key],
  ])('is not asked without %s', async (_, path, headers) => {
    const { status, body } = await rest(path, headers);
    expect([status, body, asked.length]).toEqual([401, '{"message":"Unauthorized"}', 0]);
  });

  test('is not taken for another caller by a parameter that comes twice', async () => {
    await rest('/request/x?who=me&who=you', key);
    await rest('/request/x?who=me', key);
    await rest('/request/x?who=you', key);
    expect(asked).toHaveLength(3);
  });

  test.each([
    ['a parameter', '/request/x?who=me&who=you', '/request/x?who=me,you', ['k'], ['k']],
    ['a header', '/request/x?who=me', '/request/x?who=me', ['k', 'l'], ['k,l']],
  ])('is not taken for one whose value is both, of %s', async (_, first, second, keys, joined) => {
    const get = (path: string, values: string[]) =>
      call(gate, `https://rest00.execute-api.us-east-1.amazonaws.com/prod${path}`, {
        headers: { 'X-Key': values as never },
      });
    await get(first, keys);
    await get(second, joined);
    expect(asked).toHaveLength(2);
  });

  test('is asked for everyone when it has no sources, and each time', async () => {
    await rest('/anyone/x');
    await rest('/anyone/x');
    expect(asked).toHaveLength(2);
  });

  test('is given the request in the shape of payload 1.0', async () => {
    await rest('/request/a/b?who=me&who=you&x=%20', { 'X-Key': 'k', 'user-agent': 'curl/8' });
    const [event] = asked;
    expect(event).toMatchObject({
      type: 'REQUEST',
      methodArn: `${ARN}:rest00/prod/GET/request/a/b`,
      resource: '/request/{proxy+}',
      path: '/request/a/b',
      httpMethod: 'GET',
      // As the client writes them.
      headers: { 'X-Key': 'k' },
      multiValueHeaders: { 'X-Key': ['k'] },
      queryStringParameters: { who: 'you', x: ' ' },
      multiValueQueryStringParameters: { who: ['me', 'you'], x: [' '] },
      pathParameters: { proxy: 'a/b' },
      stageVariables: { tenant: 'blue' },
      requestContext: {
        path: '/prod/request/a/b',
        accountId: '111122223333',
        stage: 'prod',
        resourcePath: '/request/{proxy+}',
        httpMethod: 'GET',
        apiId: 'rest00',
        identity: { apiKey: null, sourceIp: '127.0.0.1', userAgent: 'curl/8' },
      },
    });
    const context = event?.requestContext as Record<string, unknown>;
    expect(context.requestId).toMatch(/^[\da-f-]{36}$/);
    expect(context.resourceId).toMatch(/^\w{6}$/);
    expect(event).not.toHaveProperty('body');
  });
});

describe('The function behind a method', () => {
  const authorizerOf = (body: string) => (JSON.parse(body) as ProxyEvent).requestContext.authorizer;

  test('gets the context as texts, the principal and the latency', async () => {
    say = () => result(policy('Allow'), { context: { text: 'a', number: 1.5, yes: true, principalId: 'mallory' } });
    const { status, body } = await rest('/header/x', { 'X-Key': 'k' });
    expect(status).toBe(200);
    expect(authorizerOf(body)).toEqual({
      text: 'a',
      number: '1.5',
      yes: 'true',
      principalId: 'buddy',
      integrationLatency: expect.any(Number),
    });
  });

  test('gets what was said before when it is kept', async () => {
    say = () => result(policy('Allow'), { context: { n: asked.length } });
    await rest('/token/x', { Authorization: 'Bearer abc' });
    const { body } = await rest('/token/x', { Authorization: 'Bearer abc' });
    expect(authorizerOf(body)).toEqual({ n: '1', principalId: 'buddy', integrationLatency: 0 });
  });
});

describe('A result is kept', () => {
  const token = (name: string) => rest('/token/x', { Authorization: `Bearer ${name}` });

  test('for 300 seconds unless the authorizer says, by the clock of the gate', async () => {
    await token('abc');
    clock += 299_999;
    await token('abc');
    expect(asked).toHaveLength(1);
    clock += 1;
    await token('abc');
    expect(asked).toHaveLength(2);
  });

  test('not for another token', async () => {
    await token('abc');
    await token('def');
    await token('abc');
    expect(asked).toHaveLength(2);
  });

  test('for every method that asks the same authorizer, whose policy decides on each', async () => {
    say = () => result(policy('Allow', `${ARN}:rest00/prod/GET/token/mine`));
    const answers = [];
    for (const path of ['/token/mine', '/token/yours'])
      answers.push((await rest(path, { Authorization: 'Bearer abc' })).status);
    expect([answers, asked.length]).toEqual([[200, 403], 1]);
  });

  test('a deny like an allow', async () => {
    say = () => result(policy('Deny'));
    await token('abc');
    say = () => allow;
    expect((await token('abc')).status).toBe(403);
  });

  test('of no other API', async () => {
    await token('abc');
    await call(gate, 'https://other0.execute-api.us-east-1.amazonaws.com/prod/token/x', {
      headers: { Authorization: 'Bearer abc' },
    });
    expect(asked).toHaveLength(2);
  });

  test('not at all with a ttl of 0', async () => {
    await rest('/header/x', { 'X-Key': 'k' });
    await rest('/header/x', { 'X-Key': 'k' });
    expect(asked).toHaveLength(2);
  });

  test('not when the authorizer failed', async () => {
    say = throwing(new Error('Unauthorized'));
    await token('abc');
    say = () => allow;
    expect((await token('abc')).status).toBe(200);
  });

  test('by all sources together', async () => {
    for (const [who, secret] of [
      ['a', 'bc'],
      ['ab', 'c'],
      ['a', 'bc'],
      ['a&who=b', 'bc'],
    ])
      await rest(`/request/x?who=${who}`, { 'X-Key': secret as string });
    expect(asked).toHaveLength(3);
  });

  test('by variables of the context', async () => {
    await rest('/place/x');
    await rest('/place/y');
    expect(asked).toHaveLength(1);
  });

  test('as it was said, whatever the function does with it later', async () => {
    const given = { principalId: 'buddy', policyDocument: { ...policy('Deny'), Version: '2012-10-17' } };
    say = () => given;
    await token('abc');
    given.policyDocument = policy('Allow') as never;
    expect((await token('abc')).status).toBe(403);
  });

  test('as it was said, whatever the function behind an HTTP API does with its context', async () => {
    say = () => result(policy('Allow'), { context: { roles: ['reader'] } });
    const rolesSeen = async () => JSON.parse((await http('/promotes/x', { 'X-Key': 'k' })).body);
    expect([await rolesSeen(), await rolesSeen(), asked.length]).toEqual([['reader'], ['reader'], 1]);
  });
});

describe('An HTTP API', () => {
  const key = { 'X-Key': 'k' };

  test('lets in whom a simple response authorizes, with its context as it is', async () => {
    const context = { list: [1, 'a'], map: { a: null }, yes: true };
    say = () => ({ isAuthorized: true, context });
    const { status, body } = await http('/simple/x', key);
    expect(status).toBe(200);
    expect(JSON.parse(body).requestContext.authorizer).toEqual({ lambda: context });
  });

  test.each<[string, () => unknown, number, string]>([
    ['isAuthorized: false', () => ({ isAuthorized: false }), 403, '{"message":"Forbidden"}'],
    ['a policy for a simple response', () => allow, 500, '{"message":"Internal Server Error"}'],
    ['an error', throwing(new Error('x')), 500, '{"message":"Internal Server Error"}'],
    ['Unauthorized', throwing(new Error('Unauthorized')), 401, '{"message":"Unauthorized"}'],
  ])('answers %s', async (_, saying, status, body) => {
    say = saying;
    expect(await http('/simple/x', key)).toMatchObject({ status, body, type: undefined });
  });

  test('asks no authorizer whose sources are missing', async () => {
    expect(await http('/simple/x')).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
    expect(asked).toEqual([]);
  });

  test('gives the event of payload 2.0', async () => {
    await http('/simple/a%20b?q=1', key);
    expect(asked[0]).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: `${ARN}:http00/$default/GET/simple/a b`,
      identitySource: ['k'],
      routeKey: 'GET /simple/{proxy+}',
      rawPath: '/simple/a%20b',
      rawQueryString: 'q=1',
      headers: { 'x-key': 'k' },
      queryStringParameters: { q: '1' },
      requestContext: { apiId: 'http00', http: { method: 'GET', path: '/simple/a%20b' }, stage: '$default' },
      pathParameters: { proxy: 'a b' },
    });
  });

  test('gives the event of payload 1.0 to an authorizer of that', async () => {
    await http('/old/x', key);
    expect(asked[0]).toMatchObject({
      version: '1.0',
      type: 'REQUEST',
      methodArn: `${ARN}:http00/$default/GET/old/x`,
      identitySource: 'k',
      authorizationToken: 'k',
      resource: '/old/{proxy+}',
    });
  });

  test('keeps nothing unless the authorizer says for how long', async () => {
    say = () => ({ isAuthorized: true });
    await http('/simple/x', key);
    await http('/simple/x', key);
    expect(asked).toHaveLength(2);
  });

  test('keeps a result by route where the route is a source', async () => {
    await http('/kept/x', key);
    await http('/kept/y', key);
    await http('/kept/x', key, 'POST');
    expect(asked).toHaveLength(2);
  });

  test('is refused by a policy without a type of error', async () => {
    say = () => result(policy('Deny'));
    expect(await http('/kept/x', key)).toMatchObject({ status: 403, body: '{"message":"Forbidden"}', type: undefined });
  });
});

describe('A WebSocket API', () => {
  test('tells its authorizer the connection that the client asks for', async () => {
    const seen: { connectionId: string; authorizer?: unknown }[] = [];
    const chat = await startGate({
      accounts: {
        '111122223333': {
          apis: {
            chat00: {
              type: 'WEBSOCKET',
              region: 'us-east-1',
              stage: 'prod',
              authorizers: { key: { type: 'REQUEST', handler, identitySources: ['route.request.querystring.key'] } },
              routes: {
                $connect: {
                  auth: 'key',
                  handler: ({ requestContext }) => {
                    seen.push(requestContext);
                    return { statusCode: 200 };
                  },
                },
              },
            },
          },
        },
      },
    });
    const connect = (query: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`${chat.url.replace('http', 'ws')}/prod${query}`, {
          headers: { host: 'chat00.execute-api.us-east-1.amazonaws.com' },
        });
        socket.on('open', () => socket.close());
        socket.on('close', () => resolve('closed'));
        socket.on('error', (error) => resolve(error.message));
      });
    const answers = [await connect(''), await connect('?key=k')];
    await chat.close();
    expect(answers).toEqual(['Unexpected server response: 401', 'closed']);
    expect(asked).toMatchObject([
      {
        type: 'REQUEST',
        methodArn: `${ARN}:chat00/prod/$connect`,
        queryStringParameters: { key: 'k' },
        requestContext: { routeKey: '$connect', eventType: 'CONNECT', connectionId: seen[0]?.connectionId },
      },
    ]);
    expect(asked[0]).not.toHaveProperty('path');
    expect(seen[0]?.authorizer).toMatchObject({ principalId: 'buddy' });
  });
});

describe('An authorizer beside a resource policy, in a private API', () => {
  /** The policy of a well-known sample: it denies every path but the user's own, and allows nothing. */
  const own = (username: string): PolicyDocument => ({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Action: 'execute-api:Invoke',
        NotResource: `arn:aws:execute-api:*:*:*/*/GET/${username}`,
      },
    ],
  });
  const nothing: PolicyDocument = {
    Statement: [{ Effect: 'Deny', Action: 'execute-api:Invoke', Resource: 'arn:aws:execute-api:*:*:*/*/*' }],
  };
  const fromEndpoint: PolicyDocument = {
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 'execute-api:Invoke',
      Resource: '*',
      Condition: { StringEquals: { 'aws:sourceVpce': 'vpce-0a1b2c3d' } },
    },
  };
  const privateWorld: World = {
    accounts: {
      '111122223333': {
        vpcEndpoints: { 'vpce-0a1b2c3d': { region: 'us-east-1', vpc: 'vpc-1a2b3c4d' } },
        apis: {
          studio: {
            region: 'us-east-1',
            stage: 'dev',
            endpoint: 'PRIVATE',
            vpcEndpoints: ['vpce-0a1b2c3d'],
            policy: fromEndpoint,
            authorizers: {
              jwt: {
                type: 'REQUEST',
                identitySources: ['method.request.header.Authorization'],
                ttl: 120,
                handler: ({ headers }) => {
                  const [, name] =
                    /^Bearer token-of-(\w+)$/.exec((headers as Record<string, string>).Authorization as string) ?? [];
                  return { principalId: name ?? 'nobody', policyDocument: name ? own(name) : nothing };
                },
              },
            },
            routes: { 'GET /{user_id+}': { auth: 'jwt', handler: ({ path }) => ({ statusCode: 200, body: path }) } },
          },
        },
      },
    },
  };
  let studio: Gate;
  beforeAll(async () => {
    studio = await startGate(privateWorld);
  });
  afterAll(() => studio.close());

  const DENY = '{"Message":"User is not authorized to access this resource with an explicit deny"}';
  test.each([
    ['lets a user to its own path', '/alice', 'Bearer token-of-alice', 200, '/alice'],
    ["refuses another's", '/bob', 'Bearer token-of-alice', 403, DENY],
    ['refuses a token that does not hold', '/alice', 'Bearer forged', 403, DENY],
    ['refuses a caller without a token', '/alice', undefined, 401, '{"message":"Unauthorized"}'],
  ])('%s', async (_, path, token, status, body) => {
    const got = await call(studio, `https://studio-vpce-0a1b2c3d.execute-api.us-east-1.amazonaws.com/dev${path}`, {
      host: 'studio.execute-api.us-east-1.amazonaws.com',
      headers: token === undefined ? {} : { Authorization: token },
    });
    expect([got.status, got.body]).toEqual([status, body]);
  });
});

describe('A world is refused', () => {
  const start = (authorizers: object, more: object = {}) =>
    startGate({
      accounts: {
        '111122223333': {
          apis: {
            a: {
              region: 'us-east-1',
              stage: 's',
              authorizers,
              routes: { 'GET /': { handler: { statusCode: 200 } } },
              ...more,
            },
          },
        },
      },
    } as never);
  const token = { type: 'TOKEN', handler };

  test.each<[string, object, object?]>([
    ['with an authorizer of no type', { a: {} }],
    ['with a JWT authorizer of a REST API', { a: { type: 'JWT', issuer: 'https://a.example', audience: ['a'] } }],
    ['with a TOKEN authorizer of an HTTP API', { a: token }, { type: 'HTTP' }],
    [
      'with user pools of an HTTP API',
      { a: { type: 'COGNITO_USER_POOLS', userPools: ['us-east-1_A'] } },
      { type: 'HTTP' },
    ],
    ['without the function of an authorizer', { a: { type: 'TOKEN' } }],
    ['with an authorizer by the name of another kind of authorization', { AWS_IAM: token }],
    ['with a source that no REST API has', { a: { ...token, identitySource: '$request.header.A' } }],
    ['with a TOKEN of a parameter', { a: { ...token, identitySource: 'method.request.querystring.a' } }],
    [
      'with a variable that is not emulated',
      { a: { type: 'REQUEST', handler, identitySources: ['context.wafResponseCode'] } },
    ],
    ['with an expression that is none', { a: { ...token, identityValidation: '(' } }],
    ['with a result kept for more than an hour', { a: { ...token, ttl: 3601 } }],
    ['with a setting of another type', { a: { ...token, payload: '1.0' } }],
    [
      'with simple responses of payload 1.0',
      { a: { type: 'REQUEST', handler, payload: '1.0', simpleResponses: true } },
      { type: 'HTTP' },
    ],
    ['with a user pool that it does not have', { a: { type: 'COGNITO_USER_POOLS', userPools: ['us-east-1_A'] } }],
    [
      'with a JWT authorizer without keys',
      { a: { type: 'JWT', issuer: 'https://a.example', audience: ['a'] } },
      { type: 'HTTP' },
    ],
    [
      'with a JWT authorizer for nobody',
      { a: { type: 'JWT', issuer: 'https://a.example', audience: [], jwks: { keys: [] } } },
      { type: 'HTTP' },
    ],
  ])('%s', async (_, authorizers, more) => {
    expect(await codeOf(() => start(authorizers, more))).toBe('ERR_SIGV4_INVALID_WORLD');
  });
});
