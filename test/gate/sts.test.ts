/** STS in the gate: the SDK's own client and providers get keys there, and what is refused is refused in its words. */
import { request as httpRequest } from 'node:http';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { fromTemporaryCredentials, fromWebToken } from '@aws-sdk/credential-providers';
import { createSignedFetch, createSigner } from 'sigv4kit';
import { type Gate, startGate } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  buddy,
  callApi,
  HOME,
  type Keys,
  nobody,
  outsider,
  roleArn,
  stranger,
  whoami,
  world,
} from '../support/gate-world';

let gate: Gate;
let now = Date.now;
beforeAll(async () => {
  gate = await startGate(world, { now: () => now() });
});
afterAll(() => gate.close());

const clientConfig = () => ({ region: 'us-east-1', endpoint: gate.url, maxAttempts: 1 });
const client = (credentials: Keys) => new STSClient({ ...clientConfig(), credentials });
const assume = (credentials: Keys, RoleArn: string, more: object = {}) =>
  client(credentials).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test', ...more }));
type Given = Awaited<ReturnType<typeof assume>>;
const keysOf = ({ Credentials }: Pick<Given, 'Credentials'>): Keys => ({
  accessKeyId: Credentials?.AccessKeyId as string,
  secretAccessKey: Credentials?.SecretAccessKey as string,
  sessionToken: Credentials?.SessionToken as string,
});

const named = 'arn:aws:iam::111122223333:role/apps/named';
const denial = (user: string, role: string, action = 'sts:AssumeRole') =>
  `User: ${user} is not authorized to perform: ${action} on resource: ${role}`;
const buddyArn = `arn:aws:iam::${HOME}:user/buddy`;

describe('the SDK gets keys that an API answers', () => {
  test('with AssumeRole', async () => {
    const given = await assume(buddy, named);
    expect(given.AssumedRoleUser).toEqual({
      Arn: `arn:aws:sts::${HOME}:assumed-role/named/test`,
      AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:test$/),
    });
    expect(given.Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(given.Credentials?.Expiration?.getTime()).toBeGreaterThan(Date.now() + 3_590_000);
    expect(await whoami(gate, keysOf(given))).toMatchObject({
      status: 200,
      userArn: `arn:aws:sts::${HOME}:assumed-role/named/test`,
    });
  });

  test('with fromTemporaryCredentials', async () => {
    const provider = fromTemporaryCredentials({
      masterCredentials: buddy,
      params: { RoleArn: named, RoleSessionName: 'provider', DurationSeconds: 900 },
      clientConfig: clientConfig(),
    });
    expect((await whoami(gate, await provider())).userArn).toBe(`arn:aws:sts::${HOME}:assumed-role/named/provider`);
  });

  test('with fromWebToken', async () => {
    const provider = fromWebToken({
      roleArn: roleArn('web'),
      webIdentityToken: 'token-of-the-repository',
      roleSessionName: 'build',
      clientConfig: clientConfig(),
    });
    expect((await whoami(gate, await provider())).userArn).toBe(`arn:aws:sts::${HOME}:assumed-role/web/build`);
  });

  test('and is told who it is, as a user and as a session', async () => {
    expect(await client(nobody).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: HOME,
      Arn: `arn:aws:iam::${HOME}:user/nobody`,
      UserId: 'AIDAI44QH8DHBEXAMPLE',
    });
    const session = await client(keysOf(await assume(buddy, named))).send(new GetCallerIdentityCommand({}));
    expect(session).toMatchObject({ Account: HOME, Arn: `arn:aws:sts::${HOME}:assumed-role/named/test` });
    expect(session.UserId).toMatch(/^AROA[A-Z2-7]{17}:test$/);
  });

  test('and a handler is given the id of the session as caller and user', async () => {
    const credentials = keysOf(await assume(buddy, named));
    const identity = await (
      await createSignedFetch({ credentials, fetch: gate.fetch })(
        'https://abc123.execute-api.us-east-1.amazonaws.com/api/whoami',
      )
    ).json();
    expect(identity.caller).toMatch(/^AROA[A-Z2-7]{17}:test$/);
    expect(identity).toMatchObject({ user: identity.caller, accountId: HOME, accessKey: credentials.accessKeyId });
  });
});

describe('who may assume a role', () => {
  test.each<[string, Keys, string, object]>([
    ['a user whom the role names, without a policy of its own', nobody, named, {}],
    ['a user with a policy, where the role names the account', buddy, roleArn('account'), {}],
    ['a user of another account, if both sides allow', stranger, roleArn('abroad'), {}],
    ['who knows the external id', stranger, roleArn('external'), { ExternalId: 'a-secret-id' }],
    ['a user of the organization', stranger, roleArn('organization'), {}],
    ['anybody of the same account whom "*" lets in', nobody, roleArn('organization'), {}],
    ['who brings a tag that the role asks for', buddy, roleArn('tagged'), { Tags: [{ Key: 'team', Value: 'red' }] }],
  ])('%s may', async (_, credentials, role, more) => {
    expect((await whoami(gate, keysOf(await assume(credentials, role, more)))).status).toBe(200);
  });

  test.each<[string, Keys, string, object, string, string]>([
    [
      'a user without a policy, where the role names the account',
      nobody,
      roleArn('account'),
      {},
      '',
      'implicit-deny identity',
    ],
    ['a user whom the role does not trust', buddy, roleArn('abroad'), {}, '', 'implicit-deny trust'],
    [
      'who does not know the external id',
      stranger,
      roleArn('external'),
      { ExternalId: 'a-guess' },
      '',
      'implicit-deny trust',
    ],
    ['who gives no external id', stranger, roleArn('external'), {}, '', 'implicit-deny trust'],
    ['a user of no organization', outsider, roleArn('organization'), {}, '', 'implicit-deny trust'],
    [
      'who brings another tag',
      buddy,
      roleArn('tagged'),
      { Tags: [{ Key: 'team', Value: 'x' }] },
      '',
      'implicit-deny trust',
    ],
    ['a user of a role that does not exist', buddy, roleArn('nowhere'), {}, '', 'no-role'],
    ['a user who leaves out the path', buddy, roleArn('named'), {}, '', 'no-role'],
    ['a user of another partition', buddy, 'arn:aws-cn:iam::111122223333:role/apps/named', {}, '', 'no-role'],
    [
      'a user whom the role denies',
      buddy,
      roleArn('closed'),
      {},
      ' with an explicit deny in the role trust policy',
      'explicit-deny trust',
    ],
  ])('%s may not', async (_, credentials, role, more, reason, logged) => {
    const error = await assume(credentials, role, more).catch((reason) => reason);
    const { Arn } = await client(credentials).send(new GetCallerIdentityCommand({}));
    const {
      status,
      action,
      reason: why,
      policy,
    } = gate.log.filter(({ action }) => action === 'AssumeRole').at(-1) ?? {};
    expect(error).toMatchObject({ name: 'AccessDenied', message: denial(Arn as string, role) + reason });
    expect(error.$metadata.httpStatusCode).toBe(403);
    const deciding = [why, policy].filter((part) => part !== undefined).join(' ');
    expect([status, action, deciding]).toEqual([403, 'AssumeRole', logged]);
  });

  test('a tag needs sts:TagSession, a source identity sts:SetSourceIdentity, in the trust policy too', async () => {
    for (const [more, action] of [
      [{ Tags: [{ Key: 'a', Value: 'b' }] }, 'sts:TagSession'],
      [{ SourceIdentity: 'someone' }, 'sts:SetSourceIdentity'],
    ] as const) {
      expect((await assume(buddy, roleArn('account'), more)).Credentials).toBeDefined();
      await expect(assume(buddy, named, more)).rejects.toThrow(denial(buddyArn, named, action));
    }
  });
});

describe('a session', () => {
  test('may do what its role and its session policy both allow', async () => {
    const Policy = (Resource: string) =>
      JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'execute-api:Invoke', Resource } });
    const narrow = await assume(buddy, named, { Policy: Policy('arn:aws:execute-api:*:*:abc123/api/GET/other') });
    const wide = await assume(buddy, named, { Policy: Policy('*') });
    expect(narrow.PackedPolicySize).toBeGreaterThan(0);
    expect((await whoami(gate, keysOf(wide))).status).toBe(200);
    expect(await whoami(gate, keysOf(narrow))).toEqual({
      status: 403,
      type: 'AccessDeniedException',
      userArn: `User: arn:aws:sts::${HOME}:assumed-role/named/test is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********3333:abc123/api/GET/whoami because no session policy allows the execute-api:Invoke action`,
    });
  });

  test('is held to the conditions of its policies, with its own tag before that of its role', async () => {
    const tagged = await assume(buddy, roleArn('conditional'), { Tags: [{ Key: 'team', Value: 'blue' }] });
    expect((await whoami(gate, keysOf(tagged))).status).toBe(200);
    const untagged = await assume(buddy, roleArn('conditional'));
    expect((await whoami(gate, keysOf(untagged))).type).toBe('AccessDeniedException');
  });

  test('hands transitive tags and the source identity down a chain of roles', async () => {
    const Tags = [{ Key: 'team', Value: 'red' }];
    const first = await assume(buddy, roleArn('account'), { Tags, TransitiveTagKeys: ['team'], SourceIdentity: 'me' });
    expect(first.SourceIdentity).toBe('me');
    const second = await assume(keysOf(first), roleArn('chained'));
    expect(second.SourceIdentity).toBe('me');
    await expect(assume(keysOf(first), roleArn('chained'), { Tags })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    await expect(assume(keysOf(first), roleArn('chained'), { SourceIdentity: 'other' })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  test('hands a transitive tag down with its value, however its key is spelt', async () => {
    const Tags = [{ Key: 'Team', Value: 'blue' }];
    const first = await assume(buddy, roleArn('account'), { Tags, TransitiveTagKeys: ['tEAM', 'team'] });
    const second = await assume(keysOf(first), roleArn('conditional'));
    expect((await whoami(gate, keysOf(second))).status).toBe(200);
  });

  test('hands a tag down whose key is, but for its case, a name that every object has', async () => {
    const Tags = [{ Key: 'tostring', Value: 'x' }];
    const first = await assume(buddy, roleArn('account'), { Tags, TransitiveTagKeys: ['toString'] });
    const second = await assume(keysOf(first), roleArn('conditional'));
    expect(second.PackedPolicySize).toBeGreaterThan(0);
    await expect(
      assume(keysOf(first), roleArn('conditional'), { Tags: [{ Key: 'TOSTRING', Value: 'y' }] }),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  test('has no place for more tags than a request could carry, inherited ones among them', async () => {
    const tags = (count: number, length: number, prefix = 'tag') =>
      Array.from({ length: count }, (_, i) => ({ Key: `${prefix}-${i}`.padEnd(20, 'k'), Value: 'v'.repeat(length) }));
    await expect(assume(buddy, roleArn('account'), { Tags: tags(50, 256) })).rejects.toMatchObject({
      name: 'PackedPolicyTooLargeException',
      $metadata: { httpStatusCode: 400 },
    });
    const most = tags(50, 60);
    const TransitiveTagKeys = most.map(({ Key }) => Key);
    const full = await assume(buddy, roleArn('account'), { Tags: most, TransitiveTagKeys });
    expect(full.PackedPolicySize).toBe(98);
    expect((await whoami(gate, keysOf(full))).status).toBe(200);
    await expect(assume(keysOf(full), roleArn('conditional'), { Tags: tags(2, 60, 'more') })).rejects.toMatchObject({
      name: 'PackedPolicyTooLargeException',
    });
  });

  test('may not assume a role that trusts its user alone', async () => {
    await expect(assume(keysOf(await assume(buddy, named)), named)).rejects.toThrow(
      denial(`arn:aws:sts::${HOME}:assumed-role/named/test`, named),
    );
  });

  test('may assume what names its role without a policy of its own, but not past its session policy', async () => {
    expect((await assume(keysOf(await assume(buddy, roleArn('relay'))), roleArn('chained'))).Credentials).toBeDefined();
    const Policy = JSON.stringify(callApi);
    const limited = keysOf(await assume(buddy, roleArn('relay'), { Policy }));
    await expect(assume(limited, roleArn('chained'))).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(gate.log.at(-1)).toMatchObject({ reason: 'implicit-deny', policy: 'session' });
  });

  test('ends when its time is over, and is not known with another token or secret', async () => {
    const given = keysOf(await assume(buddy, named, { DurationSeconds: 900 }));
    const start = Date.now();
    const later = createSignedFetch({ credentials: given, fetch: gate.fetch, now: () => start + 901_000 });
    now = () => start + 901_000;
    const response = await later('https://abc123.execute-api.us-east-1.amazonaws.com/api/whoami');
    now = Date.now;
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([403, 'ExpiredTokenException']);

    const other = keysOf(await assume(buddy, named));
    for (const wrong of [
      { ...given, sessionToken: other.sessionToken as string },
      { ...given, sessionToken: `${given.sessionToken}A` },
      { accessKeyId: given.accessKeyId, secretAccessKey: given.secretAccessKey },
    ])
      expect((await whoami(gate, wrong)).type).toBe('UnrecognizedClientException');
    const secret = { ...given, secretAccessKey: other.secretAccessKey };
    expect((await whoami(gate, secret)).type).toBe('InvalidSignatureException');
  });

  test('is of its gate alone', async () => {
    const other = await startGate(world);
    expect((await whoami(other, keysOf(await assume(buddy, named)))).type).toBe('UnrecognizedClientException');
    await other.close();
  });
});

const VERSION = '2011-06-15';
const sts = 'https://sts.us-east-1.amazonaws.com/';

/** A call as it goes on the wire: status, error code and text. */
async function post(parameters: Record<string, string>, fetch: typeof globalThis.fetch, url = sts) {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams({ Version: VERSION, ...parameters }) });
  return read(response);
}
async function read(response: Response) {
  const text = await response.text();
  const part = (name: string) =>
    new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]?.replaceAll('&#39;', "'").replaceAll('&amp;', '&');
  return { status: response.status, code: part('Code'), message: part('Message'), text, headers: response.headers };
}
const signed = (credentials: Keys, more: object = {}) =>
  createSignedFetch({ credentials, fetch: gate.fetch, service: 'sts', region: 'us-east-1', ...more });
const ask = { Action: 'AssumeRole', RoleArn: named, RoleSessionName: 'test' };

describe('on the wire', () => {
  test('a refusal is the XML of STS', async () => {
    const { status, text, headers } = await post({ ...ask, RoleArn: roleArn('<&>') }, signed(buddy));
    const requestId = headers.get('x-amzn-requestid');
    expect(status).toBe(403);
    expect(headers.get('content-type')).toBe('text/xml');
    expect(text.trim()).toBe(
      `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: ${buddyArn} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/&lt;&amp;&gt;</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    );
  });

  test('a result is the XML of STS', async () => {
    const { text, headers } = await post({ Action: 'GetCallerIdentity' }, signed(buddy));
    expect(text.trim()).toBe(
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${buddyArn}</Arn><UserId>AIDAIOSFODNN7EXAMPLE</UserId><Account>${HOME}</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>${headers.get('x-amzn-requestid')}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
    );
  });

  test('a query is answered as a form is, also a presigned one', async () => {
    const url = `${sts}?${new URLSearchParams({ Version: VERSION, ...ask })}`;
    expect((await read(await signed(buddy)(url))).text).toContain('<AssumeRoleResult>');
    const whoAmI = await createSigner({ credentials: buddy }).presign(
      `${sts}?Action=GetCallerIdentity&Version=${VERSION}`,
      {
        expiresIn: 60,
      },
    );
    expect((await read(await gate.fetch(whoAmI))).text).toContain(`<Arn>${buddyArn}</Arn>`);
  });

  test.each([
    ['https://sts.us-west-2.amazonaws.com/', 'us-west-2'],
    ['https://sts-fips.us-west-2.amazonaws.com/', 'us-west-2'],
    ['https://sts.amazonaws.com/', 'us-east-1'],
  ])('%s is signed for %s', async (url, region) => {
    const call = { Action: 'GetCallerIdentity' };
    expect((await post(call, signed(buddy, { region }), url)).status).toBe(200);
    expect(await post(call, signed(buddy, { region: 'us-west-1' }), url)).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
      message: "Credential should be scoped to a valid region, not 'us-west-1'.",
    });
  });

  test('the address of the gate itself takes any region', async () => {
    for (const region of ['us-east-1', 'eu-central-1']) {
      const call = new STSClient({ endpoint: gate.url, region, credentials: buddy }).send(
        new GetCallerIdentityCommand({}),
      );
      expect((await call).Arn).toBe(buddyArn);
    }
  });

  test.each<[string, Keys, object, number, string, string]>([
    [
      'an unknown key',
      { ...buddy, accessKeyId: 'AKIAUNKNOWNEXAMPLE00' },
      {},
      403,
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
    ],
    [
      'a wrong secret',
      { ...buddy, secretAccessKey: 'wrong' },
      {},
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    ],
    [
      'another service',
      buddy,
      { service: 'lambda' },
      403,
      'SignatureDoesNotMatch',
      "Credential should be scoped to correct service: 'sts'.",
    ],
  ])('%s is refused', async (_, credentials, more, status, code, message) => {
    expect(await post(ask, signed(credentials, more))).toMatchObject({ status, code, message });
  });

  test('no signature, half a signature, and expired keys are refused', async () => {
    expect(await post(ask, gate.fetch)).toMatchObject({
      status: 403,
      code: 'MissingAuthenticationToken',
      message: 'Request is missing Authentication Token',
    });
    const half: typeof fetch = (input, init) =>
      gate.fetch(input, { ...init, headers: { authorization: 'AWS4-HMAC-SHA256 a=b' } });
    expect(await post(ask, half)).toMatchObject({ status: 400, code: 'IncompleteSignature' });

    const given = keysOf(await assume(buddy, named, { DurationSeconds: 900 }));
    const later = Date.now() + 901_000;
    now = () => later;
    const refused = await post({ Action: 'GetCallerIdentity' }, signed(given, { now: () => later }));
    now = Date.now;
    expect(refused).toMatchObject({
      status: 403,
      code: 'ExpiredToken',
      message: 'The security token included in the request is expired',
    });
  });

  const one = (value: string, at: string, limit: string) =>
    `1 validation error detected: Value ${value} at '${at}' failed to satisfy constraint: Member must ${limit}`;
  test.each<[Record<string, string>, string, string]>([
    [
      { RoleSessionName: 'a b' },
      'ValidationError',
      one("'a b'", 'roleSessionName', 'satisfy regular expression pattern: [\\w+=,.@-]*'),
    ],
    [
      { RoleSessionName: 'a' },
      'ValidationError',
      one("'a'", 'roleSessionName', 'have length greater than or equal to 2'),
    ],
    [
      { DurationSeconds: '20' },
      'ValidationError',
      one("'20'", 'durationSeconds', 'have value greater than or equal to 900'),
    ],
    [
      { DurationSeconds: '43201' },
      'ValidationError',
      one("'43201'", 'durationSeconds', 'have value less than or equal to 43200'),
    ],
    [
      { DurationSeconds: '7201' },
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    ],
    [
      { ExternalId: 'a b' },
      'ValidationError',
      one("'a b'", 'externalId', 'satisfy regular expression pattern: [\\w+=,.@:\\/-]*'),
    ],
    [
      { SourceIdentity: 'aws:x' },
      'ValidationError',
      one("'aws:x'", 'sourceIdentity', 'satisfy regular expression pattern: [\\w+=,.@-]*'),
    ],
    [{ RoleArn: 'arn:aws:iam::1:role/no' }, 'ValidationError', 'arn:aws:iam::1:role/no is invalid'],
    [{ Policy: 'no' }, 'MalformedPolicyDocument', 'The policy is not in the valid JSON format.'],
    [{ Policy: '{"Statement":{}}' }, 'MalformedPolicyDocument', 'Syntax errors in policy.'],
    ...['"NotAction":[],"Resource":"*"', '"Action":"*","NotResource":[]', '"Action":[],"Resource":"*"'].map(
      (parts): [Record<string, string>, string, string] => [
        { Policy: `{"Statement":{"Effect":"Allow",${parts}}}` },
        'MalformedPolicyDocument',
        'Syntax errors in policy.',
      ],
    ),
    [{ Action: 'AssumeRol' }, 'InvalidAction', 'Could not find operation AssumeRol for version 2011-06-15'],
  ])('%j is a %s', async (change, code, message) => {
    expect(await post({ ...ask, ...change }, signed(buddy))).toMatchObject({ status: 400, code, message });
  });

  test('a role that is assumed with the keys of another lasts an hour at most', async () => {
    const first = keysOf(await assume(buddy, roleArn('account')));
    const call = { ...ask, RoleArn: roleArn('chained'), DurationSeconds: '3601' };
    expect(await post(call, signed(first))).toMatchObject({
      status: 400,
      code: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    });
  });

  test.each<Record<string, string>>([
    { Action: 'GetSessionToken' },
    { 'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
    { SerialNumber: 'arn:aws:iam::111122223333:mfa/buddy', TokenCode: '123456' },
    {
      Policy: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::$\{aws:PrincipalOrgPaths}"}}`,
    },
  ])('%j is not emulated, and never allowed', async (change) => {
    expect(await post({ ...ask, ...change }, signed(buddy))).toMatchObject({
      status: 501,
      code: 'NotEmulatedException',
    });
  });

  test('a client that sets Host reaches STS at the address of the gate', async () => {
    const call = await createSigner({ credentials: buddy }).sign({
      url: `${sts}?Action=GetCallerIdentity&Version=${VERSION}`,
    });
    const status = await new Promise((resolve, reject) => {
      httpRequest(`${gate.url}/${new URL(call.url).search}`, { headers: call.headers }, (response) =>
        resolve(response.resume().statusCode),
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });
});

describe('AssumeRoleWithWebIdentity', () => {
  const exchange = (WebIdentityToken: string, RoleArn = roleArn('web')) =>
    new STSClient({ ...clientConfig(), credentials: buddy }).send(
      new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'build', WebIdentityToken }),
    );

  test('tells whose the token was', async () => {
    expect(await exchange('token-of-the-repository')).toMatchObject({
      SubjectFromWebIdentityToken: 'repo:example/app',
      Audience: 'sts.amazonaws.com',
      Provider: 'https://token.actions.githubusercontent.com',
      AssumedRoleUser: { Arn: `arn:aws:sts::${HOME}:assumed-role/web/build` },
    });
  });

  test.each<[string, string, string | undefined, string, number]>([
    ['of a subject that the role does not trust', 'token-of-a-fork', undefined, 'AccessDenied', 403],
    ['for a role of another trust', 'token-of-the-repository', roleArn('account'), 'AccessDenied', 403],
    ['for a role that does not exist', 'token-of-the-repository', roleArn('nowhere'), 'AccessDenied', 403],
    ['that nobody knows', 'token-of-nobody', undefined, 'InvalidIdentityTokenException', 400],
    ['that has expired', 'token-that-expired', undefined, 'ExpiredTokenException', 400],
    [
      'of a provider that is down',
      'token-of-a-provider-that-is-down',
      undefined,
      'IDPCommunicationErrorException',
      400,
    ],
    [
      'of an account without providers',
      'token-of-the-repository',
      roleArn('x', '444455556666'),
      'InvalidIdentityTokenException',
      400,
    ],
  ])('refuses a token %s', async (_, token, role, name, status) => {
    const error = await exchange(token, role).catch((reason) => reason);
    expect([error.name, error.$metadata?.httpStatusCode]).toEqual([name, status]);
    if (name === 'AccessDenied') expect(error.message).toBe('Not authorized to perform sts:AssumeRoleWithWebIdentity');
  });

  test('knows no role of another partition than its own', async () => {
    const query = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: roleArn('web'),
      RoleSessionName: 'build',
      WebIdentityToken: 'token-of-the-repository',
    });
    const seen = async (host: string) => {
      const response = await gate.fetch(`https://${host}/?${query}`);
      return [response.status, (await response.text()).match(/<Code>(.*)<\/Code>/)?.[1]];
    };
    expect(await seen('sts.eu-central-1.amazonaws.com')).toEqual([200, undefined]);
    expect(await seen('sts.cn-north-1.amazonaws.com.cn')).toEqual([403, 'AccessDenied']);
  });

  test('keeps what its provider threw for the log', async () => {
    await exchange('token-of-a-provider-that-is-down').catch(() => undefined);
    expect(gate.log.at(-1)).toMatchObject({ reason: 'provider', cause: new Error('cannot be reached') });
  });

  test('never repeats a token', async () => {
    const { message } = await post(
      { ...ask, Action: 'AssumeRoleWithWebIdentity', RoleArn: roleArn('web'), WebIdentityToken: 'abc' },
      gate.fetch,
    );
    expect(message).toMatch(/at 'webIdentityToken'/);
    expect(message).not.toContain('abc');
  });
});
