/** What STS would refuse by its limits is refused before anything is sent; what it takes goes out as its API names it. */
import { type AssumeRoleOptions, assumeRole, cognitoIdentity, webIdentity } from 'sigv4kit';
import { describe, expect, test } from 'vitest';
import { codeOf, longTerm } from '../support/keys';

const roleArn = 'arn:aws:iam::111122223333:role/api-caller';
const text = (length: number) => 'a'.repeat(length);

/** The form that a call with these options posts. */
async function formOf(options: Partial<AssumeRoleOptions>): Promise<Record<string, string>> {
  let form = '';
  const fetch = async (_: unknown, init?: RequestInit) => {
    form = String(init?.body);
    return new Response(
      '<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>',
      { status: 403 },
    );
  };
  const provider = assumeRole({
    roleArn,
    region: 'us-east-1',
    credentials: longTerm,
    shared: false,
    fetch,
    ...options,
  });
  expect(await codeOf(provider)).toBe('ERR_SIGV4_ACCESS_DENIED');
  return Object.fromEntries(new URLSearchParams(form));
}

describe('an option beyond its limit is refused at once', () => {
  const bad: readonly (readonly [string, Partial<Record<keyof AssumeRoleOptions, unknown>>])[] = [
    ['no role', { roleArn: undefined }],
    ['a role that is no ARN', { roleArn: 'api-caller' }],
    ['the ARN of a user', { roleArn: 'arn:aws:iam::111122223333:user/somebody' }],
    ['a role ARN too long', { roleArn: `${roleArn}${text(2048)}` }],
    ['a session name of one character', { roleSessionName: 'a' }],
    ['a session name of 65', { roleSessionName: text(65) }],
    ['a session name with a space', { roleSessionName: 'a b' }],
    ['899 seconds', { durationSeconds: 899 }],
    ['43201 seconds', { durationSeconds: 43_201 }],
    ['half a second', { durationSeconds: 900.5 }],
    ['seconds as text', { durationSeconds: '900' }],
    ['an external id of one character', { externalId: 'a' }],
    ['an external id of 1225', { externalId: text(1225) }],
    ['an external id with a space', { externalId: 'a b' }],
    ['a source identity that begins with aws:', { sourceIdentity: 'aws:me' }],
    ['51 tags', { tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v'])) }],
    ['tags that differ in case alone', { tags: { Team: 'a', team: 'b' } }],
    ['a tag name of 129 characters', { tags: { [text(129)]: 'v' } }],
    ['a tag value of 257', { tags: { k: text(257) } }],
    ['a tag that begins with aws:', { tags: { 'aws:k': 'v' } }],
    ['a tag whose value is a number', { tags: { k: 1 } }],
    ['tags that are text', { tags: 'k=v' }],
    ['51 transitive names', { transitiveTagKeys: Array(51).fill('k') }],
    ['a policy of 2049 characters', { policy: text(2049) }],
    ['an empty policy', { policy: '' }],
    ['11 policy ARNs', { policyArns: Array(11).fill('arn:aws:iam::aws:policy/ReadOnly') }],
    ['a device without a code', { serialNumber: 'GAHT12345678' }],
    ['a code without a device', { tokenCode: '123456' }],
    ['a code of five digits', { serialNumber: 'GAHT12345678', tokenCode: '12345' }],
    ['6 contexts', { providedContexts: Array(6).fill({ providerArn: roleArn, contextAssertion: text(9) }) }],
    ['a fetch that is none', { fetch: 'fetch' }],
    ['a client that is none', { client: {} }],
    ['a client and keys', { client: { send: async () => ({}) }, credentials: longTerm }],
    ['a client and a region', { client: { send: async () => ({}) }, region: 'eu-west-1' }],
    ['a timeout of zero', { timeout: 0 }],
    [
      'more than an hour for a role assumed by a role',
      { durationSeconds: 3601, credentials: assumeRole({ roleArn, region: 'us-east-1' }) },
    ],
    [
      'the same for one of a web identity',
      { durationSeconds: 3601, credentials: webIdentity({ roleArn, token: 'token' }) },
    ],
    [
      'the same for one of a pool',
      { durationSeconds: 3601, credentials: cognitoIdentity({ identityPoolId: 'us-east-1:1' }) },
    ],
  ];

  test.each(bad)('%s', async (_, options) => {
    expect(await codeOf(() => assumeRole({ roleArn, ...options } as AssumeRoleOptions))).toBe(
      'ERR_SIGV4_INVALID_OPTION',
    );
  });

  test.each([
    ['no token', { roleArn }],
    ['a token that is a number', { roleArn, token: 1 }],
    ['no role', { token: 'token' }],
    ['a provider that is a number', { roleArn, token: 'token', providerId: 1 }],
  ])('of a web identity: %s', async (_, options) => {
    expect(await codeOf(() => webIdentity(options as never))).toBe('ERR_SIGV4_INVALID_OPTION');
  });

  test.each([
    ['no pool', {}],
    ['a pool that is no id', { identityPoolId: 'my pool' }],
    ['logins that are text', { identityPoolId: 'us-east-1:1', logins: 'token' }],
    ['a storage that is none', { identityPoolId: 'us-east-1:1', storage: {} }],
    [
      'a storage that forgets nothing',
      { identityPoolId: 'us-east-1:1', storage: { getItem: () => '', setItem: () => '' } },
    ],
    ['roles of both flows', { identityPoolId: 'us-east-1:1', roleArn, customRoleArn: roleArn }],
    ['a session name without a role', { identityPoolId: 'us-east-1:1', roleSessionName: 'me' }],
  ])('of a pool: %s', async (_, options) => {
    expect(await codeOf(() => cognitoIdentity(options as never))).toBe('ERR_SIGV4_INVALID_OPTION');
  });

  test('an endpoint that is no URL, and a region that none can tell', async () => {
    const call = (options: Partial<AssumeRoleOptions>) =>
      codeOf(assumeRole({ roleArn, credentials: longTerm, ...options }));
    expect(await call({ region: 'us-east-1', endpoint: 'localhost' })).toBe('ERR_SIGV4_INVALID_OPTION');
    expect(await call({ region: 'us-east-1', endpoint: 'https://me:secret@localhost' })).toBe(
      'ERR_SIGV4_INVALID_OPTION',
    );
    expect(await call({ region: 'us east' })).toBe('ERR_SIGV4_INVALID_OPTION');
    expect(await call({})).toBe('ERR_SIGV4_NO_REGION');
  });
});

describe('what goes out', () => {
  test('has the names of the API', async () => {
    const form = await formOf({
      roleSessionName: 'me@example.com',
      durationSeconds: 900,
      externalId: 'shop:1/2',
      sourceIdentity: 'somebody',
      tags: { team: 'a b', cost: '' },
      transitiveTagKeys: ['team'],
      policy: { Version: '2012-10-17', Statement: [] },
      policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      serialNumber: 'arn:aws:iam::111122223333:mfa/me',
      tokenCode: async () => '123456',
      providedContexts: [
        { providerArn: 'arn:aws:iam::aws:contextProvider/IdentityCenter', contextAssertion: 'assertion' },
      ],
    });
    expect(form).toEqual({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: roleArn,
      RoleSessionName: 'me@example.com',
      DurationSeconds: '900',
      ExternalId: 'shop:1/2',
      SourceIdentity: 'somebody',
      'Tags.member.1.Key': 'team',
      'Tags.member.1.Value': 'a b',
      'Tags.member.2.Key': 'cost',
      'Tags.member.2.Value': '',
      'TransitiveTagKeys.member.1': 'team',
      Policy: '{"Version":"2012-10-17","Statement":[]}',
      'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      SerialNumber: 'arn:aws:iam::111122223333:mfa/me',
      TokenCode: '123456',
      'ProvidedContexts.member.1.ProviderArn': 'arn:aws:iam::aws:contextProvider/IdentityCenter',
      'ProvidedContexts.member.1.ContextAssertion': 'assertion',
    });
  });

  test('takes tags as the SDK writes them, too', async () => {
    expect(await formOf({ tags: [{ Key: 'team', Value: 'a' }] })).toMatchObject({
      'Tags.member.1.Key': 'team',
      'Tags.member.1.Value': 'a',
    });
  });

  test('names a session that nobody named, the same one for the whole process', async () => {
    const { RoleSessionName } = await formOf({});
    expect(RoleSessionName).toMatch(/^sigv4kit-[\da-z]+$/);
    expect((await formOf({})).RoleSessionName).toBe(RoleSessionName);
  });
});
