/** Every name that an API is reached by, from everywhere that a caller may stand, and every way that does not lead there. */
import { type Gate, type RestApi, startGate, type World } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, key } from '../../support/gate-caller';

const HOME = '111122223333';
const AWAY = '444455556666';
const buddy = key('AKIAIOSFODNN7EXAMPLE');

/** One endpoint for each thing that can be said of one. */
const ASSOCIATED = 'vpce-0a1b2c3d4e5f60718';
const QUIET = 'vpce-0b2c3d4e5f6071829';
const CHINESE = 'vpce-0c3d4e5f607182930';
const GOVERNMENT = 'vpce-0d4e5f60718293041';
const ABROAD = 'vpce-0e5f6071829304152';
const VPC = 'vpc-1a2b3c4d';
const QUIET_VPC = 'vpc-2b3c4d5e';

const everybody = {
  Statement: { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' },
} as const;
const routes: RestApi['routes'] = {
  'GET /who': {
    auth: 'AWS_IAM',
    handler: ({ requestContext }) => ({ statusCode: 200, body: requestContext.apiId }),
  },
  'GET /open': {
    handler: ({ requestContext: { identity, domainName } }) => ({
      statusCode: 200,
      body: `${domainName} ${identity.vpceId ?? '-'} ${identity.vpcId ?? '-'}`,
    }),
  },
};
const api = (region: string, change: Partial<RestApi> = {}): RestApi => ({ region, stage: 'prod', routes, ...change });
const secret = (region: string, vpcEndpoints: string[], change: Partial<RestApi> = {}): RestApi =>
  api(region, { endpoint: 'PRIVATE', vpcEndpoints, policy: everybody, ...change });

const world: World = {
  accounts: {
    [HOME]: {
      users: {
        buddy: {
          accessKeys: [buddy],
          policies: [{ Statement: { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' } }],
        },
      },
      vpcEndpoints: {
        [ASSOCIATED]: { region: 'us-east-1', vpc: VPC, dnsName: `${ASSOCIATED}-abcdefgh` },
        [QUIET]: { region: 'us-east-1', vpc: QUIET_VPC, privateDns: false },
        [CHINESE]: { region: 'cn-north-1', vpc: 'vpc-c1' },
        [GOVERNMENT]: { region: 'us-gov-west-1', vpc: 'vpc-g1' },
      },
      apis: {
        regional1: api('us-east-1', { domainNames: { 'api.example.com': { basePath: 'orders' } } }),
        edge1: api('eu-west-1', { endpoint: 'EDGE', domainNames: { 'edge.example.com': {} } }),
        hidden1: api('us-east-1', { defaultEndpoint: false, domainNames: { 'only.example.com': {} } }),
        private1: secret('us-east-1', [ASSOCIATED], {
          domainNames: {
            'private.example.com': { basePath: 'v1', vpcEndpoints: [ASSOCIATED], policy: everybody },
            'closed.example.com': { vpcEndpoints: [ASSOCIATED] },
          },
        }),
        private2: secret('us-east-1', []),
        china1: api('cn-north-1'),
        china2: secret('cn-north-1', [CHINESE]),
        gov1: secret('us-gov-west-1', [GOVERNMENT]),
        iso1: api('us-iso-east-1'),
        eusc1: api('eusc-de-east-1'),
      },
    },
    // The endpoint may be another account's.
    [AWAY]: { vpcEndpoints: { [ABROAD]: { region: 'us-east-1', vpc: 'vpc-away' } } },
  },
};

let gate: Gate;
beforeAll(async () => {
  gate = await startGate(world);
});
afterAll(() => gate.close());

const name = (label: string, region = 'us-east-1', domain = 'amazonaws.com') =>
  `${label}.execute-api.${region}.${domain}`;
const vpce = (label: string, region = 'us-east-1', domain = 'amazonaws.com') => name(label, region, `vpce.${domain}`);

const FORBIDDEN = { status: 403, type: 'ForbiddenException', body: '{"message":"Forbidden"}' };
const regional = vpce(`${ASSOCIATED}-abcdefgh`);
const zonal = vpce(`${ASSOCIATED}-abcdefgh-us-east-1b`);
const quiet = vpce(`${QUIET}-12345678`);
const here = `vpc=${VPC}`;
const id = (apiId: string) => ({ 'x-apigw-api-id': apiId });

interface Way {
  readonly host?: string;
  readonly from?: string;
  readonly headers?: Record<string, string>;
  readonly region?: string;
  readonly path?: string;
}

test('an API is not reached by an endpoint that is told of two', async () => {
  const ids = { 'x-apigw-api-id': ['private1', 'private2'] as never };
  const { status, type, body, decision } = await call(gate, `https://${regional}/prod/`, { headers: ids });
  expect({ status, type, body }).toEqual(FORBIDDEN);
  expect(decision?.reason).toBe('no-api');
});

describe('an API is reached, by what is signed for its Host,', () => {
  test.each<[way: string, to: string, options: Way, apiId: string, through: string | undefined]>([
    ['a: by the name of a regional API', name('regional1'), {}, 'regional1', undefined],
    ['a: by the name of an edge API', name('edge1', 'eu-west-1'), { region: 'eu-west-1' }, 'edge1', undefined],
    ['a: from the internet', name('regional1'), { from: 'vpc=none' }, 'regional1', undefined],
    ['a: from a VPC without an endpoint', name('regional1'), { from: 'vpc=vpc-other' }, 'regional1', undefined],
    [
      'a: from a VPC whose endpoint has no private DNS',
      name('regional1'),
      { from: `vpc=${QUIET_VPC}` },
      'regional1',
      undefined,
    ],
    ['a: in China', name('china1', 'cn-north-1', 'amazonaws.com.cn'), { region: 'cn-north-1' }, 'china1', undefined],
    [
      'a: in a secret region',
      name('iso1', 'us-iso-east-1', 'c2s.ic.gov'),
      { region: 'us-iso-east-1' },
      'iso1',
      undefined,
    ],
    [
      'a: in the sovereign cloud',
      name('eusc1', 'eusc-de-east-1', 'amazonaws.eu'),
      { region: 'eusc-de-east-1' },
      'eusc1',
      undefined,
    ],
    ['b: by private DNS', name('private1'), { from: here }, 'private1', ASSOCIATED],
    ['b: by private DNS, without an association', name('private2'), { from: here }, 'private2', ASSOCIATED],
    ["b: by private DNS of another account's endpoint", name('private1'), { from: 'vpc=vpc-away' }, 'private1', ABROAD],
    ['c: by an endpoint and x-apigw-api-id', regional, { headers: id('private1') }, 'private1', ASSOCIATED],
    ['c: by an endpoint and the Host of the API', regional, { host: name('private1') }, 'private1', ASSOCIATED],
    ['c: by an endpoint, from its VPC', regional, { from: here, headers: id('private1') }, 'private1', ASSOCIATED],
    [
      'c: by an endpoint without private DNS',
      quiet,
      { from: `vpc=${QUIET_VPC}`, headers: id('private2') },
      'private2',
      QUIET,
    ],
    [
      'c: by an endpoint and the alias as Host',
      regional,
      { host: name(`private1-${ASSOCIATED}`) },
      'private1',
      ASSOCIATED,
    ],
    ['d: by a zone of an endpoint and x-apigw-api-id', zonal, { headers: id('private1') }, 'private1', ASSOCIATED],
    ['d: by a zone of an endpoint and the Host of the API', zonal, { host: name('private1') }, 'private1', ASSOCIATED],
    [
      'd: by a zone of an endpoint whose name is not known',
      vpce(`${QUIET}-12345678-us-east-1a`),
      { headers: id('private1') },
      'private1',
      QUIET,
    ],
    ['e: by the alias', name(`private1-${ASSOCIATED}`), {}, 'private1', ASSOCIATED],
    ['e: by the alias, from the VPC', name(`private1-${ASSOCIATED}`), { from: here }, 'private1', ASSOCIATED],
    [
      'e: by the alias and the Host of the API',
      name(`private1-${ASSOCIATED}`),
      { host: name('private1') },
      'private1',
      ASSOCIATED,
    ],
    [
      'f: by a custom domain name and its base path',
      'api.example.com',
      { path: '/orders/who' },
      'regional1',
      undefined,
    ],
    [
      'f: by a custom domain name of an edge API',
      'edge.example.com',
      { path: '/who', region: 'eu-west-1' },
      'edge1',
      undefined,
    ],
    ['f: by a custom domain name alone', 'only.example.com', { path: '/who' }, 'hidden1', undefined],
    [
      'f: by a custom domain name, past private DNS',
      'api.example.com',
      { path: '/orders/who', from: here },
      'regional1',
      undefined,
    ],
    [
      'g: by a private custom domain name',
      'private.example.com',
      { path: '/v1/who', from: here },
      'private1',
      ASSOCIATED,
    ],
    [
      'g: by a private custom domain name, from wherever',
      'private.example.com',
      { path: '/v1/who' },
      'private1',
      ASSOCIATED,
    ],
    [
      'g: by an endpoint and a private custom domain name',
      regional,
      { path: '/v1/who', host: 'private.example.com' },
      'private1',
      ASSOCIATED,
    ],
    [
      'b: in China',
      name('china2', 'cn-north-1', 'amazonaws.com.cn'),
      { from: 'vpc=vpc-c1', region: 'cn-north-1' },
      'china2',
      CHINESE,
    ],
    [
      'c: in China',
      vpce(`${CHINESE}-abcdefgh`, 'cn-north-1', 'amazonaws.com.cn'),
      { headers: id('china2'), region: 'cn-north-1' },
      'china2',
      CHINESE,
    ],
    [
      'e: in China',
      name(`china2-${CHINESE}`, 'cn-north-1', 'amazonaws.com.cn'),
      { region: 'cn-north-1' },
      'china2',
      CHINESE,
    ],
    [
      'c: in GovCloud',
      vpce(`${GOVERNMENT}-abcdefgh`, 'us-gov-west-1'),
      { headers: id('gov1'), region: 'us-gov-west-1' },
      'gov1',
      GOVERNMENT,
    ],
  ])('%s', async (_, to, { path = '/prod/who', ...options }, apiId, through) => {
    const { status, body, decision } = await call(gate, `https://${to}${path}`, { keys: buddy, ...options });
    expect([status, body]).toEqual([200, apiId]);
    expect(decision).toMatchObject({
      outcome: 'answered',
      status: 200,
      principal: expect.stringMatching(/user\/buddy$/),
    });
    expect(decision?.vpcEndpoint).toBe(through);
  });
});

describe('an API is not reached', () => {
  test.each<[way: string, to: string, options: Way, reason: string]>([
    ['that is private, from outside', name('private1'), {}, 'wrong-way'],
    ['that is private, from the internet', name('private1'), { from: 'vpc=none' }, 'wrong-way'],
    ['that is private, from a VPC without private DNS', name('private1'), { from: `vpc=${QUIET_VPC}` }, 'wrong-way'],
    ['that is public, by private DNS', name('regional1'), { from: here }, 'wrong-way'],
    ['that is public, through an endpoint', regional, { headers: id('regional1') }, 'wrong-way'],
    ['that is public, through an endpoint, by its Host', regional, { host: name('regional1') }, 'wrong-way'],
    [
      'that is public, through an endpoint, by its custom domain name',
      regional,
      { host: 'api.example.com', path: '/orders/who' },
      'wrong-way',
    ],
    ['without its id, by an endpoint', regional, {}, 'no-api'],
    ['without its id, by a zone of an endpoint', zonal, {}, 'no-api'],
    ['of an id that is none, by an endpoint', regional, { headers: id('nowhere') }, 'no-api'],
    ['of another region, by an endpoint', regional, { headers: id('china2') }, 'no-api'],
    ['by an endpoint and the Host of another endpoint', regional, { host: quiet, headers: id('private1') }, 'no-api'],
    ['by the Host of an endpoint alone', name('regional1'), { host: regional, headers: id('private1') }, 'no-api'],
    ['by the alias of an endpoint that is not associated', name(`private2-${ASSOCIATED}`), {}, 'no-api'],
    [
      'by the alias of an endpoint that is not associated, within its VPC',
      name(`private2-${ASSOCIATED}`),
      { from: here },
      'no-api',
    ],
    ['by the alias of an API that does not exist', name(`nowhere-${ASSOCIATED}`), {}, 'no-api'],
    ['by the alias of a public API', name(`regional1-${ASSOCIATED}`), {}, 'no-api'],
    ['by a name of another region', name('regional1', 'eu-west-1'), {}, 'no-api'],
    ['by a name in the domain of another partition', name('china1', 'cn-north-1'), {}, 'no-api'],
    ['by its default name, where that is disabled', name('hidden1'), {}, 'no-api'],
    ['by a custom domain name, on a path that is not mapped', 'api.example.com', { path: '/prod/who' }, 'no-api'],
    [
      'by a custom domain name, on a path that only begins alike',
      'api.example.com',
      { path: '/ordersx/who' },
      'no-api',
    ],
    [
      'by a private custom domain name, through an endpoint without an association',
      quiet,
      { host: 'private.example.com', path: '/v1/who' },
      'wrong-way',
    ],
    [
      'by a private custom domain name, in a VPC whose endpoint has no association',
      'private.example.com',
      { from: `vpc=${QUIET_VPC}`, path: '/v1/who' },
      'wrong-way',
    ],
    ['at another stage', name('regional1'), { path: '/test/who' }, 'no-stage'],
    ['at no stage', name('regional1'), { path: '/' }, 'no-stage'],
  ])('%s', async (_, to, { path = '/prod/who', ...options }, reason) => {
    const { status, type, body, decision } = await call(gate, `https://${to}${path}`, { keys: buddy, ...options });
    expect({ status, type, body }).toEqual(FORBIDDEN);
    expect(decision).toMatchObject({ outcome: 'refused', reason, status: 403 });
  });

  test.each<[way: string, to: string, options: Way]>([
    ['an endpoint, from the internet', regional, { from: 'vpc=none', headers: id('private1') }],
    ['an endpoint, from another VPC', regional, { from: `vpc=${QUIET_VPC}`, headers: id('private1') }],
    ['a zone of an endpoint, from the internet', zonal, { from: 'vpc=none', headers: id('private1') }],
    ['an alias, from the internet', name(`private1-${ASSOCIATED}`), { from: 'vpc=none' }],
    ['an alias, from another VPC', name(`private1-${ASSOCIATED}`), { from: `vpc=${QUIET_VPC}` }],
    [
      'an alias with the Host of the API, from the internet',
      name(`private1-${ASSOCIATED}`),
      { from: 'vpc=none', host: name('private1') },
    ],
    ['a private custom domain name, from the internet', 'private.example.com', { from: 'vpc=none', path: '/v1/who' }],
    [
      'a private custom domain name, from a VPC without an endpoint',
      'private.example.com',
      { from: 'vpc=vpc-other', path: '/v1/who' },
    ],
    ['an endpoint that does not exist', vpce('vpce-0123456789abcdef0-abcdefgh'), { headers: id('private1') }],
    ['an endpoint by another name than its own', vpce(`${ASSOCIATED}-zzzzzzzz`), { headers: id('private1') }],
    ['an endpoint by its id alone', vpce(ASSOCIATED), { headers: id('private1') }],
    ['an endpoint in another region', vpce(`${ASSOCIATED}-abcdefgh`, 'eu-west-1'), { headers: id('private1') }],
    ['a zone of another region', vpce(`${ASSOCIATED}-abcdefgh-eu-west-1a`), { headers: id('private1') }],
  ])('by %s: nothing answers at all', async (_, to, { path = '/prod/who', ...options }) => {
    const { status, decision } = await call(gate, `https://${to}${path}`, { keys: buddy, ...options });
    expect(status).toBe(0);
    expect(decision).toMatchObject({ outcome: 'refused', reason: 'unreachable', status: 0, service: 'execute-api' });
  });

  test('by a private custom domain name without a policy, which is closed to all', async () => {
    const seen = await call(gate, 'https://closed.example.com/who', { keys: buddy, from: here });
    expect([seen.status, seen.type]).toEqual([403, 'AccessDeniedException']);
    expect(seen.decision).toMatchObject({ reason: 'implicit-deny', policy: 'resource', vpcEndpoint: ASSOCIATED });
  });
});

describe('what is signed', () => {
  test.each<[way: string, to: string, options: Way]>([
    ['the name of the endpoint, where the Host is the API', regional, { host: name('private1') }],
    ['the API, where the Host is the alias', name(`private1-${ASSOCIATED}`), {}],
  ])('is not %s', async (_, to, options) => {
    const signedHost = options.host === undefined ? name('private1') : to;
    const seen = await call(gate, `https://${to}/prod/who`, { keys: buddy, signedHost, ...options });
    expect([seen.status, seen.type]).toEqual([403, 'InvalidSignatureException']);
  });

  test('need not hold x-apigw-api-id', async () => {
    const { headers } = { headers: id('private1') };
    const seen = await call(gate, `https://${regional}/prod/open`, { headers });
    expect([seen.status, seen.body]).toEqual([200, `${regional} ${ASSOCIATED} ${VPC}`]);
  });

  test('is for the region of the API, by whatever name it is called', async () => {
    const seen = await call(gate, 'https://edge.example.com/who', { keys: buddy, region: 'us-east-1' });
    expect(JSON.parse(seen.body).message).toBe("Credential should be scoped to a valid region, not 'us-east-1'. ");
  });

  test('by keys of one partition is signed by the same user in another', async () => {
    const seen = await call(gate, `https://${name('china1', 'cn-north-1', 'amazonaws.com.cn')}/prod/who`, {
      keys: buddy,
      region: 'cn-north-1',
    });
    expect(seen.decision?.principal).toBe(`arn:aws-cn:iam::${HOME}:user/buddy`);
  });
});

describe('what is not emulated is said', () => {
  test('of names of FIPS endpoints', async () => {
    const to = 'gov1.execute-api-fips.us-gov-west-1.amazonaws.com';
    const seen = await call(gate, `https://${to}/prod/who`);
    expect([seen.status, seen.type]).toEqual([501, 'NotEmulatedException']);
    expect(seen.body).toContain(to);
  });

  test('of Signature Version 4A, also at a method that asks for nothing', async () => {
    const headers = {
      authorization: 'AWS4-ECDSA-P256-SHA256 Credential=a/b/execute-api/aws4_request, SignedHeaders=host, Signature=x',
      'x-amz-date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
    };
    const seen = await call(gate, `https://${name('private1')}/prod/open`, { headers, from: here });
    expect([seen.status, seen.type]).toEqual([501, 'NotEmulatedException']);
    expect(seen.decision).toMatchObject({ outcome: 'not-emulated', vpcEndpoint: ASSOCIATED });
  });
});

describe('where callers stand', () => {
  test('is told by the world unless a request says otherwise', async () => {
    const own = await startGate({ ...world, from: { vpc: VPC } });
    const url = `https://${name('private1')}/prod/open`;
    expect((await call(own, url)).status).toBe(200);
    expect((await call(own, url, { from: 'vpc=none' })).status).toBe(403);
    await own.close();
  });
});
