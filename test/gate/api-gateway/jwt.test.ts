/** JSON Web Tokens: user pools behind a REST API, any issuer behind an HTTP API, and every way a token does not hold. */
import { createServer } from 'node:http';
import { type Gate, type ProxyEvent, startGate, type World } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from '../../support/gate-caller';
import { codeOf } from '../../support/keys';
import { listen } from '../../support/listen';
import { confusedToken, createKeys, signToken, unsignedToken } from '../../support/tokens';

const NOW = Date.UTC(2030, 0, 1, 12) / 1000;
const POOL = 'us-east-1_Example';
const OTHER = 'us-east-1_Other';
const poolIssuer = (id: string) => `https://cognito-idp.us-east-1.amazonaws.com/${id}`;
const ISSUER = 'https://login.example.com';

const mine = createKeys('mine');
const second = createKeys('second');
/** Of no issuer that the world knows, by the same name. */
const forged = { ...createKeys('mine') };
const unnamed = { ...mine, jwk: { ...mine.jwk, kid: undefined } };

/** Keys that an issuer serves; they may change. */
const served: Record<string, unknown>[] = [mine.jwk];
let fetches = 0;
const keyServer = createServer((_, response) => {
  fetches++;
  response.end(JSON.stringify({ keys: served }));
});

const echo = (event: object) => ({ statusCode: 200, body: JSON.stringify(event) });
let clock = NOW;
let gate: Gate;
beforeAll(async () => {
  const url = await listen(keyServer);
  const jwt = { type: 'JWT' as const, issuer: ISSUER, audience: ['my-app', 'my-other-app'] };
  const world: World = {
    accounts: {
      '111122223333': {
        userPools: {
          [POOL]: { jwks: { keys: [mine.jwk, second.jwk] } },
          [OTHER]: { jwks: { keys: [mine.jwk] } },
        },
        apis: {
          rest00: {
            region: 'us-east-1',
            stage: 'prod',
            authorizers: { pool: { type: 'COGNITO_USER_POOLS', userPools: [POOL] } },
            routes: {
              'GET /me': { auth: 'pool', handler: echo },
              'GET /read': { auth: 'pool', scopes: ['api/read', 'api/write'], handler: echo },
            },
          },
          closed: {
            region: 'us-east-1',
            stage: 'prod',
            policy: {
              Statement: {
                Effect: 'Allow',
                Principal: '*',
                Action: 'execute-api:Invoke',
                Resource: 'execute-api:/prod/GET/open',
              },
            },
            authorizers: { pool: { type: 'COGNITO_USER_POOLS', userPools: [POOL] } },
            routes: { 'GET /open': { auth: 'pool', handler: echo }, 'GET /shut': { auth: 'pool', handler: echo } },
          },
          http00: {
            type: 'HTTP',
            region: 'us-east-1',
            stage: '$default',
            authorizers: {
              jwt: { ...jwt, jwks: { keys: [mine.jwk] } },
              served: { ...jwt, jwks: `${url}/.well-known/jwks.json` },
              away: { ...jwt, jwks: 'http://127.0.0.1:9/jwks.json' },
              pool: { ...jwt, issuer: poolIssuer(POOL), audience: ['my-client'] },
              query: { ...jwt, jwks: { keys: [mine.jwk] }, identitySource: '$request.querystring.token' },
            },
            routes: {
              'GET /me': { auth: 'jwt', handler: echo },
              'GET /read': { auth: 'jwt', scopes: ['read', 'write'], handler: echo },
              'GET /served': { auth: 'served', handler: echo },
              'GET /away': { auth: 'away', handler: echo },
              'GET /pool': { auth: 'pool', handler: echo },
              'GET /query': { auth: 'query', handler: echo },
            },
          },
        },
      },
    },
  };
  gate = await startGate(world, { now: () => clock * 1000 });
});
afterAll(async () => {
  await gate.close();
  keyServer.closeAllConnections();
  await new Promise((resolve) => keyServer.close(resolve));
});

const rest = (path: string, token?: string) =>
  call(gate, `https://rest00.execute-api.us-east-1.amazonaws.com/prod${path}`, {
    headers: token === undefined ? {} : { Authorization: token },
  });
const http = (path: string, token?: string) =>
  call(gate, `https://http00.execute-api.us-east-1.amazonaws.com${path}`, {
    headers: token === undefined ? {} : { Authorization: token },
  });

const idClaims = {
  sub: 'b1a1',
  aud: 'my-client',
  token_use: 'id',
  iss: poolIssuer(POOL),
  iat: NOW - 60,
  exp: NOW + 3600,
  auth_time: NOW - 60,
  email_verified: true,
  'cognito:username': 'buddy',
  'cognito:groups': ['admins', 'users'],
};
const accessClaims = {
  sub: 'b1a1',
  client_id: 'my-client',
  token_use: 'access',
  iss: poolIssuer(POOL),
  iat: NOW - 60,
  exp: NOW + 3600,
  scope: 'openid api/read',
};
const claims = { sub: 'b1a1', iss: ISSUER, aud: 'my-app', iat: NOW - 60, exp: NOW + 3600, scope: 'read openid' };
const id = (more: object = {}) => signToken(mine, { ...idClaims, ...more });
const access = (more: object = {}) => signToken(mine, { ...accessClaims, ...more });
const token = (more: object = {}) => signToken(mine, { ...claims, ...more });
/** One character of the signature is another. */
const flipped = (text: string) => `${text.slice(0, -20)}${text.at(-20) === 'A' ? 'B' : 'A'}${text.slice(-19)}`;
const otherClaims = (text: string, more: object) => {
  const [head, , signature] = text.split('.');
  return `${head}.${Buffer.from(JSON.stringify({ ...idClaims, ...more })).toString('base64url')}.${signature}`;
};

describe('A user pool lets in', () => {
  test.each([
    ['an id token', '/me', id()],
    ['an id token with its scheme', '/me', `Bearer ${id()}`],
    ['a token of another key of the pool', '/me', signToken(second, idClaims)],
    ['an access token with one of the scopes', '/read', access()],
    ['a token in its last second', '/me', id({ exp: NOW + 1 })],
    ['a token of this very moment', '/me', id({ iat: NOW, nbf: NOW })],
  ])('%s', async (_, path, given) => {
    expect((await rest(path, given)).status).toBe(200);
  });

  test('and tells the function the claims as texts, times as dates', async () => {
    const { body } = await rest('/me', id());
    expect((JSON.parse(body) as ProxyEvent).requestContext.authorizer).toEqual({
      claims: {
        sub: 'b1a1',
        aud: 'my-client',
        token_use: 'id',
        iss: poolIssuer(POOL),
        iat: 'Tue Jan 01 11:59:00 UTC 2030',
        exp: 'Tue Jan 01 13:00:00 UTC 2030',
        auth_time: String(NOW - 60),
        email_verified: 'true',
        'cognito:username': 'buddy',
        'cognito:groups': 'admins,users',
      },
    });
  });

  test('whom the resource policy allows too, and explicitly', async () => {
    const at = (path: string) =>
      call(gate, `https://closed.execute-api.us-east-1.amazonaws.com/prod${path}`, {
        headers: { Authorization: id() },
      });
    expect((await at('/open')).status).toBe(200);
    expect(await at('/shut')).toMatchObject({ status: 403, decision: { reason: 'implicit-deny', policy: 'resource' } });
  });
});

describe('A user pool refuses', () => {
  test.each<[string, string, string | undefined, string?]>([
    ['no token', '/me', undefined],
    ['an empty token', '/me', ''],
    ['a scheme without a token', '/me', 'Bearer '],
    ['what is no token', '/me', 'Bearer abc'],
    ['a token of two parts', '/me', id().split('.').slice(0, 2).join('.')],
    ['a token of another pool', '/me', id({ iss: poolIssuer(OTHER) })],
    ['a token of another issuer', '/me', id({ iss: ISSUER })],
    ['a token without an issuer', '/me', id({ iss: undefined })],
    ['a token without an end', '/me', id({ exp: undefined })],
    ['an end that is no number', '/me', id({ exp: `${NOW + 60}` })],
    ['an expired token', '/me', id({ exp: NOW }), 'The incoming token has expired'],
    ['a token that is not yet valid', '/me', id({ nbf: NOW + 1 })],
    ['a token of the future', '/me', id({ iat: NOW + 1 })],
    ['an access token where no scope is asked for', '/me', access()],
    ['an id token where a scope is asked for', '/read', id({ scope: 'api/read' })],
    ['a token of no use', '/me', id({ token_use: undefined })],
    ["a token of somebody else's key", '/me', signToken(forged, idClaims)],
    ['a token that names no key', '/me', signToken(unnamed, idClaims)],
    ['a token of an unknown key', '/me', signToken(mine, idClaims, { kid: 'none' })],
    ['a token that is not signed', '/me', unsignedToken(mine, idClaims)],
    ['a token signed with the public key', '/me', confusedToken(mine, idClaims)],
    ['a token with its own key', '/me', signToken(forged, idClaims, { jwk: forged.jwk })],
    ['a token of another algorithm', '/me', signToken(mine, idClaims, { alg: 'PS256' })],
    ['a token with a header that must be understood', '/me', signToken(mine, idClaims, { crit: ['x'], x: 1 })],
    ['a flipped signature', '/me', flipped(id())],
    ['other claims', '/me', otherClaims(id(), { sub: 'mallory' })],
  ])('%s', async (_, path, given, message = 'Unauthorized') => {
    const { status, type, body, decision } = await rest(path, given);
    expect([status, type, body]).toEqual([401, 'UnauthorizedException', JSON.stringify({ message })]);
    expect(decision).toMatchObject({ outcome: 'refused', reason: 'unauthorized', cause: expect.any(String) });
  });

  test('an access token without any of the scopes', async () => {
    for (const scope of ['openid api/reader', 'api', undefined])
      expect(await rest('/read', access({ scope }))).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
  });

  test('by the clock of the gate', async () => {
    const given = id({ exp: NOW + 10 });
    clock = NOW + 9;
    const before = (await rest('/me', given)).status;
    clock = NOW + 10;
    const after = (await rest('/me', given)).status;
    clock = NOW;
    expect([before, after]).toEqual([200, 401]);
  });

  test('and keeps the token out of the log', async () => {
    const given = id({ exp: NOW });
    const { decision } = await rest('/me', given);
    expect(JSON.stringify(decision)).not.toContain(given.slice(0, 20));
  });
});

const invalid = (says: string, scope = '') =>
  `Bearer scope="${scope}" error="invalid_token" error_description="${says}"`;

describe('A JWT authorizer', () => {
  test.each([
    ['a token for one of its audiences', '/me', token()],
    ['a token with its scheme', '/me', `Bearer ${token()}`],
    ['a token for several', '/me', token({ aud: ['else', 'my-other-app'] })],
    ['a token of a client', '/me', token({ aud: undefined, client_id: 'my-app' })],
    ['a token with one of the scopes', '/read', token()],
    ['scopes as a list in scp', '/read', token({ scope: undefined, scp: ['write'] })],
    ['a token of a user pool of the world', '/pool', access()],
  ])('lets in %s', async (_, path, given) => {
    expect((await http(path, given)).status).toBe(200);
  });

  test('reads a token from the query', async () => {
    expect((await http(`/query?token=${token()}`)).status).toBe(200);
    expect((await http('/query', token())).status).toBe(401);
  });

  test('tells the function claims and scopes', async () => {
    const authorizer = async (path: string) =>
      JSON.parse((await http(path, token({ groups: ['a', 'b'], admin: false }))).body).requestContext.authorizer;
    const texts = { ...claims, iat: String(claims.iat), exp: String(claims.exp), groups: '[a b]', admin: 'false' };
    expect(await authorizer('/me')).toEqual({ jwt: { claims: texts, scopes: null } });
    expect(await authorizer('/read')).toEqual({ jwt: { claims: texts, scopes: ['read', 'openid'] } });
  });

  test.each<[string, string, string | undefined, string]>([
    ['no token', '/me', undefined, 'Bearer'],
    ['what is no token', '/me', 'Bearer abc', invalid('token contains an invalid number of segments')],
    ['another audience', '/me', token({ aud: 'else' }), invalid('the token does not have a valid audience')],
    ['no audience', '/me', token({ aud: undefined }), invalid('the token does not have a valid audience')],
    [
      'another audience of a right client',
      '/me',
      token({ aud: 'else', client_id: 'my-app' }),
      invalid('the token does not have a valid audience'),
    ],
    ['an expired token', '/read', token({ exp: NOW }), invalid('the token has expired', 'read write')],
    ['another issuer', '/me', token({ iss: `${ISSUER}/` }), invalid('the token does not have a valid issuer')],
    ['a token not yet valid', '/me', token({ nbf: NOW + 1 }), invalid('the token is not yet valid')],
    ['a token of the future', '/me', token({ iat: NOW + 1 }), invalid('the token is not yet valid')],
    ['no end', '/me', token({ exp: undefined }), invalid('the token does not have valid claims')],
    ["somebody else's key", '/me', signToken(forged, claims), invalid('the signature is invalid')],
    [
      'a token that is not signed',
      '/me',
      unsignedToken(mine, claims),
      invalid('the token is not signed with an RSA algorithm'),
    ],
    [
      'the public key as a secret',
      '/me',
      confusedToken(mine, claims),
      invalid('the token is not signed with an RSA algorithm'),
    ],
    [
      'an unknown key',
      '/me',
      signToken(mine, claims, { kid: 'none' }),
      invalid('the token is not signed with a key of the issuer'),
    ],
  ])('refuses %s', async (_, path, given, challenge) => {
    const { status, body, type, headers } = await http(path, given);
    expect([status, body, type]).toEqual([401, '{"message":"Unauthorized"}', undefined]);
    expect(headers['www-authenticate']).toBe(challenge);
  });

  test('refuses a token without any of the scopes', async () => {
    const { status, body, headers } = await http('/read', token({ scope: 'reader' }));
    expect([status, body]).toEqual([403, '{"message":"Forbidden"}']);
    expect(headers['www-authenticate']).toMatch(/^Bearer scope="read write" error="insufficient_scope"/);
  });

  test('fetches the keys of an issuer once, and names a failure to', async () => {
    fetches = 0;
    expect((await http('/served', token())).status).toBe(200);
    expect((await http('/served', token({ sub: 'other' }))).status).toBe(200);
    expect((await http('/served', signToken(forged, claims))).status).toBe(401);
    expect(fetches).toBe(1);
    const { status, body, decision } = await http('/away', token());
    expect([status, body]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(decision).toMatchObject({ outcome: 'failed', reason: 'authorizer', cause: expect.any(Error) });
  });
});

describe('A world is refused', () => {
  const start = (userPools: object) => startGate({ accounts: { '111122223333': { userPools } } } as never);
  test.each<[string, object]>([
    ['with a user pool of another form of id', { Example: { jwks: { keys: [] } } }],
    ['with a user pool without keys', { [POOL]: {} }],
    ['with a user pool whose URL is none', { [POOL]: { jwks: 'jwks.json' } }],
    ['with a private key', { [POOL]: { jwks: { keys: [mine.privateKey.export({ format: 'jwk' })] } } }],
    ['with a key without a name', { [POOL]: { jwks: { keys: [unnamed.jwk] } } }],
    ['with an issuer that is no text', { [POOL]: { jwks: { keys: [] }, issuer: 7 } }],
  ])('%s', async (_, pools) => {
    expect(await codeOf(() => start(pools))).toBe('ERR_SIGV4_INVALID_WORLD');
  });
});
