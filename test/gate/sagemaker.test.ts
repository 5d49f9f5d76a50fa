/** SageMaker in the gate: the SDK's client gets presigned URLs of Studio there, and they open for whom the creator's policies let. */
import { get } from 'node:http';
import {
  CreatePresignedDomainUrlCommand,
  type CreatePresignedDomainUrlRequest,
  ListDomainsCommand,
  SageMakerClient,
  type SageMakerClientConfig,
} from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { createSignedFetch } from 'sigv4kit';
import { type Gate, type PolicyDocument, type Standpoint, startGate, type World } from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

const ACCOUNT = '111122223333';
const AWAY = '444455556666';
const key = (letter: string) => ({
  accessKeyId: `AKIAIOSFODNN7EXAMPL${letter}`,
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
});
const [buddy, nobody, outsider] = [key('E'), key('F'), key('G')];
const DOMAIN = 'd-abcdef123456';
const profile = (name: string, domain = DOMAIN, account = ACCOUNT, region = 'us-east-1') =>
  `arn:aws:sagemaker:${region}:${account}:user-profile/${domain}/${name}`;
const [API, STUDIO, STRICT] = ['vpce-0a0a', 'vpce-0b0b', 'vpce-0c0c'];

const statement = (Condition: object) => ({
  Effect: 'Allow',
  Action: 'sagemaker:CreatePresignedDomainUrl',
  Resource: profile('*'),
  Condition,
});
/** Either source is enough, as three statements say it that have one condition each. */
const bySource = {
  Statement: [
    statement({ IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/16' } }),
    statement({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }),
    statement({ StringEquals: { 'aws:SourceVpce': [STUDIO, API] } }),
  ],
} as PolicyDocument;
const everything: PolicyDocument = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

const world: World = {
  accounts: {
    [ACCOUNT]: {
      users: {
        buddy: {
          accessKeys: [buddy],
          policies: [
            everything,
            { Statement: { Sid: 'NotBob', Effect: 'Deny', Action: 'sagemaker:*', Resource: profile('bob') } },
          ],
        },
        nobody: { accessKeys: [nobody] },
      },
      roles: {
        'create-url': {
          trust: { Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' } },
          policies: [bySource],
        },
      },
      vpcEndpoints: {
        [API]: { service: 'sagemaker.api', region: 'us-east-1', vpc: 'vpc-home' },
        [STUDIO]: { service: 'studio', region: 'us-east-1', vpc: 'vpc-home' },
        [STRICT]: {
          service: 'studio',
          region: 'us-east-1',
          vpc: 'vpc-strict',
          policy: {
            Statement: {
              Effect: 'Allow',
              Principal: '*',
              Action: 'sagemaker:CreatePresignedDomainUrl',
              Resource: profile('alice'),
            },
          },
        },
      },
      studioDomains: {
        [DOMAIN]: { region: 'us-east-1', userProfiles: ['alice', 'bob', 'carol'] },
        'd-sso': { region: 'us-east-1', userProfiles: ['alice'], authMode: 'SSO' },
        'd-dublin': { region: 'eu-west-1', userProfiles: ['alice'] },
      },
    },
    [AWAY]: {
      users: { outsider: { accessKeys: [outsider], policies: [everything] } },
      studioDomains: { 'd-away': { region: 'us-east-1', userProfiles: ['alice'] } },
    },
  },
};

let gate: Gate;
let now = Date.now;
beforeAll(async () => {
  gate = await startGate(world, { now: () => now() });
});
afterAll(() => gate.close());
afterEach(() => {
  now = Date.now;
  gate.faults.clear();
});

const office: Standpoint = { vpc: null, sourceIp: '203.0.113.7' };
const inside: Standpoint = { vpc: 'vpc-home', sourceIp: '10.0.1.2' };
const asked = (more: Partial<CreatePresignedDomainUrlRequest> = {}) =>
  new CreatePresignedDomainUrlCommand({ DomainId: DOMAIN, UserProfileName: 'alice', ...more });

async function create(
  command = asked(),
  config: SageMakerClientConfig = {},
  from: Standpoint = office,
): Promise<string> {
  const undo = gate.from(from).intercept();
  try {
    const client = new SageMakerClient({ region: 'us-east-1', credentials: buddy, maxAttempts: 1, ...config });
    return (await client.send(command)).AuthorizedUrl as string;
  } finally {
    undo();
  }
}
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (error) => error,
  );
/** Keys of the role whose policies ask for the source. */
async function session() {
  const sts = new STSClient({ region: 'us-east-1', credentials: buddy, endpoint: gate.url });
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/create-url`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'lambda' }));
  return {
    accessKeyId: Credentials?.AccessKeyId as string,
    secretAccessKey: Credentials?.SecretAccessKey as string,
    sessionToken: Credentials?.SessionToken as string,
  };
}
const buddyArn = `arn:aws:iam::${ACCOUNT}:user/buddy`;
const denial = (caller: string, resource: string, why: string) =>
  `User: ${caller} is not authorized to perform: sagemaker:CreatePresignedDomainUrl on resource: ${resource} ${why}`;
const unallowed = 'because no identity-based policy allows the sagemaker:CreatePresignedDomainUrl action';

describe('a presigned URL of Studio', () => {
  test('is given to whom IAM allows it, and stands in the log', async () => {
    expect(await create()).toMatch(
      /^https:\/\/d-abcdef123456\.studio\.us-east-1\.sagemaker\.aws\/auth\?token=[\w-]{50,}$/,
    );
    expect(gate.log.at(-1)).toMatchObject({
      service: 'sagemaker',
      action: 'CreatePresignedDomainUrl',
      host: 'api.sagemaker.us-east-1.amazonaws.com',
      status: 200,
      outcome: 'answered',
      principal: buddyArn,
      statement: { at: `accounts.${ACCOUNT}.users.buddy.policies[0].Statement` },
    });
  });

  test.each<[at: string, config: (gate: Gate) => SageMakerClientConfig]>([
    ["the gate's own address", (to) => ({ endpoint: to.url })],
    ['the name of both stacks', () => ({ useDualstackEndpoint: true })],
    ['the name of FIPS', () => ({ useFipsEndpoint: true })],
  ])('is given at %s', async (_, config) => {
    expect(await create(asked(), config(gate))).toContain('.studio.us-east-1.');
  });

  test('is given for a domain of another region, there alone', async () => {
    const command = asked({ DomainId: 'd-dublin' });
    expect(await create(command, { region: 'eu-west-1' })).toContain(
      'https://d-dublin.studio.eu-west-1.sagemaker.aws/',
    );
    expect((await errorOf(create(command))).name).toBe('ResourceNotFound');
  });

  test.each<
    [
      who: string,
      credentials: typeof buddy,
      more: Partial<CreatePresignedDomainUrlRequest>,
      name: string,
      text: string,
      reason: string,
    ]
  >([
    [
      'who may nothing',
      nobody,
      {},
      'AccessDeniedException',
      denial(`arn:aws:iam::${ACCOUNT}:user/nobody`, profile('alice'), unallowed),
      'implicit-deny',
    ],
    [
      'who is denied this profile',
      buddy,
      { UserProfileName: 'bob' },
      'AccessDeniedException',
      denial(buddyArn, profile('bob'), 'with an explicit deny in an identity-based policy'),
      'explicit-deny',
    ],
    [
      'who has no such domain',
      buddy,
      { DomainId: 'd-nowhere' },
      'ResourceNotFound',
      'Domain [d-nowhere] does not exist.',
      'ResourceNotFound',
    ],
    [
      'who has no such profile',
      buddy,
      { UserProfileName: 'dave' },
      'ResourceNotFound',
      `UserProfile [dave] does not exist in Domain [${DOMAIN}].`,
      'ResourceNotFound',
    ],
    ['of another account', outsider, {}, 'ResourceNotFound', `Domain [${DOMAIN}] does not exist.`, 'ResourceNotFound'],
    [
      'for a domain of IAM Identity Center',
      buddy,
      { DomainId: 'd-sso' },
      'ValidationException',
      'CreatePresignedDomainUrl can only be called for a Domain whose authentication mode is IAM.',
      'ValidationException',
    ],
    [
      'with a key that is not known',
      { ...buddy, accessKeyId: 'AKIAIOSFODNN7UNKNOWN' },
      {},
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      'ERR_SIGV4_UNKNOWN_ACCESS_KEY',
    ],
    [
      'with another secret',
      { ...buddy, secretAccessKey: 'wrong' },
      {},
      'InvalidSignatureException',
      expect.stringMatching(
        /^The request signature we calculated does not match the signature you provided\./,
      ) as never,
      'ERR_SIGV4_SIGNATURE_MISMATCH',
    ],
  ])('is refused to one %s', async (_, credentials, more, name, text, reason) => {
    const error = await errorOf(create(asked(more), { credentials }));
    expect([error.name, error.message, error.$metadata.httpStatusCode]).toEqual([name, text, 400]);
    expect(gate.log.at(-1)).toMatchObject({ outcome: 'refused', reason });
  });

  test('is refused once the session is over, in the words of the protocol', async () => {
    const credentials = await session();
    now = () => Date.now() + 3_700_000;
    const error = await errorOf(create(asked(), { credentials, systemClockOffset: 3_700_000 }));
    expect([error.name, error.message]).toEqual([
      'ExpiredTokenException',
      'The security token included in the request is expired',
    ]);
  });

  const member = (value: string, at: string, limit: string) =>
    `Value '${value}' at '${at}' failed to satisfy constraint: Member must ${limit}`;
  const NAME = '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}';
  test.each<[input: Record<string, unknown>, fault: string]>([
    [
      { DomainId: 'D-1' },
      `1 validation error detected: ${member('D-1', 'domainId', 'satisfy regular expression pattern: d-(-*[a-z0-9]){1,61}')}`,
    ],
    [
      { DomainId: undefined },
      "1 validation error detected: Value null at 'domainId' failed to satisfy constraint: Member must not be null",
    ],
    [
      { UserProfileName: 'al/ice' },
      `1 validation error detected: ${member('al/ice', 'userProfileName', `satisfy regular expression pattern: ${NAME}`)}`,
    ],
    [
      { UserProfileName: 'a'.repeat(64) },
      `2 validation errors detected: ${member('a'.repeat(64), 'userProfileName', 'have length less than or equal to 63')}; ${member('a'.repeat(64), 'userProfileName', `satisfy regular expression pattern: ${NAME}`)}`,
    ],
    [
      { ExpiresInSeconds: 4, SessionExpirationDurationInSeconds: 43_201 },
      `2 validation errors detected: ${member('43201', 'sessionExpirationDurationInSeconds', 'have value less than or equal to 43200')}; ${member('4', 'expiresInSeconds', 'have value greater than or equal to 5')}`,
    ],
    [
      { ExpiresInSeconds: 301 },
      `1 validation error detected: ${member('301', 'expiresInSeconds', 'have value less than or equal to 300')}`,
    ],
    [
      { SpaceName: '-' },
      `1 validation error detected: ${member('-', 'spaceName', `satisfy regular expression pattern: ${NAME}`)}`,
    ],
  ])('is not for the input %j', async (input, fault) => {
    const error = await errorOf(create(asked(input)));
    expect([error.name, error.message]).toEqual(['ValidationException', fault]);
  });

  test.each([
    ['no JSON', '{', 'SerializationException'],
    ['a list', '[]', 'SerializationException'],
    ['a number for a text', '{"DomainId":7}', 'SerializationException'],
    [
      'a text for a number',
      `{"DomainId":"${DOMAIN}","UserProfileName":"alice","ExpiresInSeconds":"60"}`,
      'SerializationException',
    ],
    ['nothing', '{}', 'ValidationException'],
  ])('is not for %s', async (_, body, type) => {
    const answer = await createSignedFetch({ credentials: buddy, fetch: gate.fetch })(
      'https://api.sagemaker.us-east-1.amazonaws.com/',
      {
        method: 'POST',
        body,
        headers: { 'x-amz-target': 'SageMaker.CreatePresignedDomainUrl', 'content-type': 'application/x-amz-json-1.1' },
      },
    );
    expect([answer.status, answer.headers.get('x-amzn-errortype'), (await answer.json()).__type]).toEqual([
      400,
      type,
      type,
    ]);
  });

  test('is all that the gate has of SageMaker', async () => {
    const client = new SageMakerClient({ region: 'us-east-1', credentials: buddy, endpoint: gate.url, maxAttempts: 1 });
    const error = await errorOf(client.send(new ListDomainsCommand({})));
    expect([error.name, error.$metadata.httpStatusCode]).toEqual(['NotEmulatedException', 501]);
    expect(gate.log.at(-1)).toMatchObject({ action: 'ListDomains', outcome: 'not-emulated' });
    const target = { 'x-amz-target': 'Nothing.At.All' };
    const unknown = await gate.fetch('https://api.sagemaker.us-east-1.amazonaws.com/', {
      method: 'POST',
      headers: target,
    });
    expect([unknown.status, (await unknown.json()).__type]).toEqual([400, 'UnknownOperationException']);
    const runtime = await gate.fetch('https://runtime.sagemaker.us-east-1.amazonaws.com/endpoints/x/invocations');
    expect(runtime.status).toBe(501);
  });
});

describe('a call of SageMaker', () => {
  test.each<[from: string, standpoint: Standpoint, config: SageMakerClientConfig, through: string | undefined]>([
    ['through the endpoint of its VPC', inside, {}, API],
    [
      'through the endpoint that it names',
      {},
      { endpoint: `https://${API}-x1.api.sagemaker.us-east-1.vpce.amazonaws.com` },
      API,
    ],
    ['over the internet', office, {}, undefined],
  ])('comes %s, and the role may by that', async (_, standpoint, config, through) => {
    const credentials = await session();
    await create(asked(), { credentials, ...config }, standpoint);
    expect(gate.log.at(-1)?.vpcEndpoint).toBe(through);
  });

  test('comes by no way that the policies of the role name, and is refused', async () => {
    const credentials = await session();
    const error = await errorOf(create(asked(), { credentials }, { vpc: null, sourceIp: '198.51.100.1' }));
    expect(error.message).toBe(
      denial(`arn:aws:sts::${ACCOUNT}:assumed-role/create-url/lambda`, profile('alice'), unallowed),
    );
  });

  test.each([
    ['throttle', 'ThrottlingException', 400],
    ['unavailable', 'ServiceUnavailable', 503],
  ] as const)('can fail by the fault %s', async (kind, name, status) => {
    gate.faults.add({ kind, service: 'sagemaker', action: 'CreatePresignedDomainUrl', times: 1 });
    const error = await errorOf(create());
    expect([error.name, error.$metadata.httpStatusCode]).toEqual([name, status]);
  });

  test('is refused with keys that have been rotated', async () => {
    const credentials = await session();
    gate.faults.add({ kind: 'rotated', service: 'sagemaker' });
    expect((await errorOf(create(asked(), { credentials }))).name).toBe('UnrecognizedClientException');
  });
});

const open = (url: string, from: Standpoint = office, init: RequestInit = {}) =>
  gate.from(from).fetch(url, { redirect: 'manual', ...init });

describe('opening the URL', () => {
  test('shows who has come in, and whose page it is', async () => {
    const answer = await open(await create(asked({ SpaceName: 'shared', LandingUri: 'studio::' })));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const page = await answer.text();
    for (const part of [DOMAIN, 'alice', 'shared', 'gate', 'There is no Studio behind it'])
      expect(page).toContain(part);
    expect(gate.log.at(-1)).toMatchObject({
      service: 'studio',
      action: 'CreatePresignedDomainUrl',
      host: `${DOMAIN}.studio.us-east-1.sagemaker.aws`,
      path: '/auth',
      status: 200,
      outcome: 'answered',
      principal: buddyArn,
    });
  });

  test('needs no memory of it, and may be done again', async () => {
    const url = await create();
    expect([(await open(url)).status, (await open(url)).status]).toEqual([200, 200]);
  });

  test.each<[from: string, standpoint: Standpoint, status: number, through: string | undefined]>([
    ['the office', office, 200, undefined],
    ['a VPC with an endpoint for Studio', inside, 200, STUDIO],
    ['another address of the internet', { vpc: null, sourceIp: '198.51.100.1' }, 403, undefined],
    [
      'a VPC without an endpoint, as an address of the internet',
      { vpc: 'vpc-bare', sourceIp: '10.0.1.2' },
      403,
      undefined,
    ],
    ['a VPC with the endpoint of somebody else', { vpc: 'vpc-strict', sourceIp: '172.16.0.1' }, 403, STRICT],
    ['there, at an inner address that the role may', { vpc: 'vpc-strict', sourceIp: '10.0.9.9' }, 200, STRICT],
  ])("judges the creator's right again, from %s", async (_, standpoint, status, through) => {
    const url = await create(asked(), { credentials: await session() }, inside);
    const answer = await open(url, standpoint);
    expect(answer.status).toBe(status);
    const principal = `arn:aws:sts::${ACCOUNT}:assumed-role/create-url/lambda`;
    expect(gate.log.at(-1)).toMatchObject({ service: 'studio', principal, status });
    expect(gate.log.at(-1)?.vpcEndpoint).toBe(through);
    if (status === 200) return;
    expect(await answer.text()).toBe('Auth token containing insufficient permissions');
    expect(gate.log.at(-1)).toMatchObject({ outcome: 'refused', reason: 'implicit-deny', policy: 'identity' });
  });

  test("meets the endpoint's policy too", async () => {
    const [alice, carol] = [await create(), await create(asked({ UserProfileName: 'carol' }))];
    expect((await open(alice, { vpc: 'vpc-strict' })).status).toBe(200);
    expect((await open(carol, { vpc: 'vpc-strict' })).status).toBe(403);
    expect(gate.log.at(-1)).toMatchObject({ reason: 'implicit-deny', policy: 'endpoint', vpcEndpoint: STRICT });
  });

  test('goes by the names of the endpoint, the domain in Host', async () => {
    const url = new URL(await create());
    const label = `${STUDIO}-x1`;
    const host = url.host;
    for (const name of [
      `${label}.studio.us-east-1.vpce.sagemaker.aws`,
      `${label}-us-east-1a.studio.us-east-1.vpce.sagemaker.aws`,
    ]) {
      const answer = await gate
        .from(inside)
        .dispatcher()
        .request({
          origin: `https://${name}`,
          path: url.pathname + url.search,
          method: 'GET',
          headers: { host },
        });
      await answer.body.dump();
      expect([answer.statusCode, gate.log.at(-1)?.vpcEndpoint]).toEqual([200, STUDIO]);
    }
    expect((await open(`https://${label}.studio.us-east-1.vpce.sagemaker.aws/auth`, inside)).status).toBe(404);
    await expect(open(`https://${label}.studio.us-east-1.vpce.sagemaker.aws/auth`, office)).rejects.toThrow();
  });

  test.each([
    ['endpoint', `${STUDIO}-x1.studio.us-east-1.vpce.sagemaker.aws`],
    ['private DNS', `${DOMAIN}.studio.us-east-1.sagemaker.aws`],
  ])('of a domain of another region does not open through the %s of this one', async (_, name) => {
    const { host, pathname, search } = new URL(await create(asked({ DomainId: 'd-dublin' }), { region: 'eu-west-1' }));
    const path = pathname + search;
    const ways = gate.from(inside).dispatcher();
    const answer = await ways.request({ origin: `https://${name}`, path, method: 'GET', headers: { host } });
    await answer.body.dump();
    expect(answer.statusCode).toBe(404);
    expect(gate.log.at(-1)).toMatchObject({ reason: 'no-domain', vpcEndpoint: STUDIO });
  });

  test.each([
    [5, 4_999, 200],
    [5, 5_000, 302],
    [undefined, 299_999, 200],
    [undefined, 300_000, 302],
  ])('of %s seconds after %i ms is answered with %i', async (ExpiresInSeconds, later, status) => {
    const start = Date.now();
    now = () => start;
    const url = await create(asked(ExpiresInSeconds === undefined ? {} : { ExpiresInSeconds }));
    now = () => start + later;
    const answer = await open(url);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      status,
      status === 302 ? 'https://signin.aws.amazon.com/console' : null,
    ]);
    if (status === 302)
      expect(gate.log.at(-1)).toMatchObject({ outcome: 'refused', reason: 'expired', principal: buddyArn });
  });

  test.each<[what: string, change: (url: string) => string]>([
    ['is changed', (url) => `${url.slice(0, -2)}${url.endsWith('AA') ? 'BB' : 'AA'}`],
    ['is cut', (url) => url.slice(0, -8)],
    ['is longer by what decodes to nothing', (url) => `${url}A`],
    ['is not there', (url) => url.replace(/\?.*/, '')],
    ['is another text', (url) => url.replace(/token=.*/, 'token=e30%3D')],
    ['is of another domain', (url) => url.replace(DOMAIN, 'd-sso')],
    ['is of another region', (url) => url.replace('us-east-1', 'us-west-2')],
  ])('is refused where the token %s', async (_, change) => {
    const answer = await open(change(await create()));
    expect([answer.status, await answer.text()]).toEqual([403, 'Invalid auth token']);
    expect(gate.log.at(-1)).toMatchObject({ outcome: 'refused', reason: 'token' });
    expect(gate.log.at(-1)?.principal).toBeUndefined();
  });

  test('is refused by another gate', async () => {
    const other = await startGate(world);
    expect((await other.fetch(await create())).status).toBe(403);
    await other.close();
  });

  test('is all that the gate has of Studio', async () => {
    const url = await create();
    expect((await open(url.replace('/auth', '/jupyter/default/lab'))).status).toBe(501);
    expect((await open(url, office, { method: 'POST' })).status).toBe(501);
  });

  test('takes a session with all that it can hold, in a URL that servers take', async () => {
    const sts = new STSClient({ region: 'us-east-1', credentials: buddy, endpoint: gate.url });
    const Policy = JSON.stringify({
      Statement: {
        Effect: 'Allow',
        Action: '*',
        Resource: ['*', ...Array.from({ length: 30 }, (_, i) => `arn:aws:s3:::${'x'.repeat(40)}${i}`)],
      },
    });
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/create-url`, RoleSessionName: 'long', Policy }),
    );
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId as string,
      secretAccessKey: Credentials?.SecretAccessKey as string,
      sessionToken: Credentials?.SessionToken as string,
    };
    const url = await create(asked(), { credentials });
    expect((await open(url)).status).toBe(200);
  });
});

test('the names of Studio lead to the gate with .localhost behind them, as curl and browsers send them', async () => {
  const { host, pathname, search } = new URL(await create());
  const { hostname, port } = new URL(gate.url);
  const status = await new Promise((resolve, reject) => {
    const headers = { host: `${host}.localhost:${port}`, 'x-sigv4kit-gate-from': 'vpc=none' };
    get({ hostname, port, path: pathname + search, headers }, (answer) => resolve(answer.resume().statusCode)).on(
      'error',
      reject,
    );
  });
  expect(status).toBe(200);
  expect(gate.log.at(-1)).toMatchObject({ service: 'studio', host, outcome: 'answered' });
});
