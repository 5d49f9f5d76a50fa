/** AssumeRole through a client of the AWS SDK: the one edge that is mocked, as the SDK's own way of mocking it. */
import { AssumeRoleCommand, STSClient, STSServiceException } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { assumeRole } from 'sigv4kit';
import { afterEach, expect, test } from 'vitest';
import { codeOf, temporary } from '../support/keys';

const roleArn = 'arn:aws:iam::111122223333:role/api-caller';
const sts = mockClient(STSClient);
const client = new STSClient({ region: 'us-east-1' });

afterEach(() => sts.reset());

const answer = () => ({
  Credentials: {
    AccessKeyId: temporary.accessKeyId,
    SecretAccessKey: temporary.secretAccessKey,
    SessionToken: temporary.sessionToken,
    Expiration: new Date(Date.now() + 3_600_000),
  },
});

test('ten thousand calls send one command, with every parameter as the SDK names it', async () => {
  sts.on(AssumeRoleCommand).resolves(answer());
  const options = {
    roleArn,
    client,
    roleSessionName: 'me',
    durationSeconds: 900,
    tags: { team: 'a' },
    transitiveTagKeys: ['team'],
    policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  };
  const keys = await Promise.all(Array.from({ length: 10_000 }, () => assumeRole(options)()));
  expect(keys[0]).toMatchObject({ ...temporary, expiration: expect.any(Date) });
  expect(sts.commandCalls(AssumeRoleCommand).map(({ args }) => args[0].input)).toEqual([
    {
      RoleArn: roleArn,
      RoleSessionName: 'me',
      DurationSeconds: 900,
      Tags: [{ Key: 'team', Value: 'a' }],
      TransitiveTagKeys: ['team'],
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
    },
  ]);
});

test.each([
  ['AccessDenied', 403, 'ERR_SIGV4_ACCESS_DENIED'],
  ['ExpiredTokenException', 400, 'ERR_SIGV4_EXPIRED_CREDENTIALS'],
  ['RegionDisabledException', 403, 'ERR_SIGV4_INVALID_OPTION'],
  ['Throttling', 400, 'ERR_SIGV4_THROTTLED'],
  ['SomethingNew', 400, 'ERR_SIGV4_SERVICE_REFUSED'],
])("its %s is ours, with STS's own message", async (name, httpStatusCode, code) => {
  const refusal = new STSServiceException({
    name,
    message: 'in its own words',
    $fault: 'client',
    $metadata: { httpStatusCode },
  });
  sts.on(AssumeRoleCommand).rejects(refusal);
  const call = assumeRole({ roleArn, client, shared: false })();
  await expect(call).rejects.toMatchObject({
    code,
    message: expect.stringContaining(`${name}: in its own words`),
    cause: { name, status: httpStatusCode },
  });
});

test('a client that has no keys of its own is told so', async () => {
  sts.on(AssumeRoleCommand).rejects(Object.assign(new Error('no keys'), { name: 'CredentialsProviderError' }));
  expect(await codeOf(assumeRole({ roleArn, client, shared: false }))).toBe('ERR_SIGV4_NO_CREDENTIALS');
});

test.each([
  ['a network error', () => sts.on(AssumeRoleCommand).rejects(new Error('socket hang up'))],
  ['an answer without keys', () => sts.on(AssumeRoleCommand).resolves({})],
])('%s is a service that is not available', async (_, arrange) => {
  arrange();
  expect(await codeOf(assumeRole({ roleArn, client, shared: false }))).toBe('ERR_SIGV4_SERVICE_UNAVAILABLE');
});
