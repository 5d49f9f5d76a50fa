/** APIs that make no sense, or that are not emulated: a gate does not start for them, and says where the fault is. */
import { startGate, type World } from 'sigv4kit/gate';
import { describe, expect, test } from 'vitest';

const VPCE = 'vpce-0a1b2c3d4e5f60718';
const ok = { statusCode: 200 };
const allow = { Statement: { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: '*' } };
const token = { type: 'TOKEN', handler: () => undefined };

const worldOf = (apis: object): unknown => ({
  accounts: {
    '111122223333': {
      vpcEndpoints: {
        [VPCE]: { region: 'us-east-1', vpc: 'vpc-1' },
        'vpce-0b2c3d4e5f6071829': { region: 'eu-west-1', vpc: 'vpc-1' },
      },
      apis,
    },
  },
});
const api = (change: object, routes: object = { 'GET /': { handler: ok } }) =>
  worldOf({ a: { region: 'us-east-1', stage: 'prod', routes, ...change } });
const route = (change: object, key = 'GET /', more: object = {}) => api(more, { [key]: { handler: ok, ...change } });
const secret = (change: object) => api({ endpoint: 'PRIVATE', policy: allow, ...change });
const domain = (name: string, change: object, more: object = {}) => api({ domainNames: { [name]: change }, ...more });
const socket = (routes: object, more: object = {}) => api({ type: 'WEBSOCKET', ...more }, routes);

describe('a gate does not start', () => {
  test.each<[fault: string, world: unknown]>([
    ['apis.a is not an object', worldOf({ a: [] })],
    ['apis.a-b is not an API id', worldOf({ 'a-b': { region: 'us-east-1', stage: 's' } })],
    ['apis.a.type is "GRAPHQL", and not "REST", "HTTP" or "WEBSOCKET"', api({ type: 'GRAPHQL' })],
    ['apis.a.type is "constructor"', api({ type: 'constructor' })],
    ['apis.a.region is not a region', api({ region: 'here' })],
    ['apis.a.stage is not a stage name', api({ stage: '$default' })],
    ['apis.a.stage is not a stage name', api({ type: 'HTTP', stage: '$other' })],
    ['apis.a.stageVariables.n is not a text', api({ stageVariables: { n: 1 } })],
    ['apis.a.defaultEndpoint is neither true nor false', api({ defaultEndpoint: 'no' })],
    ['apis.a.endpoint is "LOCAL", and not "REGIONAL", "EDGE" or "PRIVATE"', api({ endpoint: 'LOCAL' })],
    ['apis.a.cors is not known', api({ cors: {} })],
    ['apis.a.policy is not known', api({ type: 'HTTP', policy: allow })],
    ['apis.a.endpoint is not known', api({ type: 'HTTP', endpoint: 'PRIVATE' })],
    ['apis.a.policy is not known', socket({}, { policy: allow })],
    ['apis.a.openapi is not known', socket({}, { openapi: {} })],
    ['apis.a.openapi is not an object', api({ openapi: 'openapi: 3.0.0' })],
    ['apis.a.policy.Statement is not an object', api({ policy: {} })],
    [
      'apis.a.policy.Statement needs',
      api({ policy: { Statement: { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' } } }),
    ],
    ['apis.a.vpcEndpoints is of no use to an API that is not private', api({ vpcEndpoints: [VPCE] })],
    ['apis.a.vpcEndpoints is not a list', secret({ vpcEndpoints: VPCE })],
    ['apis.a.vpcEndpoints[1] is not a VPC endpoint of the world', secret({ vpcEndpoints: [VPCE, 'vpce-0'] })],
    ["apis.a.vpcEndpoints[0] is not of the API's region", secret({ vpcEndpoints: ['vpce-0b2c3d4e5f6071829'] })],
    ['domainNames["API.example.com"] is not a domain name', domain('API.example.com', {})],
    ['domainNames["example"] is not a domain name', domain('example', {})],
    ['domainNames["a.execute-api.us-east-1.amazonaws.com"] is', domain('a.execute-api.us-east-1.amazonaws.com', {})],
    ['domainNames["api.example.com"].basePath is not one segment', domain('api.example.com', { basePath: '/a' })],
    ['domainNames["api.example.com"].basePath is not one segment', domain('api.example.com', { basePath: '' })],
    ['["api.example.com"].vpcEndpoints is of no use', domain('api.example.com', { vpcEndpoints: [VPCE] })],
    ['["api.example.com"].policy is of no use', domain('api.example.com', { policy: allow })],
    ['["api.example.com"].stage is not known', domain('api.example.com', { stage: 'a' })],
    [
      '["api.example.com"].vpcEndpoints[0] is not a VPC endpoint of the world',
      domain('api.example.com', { vpcEndpoints: ['vpce-1'] }, { endpoint: 'PRIVATE' }),
    ],
    [
      'apis.a.domainNames["api.example.com"] is a domain name that another API has too',
      worldOf(
        Object.fromEntries(
          ['a', 'b'].map((id) => [id, { region: 'us-east-1', stage: 's', domainNames: { 'api.example.com': {} } }]),
        ),
      ),
    ],
    ['routes["GET"] is not of the form', route({}, 'GET')],
    ['routes["get /"] is not of the form', route({}, 'get /')],
    ['routes["GET /{a+}/b+{"] is not of the form', route({}, 'GET /{a+}/b+{')],
    ['routes["GET /{a+}/b"] is not of the form', route({}, 'GET /{a+}/b')],
    ['routes["TRACE /"] is not of the form', route({}, 'TRACE /')],
    ['routes["PROPFIND /a"] is not of the form', route({}, 'PROPFIND /a', { type: 'HTTP' })],
    [
      'routes["GET /a/{y}"] is the same as "GET /a/{x}" but for the names of its parameters',
      api({}, { 'GET /a/{x}': { handler: ok }, 'GET /a/{y}': { auth: 'AWS_IAM', handler: ok } }),
    ],
    ['routes["$default"] is not of the form', route({}, '$default')],
    ['routes["GET /"].auth is "lambda", and not', route({ auth: 'lambda' })],
    [
      'routes["GET /"].auth is "lambda", and not',
      route({ auth: 'lambda' }, 'GET /', { authorizers: { other: token } }),
    ],
    ['routes["GET /"].scopes[0] is not a text', route({ scopes: [1] })],
    ['routes["GET /"].method is not known', route({ method: 'GET' })],
    ['routes["GET /"].handler is missing', route({ handler: undefined })],
    ['routes["GET /orders/:id"] has a segment that begins with ":"', route({}, 'GET /orders/:id')],
    ['routes["GET /"].handler is neither a function nor an answer', route({ handler: { statusCode: 99 } })],
    ['routes["GET /"].handler is neither a function nor an answer', route({ handler: 'x' }, 'GET /', { type: 'HTTP' })],
    [
      'routes["GET /"].handler is neither a function nor an answer',
      route({ handler: { a: 1 } }, 'GET /', { type: 'HTTP' }),
    ],
    ['handler.httpProxy is not a URL', route({ handler: { httpProxy: 'ftp://example.com' } })],
    ['handler.method is not a method', route({ handler: { httpProxy: 'http://localhost', method: 'get' } })],
    ['handler.timeout is not a whole number', route({ handler: { httpProxy: 'http://localhost', timeout: 1 } })],
    ['handler.cache is not known', route({ handler: { httpProxy: 'http://localhost', cache: true } })],
    ['apis.a.authorizers.a.type', api({ type: 'HTTP', authorizers: { a: token } })],
    ['apis.a.authorizers is not an object', api({ authorizers: [] })],
    ['routes["$connected"] is not a route key', socket({ $connected: { handler: ok } })],
    ['routes["a b"] is not a route key', socket({ 'a b': { handler: ok } })],
    ['routes["send"].auth is of no use', socket({ send: { auth: 'AWS_IAM', handler: ok } })],
    ['routes["$connect"].auth is "a"', socket({ $connect: { auth: 'a', handler: ok } })],
    ['routes["$default"].handler is not an object', socket({ $default: { handler: 5 } })],
    ['apis.a.routeSelection is not of the form', socket({}, { routeSelection: 'action' })],
  ])('for a world whose %s (%#)', async (fault, world) => {
    const error = await startGate(world as World).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'ERR_SIGV4_INVALID_WORLD', message: expect.stringContaining(fault) });
  });

  test.each<[string, unknown]>([
    ['a stage of an HTTP API that is not in the path', api({ type: 'HTTP', stage: '$default' })],
    ['a stage with a hyphen', api({ stage: 'pre-prod' })],
    ['no routes', worldOf({ a: { region: 'us-east-1', stage: 'prod' } })],
    ['a route by the name of an authorizer', route({ auth: 'a' }, 'GET /', { authorizers: { a: token } })],
    [
      'a private custom domain name',
      domain('api.example.com', { vpcEndpoints: [VPCE], policy: allow }, { endpoint: 'PRIVATE' }),
    ],
    ['another server', route({ handler: { httpProxy: 'http://localhost:1/a', method: 'GET', timeout: 100 } })],
  ])('but for %s it does', async (_, world) => {
    const gate = await startGate(world as World);
    await gate.close();
  });
});
