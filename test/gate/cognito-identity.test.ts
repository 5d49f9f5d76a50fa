/** Cognito Identity in the gate: guests and those who log in get keys by both flows, and refusals in Cognito's words. */
import {
  CognitoIdentityClient,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  GetOpenIdTokenCommand,
} from '@aws-sdk/client-cognito-identity';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromCognitoIdentity, fromCognitoIdentityPool } from '@aws-sdk/credential-providers';
import { type Gate, startGate } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buddy, HOME, NO_GUESTS_POOL, POOL, roleArn, USER_POOL, whoami, world } from '../support/gate-world';

let gate: Gate;
let now = Date.now;
beforeAll(async () => {
  gate = await startGate(world, { now: () => now() });
});
afterAll(() => gate.close());

const clientConfig = () => ({ region: 'us-east-1', endpoint: gate.url, maxAttempts: 1 });
const client = () => new CognitoIdentityClient(clientConfig());
const getId = async (IdentityPoolId: string, Logins?: Record<string, string>) =>
  (await client().send(new GetIdCommand({ IdentityPoolId, ...(Logins && { Logins }) }))).IdentityId as string;
const getKeys = (IdentityId: string, Logins?: Record<string, string>) =>
  client().send(new GetCredentialsForIdentityCommand({ IdentityId, ...(Logins && { Logins }) }));
const getToken = async (IdentityId: string, Logins?: Record<string, string>) =>
  (await client().send(new GetOpenIdTokenCommand({ IdentityId, ...(Logins && { Logins }) }))).Token as string;
const exchange = (WebIdentityToken: string, role: string) =>
  new STSClient({ ...clientConfig(), credentials: buddy }).send(
    new AssumeRoleWithWebIdentityCommand({ RoleArn: roleArn(role), RoleSessionName: 'basic', WebIdentityToken }),
  );
const alice = { [USER_POOL]: 'token-of-alice' };
const bob = { [USER_POOL]: 'token-of-bob' };

describe('the SDK gets keys that an API answers', () => {
  test.each([
    ['a guest', {}, 'guest'],
    ['who logs in', { logins: alice }, 'member'],
  ])('as %s, by the enhanced flow', async (_, more, role) => {
    const provider = fromCognitoIdentityPool({ identityPoolId: POOL, clientConfig: clientConfig(), ...more });
    const credentials = await provider();
    expect(credentials.expiration?.getTime()).toBeGreaterThan(Date.now() + 3_590_000);
    expect(await whoami(gate, credentials)).toMatchObject({
      status: 200,
      userArn: `arn:aws:sts::${HOME}:assumed-role/${role}/CognitoIdentityCredentials`,
    });
  });

  test('of an identity that it knows already', async () => {
    const identityId = await getId(POOL, alice);
    const provider = fromCognitoIdentity({ identityId, logins: alice, clientConfig: clientConfig() });
    expect((await whoami(gate, await provider())).status).toBe(200);
  });

  test.each([
    ['a guest', undefined, 'guest', 'member'],
    ['who logs in', alice, 'member', 'guest'],
  ])('as %s, by the basic flow, of the role that trusts such an identity', async (_, logins, role, other) => {
    const id = await getId(POOL, logins);
    const token = await getToken(id, logins);
    const given = await exchange(token, role);
    expect(given).toMatchObject({
      SubjectFromWebIdentityToken: id,
      Audience: POOL,
      Provider: 'https://cognito-identity.amazonaws.com',
    });
    const keys = given.Credentials;
    expect(
      await whoami(gate, {
        accessKeyId: keys?.AccessKeyId as string,
        secretAccessKey: keys?.SecretAccessKey as string,
        sessionToken: keys?.SessionToken as string,
      }),
    ).toMatchObject({ status: 200, userArn: `arn:aws:sts::${HOME}:assumed-role/${role}/basic` });
    await expect(exchange(token, other)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('an identity', () => {
  test('is the same each time that somebody logs in, also with another gate', async () => {
    const other = await startGate(world);
    const elsewhere = new CognitoIdentityClient({ region: 'us-east-1', endpoint: other.url });
    const { IdentityId } = await elsewhere.send(new GetIdCommand({ IdentityPoolId: POOL, Logins: alice }));
    await other.close();
    expect(await getId(POOL, alice)).toBe(IdentityId);
    expect(IdentityId).toMatch(/^us-east-1:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(await getId(POOL, bob)).not.toBe(IdentityId);
  });

  test('is another for each guest', async () => {
    const [one, two] = await Promise.all([getId(POOL), getId(POOL)]);
    expect(one).not.toBe(two);
    expect((await getKeys(one)).IdentityId).toBe(one);
  });

  test('has a token that lasts ten minutes, under the seal of its gate', async () => {
    const token = await getToken(await getId(POOL));
    const start = Date.now();
    now = () => start + 601_000;
    await expect(exchange(token, 'guest')).rejects.toMatchObject({ name: 'ExpiredTokenException' });
    now = Date.now;
    const [header, payload] = token.split('.') as [string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, amr: ['authenticated'] })).toString('base64url');
    await expect(exchange(`${header}.${forged}.${token.split('.')[2]}`, 'member')).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
    });
  });
});

/** A call as it goes on the wire. */
async function call(action: string, input: object | string, host = 'cognito-identity.us-east-1.amazonaws.com') {
  const response = await gate.fetch(`https://${host}/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityService.${action}`,
    },
    body: typeof input === 'string' ? input : JSON.stringify(input),
  });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.json() };
}
const refusal = (__type: string, message: string) => ({
  status: 400,
  type: 'application/x-amz-json-1.1',
  body: { __type, message },
});

describe('on the wire', () => {
  test('an expiration is a whole number of seconds', async () => {
    const { body } = await call('GetCredentialsForIdentity', { IdentityId: await getId(POOL) });
    expect(Object.keys(body.Credentials)).toEqual(['AccessKeyId', 'SecretKey', 'SessionToken', 'Expiration']);
    expect(Number.isInteger(body.Credentials.Expiration)).toBe(true);
  });

  test('a pool without guests has none', async () => {
    expect(await call('GetId', { IdentityPoolId: NO_GUESTS_POOL })).toEqual(
      refusal('NotAuthorizedException', 'Unauthenticated access is not supported for this identity pool.'),
    );
  });

  test("a login does not open another's identity, nor a guest's", async () => {
    for (const IdentityId of [await getId(POOL, alice), await getId(POOL)]) {
      expect(await call('GetCredentialsForIdentity', { IdentityId, Logins: bob })).toEqual(
        refusal(
          'NotAuthorizedException',
          "Logins don't match. Please include at least one valid login for this identity or identity pool.",
        ),
      );
    }
  });

  test('an identity that logs in must do so each time', async () => {
    const IdentityId = await getId(POOL, alice);
    expect(await call('GetOpenIdToken', { IdentityId })).toEqual(
      refusal('NotAuthorizedException', `Access to Identity '${IdentityId}' is forbidden.`),
    );
  });

  test('a token that has expired is refused with both times', async () => {
    now = () => 1_600_000_942_000;
    const logins = { [USER_POOL]: 'token-that-expired' };
    const refused = await call('GetId', { IdentityPoolId: POOL, Logins: logins });
    now = Date.now;
    expect(refused).toEqual(
      refusal('NotAuthorizedException', 'Invalid login token. Token expired: 1600000942 >= 1600000000'),
    );
  });

  test('a pool whose role does not trust it is configured wrongly', async () => {
    const Logins = { [USER_POOL]: 'anybody' };
    const IdentityId = await getId(NO_GUESTS_POOL, Logins);
    expect(await call('GetCredentialsForIdentity', { IdentityId, Logins })).toEqual(
      refusal(
        'InvalidIdentityPoolConfigurationException',
        'Invalid identity pool configuration. Check assigned IAM roles for this pool.',
      ),
    );
  });

  test.each<[string, string, object | string, string]>([
    ['a token that its provider does not know', 'GetId', { Logins: { [USER_POOL]: 'x' } }, 'NotAuthorizedException'],
    ['a provider that the pool does not know', 'GetId', { Logins: { 'x.example': 'x' } }, 'NotAuthorizedException'],
    ['a pool that is not there', 'GetId', { IdentityPoolId: 'us-east-1:0' }, 'ResourceNotFoundException'],
    ['a pool of another account', 'GetId', { AccountId: '444455556666' }, 'ResourceNotFoundException'],
    ['an identity that is not there', 'GetOpenIdToken', { IdentityId: 'us-east-1:0' }, 'ResourceNotFoundException'],
    ['no pool', 'GetId', { IdentityPoolId: undefined }, 'InvalidParameterException'],
    ['what is no pool id', 'GetId', { IdentityPoolId: 'a b' }, 'InvalidParameterException'],
    ['logins that are no texts', 'GetId', { Logins: { a: 5 } }, 'InvalidParameterException'],
    ['what is no JSON', 'GetId', 'no', 'SerializationException'],
  ])('%s is refused', async (_, action, input, type) => {
    const body = typeof input === 'string' ? input : { IdentityPoolId: POOL, ...input };
    const refused = await call(action, body);
    expect([refused.status, refused.body.__type]).toEqual([400, type]);
  });

  test('a pool is not known in another region', async () => {
    const { body } = await call('GetId', { IdentityPoolId: POOL }, 'cognito-identity.eu-west-1.amazonaws.com');
    expect(body.__type).toBe('ResourceNotFoundException');
  });

  test.each([
    ['ListIdentityPools', {}],
    ['GetCredentialsForIdentity', { IdentityId: 'us-east-1:0', CustomRoleArn: roleArn('member') }],
  ])('%s with %j is not emulated, and never allowed', async (action, input) => {
    const { status, body } = await call(action, input);
    expect([status, body.__type]).toEqual([501, 'NotEmulatedException']);
  });

  test('guests may not pass on to another role', async () => {
    const { Credentials } = await getKeys(await getId(POOL));
    const { AssumeRoleCommand } = await import('@aws-sdk/client-sts');
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId as string,
      secretAccessKey: Credentials?.SecretKey as string,
      sessionToken: Credentials?.SessionToken as string,
    };
    const assume = new AssumeRoleCommand({ RoleArn: roleArn('account'), RoleSessionName: 'more' });
    await expect(new STSClient({ ...clientConfig(), credentials }).send(assume)).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });
});
