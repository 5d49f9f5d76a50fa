/** User pools in the gate: the SDK's client signs people in at cognito-local behind it, and their tokens hold at an API. */
import { createServer, type Server } from 'node:http';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
  InitiateAuthCommand,
  ListUserPoolsCommand,
  SignUpCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { createSignedFetch } from 'sigv4kit';
import { type Gate, startGate, type UserPool, type World } from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type CognitoLocal, startCognitoLocal } from '../support/cognito-local';
import { listen } from '../support/listen';
import { createKeys } from '../support/tokens';

const ACCOUNT = '111122223333';
const POOL = 'us-east-1_Example';
const KEYS_ALONE = 'us-east-1_Keys';
const DUBLIN = 'eu-west-1_Dublin';
const CLIENT = 'app1';
const admin = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const nobody = { ...admin, accessKeyId: 'AKIAIOSFODNN7EXAMPLF' };
const poolArn = (id = POOL, region = 'us-east-1') => `arn:aws:cognito-idp:${region}:${ACCOUNT}:userpool/${id}`;
const issuer = createKeys('kept');

const worldOf = (userPools: Readonly<Record<string, UserPool>>): World => ({
  accounts: {
    [ACCOUNT]: {
      users: {
        admin: {
          accessKeys: [admin],
          policies: [
            {
              Statement: {
                Effect: 'Allow',
                Action: 'cognito-idp:Admin*',
                Resource: [poolArn(), poolArn(KEYS_ALONE), poolArn(DUBLIN, 'eu-west-1')],
              },
            },
          ],
        },
        nobody: { accessKeys: [nobody] },
      },
      userPools,
      apis: {
        orders1: {
          region: 'us-east-1',
          stage: 'prod',
          authorizers: { people: { type: 'COGNITO_USER_POOLS', userPools: Object.keys(userPools) } },
          routes: {
            'GET /': {
              auth: 'people',
              handler: ({ requestContext }) => ({
                statusCode: 200,
                body: JSON.stringify(requestContext.authorizer?.claims),
              }),
            },
          },
        },
      },
    },
  },
});

let cognito: CognitoLocal;
let gate: Gate;
beforeAll(async () => {
  cognito = await startCognitoLocal(POOL, CLIENT);
  gate = await startGate(worldOf({ [POOL]: { server: cognito.url }, [KEYS_ALONE]: { jwks: { keys: [issuer.jwk] } } }));
});
afterAll(async () => {
  await gate.close();
  await cognito.close();
});
afterEach(() => gate.faults.clear());

type Command = Parameters<CognitoIdentityProviderClient['send']>[0];
type Answer = { AuthenticationResult?: { AccessToken?: string; IdToken?: string } };

/** By the real hostname. */
async function send(command: unknown, config: CognitoIdentityProviderClientConfig = {}, to = gate): Promise<Answer> {
  const undo = to.intercept();
  try {
    const client = new CognitoIdentityProviderClient({
      region: 'us-east-1',
      credentials: admin,
      maxAttempts: 1,
      ...config,
    });
    return (await client.send(command as Command)) as Answer;
  } finally {
    undo();
  }
}
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (error) => error,
  );
const createUser = (UserPoolId = POOL, Username = 'carol') =>
  new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: 'SUPPRESS' });
const signIn = (USERNAME: string, PASSWORD: string) =>
  new InitiateAuthCommand({ ClientId: CLIENT, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME, PASSWORD } });
const url = (path: string, region = 'us-east-1') => `https://cognito-idp.${region}.amazonaws.com/${path}`;

describe('people', () => {
  test('are created, sign in, and are known to an API by their tokens', async () => {
    await send(createUser(POOL, 'alice'));
    await send(
      new AdminSetUserPasswordCommand({ UserPoolId: POOL, Username: 'alice', Password: 'Secret-2', Permanent: true }),
    );
    expect(gate.log.at(-1)).toMatchObject({
      service: 'cognito-idp',
      action: 'AdminSetUserPassword',
      status: 200,
      outcome: 'answered',
      principal: `arn:aws:iam::${ACCOUNT}:user/admin`,
    });
    const { AuthenticationResult } = await send(signIn('alice', 'Secret-2'));
    expect(gate.log.at(-1)?.principal).toBeUndefined();
    const answer = await gate.fetch('https://orders1.execute-api.us-east-1.amazonaws.com/prod/', {
      headers: { authorization: `Bearer ${AuthenticationResult?.IdToken}` },
    });
    expect(await answer.json()).toMatchObject({ 'cognito:username': 'alice', token_use: 'id' });

    // As a function verifies them that has only what AWS publishes.
    const undo = gate.intercept();
    const keys = createRemoteJWKSet(new URL(url(`${POOL}/.well-known/jwks.json`)));
    const { payload } = await jwtVerify(AuthenticationResult?.AccessToken ?? '', keys, { issuer: url(POOL) });
    undo();
    expect(payload).toMatchObject({ username: 'alice', client_id: CLIENT, token_use: 'access' });
  });

  test('sign in without any keys of AWS', async () => {
    const answer = await gate.fetch(url(''), {
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
    expect(gate.log.at(-1)).toMatchObject({
      action: 'InitiateAuth',
      outcome: 'refused',
      reason: 'NotAuthorizedException',
    });
  });

  test("are told what the server says at the gate's own address too", async () => {
    const error = await errorOf(send(signIn('mallory', 'x'), { endpoint: gate.url }));
    expect(error.name).toBe('NotAuthorizedException');
  });

  test('may call from a page', async () => {
    const answer = await gate.fetch(url(''), {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', 'access-control-request-headers': 'x-amz-target' },
    });
    expect([answer.status, answer.headers.get('access-control-allow-headers')]).toEqual([200, 'x-amz-target']);
  });
});

describe('what Cognito wants signed', () => {
  const denied = `User: arn:aws:iam::${ACCOUNT}:user/nobody is not authorized to perform: cognito-idp:AdminCreateUser on resource: ${poolArn()} because no identity-based policy allows the cognito-idp:AdminCreateUser action`;
  test.each<[who: string, credentials: typeof admin, name: string, message: string]>([
    ['who may not', nobody, 'AccessDeniedException', denied],
    [
      'who is not known',
      { ...admin, accessKeyId: 'AKIAIOSFODNN7UNKNOWN' },
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ],
  ])('does not reach the server from one %s', async (_, credentials, name, message) => {
    const error = await errorOf(send(createUser(), { credentials }));
    expect([error.name, error.message, error.$metadata.httpStatusCode]).toEqual([name, message, 400]);
  });

  test('does not reach it unsigned', async () => {
    const answer = await gate.fetch(url(''), {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.AdminCreateUser' },
      body: JSON.stringify({ UserPoolId: POOL, Username: 'mallory' }),
    });
    expect((await answer.json()).__type).toBe('MissingAuthenticationTokenException');
    expect(gate.log.at(-1)).toMatchObject({ reason: 'ERR_SIGV4_MISSING_AUTHENTICATION' });
  });

  test.each([
    ['a list of one', [POOL]],
    ['null', null],
  ])('does not reach it with %s as the pool', async (_, UserPoolId) => {
    const answer = await createSignedFetch({ credentials: admin, fetch: gate.fetch })(url(''), {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.AdminDeleteUser' },
      body: JSON.stringify({ UserPoolId, Username: 'alice' }),
    });
    expect((await answer.json()).__type).toBe('SerializationException');
  });

  test('is judged also where it is about no pool', async () => {
    const error = await errorOf(send(new ListUserPoolsCommand({ MaxResults: 1 })));
    expect(error.message).toContain('is not authorized to perform: cognito-idp:ListUserPools on resource: *');
  });
});

describe('a user pool', () => {
  test.each([
    [KEYS_ALONE, () => ({ keys: [issuer.jwk] })],
    [POOL, () => ({ keys: [expect.objectContaining({ kty: 'RSA', kid: 'CognitoLocal' })] })],
  ])('%s publishes its keys', async (id, keys) => {
    const answer = await gate.fetch(url(`${id}/.well-known/jwks.json`), {
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
    expect(await (await gate.fetch(url(`${POOL}/.well-known/openid-configuration`))).json()).toEqual({
      id_token_signing_alg_values_supported: ['RS256'],
      issuer: url(POOL),
      jwks_uri: url(`${POOL}/.well-known/jwks.json`),
      response_types_supported: ['code', 'token'],
      scopes_supported: ['openid', 'email', 'phone', 'profile'],
      subject_types_supported: ['public'],
    });
    expect((await fetch(`${gate.url}/${POOL}/.well-known/openid-configuration`)).status).toBe(200);
  });

  test.each([
    ['that is not there', 'us-east-1_Nowhere', 'us-east-1'],
    ['of another region', POOL, 'eu-west-1'],
  ])('%s has none', async (_, id, region) => {
    const answer = await gate.fetch(url(`${id}/.well-known/jwks.json`, region));
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { __type: 'ResourceNotFoundException', message: `User pool ${id} does not exist.` },
    ]);
  });

  test('that is not there takes no calls', async () => {
    const policies = [{ Statement: { Effect: 'Allow', Action: '*', Resource: poolArn('*') } }] as const;
    const { accounts } = worldOf({ [POOL]: { server: cognito.url } });
    const other = await startGate({
      accounts: { [ACCOUNT]: { ...accounts[ACCOUNT], users: { admin: { accessKeys: [admin], policies } } } },
    });
    const error = await errorOf(send(createUser('us-east-1_Nowhere'), {}, other));
    expect([error.name, error.message]).toEqual([
      'ResourceNotFoundException',
      'User pool us-east-1_Nowhere does not exist.',
    ]);
    await other.close();
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
    expect(gate.log.at(-1)).toMatchObject({ outcome: 'not-emulated', action: 'AdminCreateUser' });
  });

  test.each([
    ['throttle', 'TooManyRequestsException', 400],
    ['unavailable', 'ServiceUnavailableException', 503],
  ] as const)('can fail by the fault %s', async (kind, name, status) => {
    gate.faults.add({ kind, service: 'cognito-idp', action: 'InitiateAuth' });
    const error = await errorOf(send(signIn('alice', 'Secret-2')));
    expect([error.name, error.$metadata.httpStatusCode]).toEqual([name, status]);
  });
});

describe('the server', () => {
  const servers: Server[] = [];
  const serve = (answer: Parameters<typeof createServer>[1]) => {
    const server = createServer(answer);
    servers.push(server);
    return listen(server);
  };
  afterAll(() => {
    for (const server of servers) server.closeAllConnections();
    for (const server of servers) server.close();
  });

  test('is chosen by the pool, by the region where one has to do, and not by chance', async () => {
    const name = (text: string) =>
      serve((_, response) => response.end(JSON.stringify({ AuthenticationResult: { AccessToken: text } })));
    const [home, other, dublin] = [await name('home'), await name('other'), await name('dublin')];
    const pools = { [POOL]: { server: home }, [KEYS_ALONE]: { server: other }, [DUBLIN]: { server: dublin } };
    const several = await startGate(worldOf(pools));
    const tokenOf = async (command: unknown, region = 'us-east-1') =>
      (await send(command, { region }, several)).AuthenticationResult?.AccessToken;
    expect(await tokenOf(signIn('alice', 'x'), 'eu-west-1')).toBe('dublin');
    const error = await errorOf(tokenOf(signIn('alice', 'x')));
    expect([error.name, error.message]).toEqual([
      'NotEmulatedException',
      'The gate does not emulate a call that names no user pool where there are several servers: cognito-idp:InitiateAuth in this version.',
    ]);
    expect(several.log.at(-1)).toMatchObject({ reason: 'ambiguous', outcome: 'not-emulated' });
    await several.close();
  });

  test('gets no call about no pool from another account, and none that names its pool by an ARN', async () => {
    let calls = 0;
    const server = await serve((_, response) => {
      calls++;
      response.end('{}');
    });
    const { accounts } = worldOf({ [POOL]: { server } });
    const policies = [{ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }] as const;
    const stranger = { ...admin, accessKeyId: 'AKIAIOSFODNN7EXAMPLG' };
    const other = await startGate({
      accounts: {
        [ACCOUNT]: { ...accounts[ACCOUNT], users: { admin: { accessKeys: [admin], policies } } },
        444455556666: { users: { stranger: { accessKeys: [stranger], policies } } },
      },
    });
    const list = new ListUserPoolsCommand({ MaxResults: 1 });
    const tag = new TagResourceCommand({ ResourceArn: poolArn(), Tags: {} });
    for (const [command, credentials] of [
      [list, stranger],
      [tag, stranger],
      [tag, admin],
    ] as const)
      expect((await errorOf(send(command, { credentials }, other))).name).toBe('NotEmulatedException');
    expect(calls).toBe(0);
    await send(list, {}, other);
    expect(calls).toBe(1);
    await other.close();
  });

  test('gets no more than was judged, where a name is there twice', async () => {
    let sent = '';
    const server = await serve(async (message, response) => {
      for await (const chunk of message) sent += chunk;
      response.end('{}');
    });
    const other = await startGate(worldOf({ [POOL]: { server } }));
    await createSignedFetch({ credentials: admin, fetch: other.fetch })(url(''), {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.AdminDeleteUser' },
      body: `{"UserPoolId":"us-east-1_Other","UserPoolId":"${POOL}"}`,
    });
    expect(sent).toBe(JSON.stringify({ UserPoolId: POOL }));
    await other.close();
  });

  test('may not be the gate itself', async () => {
    const probe = createServer();
    const server = await listen(probe);
    await new Promise((resolve) => probe.close(resolve));
    const looped = await startGate(worldOf({ [POOL]: { server } }), { port: Number(new URL(server).port) });
    expect((await errorOf(send(signIn('alice', 'x'), {}, looped))).message).toContain('A gate hands over a call');
    expect((await looped.fetch(url(`${POOL}/.well-known/jwks.json`))).status).toBe(502);
    expect(looped.log.length).toBe(4);
    await looped.close();
  });

  test('gets the call as it is, without what is for AWS alone', async () => {
    let sent: unknown;
    const server = await serve(async (message, response) => {
      const { host: _, ...headers } = message.headers;
      let body = '';
      for await (const chunk of message) body += chunk;
      sent = { url: message.url, method: message.method, headers, body: JSON.parse(body) };
      response.setHeader('access-control-allow-origin', 'nobody').setHeader('set-cookie', 'a=b').end('{}');
    });
    const other = await startGate(worldOf({ [POOL]: { server } }));
    await send(createUser(), {}, other);
    expect(sent).toEqual({
      url: '/',
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityProviderService.AdminCreateUser',
        'content-length': expect.any(String),
        connection: 'close',
        'x-sigv4kit-handed-over': 'yes',
      },
      body: { UserPoolId: POOL, Username: 'carol', MessageAction: 'SUPPRESS' },
    });
    const answer = await other.fetch(url(''), {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.SignUp', origin: 'https://app.example.com' },
      body: '{}',
    });
    expect([answer.headers.get('access-control-allow-origin'), answer.headers.get('set-cookie')]).toEqual(['*', null]);
    await other.close();
  });

  test.each<[what: string, start: () => Promise<string>]>([
    ['is not there', async () => 'http://127.0.0.1:9'],
    ['breaks off', () => serve((message) => message.socket.destroy())],
    ['never answers', () => serve(() => undefined)],
    [
      'changes to another protocol',
      () =>
        serve((message) =>
          message.socket.write('HTTP/1.1 101 Hi\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'),
        ),
    ],
  ])(
    'that %s is a 502 before long, and stands in the log',
    async (_, start) => {
      const server = await start();
      const other = await startGate(worldOf({ [POOL]: { server } }));
      const keys = other.fetch(url(`${POOL}/.well-known/jwks.json`));
      const error = await errorOf(
        send(new SignUpCommand({ ClientId: CLIENT, Username: 'a', Password: 'b' }), {}, other),
      );
      expect([error.name, error.message, error.$metadata.httpStatusCode]).toEqual([
        'BadGatewayException',
        `The gate got no answer from ${server}, which the world names for this user pool.`,
        502,
      ]);
      expect(other.log.at(-1)).toMatchObject({ outcome: 'failed', reason: 'provider', cause: expect.any(Error) });
      expect((await keys).status).toBe(502);
      await other.close();
    },
    20_000,
  );

  test('that breaks inside is told as it says, and as a failure', async () => {
    const server = await serve((_, response) => response.writeHead(500).end('{"__type":"CognitoLocal#Unsupported"}'));
    const other = await startGate(worldOf({ [POOL]: { server } }));
    expect((await errorOf(send(signIn('alice', 'x'), {}, other))).$metadata.httpStatusCode).toBe(500);
    expect(other.log.at(-1)).toMatchObject({ outcome: 'failed', reason: 'CognitoLocal#Unsupported', status: 500 });
    await other.close();
  });
});
