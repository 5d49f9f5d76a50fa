/** OpenAPI documents: an API that a document describes decides as the same API written by hand; what cannot be read is refused. */
import { createServer } from 'node:http';
import { type AuthorizerResult, type Gate, type RestApi, startGate, type World } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, key } from '../../support/gate-caller';
import { listen } from '../../support/listen';

const caller = key('AKIAIOSFODNN7EXAMPLE');
const nobody = key('AKIAI44QH8DHBEXAMPLE');
const ranges = createServer((message, response) => response.end(`{"url":"${message.url}"}`));
let origin: string;
beforeAll(async () => {
  origin = await listen(ranges);
});
afterAll(() => new Promise((resolve) => ranges.close(resolve)));

const SIGV4 = { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' };
const integration = (type: string, more: object = {}) => ({ 'x-amazon-apigateway-integration': { type, ...more } });
const document = (paths: object, more: object = {}) => ({
  openapi: '3.0.1',
  info: { title: 'Verification', version: '1.0' },
  paths,
  ...more,
});
const users = {
  'api-caller': {
    accessKeys: [caller],
    policies: [
      {
        Version: '2012-10-17' as const,
        Statement: {
          Action: ['execute-api:Invoke'],
          Effect: 'Allow' as const,
          Resource: 'arn:aws:execute-api:eu-central-1:111122223333:irjzyov5a7/PROD/GET/path1',
        },
      },
    ],
  },
  nobody: { accessKeys: [nobody] },
};

const worldOf = (api: object, id = 'irjzyov5a7'): World =>
  ({
    accounts: { '111122223333': { users, apis: { [id]: { region: 'eu-central-1', stage: 'PROD', ...api } } } },
  }) as never;
const url = (path: string) => `https://irjzyov5a7.execute-api.eu-central-1.amazonaws.com/PROD${path}`;

describe('The document of a regional API with IAM authorization, as Terraform writes it', () => {
  let gates: Gate[];
  beforeAll(async () => {
    const uri = `${origin}/ip-ranges.json`;
    const openapi = document(
      {
        '/path1': {
          get: {
            security: [{ sigv4: [] }],
            ...integration('HTTP_PROXY', { httpMethod: 'GET', payloadFormatVersion: '1.0', uri }),
          },
        },
      },
      { components: { securitySchemes: { sigv4: SIGV4 } } },
    );
    const byHand = { routes: { 'GET /path1': { auth: 'AWS_IAM', handler: { httpProxy: uri, method: 'GET' } } } };
    gates = [await startGate(worldOf({ openapi })), await startGate(worldOf(byHand))];
  });
  afterAll(() => Promise.all(gates.map((gate) => gate.close())));

  test.each([
    ['the user who may', 'GET', '/path1', caller, 'eu-central-1', 200],
    ['a user who may not', 'GET', '/path1', nobody, 'eu-central-1', 403],
    ['no signature', 'GET', '/path1', undefined, undefined, 403],
    ['another method', 'POST', '/path1', caller, 'eu-central-1', 403],
    ['another path', 'GET', '/path2', caller, 'eu-central-1', 403],
    ['another region', 'GET', '/path1', caller, 'us-east-1', 403],
  ])('decides on %s as the API by hand', async (_, method, path, keys, region, status) => {
    const [first, second] = await Promise.all(
      gates.map(async (gate) => {
        const got = await call(gate, url(path), { method, keys, ...(region !== undefined && { region }) });
        return { status: got.status, type: got.type, body: got.body, reason: got.decision?.reason };
      }),
    );
    expect(first?.status).toBe(status);
    expect(first).toEqual(second);
  });

  test('hands the call on', async () => {
    const got = await call(gates[0] as Gate, url('/path1'), { keys: caller, region: 'eu-central-1' });
    expect(got.body).toBe('{"url":"/ip-ranges.json"}');
  });
});

describe('A REST API of a document', () => {
  const allow = { principalId: 'a', policyDocument: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } };
  const asked: unknown[] = [];
  const handler = (event: object) => {
    asked.push(event);
    return allow as AuthorizerResult;
  };
  const echo = ({ requestContext }: { requestContext: { authorizer?: unknown } }) => ({
    statusCode: 200,
    body: JSON.stringify(requestContext.authorizer ?? null),
  });
  let gate: Gate;
  beforeAll(async () => {
    const openapi = document(
      {
        '/open': { get: integration('aws_proxy', { uri: 'arn:aws:apigateway:…' }) },
        '/iam': { get: { 'x-amazon-apigateway-auth': { type: 'AWS_IAM' }, ...integration('aws_proxy') } },
        '/token/{id}': { get: { security: [{ token: [] }], ...integration('aws_proxy') } },
        '/request': { get: { security: [{ request: [] }], ...integration('aws_proxy') } },
        '/none': { get: { security: [], ...integration('aws_proxy') } },
        '/any/{rest+}': {
          'x-amazon-apigateway-any-method': integration('http_proxy', {
            httpMethod: 'ANY',
            // biome-ignore lint/suspicious/noTemplateCurlyInString: a stage variable
            uri: '${stageVariables.origin}/base/{proxy}',
            requestParameters: {
              'integration.request.path.proxy': 'method.request.path.rest',
              'integration.request.header.accept': 'method.request.header.accept',
            },
          }),
          options: { $ref: '#/components/x-operations/cors' },
        },
        '/shared': { $ref: '#/components/pathItems/shared~1item' },
      },
      {
        // Left out, as API Gateway does.
        security: [{ sigv4: [] }],
        servers: [{ url: 'https://example.com/{basePath}', variables: { basePath: { default: '/v9' } } }],
        'x-amazon-apigateway-policy': {
          Version: '2012-10-17',
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
        'x-amazon-apigateway-gateway-responses': { ACCESS_DENIED: { statusCode: 418 } },
        'x-amazon-apigateway-binary-media-types': ['*/*'],
        'x-amazon-apigateway-request-validators': { none: { validateRequestBody: false } },
        'x-amazon-apigateway-request-validator': 'none',
        components: {
          securitySchemes: {
            sigv4: SIGV4,
            token: {
              type: 'apiKey',
              name: 'X-Token',
              in: 'header',
              'x-amazon-apigateway-authtype': 'custom',
              'x-amazon-apigateway-authorizer': {
                type: 'token',
                authorizerUri: 'arn:aws:apigateway:…',
                identityValidationExpression: '^x-[a-z]+',
                authorizerResultTtlInSeconds: '0',
              },
            },
            request: {
              type: 'apiKey',
              name: 'Unused',
              in: 'header',
              'x-amazon-apigateway-authorizer': {
                type: 'request',
                identitySource: 'method.request.header.A, method.request.querystring.b',
              },
            },
          },
          pathItems: { 'shared/item': { get: { ...integration('aws_proxy') } } },
          'x-operations': {
            cors: integration('mock', {
              requestTemplates: { 'application/json': '{"statusCode": 200}' },
              responses: {
                default: { statusCode: '500' },
                '2\\d{2}': {
                  statusCode: '204',
                  responseParameters: {
                    'method.response.header.Access-Control-Allow-Origin': "'*'",
                    'method.response.header.Access-Control-Allow-Methods': "'GET,POST'",
                  },
                  responseTemplates: { 'application/json': '' },
                },
              },
            }),
          },
        },
      },
    );
    const api: Partial<RestApi> = {
      openapi,
      stageVariables: { origin },
      authorizers: { token: { type: 'TOKEN', handler }, request: { type: 'REQUEST', handler } },
      routes: {
        'GET /open': { handler: echo },
        'GET /iam': { handler: echo },
        'GET /token/{id}': { handler: echo },
        'GET /request': { handler: echo },
        'GET /none': { handler: echo },
        'GET /shared': { handler: { statusCode: 200, body: 'shared' } },
        'GET /own': { handler: { statusCode: 200, body: 'own' } },
      },
    };
    gate = await startGate(worldOf(api));
  });
  afterAll(() => gate.close());
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    call(gate, url(path), { headers, method });

  test.each([
    ['an operation without security, whatever the document asks for', '/open', {}, 200, 'null'],
    ['an operation with empty security', '/none', {}, 200, 'null'],
    [
      'an operation with its authorization said directly',
      '/iam',
      {},
      403,
      '{"message":"Missing Authentication Token"}',
    ],
    ['a token in the header of the scheme', '/token/7', { 'X-Token': 'x-abc' }, 200, undefined],
    ['a token that does not match', '/token/7', { 'X-Token': 'abc' }, 401, '{"message":"Unauthorized"}'],
    ['all identity sources', '/request?b=1', { A: '1' }, 200, undefined],
    ['a missing identity source', '/request', { A: '1' }, 401, '{"message":"Unauthorized"}'],
    ['a path that is a reference', '/shared', {}, 200, 'shared'],
    ["a route of the world's own", '/own', {}, 200, 'own'],
    ['a mapped parameter and a stage variable', '/any/a/b', {}, 200, '{"url":"/base/a/b"}'],
  ])('answers %s', async (_, path, headers, status, body) => {
    const got = await get(path, headers);
    expect([got.status, got.body]).toEqual([status, body ?? got.body]);
  });

  test('keeps no result where the document says so', async () => {
    asked.length = 0;
    await get('/token/7', { 'X-Token': 'x-abc' });
    await get('/token/7', { 'X-Token': 'x-abc' });
    expect(asked).toHaveLength(2);
  });

  test('answers a mock by the response for its status', async () => {
    expect(await get('/any/x', {}, 'OPTIONS')).toMatchObject({
      status: 204,
      body: '',
      headers: { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'GET,POST' },
    });
  });

  test('has the policy of the document', async () => {
    expect(await call(gate, url('/own'), { from: 'sourceIp=203.0.113.7' })).toMatchObject({
      status: 403,
      decision: { reason: 'explicit-deny', policy: 'resource' },
    });
  });
});

describe('A document tells', () => {
  const started = async (openapi: object, more: object = {}) => {
    const account = {
      vpcEndpoints: { 'vpce-0a1b2c3d': { region: 'eu-central-1', vpc: 'vpc-1a2b3c4d' } },
      apis: { irjzyov5a7: { region: 'eu-central-1', stage: 'PROD', openapi, ...more } },
    };
    return startGate({ accounts: { '111122223333': account } } as never);
  };
  const open = {
    '/a': { get: integration('mock', { requestTemplates: { 'application/json': '{"statusCode":200}' } }) },
  };

  test.each([
    ['with the document', { 'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: true } }],
    [
      'with a server',
      { servers: [{ 'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: true } }] },
    ],
  ])('that the default endpoint is disabled, %s', async (_, more) => {
    const gate = await started(document(open, more));
    const { status, body } = await call(gate, url('/a'));
    await gate.close();
    expect([status, body]).toEqual([403, '{"message":"Forbidden"}']);
  });

  test('that the API is private, and by which endpoints it is reached', async () => {
    const endpoints = { types: ['PRIVATE'], vpcEndpointIds: ['vpce-0a1b2c3d'] };
    const policy = {
      Statement: { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: '*' },
    };
    const gate = await started(
      document(open, {
        'x-amazon-apigateway-endpoint-configuration': endpoints,
        'x-amazon-apigateway-policy': policy,
      }),
    );
    const alias = 'https://irjzyov5a7-vpce-0a1b2c3d.execute-api.eu-central-1.amazonaws.com/PROD/a';
    const statuses = [(await call(gate, alias)).status, (await call(gate, url('/a'))).status];
    await gate.close();
    expect(statuses).toEqual([200, 403]);
  });

  test('less than the world, which goes before it', async () => {
    const gate = await started(document({ '/a': { get: { 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } } } }), {
      routes: { 'GET /a': { auth: 'NONE', handler: { statusCode: 200, body: 'mine' } } },
    });
    const { body } = await call(gate, url('/a'));
    await gate.close();
    expect(body).toBe('mine');
  });

  test('the routes and authorizers of an HTTP API', async () => {
    const authorizer = (more: object) => ({
      type: 'apiKey',
      name: 'X-Key',
      in: 'header',
      'x-amazon-apigateway-authorizer': more,
    });
    const gate = await started(
      document(
        {
          '/simple': {
            get: { security: [{ simple: [] }], ...integration('aws_proxy', { payloadFormatVersion: '2.0' }) },
          },
          '/jwt': {
            get: { security: [{ jwt: ['read'] }], ...integration('aws_proxy', { payloadFormatVersion: '2.0' }) },
          },
          '/$default': { 'x-amazon-apigateway-any-method': integration('http_proxy', { uri: `${origin}/rest` }) },
        },
        {
          components: {
            securitySchemes: {
              simple: authorizer({
                type: 'request',
                authorizerPayloadFormatVersion: '2.0',
                enableSimpleResponses: true,
              }),
              jwt: {
                type: 'openIdConnect',
                openIdConnectUrl: 'https://login.example.com/.well-known/openid-configuration',
                'x-amazon-apigateway-authorizer': {
                  type: 'jwt',
                  identitySource: '$request.header.Authorization',
                  jwtConfiguration: { audience: ['app'] },
                },
              },
            },
          },
        },
      ),
      {
        type: 'HTTP',
        stage: '$default',
        authorizers: {
          simple: { type: 'REQUEST', handler: () => ({ isAuthorized: true }) },
          jwt: { type: 'JWT', jwks: { keys: [] } },
        },
        routes: {
          'GET /simple': { handler: () => 'simple' },
          'GET /jwt': { handler: () => 'jwt' },
        },
      },
    );
    const at = async (path: string, headers: Record<string, string> = {}) => {
      const { status, body } = await call(gate, `https://irjzyov5a7.execute-api.eu-central-1.amazonaws.com${path}`, {
        headers,
      });
      return `${status} ${body}`;
    };
    const answers = [await at('/simple', { 'x-key': 'k' }), await at('/simple'), await at('/jwt'), await at('/else/x')];
    await gate.close();
    expect(answers).toEqual([
      '200 simple',
      '401 {"message":"Unauthorized"}',
      '401 {"message":"Unauthorized"}',
      '200 {"url":"/rest"}',
    ]);
  });
});

describe('A document is refused', () => {
  const operation = (more: object, rest: object = {}) => document({ '/a/{id}': { get: more } }, rest);
  const proxied = (more: object) => operation(integration('http_proxy', { uri: 'https://a.example/', ...more }));
  const scheme = (security: unknown, securitySchemes: object) =>
    operation(
      { security, ...integration('http_proxy', { uri: 'https://a.example/' }) },
      { components: { securitySchemes } },
    );
  const mock = (more: object) =>
    operation(integration('mock', { requestTemplates: { 'application/json': '{"statusCode":200}' }, ...more }));
  const authorizer = (more: object) => ({
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    'x-amazon-apigateway-authorizer': more,
  });
  const at = 'accounts.111122223333.apis.irjzyov5a7';
  const get = `${at}.openapi.paths["/a/{id}"].get`;

  test.each<[string, string, object, object?]>([
    ['of another version', `${at}.openapi.openapi`, { swagger: '2.0', paths: {} }],
    [
      'with an integration that is not emulated',
      `${get}["x-amazon-apigateway-integration"].type`,
      operation(integration('http')),
    ],
    [
      'with a service of AWS behind it',
      `${get}["x-amazon-apigateway-integration"].type`,
      operation(integration('aws')),
    ],
    ['without an integration', get, operation({})],
    [
      'without the function of an operation',
      `${at}.routes["GET /a/{id}"].handler`,
      operation(integration('aws_proxy')),
    ],
    [
      'with a VPC link',
      `${get}["x-amazon-apigateway-integration"].connectionType`,
      proxied({ connectionType: 'VPC_LINK' }),
    ],
    [
      'with a part of an integration that is not known',
      `${get}["x-amazon-apigateway-integration"].retries`,
      proxied({ retries: 1 }),
    ],
    [
      'with a header that is mapped',
      `${get}["x-amazon-apigateway-integration"].requestParameters["integration.request.header.a"]`,
      proxied({ requestParameters: { 'integration.request.header.a': "'b'" } }),
    ],
    [
      'with a parameter that the path has not',
      `${get}["x-amazon-apigateway-integration"].uri`,
      proxied({ uri: 'https://a.example/{name}' }),
    ],
    [
      'with a stage variable that the API has not',
      `${get}["x-amazon-apigateway-integration"].uri`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a stage variable
      proxied({ uri: 'https://${stageVariables.host}/' }),
    ],
    [
      'with a template that must be run',
      `${get}["x-amazon-apigateway-integration"].requestTemplates`,
      mock({ requestTemplates: { 'application/json': '#set($a = 1){"statusCode": 200}' } }),
    ],
    [
      'with a response that is computed',
      `${get}["x-amazon-apigateway-integration"].responses.default.responseTemplates`,
      mock({ responses: { default: { responseTemplates: { 'application/json': '$context.requestId' } } } }),
    ],
    [
      'with an API key',
      `${get}.security`,
      scheme([{ key: [] }], { key: { type: 'apiKey', name: 'x-api-key', in: 'header' } }),
    ],
    [
      'with an API key beside a signature',
      `${get}.security`,
      scheme([{ sigv4: [], key: [] }], { sigv4: SIGV4, key: { type: 'apiKey', name: 'x-api-key', in: 'header' } }),
    ],
    [
      'with an API key beside an authorization that is said directly',
      `${get}.security`,
      operation(
        {
          security: [{ key: [] }],
          'x-amazon-apigateway-auth': { type: 'AWS_IAM' },
          ...integration('http_proxy', { uri: 'https://a.example/' }),
        },
        { components: { securitySchemes: { key: { type: 'apiKey', name: 'x-api-key', in: 'header' } } } },
      ),
    ],
    [
      'with a scheme that its authorization, said directly, leaves out',
      `${get}["x-amazon-apigateway-auth"].type`,
      operation(
        {
          security: [{ sigv4: [] }],
          'x-amazon-apigateway-auth': { type: 'NONE' },
          ...integration('http_proxy', { uri: 'https://a.example/' }),
        },
        { components: { securitySchemes: { sigv4: SIGV4 } } },
      ),
    ],
    [
      'with an authorization of a whole path',
      `${at}.openapi.paths["/a"]["x-amazon-apigateway-auth"]`,
      document({ '/a': { 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } } }),
    ],
    [
      'with security of a whole path',
      `${at}.openapi.paths["/a"].security`,
      document({ '/a': { security: [{ sigv4: [] }] } }),
    ],
    ['with a choice of schemes', `${get}.security`, scheme([{ sigv4: [] }, {}], { sigv4: SIGV4 })],
    ['with a scheme that is not there', `${get}.security`, scheme([{ sigv4: [] }], {})],
    [
      'with a scheme that API Gateway does not know',
      `${at}.openapi.components.securitySchemes.bearer`,
      scheme([{ bearer: [] }], { bearer: { type: 'http', scheme: 'bearer' } }),
    ],
    [
      'with an authorizer without its function',
      `${at}.authorizers.a.handler`,
      scheme([{ a: [] }], { a: authorizer({ type: 'token' }) }),
    ],
    [
      'with an authorizer of another type than in the world',
      `${at}.authorizers.a.type`,
      scheme([{ a: [] }], { a: authorizer({ type: 'token' }) }),
      { authorizers: { a: { type: 'REQUEST', handler: () => undefined } } },
    ],
    [
      'with a user pool that is none',
      `${at}.openapi.components.securitySchemes.a["x-amazon-apigateway-authorizer"].providerARNs[0]`,
      scheme([{ a: [] }], { a: authorizer({ type: 'cognito_user_pools', providerARNs: ['pool'] }) }),
    ],
    [
      'with requests that are validated',
      get,
      operation(
        { 'x-amazon-apigateway-request-validator': 'all', ...integration('http_proxy', { uri: 'https://a.example/' }) },
        { 'x-amazon-apigateway-request-validators': { all: { validateRequestParameters: true } } },
      ),
    ],
    [
      'with an extension that is not known',
      `${at}.openapi["x-amazon-apigateway-waf"]`,
      document({}, { 'x-amazon-apigateway-waf': {} }),
    ],
    ['with a reference to another file', `${at}.openapi.paths["/a"].$ref`, document({ '/a': { $ref: 'a.json' } })],
    ['with a reference to nothing', `${at}.openapi.paths["/a"].$ref`, document({ '/a': { $ref: '#/components/a' } })],
    ['with a reference to itself', `${at}.openapi.paths["/a"]`, document({ '/a': { $ref: '#/paths/~1a' } })],
    [
      'with a policy that makes no sense',
      `${at}.openapi["x-amazon-apigateway-policy"].Version`,
      document({}, { 'x-amazon-apigateway-policy': { Version: '2030-01-01' } }),
    ],
    [
      'of an HTTP API, with security for the document as a whole',
      get,
      operation(integration('http_proxy', { uri: 'https://a.example/' }), { security: [{ sigv4: [] }] }),
      { type: 'HTTP' },
    ],
    [
      'of an HTTP API, with a policy',
      `${at}.openapi["x-amazon-apigateway-policy"]`,
      document({}, { 'x-amazon-apigateway-policy': {} }),
      { type: 'HTTP' },
    ],
    [
      'of an HTTP API, with CORS',
      `${at}.openapi["x-amazon-apigateway-cors"]`,
      document({}, { 'x-amazon-apigateway-cors': {} }),
      { type: 'HTTP' },
    ],
    [
      'of an HTTP API, with functions of payload 1.0',
      `${get}["x-amazon-apigateway-integration"].payloadFormatVersion`,
      operation(integration('aws_proxy', { payloadFormatVersion: '1.0' })),
      { type: 'HTTP' },
    ],
  ])('%s', async (_, path, openapi, more) => {
    const error = await startGate(worldOf({ openapi, ...more })).then(
      (gate) => gate.close(),
      (cause) => cause,
    );
    expect(error).toMatchObject({ code: 'ERR_SIGV4_INVALID_WORLD', message: expect.stringContaining(`${path} `) });
  });
});
