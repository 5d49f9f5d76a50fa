/** The functions by themselves: tokens signed here, SageMaker mocked at the client of the SDK, and no gate. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreatePresignedDomainUrlCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { FetchError } from 'aws-jwt-verify/error';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import type { APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAuthorizer } from './functions/authorize';
import { handler as createUrl } from './functions/create-url';
import { handler as servePage } from './functions/page';
import { isProfileName } from './functions/profile-name';
import { buildPage } from './page/build-page';
import { ENVIRONMENT, REGION } from './world';

// What the functions log is looked at where it matters.
const warned = vi.spyOn(console, 'warn').mockReturnValue();
const logged = vi.spyOn(console, 'error').mockReturnValue();
beforeEach(() => {
  warned.mockClear();
  logged.mockClear();
});

describe('the authorizer', () => {
  const ISSUER = `https://cognito-idp.${REGION}.amazonaws.com/${ENVIRONMENT.USER_POOL_ID}`;
  const STAGE = 'arn:aws:execute-api:us-east-1:111122223333:abc1234567/dev';
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const settings = {
    userPoolId: ENVIRONMENT.USER_POOL_ID,
    clientId: ENVIRONMENT.CLIENT_ID,
    tokenUse: 'access',
  } as const;
  const verifier = CognitoJwtVerifier.create(settings);
  const authorize = createAuthorizer(verifier);
  const keysKnown = exportJWK(keys.publicKey).then((jwk) =>
    verifier.cacheJwks({ keys: [{ ...jwk, kid: 'one', use: 'sig', alg: 'RS256' } as never] }),
  );

  const now = Math.floor(Date.now() / 1000);
  const claims: JWTPayload = {
    iss: ISSUER,
    token_use: 'access',
    client_id: ENVIRONMENT.CLIENT_ID,
    username: 'alice',
    iat: now - 10,
    exp: now + 3600,
  };
  const tokenWith = (changes: Record<string, unknown> = {}, key: KeyObject = keys.privateKey, kid = 'one') =>
    new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
  const eventWith = (headers: Record<string, string>, method = 'GET/alice') =>
    ({ type: 'REQUEST', methodArn: `${STAGE}/${method}`, headers }) as unknown as APIGatewayRequestAuthorizerEvent;
  const bearer = async (token: string | Promise<string>, method?: string) =>
    authorize(eventWith({ Authorization: `Bearer ${await token}` }, method));

  test('allows the own path, and denies every other', async () => {
    await keysKnown;
    expect(await bearer(tokenWith())).toEqual({
      principalId: 'alice',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Action: 'execute-api:Invoke', Effect: 'Allow', Resource: [`${STAGE}/GET/alice`, `${STAGE}/GET/alice/*`] },
          { Action: 'execute-api:Invoke', Effect: 'Deny', NotResource: [`${STAGE}/GET/alice`, `${STAGE}/GET/alice/*`] },
        ],
      },
      context: { profile: 'alice' },
    });
  });

  test('says the same whatever is asked for, since API Gateway keeps it by the token', async () => {
    const own = await bearer(tokenWith(), 'GET/alice');
    for (const method of ['GET/bob', 'POST/alice', 'GET/', 'GET/alice/deep/down'])
      expect(await bearer(tokenWith(), method)).toEqual(own);
  });

  test('finds the header in whichever letters it was written', async () => {
    const token = await tokenWith();
    const own = await bearer(token);
    for (const headers of [{ authorization: `Bearer ${token}` }, { AUTHORIZATION: `bearer ${token}` }])
      expect(await authorize(eventWith(headers))).toEqual(own);
  });

  test.each(['alice/bob', '*', 'ali?e', 'a'.repeat(64), '-alice', 'alice-', 'a.b', 'a$b', ''])(
    'denies everything to an account of the name %j, which no profile has',
    async (username) => {
      const { policyDocument } = await bearer(tokenWith({ username }));
      expect(policyDocument.Statement).toEqual([
        { Action: 'execute-api:Invoke', Effect: 'Deny', Resource: `${STAGE}/*` },
      ]);
    },
  );

  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const unsigned = (alg: string) =>
    `${[{ alg, kid: 'one' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
  const BAD: Readonly<Record<string, () => string | Promise<string>>> = {
    'whose time is over': () => tokenWith({ exp: now - 1 }),
    'whose time has not come': () => tokenWith({ nbf: now + 600 }),
    'that is an ID token': () => tokenWith({ token_use: 'id', aud: ENVIRONMENT.CLIENT_ID }),
    'of no use that it names': () => tokenWith({ token_use: undefined }),
    'for another client': () => tokenWith({ client_id: '2example23456789' }),
    'for no client': () => tokenWith({ client_id: undefined }),
    'of another pool': () => tokenWith({ iss: ISSUER.replace('Example', 'Another') }),
    'of another region': () => tokenWith({ iss: ISSUER.replace('us-east-1.', 'eu-west-1.') }),
    'of nobody': () => tokenWith({ iss: undefined }),
    'signed by somebody else': () => tokenWith({}, foreign),
    'with claims changed after it was signed': async () => {
      const [head, , signature] = (await tokenWith()).split('.');
      return `${head}.${Buffer.from(JSON.stringify({ ...claims, username: 'bob' })).toString('base64url')}.${signature}`;
    },
    'without a signature': () => unsigned('none'),
    'that takes the public key for a secret': () => `${unsigned('HS256')}c2lnbmF0dXJl`,
    'that is none': () => 'alice',
    'with nothing in it': () => '',
  };
  test.each(Object.entries(BAD))('says Unauthorized of a token %s', async (_, make) => {
    await keysKnown;
    const token = await make();
    await expect(bearer(token)).rejects.toThrow(/^Unauthorized$/);
    const [[line]] = warned.mock.calls as [[string]];
    expect(JSON.parse(line)).toEqual({ refused: expect.stringMatching(/^\w+Error$/) });
  });

  test.each([
    ['no header', {}],
    ['another scheme', { Authorization: 'Basic YWxpY2U6cGFzc3dvcmQ=' }],
    ['a header that is empty', { Authorization: '' }],
  ])('says Unauthorized of %s', async (_, headers) => {
    await expect(authorize(eventWith(headers as Record<string, string>))).rejects.toThrow(/^Unauthorized$/);
  });

  test('fails, and says no Unauthorized, where the keys of the pool cannot be had', async () => {
    const fetch = () => Promise.reject(new FetchError(`${ISSUER}/.well-known/jwks.json`, 'getaddrinfo ENOTFOUND'));
    const jwksCache = new SimpleJwksCache({ fetcher: { fetch } });
    const cutOff = createAuthorizer(CognitoJwtVerifier.create(settings, { jwksCache }));
    const event = eventWith({ Authorization: `Bearer ${await tokenWith()}` });
    await expect(cutOff(event)).rejects.toThrow('ENOTFOUND');
  });
});

describe('the function that asks SageMaker', () => {
  const sageMaker = mockClient(SageMakerClient);
  const URL_OF_ALICE = 'https://d-abcdef123456.studio.us-east-1.sagemaker.aws/auth?token=eyJ';
  beforeEach(() => {
    sageMaker.reset();
    sageMaker.on(CreatePresignedDomainUrlCommand).resolves({ AuthorizedUrl: URL_OF_ALICE });
    for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value);
  });
  afterAll(() => vi.unstubAllEnvs());

  const call = async (user_id: string | undefined, authorizer: object | null = { profile: 'alice' }) => {
    const pathParameters = user_id === undefined ? null : { user_id };
    const event = { pathParameters, requestContext: { authorizer } } as unknown as APIGatewayProxyEvent;
    const { statusCode, headers, body } = await createUrl(event);
    return { statusCode, headers, body: JSON.parse(body) };
  };

  test('asks for a URL of the profile, for as long as it is told to', async () => {
    const { statusCode, headers, body } = await call('alice');
    expect([statusCode, body]).toEqual([200, { url: URL_OF_ALICE, expiresInSeconds: 60 }]);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'application/json' });
    const [asked, ...others] = sageMaker.commandCalls(CreatePresignedDomainUrlCommand);
    expect(others).toEqual([]);
    expect(asked?.args[0].input).toEqual({
      DomainId: 'd-abcdef123456',
      UserProfileName: 'alice',
      ExpiresInSeconds: 60,
    });
    expect(logged).not.toHaveBeenCalled();
  });

  test.each([
    ['the profile of somebody else', 'bob', { profile: 'alice' }],
    ['the own name in other letters', 'Alice', { profile: 'alice' }],
    ['a profile, without an authorizer', 'alice', null],
    ['a profile, of an authorizer that says nothing of it', 'alice', {}],
    ['what is no name, even where the authorizer has it', '*', { profile: '*' }],
    ['nothing', undefined, { profile: 'alice' }],
  ])('refuses %s, and asks nobody', async (_, profile, authorizer) => {
    expect(await call(profile, authorizer)).toMatchObject({
      statusCode: 403,
      body: { message: 'This is not your profile.' },
    });
    expect(sageMaker.calls()).toEqual([]);
  });

  test.each([
    ['ResourceNotFound', 404, 'Studio has no profile of your name.'],
    ['AccessDeniedException', 502, 'SageMaker refuses to give this service a URL.'],
    ['ThrottlingException', 503, 'SageMaker is busy. Try again.'],
    ['TimeoutError', 504, 'SageMaker did not answer in time.'],
    ['ValidationException', 502, 'SageMaker gave no URL.'],
    ['CredentialsProviderError', 502, 'SageMaker gave no URL.'],
  ])('turns %s into %i, and logs why', async (name, statusCode, message) => {
    const error = Object.assign(new Error('the reason'), { name, $metadata: { requestId: 'r-1' } });
    sageMaker.on(CreatePresignedDomainUrlCommand).rejects(error);
    expect(await call('alice')).toMatchObject({ statusCode, body: { message } });
    expect(JSON.parse(logged.mock.calls[0]?.[0])).toEqual({ error: name, message: 'the reason', requestId: 'r-1' });
  });

  test('says when to come again where SageMaker is busy', async () => {
    sageMaker.on(CreatePresignedDomainUrlCommand).rejects(Object.assign(new Error(), { name: 'ThrottlingException' }));
    expect((await call('alice')).headers).toHaveProperty('retry-after');
  });

  test('takes no answer without a URL for one', async () => {
    sageMaker.on(CreatePresignedDomainUrlCommand).resolves({});
    expect(await call('alice')).toMatchObject({ statusCode: 502, body: { message: 'SageMaker gave no URL.' } });
  });

  test('fails by the name of a setting that is not there', async () => {
    vi.stubEnv('URL_LIFETIME', '');
    await expect(call('alice')).rejects.toThrow('URL_LIFETIME is not set');
  });
});

describe('the function that serves the page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sigv4kit-page-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    vi.unstubAllEnvs();
  });
  const serve = async (clientId = ENVIRONMENT.CLIENT_ID) => {
    await buildPage(folder);
    vi.stubEnv('PAGE_FOLDER', folder).stubEnv('AWS_REGION', REGION).stubEnv('CLIENT_ID', clientId);
    const { headers, body, statusCode } = await servePage();
    return { statusCode, headers: headers as Record<string, string>, body };
  };

  test('lets no script run but its own, which calls the API and the user pool and nobody else', async () => {
    const { statusCode, headers, body } = await serve();
    expect(statusCode).toBe(200);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/=]{44}'; style-src 'sha256-[\w+/=]{44}'; connect-src 'self' https:\/\/cognito-idp\.us-east-1\.amazonaws\.com; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    // A script from elsewhere, a handler in an attribute or a style in one would be refused by that policy.
    expect(body).not.toMatch(/ (src|on\w+|style)=/);
    expect(body).not.toMatch(/localStorage|sessionStorage|document\.cookie|indexedDB/);
  });

  test('puts the settings into the page as data, whatever they are', async () => {
    const settingsOf = (page: string) => JSON.parse(/id="settings">(.*?)<\/script>/.exec(page)?.[1] as string);
    expect(settingsOf((await serve()).body)).toEqual({
      cognito: 'https://cognito-idp.us-east-1.amazonaws.com',
      clientId: ENVIRONMENT.CLIENT_ID,
    });
    const odd = "</script><script>$&$'";
    expect(settingsOf((await serve(odd)).body).clientId).toBe(odd);
  });
});

test.each([
  ['alice', true],
  ['A-b--c9', true],
  ['a'.repeat(63), true],
  ['a'.repeat(64), false],
  ['alice\n', false],
  ['älice', false],
  [undefined, false],
])('the name %j can be that of a profile: %j', (name, can) => {
  expect(isProfileName(name)).toBe(can);
});
