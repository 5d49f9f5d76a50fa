/** The events of payload 1.0 and 2.0, whole. */
import { type Gate, type Handler, type ProxyEvent, type ProxyEventV2, startGate, type World } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, key } from '../../support/gate-caller';

const HOME = '111122223333';
const VPCE = 'vpce-0a1b2c3d4e5f60718';
const POOL = 'us-east-1:1699ebc0-7900-4099-b910-2df94f52a030';
const buddy = key('AKIAIOSFODNN7EXAMPLE');
const echo: Handler = (event) => ({ statusCode: 200, body: JSON.stringify(event) });
const everybody = {
  Statement: { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' },
} as const;

const world: World = {
  from: { sourceIp: '203.0.113.7' },
  accounts: {
    [HOME]: {
      organization: 'o-exampleorgid',
      users: {
        buddy: {
          accessKeys: [buddy],
          policies: [{ Statement: { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' } }],
        },
      },
      roles: {
        guest: {
          trust: {
            Statement: {
              Effect: 'Allow',
              Principal: { Federated: 'cognito-identity.amazonaws.com' },
              Action: 'sts:AssumeRoleWithWebIdentity',
            },
          },
          policies: [{ Statement: { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' } }],
        },
      },
      identityPools: { [POOL]: { allowUnauthenticated: true, roles: { unauthenticated: 'guest' } } },
      vpcEndpoints: { [VPCE]: { region: 'us-east-1', vpc: 'vpc-1a2b3c4d' } },
      apis: {
        rest1: {
          region: 'us-east-1',
          stage: 'prod',
          stageVariables: { table: 'orders' },
          domainNames: { 'api.example.com': { basePath: 'shop' } },
          routes: { 'ANY /orders/{id}': { auth: 'AWS_IAM', handler: echo }, 'ANY /open': { handler: echo } },
        },
        private1: {
          region: 'us-east-1',
          stage: 'prod',
          endpoint: 'PRIVATE',
          policy: everybody,
          routes: { 'GET /open': { handler: echo } },
        },
        http1: {
          type: 'HTTP',
          region: 'us-east-1',
          stage: '$default',
          stageVariables: { table: 'orders' },
          routes: {
            'POST /orders/{id}': { handler: (event) => event },
            'GET /iam': { auth: 'AWS_IAM', handler: (event) => event },
          },
        },
      },
    },
  },
};

let gate: Gate;
beforeAll(async () => {
  gate = await startGate(world, { now: () => Date.now() });
});
afterAll(() => gate.close());

const rest = 'https://rest1.execute-api.us-east-1.amazonaws.com';
const http = 'https://http1.execute-api.us-east-1.amazonaws.com';
const UUID = expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const TIME = expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);

describe('payload 1.0', () => {
  test('holds the whole of a signed call', async () => {
    const seen = await call(gate, `${rest}/prod/orders/a%20b?x=1&x=2&y=%2B`, {
      method: 'POST',
      body: '{"n":1}',
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'test/1',
        Accept: 'a',
        'X-Forwarded-For': '10.0.0.1',
      },
      keys: buddy,
    });
    const event = JSON.parse(seen.body) as ProxyEvent;
    const single = {
      Accept: 'a',
      'Content-Type': 'application/json',
      'User-Agent': 'test/1',
      'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      'X-Forwarded-For': '10.0.0.1, 203.0.113.7',
      'X-Forwarded-Port': '443',
      'X-Forwarded-Proto': 'https',
    };
    const { headers, multiValueHeaders, ...others } = event;
    expect(headers).toMatchObject(single);
    expect(Object.keys(headers).map((name) => name.toLowerCase())).not.toContain('authorization');
    expect(Object.keys(headers).join()).not.toContain('x-sigv4kit');
    expect(multiValueHeaders['User-Agent']).toEqual(['test/1']);
    expect(others).toEqual({
      resource: '/orders/{id}',
      path: '/orders/a%20b',
      httpMethod: 'POST',
      queryStringParameters: { x: '2', y: '+' },
      multiValueQueryStringParameters: { x: ['1', '2'], y: ['+'] },
      pathParameters: { id: 'a b' },
      stageVariables: { table: 'orders' },
      requestContext: {
        accountId: HOME,
        apiId: 'rest1',
        domainName: 'rest1.execute-api.us-east-1.amazonaws.com',
        domainPrefix: 'rest1',
        extendedRequestId: expect.stringMatching(/^[\w-]{15}=$/),
        httpMethod: 'POST',
        identity: {
          accessKey: buddy.accessKeyId,
          accountId: HOME,
          caller: 'AIDAIOSFODNN7EXAMPLE',
          cognitoAuthenticationProvider: null,
          cognitoAuthenticationType: null,
          cognitoIdentityId: null,
          cognitoIdentityPoolId: null,
          principalOrgId: 'o-exampleorgid',
          sourceIp: '203.0.113.7',
          user: 'AIDAIOSFODNN7EXAMPLE',
          userAgent: 'test/1',
          userArn: `arn:aws:iam::${HOME}:user/buddy`,
        },
        path: '/prod/orders/a%20b',
        protocol: 'HTTP/1.1',
        requestId: UUID,
        requestTime: TIME,
        requestTimeEpoch: expect.any(Number),
        resourceId: expect.stringMatching(/^[0-9a-z]{6}$/),
        resourcePath: '/orders/{id}',
        stage: 'prod',
      },
      body: '{"n":1}',
      isBase64Encoded: false,
    });
    expect(seen.headers['x-amzn-requestid']).toBe(event.requestContext.requestId);
    expect(seen.headers['x-amz-apigw-id']).toBe(event.requestContext.extendedRequestId);
  });

  test('has null where a call has nothing', async () => {
    const event = JSON.parse((await call(gate, `${rest}/prod/open`)).body) as ProxyEvent;
    expect(event).toMatchObject({
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      body: null,
      requestContext: {
        identity: {
          accessKey: null,
          accountId: null,
          caller: null,
          principalOrgId: null,
          user: null,
          userAgent: null,
          userArn: null,
        },
      },
    });
    expect(event.requestContext).not.toHaveProperty('authorizer');
    expect(event.requestContext.identity).not.toHaveProperty('vpceId');
  });

  test('tells the way through a VPC endpoint, and of a custom domain name the base path', async () => {
    const through = await call(gate, 'https://private1.execute-api.us-east-1.amazonaws.com/prod/open', {
      from: 'vpc=vpc-1a2b3c4d; sourceIp=10.1.2.3',
    });
    expect((JSON.parse(through.body) as ProxyEvent).requestContext.identity).toMatchObject({
      vpceId: VPCE,
      vpcId: 'vpc-1a2b3c4d',
      sourceIp: '10.1.2.3',
    });
    const mapped = await call(gate, 'https://api.example.com/shop/open');
    expect(JSON.parse(mapped.body)).toMatchObject({
      path: '/shop/open',
      resource: '/open',
      requestContext: { path: '/shop/open', domainName: 'api.example.com', domainPrefix: 'api', stage: 'prod' },
    });
  });

  test.each<[string, Uint8Array, string, boolean]>([
    ['text', Buffer.from('\ufeffhéllo'), '\ufeffhéllo', false],
    ['bytes', new Uint8Array([0xff, 0x00]), '/wA=', true],
  ])('has a body of %s', async (_, body, text, isBase64Encoded) => {
    const seen = await call(gate, `${rest}/prod/open`, { method: 'PUT', body });
    expect(JSON.parse(seen.body)).toMatchObject({ body: text, isBase64Encoded });
  });
});

describe('payload 2.0', () => {
  test('holds the whole of a call', async () => {
    const seen = await call(gate, `${http}/orders/a%20b?x=1&x=2&y=%2B`, {
      method: 'POST',
      body: '{"n":1}',
      headers: { 'User-Agent': 'test/1', Accept: 'a', Cookie: 'a=1; b=2' },
    });
    const { headers, ...others } = JSON.parse(seen.body) as ProxyEventV2;
    expect(headers).toEqual({
      accept: 'a',
      'content-length': '7',
      connection: expect.any(String),
      host: 'http1.execute-api.us-east-1.amazonaws.com',
      'user-agent': 'test/1',
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-/),
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    });
    expect(others).toEqual({
      version: '2.0',
      routeKey: 'POST /orders/{id}',
      rawPath: '/orders/a%20b',
      rawQueryString: 'x=1&x=2&y=%2B',
      cookies: ['a=1', 'b=2'],
      queryStringParameters: { x: '1,2', y: '+' },
      pathParameters: { id: 'a b' },
      stageVariables: { table: 'orders' },
      requestContext: {
        accountId: HOME,
        apiId: 'http1',
        authentication: null,
        domainName: 'http1.execute-api.us-east-1.amazonaws.com',
        domainPrefix: 'http1',
        http: {
          method: 'POST',
          path: '/orders/a%20b',
          protocol: 'HTTP/1.1',
          sourceIp: '203.0.113.7',
          userAgent: 'test/1',
        },
        requestId: UUID,
        routeKey: 'POST /orders/{id}',
        stage: '$default',
        time: TIME,
        timeEpoch: expect.any(Number),
      },
      body: '{"n":1}',
      isBase64Encoded: false,
    });
  });

  test('leaves out what a call does not have', async () => {
    const event = JSON.parse((await call(gate, `${http}/orders/7`, { method: 'POST' })).body);
    for (const part of ['cookies', 'queryStringParameters', 'body']) expect(event).not.toHaveProperty(part);
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });
});

/** A guest of the identity pool. */
async function guest() {
  const ask = async (operation: string, input: object) => {
    const response = await gate.fetch('https://cognito-identity.us-east-1.amazonaws.com/', {
      method: 'POST',
      headers: {
        'x-amz-target': `AWSCognitoIdentityService.${operation}`,
        'content-type': 'application/x-amz-json-1.1',
      },
      body: JSON.stringify(input),
    });
    return response.json();
  };
  const { IdentityId } = await ask('GetId', { IdentityPoolId: POOL });
  const { Credentials } = await ask('GetCredentialsForIdentity', { IdentityId });
  const { AccessKeyId, SecretKey, SessionToken } = Credentials;
  return {
    id: IdentityId as string,
    keys: { accessKeyId: AccessKeyId, secretAccessKey: SecretKey, sessionToken: SessionToken },
  };
}

test('a caller with an identity of Cognito is known by it, in either payload', async () => {
  const { id, keys } = await guest();
  const one = JSON.parse((await call(gate, `${rest}/prod/orders/7`, { keys })).body) as ProxyEvent;
  expect(one.requestContext.identity).toMatchObject({
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: 'unauthenticated',
    cognitoIdentityId: id,
    cognitoIdentityPoolId: POOL,
    userArn: `arn:aws:sts::${HOME}:assumed-role/guest/CognitoIdentityCredentials`,
  });
  const two = JSON.parse((await call(gate, `${http}/iam`, { keys })).body) as ProxyEventV2;
  expect(two.requestContext.authorizer?.iam?.cognitoIdentity).toEqual({
    amr: ['unauthenticated'],
    identityId: id,
    identityPoolId: POOL,
  });
});
