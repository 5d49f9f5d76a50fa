/** User pools in the gate: the SDK's client signs people in at cognito-local behind it, and their tokens hold at an API. */
import { AdminSetUserPasswordCommand } from '@aws-sdk/client-cognito-identity-provider';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { errorOf } from '../support/error-of';
import { startOwnGate } from '../support/own-gate';
import {
  ACCOUNT,
  admin,
  CLIENT,
  createUser,
  issuer,
  KEYS_ALONE,
  POOL,
  poolArn,
  send,
  signIn,
  url,
  useGate,
  worldOf,
} from '../support/user-pools-world';

const gate = useGate();

describe('people', () => {
  test('are created, sign in, and are known to an API by their tokens', async () => {
    await send(createUser(POOL, 'alice'));
    await send(
      new AdminSetUserPasswordCommand({ UserPoolId: POOL, Username: 'alice', Password: 'Secret-2', Permanent: true }),
    );
    expect(gate().log.at(-1)).toMatchObject({
      service: 'cognito-idp',
      action: 'AdminSetUserPassword',
      status: 200,
      outcome: 'answered',
      principal: `arn:aws:iam::${ACCOUNT}:user/admin`,
    });
    const { AuthenticationResult } = await send(signIn('alice', 'Secret-2'));
    expect(gate().log.at(-1)?.principal).toBeUndefined();
    const answer = await gate().fetch('https://orders1.execute-api.us-east-1.amazonaws.com/prod/', {
      headers: { authorization: `Bearer ${AuthenticationResult?.IdToken}` },
    });
    expect(await answer.json()).toMatchObject({ 'cognito:username': 'alice', token_use: 'id' });

    // As a function verifies them that has only what AWS publishes.
    onTestFinished(gate().intercept());
    const keys = createRemoteJWKSet(new URL(url(`${POOL}/.well-known/jwks.json`)));
    const { payload } = await jwtVerify(AuthenticationResult?.AccessToken ?? '', keys, { issuer: url(POOL) });
    expect(payload).toMatchObject({ username: 'alice', client_id: CLIENT, token_use: 'access' });
  });

  test('sign in without any keys of AWS', async () => {
    const answer = await gate().fetch(url(''), {
      method: 'POST',
      headers: {
        'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth',
        'content-type': 'application/x-amz-json-1.1',
        origin: 'https://app.example.com',
      },
      body: JSON.stringify({
        ClientId: CLIENT,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'mallory', PASSWORD: 'x' },
      }),
    });
    expect([answer.status, answer.headers.get('access-control-allow-origin'), (await answer.json()).__type]).toEqual([
      400,
      '*',
      'NotAuthorizedException',
    ]);
    expect(gate().log.at(-1)).toMatchObject({
      action: 'InitiateAuth',
      outcome: 'refused',
      reason: 'NotAuthorizedException',
    });
  });

  test("are told what the server says at the gate's own address too", async () => {
    const error = await errorOf(send(signIn('mallory', 'x'), { endpoint: gate().url }));
    expect(error.name).toBe('NotAuthorizedException');
  });

  test('may call from a page', async () => {
    const answer = await gate().fetch(url(''), {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', 'access-control-request-headers': 'x-amz-target' },
    });
    expect([answer.status, answer.headers.get('access-control-allow-headers')]).toEqual([200, 'x-amz-target']);
  });
});

describe('a user pool', () => {
  test.each([
    [KEYS_ALONE, () => ({ keys: [issuer.jwk] })],
    [POOL, () => ({ keys: [expect.objectContaining({ kty: 'RSA', kid: 'CognitoLocal' })] })],
  ])('%s publishes its keys', async (id, keys) => {
    const answer = await gate().fetch(url(`${id}/.well-known/jwks.json`), {
      headers: { origin: 'https://app.example.com' },
    });
    expect([
      answer.status,
      answer.headers.get('content-type'),
      answer.headers.get('access-control-allow-origin'),
    ]).toEqual([200, 'application/json', '*']);
    expect(await answer.json()).toEqual(keys());
  });

  test('publishes where they are', async () => {
    expect(await (await gate().fetch(url(`${POOL}/.well-known/openid-configuration`))).json()).toEqual({
      id_token_signing_alg_values_supported: ['RS256'],
      issuer: url(POOL),
      jwks_uri: url(`${POOL}/.well-known/jwks.json`),
      response_types_supported: ['code', 'token'],
      scopes_supported: ['openid', 'email', 'phone', 'profile'],
      subject_types_supported: ['public'],
    });
    expect((await fetch(`${gate().url}/${POOL}/.well-known/openid-configuration`)).status).toBe(200);
  });

  test.each([
    ['that is not there', 'us-east-1_Nowhere', 'us-east-1'],
    ['of another region', POOL, 'eu-west-1'],
  ])('%s has none', async (_, id, region) => {
    const answer = await gate().fetch(url(`${id}/.well-known/jwks.json`, region));
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { __type: 'ResourceNotFoundException', message: `User pool ${id} does not exist.` },
    ]);
  });

  test('that is not there takes no calls', async () => {
    const policies = [{ Statement: { Effect: 'Allow', Action: '*', Resource: poolArn('*') } }] as const;
    const { accounts } = worldOf({ [POOL]: { server: 'http://127.0.0.1:9' } });
    const other = await startOwnGate({
      accounts: { [ACCOUNT]: { ...accounts[ACCOUNT], users: { admin: { accessKeys: [admin], policies } } } },
    });
    const error = await errorOf(send(createUser('us-east-1_Nowhere'), {}, other));
    expect([error.name, error.message]).toEqual([
      'ResourceNotFoundException',
      'User pool us-east-1_Nowhere does not exist.',
    ]);
  });

  test('has an id of its form', async () => {
    const error = await errorOf(send(createUser('nowhere')));
    expect([error.name, error.message]).toEqual([
      'InvalidParameterException',
      "1 validation error detected: Value 'nowhere' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+",
    ]);
  });

  test('without a server takes none either', async () => {
    const error = await errorOf(send(createUser(KEYS_ALONE)));
    expect([error.name, error.$metadata.httpStatusCode]).toEqual(['NotEmulatedException', 501]);
    expect(gate().log.at(-1)).toMatchObject({ outcome: 'not-emulated', action: 'AdminCreateUser' });
  });

  test.each([
    ['throttle', 'TooManyRequestsException', 400],
    ['unavailable', 'ServiceUnavailableException', 503],
  ] as const)('can fail by the fault %s', async (kind, name, status) => {
    gate().faults.add({ kind, service: 'cognito-idp', action: 'InitiateAuth' });
    const error = await errorOf(send(signIn('alice', 'Secret-2')));
    expect([error.name, error.$metadata.httpStatusCode]).toEqual([name, status]);
  });
});
