/** Endpoint policies and resource policies, through real calls: who gets to a method, and by which statement. */
import { createSigner } from 'sigv4kit';
import { type Gate, type PolicyDocument, type RestApi, startGate, type World } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CallOptions, call, key, type Seen } from '../../support/gate-caller';

const HOME = '111122223333';
const AWAY = '444455556666';
const FULL = 'vpce-0a1b2c3d4e5f60718';
const OF_ORGANIZATION = 'vpce-0b2c3d4e5f6071829';
const OF_BUDDY = 'vpce-0c3d4e5f607182930';

/** Nothing of its own allows or denies `silent`. */
const [silent, allowed, denied] = [
  key('AKIASILENTEXAMPLE000'),
  key('AKIAALLOWEDEXAMPLE00'),
  key('AKIADENIEDEXAMPLE000'),
];
const [awaySilent, awayAllowed, awayDenied] = [
  key('AKIAAWAYSILENTEXAMPL'),
  key('AKIAAWAYALLOWEDEXAMP'),
  key('AKIAAWAYDENIEDEXAMPL'),
];
const outsider = key('AKIAOUTSIDEREXAMPLE0');

const allow: PolicyDocument = { Statement: { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' } };
const deny: PolicyDocument = { Statement: { Effect: 'Deny', Action: 'execute-api:Invoke', Resource: '*' } };
const resource = (Effect: 'Allow' | 'Deny', more: object = {}): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    { Sid: Effect, Effect, Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*', ...more },
  ],
});
const elsewhere = { Resource: 'execute-api:/prod/GET/elsewhere' };

const text = (body: string) => ({ statusCode: 200, body });
const routes: RestApi['routes'] = {
  'GET /': { handler: text('{"hello":"world"}') },
  'GET /open': { handler: text('open') },
  'GET /iam': { auth: 'AWS_IAM', handler: text('iam') },
  'POST /iam': { auth: 'AWS_IAM', handler: text('iam') },
  'OPTIONS /iam': { handler: text('preflight') },
};
const api = (policy?: PolicyDocument, change: Partial<RestApi> = {}): RestApi => ({
  region: 'us-east-1',
  stage: 'prod',
  routes,
  ...(policy && { policy }),
  ...change,
});
const secret = (policy?: PolicyDocument) => api(policy, { endpoint: 'PRIVATE' });
const user = (keys: ReturnType<typeof key>, ...policies: PolicyDocument[]) => ({ accessKeys: [keys], policies });

const world: World = {
  accounts: {
    [HOME]: {
      organization: 'o-exampleorgid',
      users: { silent: user(silent), allowed: user(allowed, allow), denied: user(denied, allow, deny) },
      vpcEndpoints: {
        [FULL]: { region: 'us-east-1', vpc: 'vpc-1' },
        [OF_ORGANIZATION]: {
          region: 'us-east-1',
          vpc: 'vpc-2',
          policy: {
            Statement: {
              Effect: 'Allow',
              Principal: '*',
              Action: 'execute-api:Invoke',
              Resource: '*',
              Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
            },
          },
        },
        [OF_BUDDY]: {
          region: 'us-east-1',
          vpc: 'vpc-3',
          policy: {
            Statement: [
              { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
              {
                Sid: 'NotHim',
                Effect: 'Deny',
                Principal: { AWS: `arn:aws:iam::${HOME}:user/denied` },
                Action: '*',
                Resource: '*',
              },
            ],
          },
        },
      },
      apis: {
        none: api(),
        allows: api(resource('Allow')),
        silent: api(resource('Allow', elsewhere)),
        denies: api({ Statement: [resource('Allow').Statement, resource('Deny').Statement].flat() as never }),
        account: api(resource('Allow', { Principal: { AWS: [HOME, AWAY] } })),
        short: api(resource('Allow', { Resource: ['execute-api:/prod/GET/iam', 'execute-api:/prod/GET/open'] })),
        address: api(resource('Allow', { Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } })),
        private1: secret(resource('Allow')),
        nopolicy: secret(),
        vpce: secret(resource('Allow', { Condition: { StringEquals: { 'aws:SourceVpce': [FULL, OF_ORGANIZATION] } } })),
        vpcip: secret(resource('Allow', { Condition: { IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/8' } } })),
        vpcnoip: secret(resource('Deny', { Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } })),
      },
    },
    [AWAY]: {
      organization: 'o-exampleorgid',
      users: { silent: user(awaySilent), allowed: user(awayAllowed, allow), denied: user(awayDenied, deny) },
    },
    '777788889999': { users: { outsider: user(outsider, allow) } },
  },
};

let gate: Gate;
beforeAll(async () => {
  gate = await startGate(world);
});
afterAll(() => gate.close());

const url = (apiId: string, path = '/iam') => `https://${apiId}.execute-api.us-east-1.amazonaws.com/prod${path}`;
const from = (vpcEndpoint: string) =>
  `vpc=vpc-${[FULL, OF_ORGANIZATION, OF_BUDDY].indexOf(vpcEndpoint) + 1}; sourceIp=10.1.2.3`;
const rulingOf = ({ status, decision }: Seen) => [status, decision?.reason, decision?.policy].filter(Boolean).join(' ');

describe('a VPC endpoint policy, by the Authorization header,', () => {
  const signed = (keys: ReturnType<typeof key>) => ({ keys });
  const scheme = (authorization: string) => ({ headers: { authorization } });
  const wrong = { keys: { ...allowed, secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYANOTHERKEY' } };

  test.each<[header: string, options: CallOptions, path: string, apiEndpoint: string, ruling: string]>([
    ['empty', {}, '/open', FULL, '200'],
    ['empty', {}, '/open', OF_ORGANIZATION, '403 implicit-deny endpoint'],
    ['empty', {}, '/iam', OF_ORGANIZATION, '403 implicit-deny endpoint'],
    ['empty', {}, '/iam', FULL, '403 ERR_SIGV4_MISSING_AUTHENTICATION'],
    ['signed', signed(allowed), '/open', OF_ORGANIZATION, '200'],
    ['signed', signed(allowed), '/iam', OF_ORGANIZATION, '200'],
    ['signed by a user of another account of the organization', signed(awaySilent), '/open', OF_ORGANIZATION, '200'],
    ['signed by a user of no organization', signed(outsider), '/open', OF_ORGANIZATION, '403 implicit-deny endpoint'],
    ['signed by a user whom it denies', signed(denied), '/open', OF_BUDDY, '403 explicit-deny endpoint'],
    ['signed by a user whom it does not deny', signed(silent), '/open', OF_BUDDY, '200'],
    ['signed with another secret', wrong, '/open', FULL, '403 ERR_SIGV4_SIGNATURE_MISMATCH'],
    ['signed with another secret', wrong, '/open', OF_ORGANIZATION, '403 ERR_SIGV4_SIGNATURE_MISMATCH'],
    [
      'signed by a key that nobody has',
      signed(key('AKIANOBODYEXAMPLE000')),
      '/open',
      FULL,
      '403 ERR_SIGV4_UNKNOWN_ACCESS_KEY',
    ],
    ['incomplete', scheme('AWS4-HMAC-SHA256 Credential=a'), '/open', FULL, '403 ERR_SIGV4_INCOMPLETE_SIGNATURE'],
    ['of another scheme', scheme('Bearer abc'), '/open', FULL, '200'],
    ['of another scheme', scheme('Bearer abc'), '/open', OF_ORGANIZATION, '403 implicit-deny endpoint'],
    ['of another scheme', scheme('Bearer abc'), '/iam', FULL, '403 ERR_SIGV4_MISSING_AUTHENTICATION'],
  ])('%s (%#)', async (_, options, path, vpcEndpoint, ruling) => {
    const seen = await call(gate, url('private1', path), { from: from(vpcEndpoint), ...options });
    expect(rulingOf(seen)).toBe(ruling);
    expect(seen.decision?.vpcEndpoint).toBe(vpcEndpoint);
  });

  test.each([
    ['as it is', (query: string) => query],
    ['with escaped names', (query: string) => query.replace(/X-(?=Amz-(?:Algorithm|Signature)=)/g, 'X%2D')],
    [
      'with names in lower-case escapes',
      (query: string) => query.replace(/X(?=-Amz-(?:Algorithm|Signature)=)/g, '%58'),
    ],
  ])('sees the caller of a presigned URL, %s', async (_, change) => {
    const signer = createSigner({ credentials: denied, region: 'us-east-1', service: 'execute-api' });
    const presigned = new URL(await signer.presign(url('private1'), { expiresIn: 60 }));
    const seen = await call(gate, `${url('private1')}?${change(presigned.search.slice(1))}`, { from: from(OF_BUDDY) });
    expect(rulingOf(seen)).toBe('403 explicit-deny endpoint');
  });

  test('is judged before the method is looked for', async () => {
    const seen = await call(gate, url('private1', '/nowhere'), { from: from(OF_ORGANIZATION) });
    expect(rulingOf(seen)).toBe('403 implicit-deny endpoint');
    const known = await call(gate, url('private1', '/nowhere'), { from: from(OF_ORGANIZATION), keys: allowed });
    expect(rulingOf(known)).toBe('403 no-route');
    expect(known.decision?.principal).toBe(`arn:aws:iam::${HOME}:user/allowed`);
  });

  test('is about nobody who does not come through it: a bad signature at an open method is not looked at', async () => {
    const seen = await call(gate, url('none', '/open'), {
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a' },
    });
    expect(seen.status).toBe(200);
  });

  test('names the caller and the statement in the log, also where the method asks for no signature', async () => {
    const seen = await call(gate, url('private1', '/open'), { from: from(OF_BUDDY), keys: denied });
    expect(seen.decision).toMatchObject({
      principal: `arn:aws:iam::${HOME}:user/denied`,
      statement: {
        policy: 'endpoint',
        at: `accounts.${HOME}.vpcEndpoints.${OF_BUDDY}.policy.Statement[1]`,
        sid: 'NotHim',
        effect: 'Deny',
      },
    });
  });
});

describe('an organization alone comes through the endpoint, and the methods ask for nothing', () => {
  const path = `https://vpce.execute-api.us-east-1.amazonaws.com/prod`;
  const here = { from: from(OF_ORGANIZATION) };

  test('the stage alone is its root', async () => {
    const seen = await call(gate, path, { ...here, keys: allowed });
    expect([seen.status, seen.body]).toEqual([200, '{"hello":"world"}']);
  });

  test('anonymous is told so, and the root ends with a slash', async () => {
    const seen = await call(gate, path, here);
    expect(seen).toMatchObject({ status: 403, type: 'AccessDeniedException' });
    expect(JSON.parse(seen.body).Message).toBe(
      'User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********3333:vpce/prod/GET/ because no VPC endpoint policy allows the execute-api:Invoke action',
    );
  });
});

describe('a resource policy goes together with what IAM says of the caller', () => {
  const A = { silent, allowed, denied };
  const B = { silent: awaySilent, allowed: awayAllowed, denied: awayDenied };
  type Own = keyof typeof A;

  test.each<[own: Own, apiId: string, sameAccount: string, acrossAccounts: string]>([
    ['allowed', 'allows', '200', '200'],
    ['allowed', 'silent', '200', '403 implicit-deny resource'],
    ['allowed', 'none', '200', '403 implicit-deny resource'],
    ['silent', 'allows', '200', '403 implicit-deny identity'],
    ['silent', 'silent', '403 implicit-deny identity', '403 implicit-deny identity'],
    ['silent', 'none', '403 implicit-deny identity', '403 implicit-deny identity'],
    ['denied', 'allows', '403 explicit-deny identity', '403 explicit-deny identity'],
    ['denied', 'silent', '403 explicit-deny identity', '403 explicit-deny identity'],
    ['allowed', 'denies', '403 explicit-deny resource', '403 explicit-deny resource'],
    ['silent', 'denies', '403 explicit-deny resource', '403 explicit-deny resource'],
    // An account that is named decides by its own policies.
    ['allowed', 'account', '200', '200'],
    ['silent', 'account', '403 implicit-deny identity', '403 implicit-deny identity'],
  ])('%s by its own, with the policy "%s"', async (own, apiId, sameAccount, acrossAccounts) => {
    expect(rulingOf(await call(gate, url(apiId), { keys: A[own] }))).toBe(sameAccount);
    expect(rulingOf(await call(gate, url(apiId), { keys: B[own] }))).toBe(acrossAccounts);
  });

  test('and the log names the statement that decided', async () => {
    const at = `accounts.${HOME}.apis.denies.policy.Statement[1]`;
    expect((await call(gate, url('denies'), { keys: allowed })).decision?.statement).toEqual({
      policy: 'resource',
      at,
      sid: 'Deny',
      effect: 'Deny',
    });
    expect((await call(gate, url('allows'), { keys: silent })).decision?.statement).toMatchObject({
      policy: 'resource',
      at: `accounts.${HOME}.apis.allows.policy.Statement[0]`,
      effect: 'Allow',
    });
  });
});

describe('a method that asks for nothing', () => {
  test.each<[apiId: string, keys: ReturnType<typeof key> | undefined, ruling: string]>([
    ['none', undefined, '200'],
    ['allows', undefined, '200'],
    ['silent', undefined, '403 implicit-deny resource'],
    ['denies', undefined, '403 explicit-deny resource'],
    ['account', undefined, '403 implicit-deny resource'],
    // A signature that no one asked for makes nobody known.
    ['account', allowed, '403 implicit-deny resource'],
    ['short', undefined, '200'],
  ])('with the policy "%s" (%#)', async (apiId, keys, ruling) => {
    expect(rulingOf(await call(gate, url(apiId, '/open'), { keys }))).toBe(ruling);
  });

  test('is closed by a policy that names an AWS principal: so are the preflights of pages', async () => {
    const seen = await call(gate, url('account'), { method: 'OPTIONS' });
    expect(rulingOf(seen)).toBe('403 implicit-deny resource');
    expect(JSON.parse(seen.body).Message).toMatch(/^User: anonymous .*\/prod\/OPTIONS\/iam because no resource-based/);
    expect((await call(gate, url('none'), { method: 'OPTIONS' })).body).toBe('preflight');
  });
});

describe('the short form of a resource', () => {
  test.each<[method: string, path: string, ruling: string]>([
    ['GET', '/iam', '200'],
    ['POST', '/iam', '403 implicit-deny identity'],
    ['GET', '/', '403 implicit-deny resource'],
  ])('is of this API: %s %s', async (method, path, ruling) => {
    expect(rulingOf(await call(gate, url('short', path), { method, keys: silent }))).toBe(ruling);
  });
});

describe('conditions on the way', () => {
  test.each<[apiId: string, options: CallOptions, ruling: string]>([
    ['address', { from: 'sourceIp=203.0.113.7' }, '200'],
    ['address', { from: 'sourceIp=198.51.100.7' }, '403 implicit-deny resource'],
    ['vpce', { from: from(FULL) }, '200'],
    ['vpce', { from: from(OF_BUDDY) }, '403 implicit-deny resource'],
    ['vpcip', { from: 'vpc=vpc-1; sourceIp=10.1.2.3' }, '200'],
    ['vpcip', { from: 'vpc=vpc-1; sourceIp=192.168.1.1' }, '403 implicit-deny resource'],
    // There is no aws:SourceIp through an endpoint: the deny does not apply, and nothing allows.
    ['vpcnoip', { from: from(FULL) }, '403 implicit-deny resource'],
  ])('of the API "%s" (%#)', async (apiId, options, ruling) => {
    expect(rulingOf(await call(gate, url(apiId, '/open'), options))).toBe(ruling);
  });
});

describe('a private API without a resource policy is closed', () => {
  test.each<[string, string, CallOptions]>([
    ['to everybody at a method that asks for nothing', '/open', {}],
    ['to a caller whom IAM allows', '/iam', { keys: allowed }],
  ])('%s', async (_, path, options) => {
    const seen = await call(gate, url('nopolicy', path), { from: from(FULL), ...options });
    expect(rulingOf(seen)).toBe('403 implicit-deny resource');
  });
});
