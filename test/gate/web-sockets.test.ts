/** WebSocket APIs over real connections: who may connect, and what the others hear. */
import { createServer as createHttpServer } from 'node:http';
import { createSigner } from 'sigv4kit';
import { startGate } from 'sigv4kit/gate';
import { webSocketUrl } from 'sigv4kit/presign';
import { describe, expect, test, vi } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { createRealm } from '../../src/gate/realm';
import { codeOf } from '../support/keys';
import { listen } from '../support/listen';
import {
  buddy,
  type Client,
  connect,
  elsewhere,
  events,
  HOME,
  heard,
  hostOf,
  key,
  last,
  nobody,
  ok,
  presigned,
  type Refused,
  refusal,
  refusalOf,
  release,
  signed,
  signIn,
  stranger,
  temporary,
  useGate,
  world,
} from '../support/web-socket-world';

const gate = useGate();

describe('$connect with AWS_IAM', () => {
  test.each<[string, () => Promise<string>]>([
    ['wss, by a signer', () => presigned(buddy)],
    ['https, by a signer', () => presigned(buddy, `https://${hostOf('chat')}/prod`)],
    ['temporary keys', () => presigned(temporary)],
    ['a query of its own', () => presigned(buddy, `wss://${hostOf('chat')}/prod?room=1`)],
    [
      'the preset',
      async () => {
        const { pathname, search } = await webSocketUrl(`wss://${hostOf('chat')}/prod`, { credentials: buddy });
        return `${pathname}${search}`;
      },
    ],
  ])('takes a presigned URL: %s', async (_, path) => {
    const client = await connect('chat', await path());
    expect(last()).toMatchObject({
      method: 'GET',
      service: 'execute-api',
      status: 101,
      outcome: 'answered',
      principal: `arn:aws:iam::${HOME}:user/buddy`,
      statement: { at: `accounts.${HOME}.users.buddy.policies[0].Statement`, effect: 'Allow' },
    });
    expect(last()?.path).toBe('/prod');
    await client.end();
  });

  test('takes signed headers', async () => {
    const client = await connect('chat', '/prod', { headers: await signed(buddy) });
    expect(heard('CONNECT')[0]?.requestContext.identity.accessKey).toBe(buddy.accessKeyId);
    expect(heard('CONNECT')[0]?.headers).not.toHaveProperty('authorization');
    await client.end();
  });

  test('is closed to whoever does not sign', async () => {
    expect(await refusalOf(connect('chat'))).toEqual(
      refusal('MissingAuthenticationTokenException', 'Missing Authentication Token'),
    );
    expect(events).toEqual([]);
    expect(last()).toMatchObject({ status: 403, reason: 'ERR_SIGV4_MISSING_AUTHENTICATION' });
  });

  test.each([
    [
      'without a policy',
      nobody,
      'user/nobody',
      HOME,
      'because no identity-based policy allows the execute-api:Invoke action',
    ],
    [
      'for another stage',
      elsewhere,
      'user/elsewhere',
      HOME,
      'because no identity-based policy allows the execute-api:Invoke action',
    ],
    [
      'of another account',
      stranger,
      'user/stranger',
      '444455556666',
      'because no resource-based policy allows the execute-api:Invoke action',
    ],
  ])('refuses a caller %s, in the words of a REST API', async (_, credentials, name, account, reason) => {
    const message = `User: arn:aws:iam::${account}:${name} is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********3333:chat/prod/$connect ${reason}`;
    const expected = refusal('AccessDeniedException', message, 'Message');
    expect(await refusalOf(signIn(credentials))).toEqual(expected);
    expect(await refusalOf(connect('chat', '/prod', { headers: await signed(credentials) }))).toEqual(expected);
    expect(last()).toMatchObject({ reason: 'implicit-deny', principal: `arn:aws:iam::${account}:${name}` });
  });

  test.each<[string, () => Promise<Client>, string, RegExp]>([
    [
      'the wrong secret',
      () => signIn({ ...buddy, secretAccessKey: nobody.secretAccessKey.replace('w', 'v') }),
      'InvalidSignatureException',
      /^The request signature we calculated does not match/,
    ],
    [
      'another query than was signed',
      async () => connect('chat', `${await presigned(buddy)}&more=1`),
      'InvalidSignatureException',
      /^The request signature we calculated does not match/,
    ],
    [
      'an unknown key',
      () => signIn(key('AKIAUNKNOWNEXAMPLE00')),
      'UnrecognizedClientException',
      /^The security token included in the request is invalid\.$/,
    ],
    [
      'a presigned URL that is over',
      async () => {
        const old = createSigner({ credentials: buddy, now: () => Date.now() - 600_000 });
        const { pathname, search } = await old.presign(`https://${hostOf('chat')}/prod`, { expiresIn: 300 });
        return connect('chat', `${pathname}${search}`);
      },
      'InvalidSignatureException',
      /^Signature expired: /,
    ],
  ])('refuses a signature that does not hold: %s', async (_, attempt, type, message) => {
    const refused = await refusalOf(attempt());
    expect([refused.status, refused.type]).toEqual([403, type]);
    expect(JSON.parse(refused.body).message).toMatch(message);
  });
});

describe('$connect with an authorizer', () => {
  test('lets in whom it allows, and every event tells what it said', async () => {
    const client = await connect('guarded', '/prod?room=1', { headers: { 'X-Token': 'good' } });
    client.socket.send('hello');
    await vi.waitUntil(() => heard('MESSAGE').length === 1);
    for (const { requestContext } of events)
      expect(requestContext.authorizer).toMatchObject({ principalId: 'alice', team: 'blue' });
    await client.end();
  });

  test.each<[string, string, Record<string, string>, Refused]>([
    ['no header', '/prod?room=1', {}, refusal('UnauthorizedException', 'Unauthorized', 'message', 401)],
    ['no parameter', '/prod', { 'X-Token': 'good' }, refusal('UnauthorizedException', 'Unauthorized', 'message', 401)],
    [
      'a deny',
      '/prod?room=1',
      { 'X-Token': 'bad' },
      refusal(
        'AccessDeniedException',
        'User is not authorized to access this resource with an explicit deny',
        'Message',
      ),
    ],
  ])('refuses: %s', async (_, path, headers, expected) => {
    expect(await refusalOf(connect('guarded', path, { headers }))).toEqual(expected);
    expect(events).toEqual([]);
  });

  test('refuses with 500 when the authorizer breaks', async () => {
    const refused = await refusalOf(connect('guarded', '/prod?room=1', { headers: { 'X-Token': 'broken' } }));
    expect(refused.status).toBe(500);
    expect(last()?.cause).toEqual(new Error('inside'));
  });
});

describe('$connect', () => {
  test('may be no route at all, as may every other', async () => {
    const client = await connect('bare');
    expect(JSON.parse(await client.ask('anything'))).toEqual({
      message: 'Forbidden',
      connectionId: expect.stringMatching(/^[\w-]{15}=$/),
      requestId: expect.stringMatching(/^[\w-]{15}=$/),
    });
    await client.end();
  });

  test('is reached by a custom domain name', async () => {
    const client = await connect('open', '/v1', { headers: { host: 'chat.example.com' } });
    expect(await client.ask({ to: { room: 'lobby' } })).toBe('lobby');
    await client.end();
  });

  test.each([400, 401, 302, 500])('refuses with the status %i that its handler gives, and no more', async (status) => {
    expect(await refusalOf(connect('open', `/prod?status=${status}`))).toEqual({ status, type: undefined, body: '' });
  });

  test('refuses with 502 when its handler throws', async () => {
    expect(await refusalOf(connect('open', '/prod?fail=1'))).toEqual(
      refusal('InternalServerErrorException', 'Internal server error', 'message', 502),
    );
    expect(last()).toMatchObject({ outcome: 'failed', reason: 'handler', cause: new Error('inside') });
  });

  test('speaks the subprotocol that its handler names, and none otherwise', async () => {
    const client = await connect('open', '/prod?protocol=mine', {}, ['other', 'mine']);
    expect(client.socket.protocol).toBe('mine');
    await client.end();
    await expect(connect('open', '/prod', {}, ['other'])).rejects.toThrow('Server sent no subprotocol');
  });

  test.each<[string, string, string, ClientOptions, Refused]>([
    ['an unknown API', 'none', '/prod', {}, refusal('ForbiddenException', 'Forbidden')],
    ['another stage', 'open', '/beta', {}, refusal('ForbiddenException', 'Forbidden')],
    ['a path below the stage', 'open', '/prod/x', {}, refusal('ForbiddenException', 'Forbidden')],
    [
      'a version of the protocol that is no more',
      'open',
      '/prod',
      { protocolVersion: 8 },
      refusal('BadRequestException', 'Bad Request', 'message', 400),
    ],
    [
      'two subprotocols of one name',
      'open',
      '/prod',
      { headers: { 'sec-websocket-protocol': 'a, a' } },
      refusal('BadRequestException', 'Bad Request', 'message', 400),
    ],
  ])('refuses %s', async (_, api, path, options, expected) => {
    expect(await refusalOf(connect(api, path, options))).toEqual(expected);
  });

  test('a request for an upgrade is a request like any other to a REST API', async () => {
    expect(await refusalOf(connect('rest', '/prod/'))).toMatchObject({ status: 200, body: 'rest' });
    expect(await refusalOf(connect('rest', '/prod/none'))).toEqual(
      refusal('MissingAuthenticationTokenException', 'Missing Authentication Token'),
    );
  });

  test('a fault laid on "execute-api" comes before it', async () => {
    gate().faults.add({ kind: 'throttle', service: 'execute-api', times: 1 });
    expect((await refusalOf(connect('open'))).status).toBe(429);
    gate().faults.add({ kind: 'reset', service: 'execute-api', times: 1 });
    await expect(connect('open')).rejects.toThrow(/hang up|ECONNRESET/);
    expect(last()).toMatchObject({ status: 0, outcome: 'fault' });
  });

  test('a client that gives up meanwhile leaves nothing behind', async () => {
    const socket = new WebSocket(`${gate().url.replace('http', 'ws')}/prod?wait=1`, {
      headers: { host: hostOf('open') },
    });
    socket.on('error', () => undefined);
    await vi.waitUntil(() => release);
    const before = gate().log.length;
    socket.terminate();
    await new Promise((resolve) => socket.once('close', resolve));
    release?.();
    await vi.waitUntil(() => gate().log.length > before);
  });
});

describe('a world', () => {
  const withApi = (api: object) =>
    startGate({
      accounts: {
        [HOME]: { apis: { chat: { type: 'WEBSOCKET', region: 'us-east-1', stage: 'prod', ...api } as never } },
      },
    });

  test.each<[string, object]>([
    ['an expression that is not about the body', { routeSelection: '$request.header.action', routes: {} }],
    ['authorization of a message', { routes: { echo: { auth: 'AWS_IAM', handler: ok } } }],
    ['a route of an unknown kind', { routes: { $other: { handler: ok } } }],
    ['an answer without a status', { routes: { echo: { handler: { body: 'x' } } } }],
    [
      'a subprotocol that cannot be sent',
      { routes: { $connect: { handler: { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'a b' } } } } },
    ],
    ['an authorizer that it does not have', { routes: { $connect: { auth: 'nobody', handler: ok } } }],
  ])('is refused for %s', async (_, api) => {
    expect(await codeOf(() => withApi(api))).toBe('ERR_SIGV4_INVALID_WORLD');
  });

  test('with a WebSocket API needs the package "ws", and no other world does', async () => {
    vi.resetModules();
    vi.doMock('ws', () => {
      throw new Error('not installed');
    });
    try {
      const { startGate: start } = await import('sigv4kit/gate');
      await (await start({ accounts: {} })).close();
      const refused = await start(world).catch((error) => error);
      expect([refused.code, refused.message]).toEqual([
        'ERR_SIGV4_INVALID_WORLD',
        'A WebSocket API needs the package "ws", which cannot be loaded: install it (npm install --save-dev ws).',
      ]);
      // A gate that was started all the same says so to the first client.
      const fresh = await import('../../src/gate/web-sockets/connect-web-socket');
      const server = createHttpServer();
      server.on('upgrade', (message, socket, head) => {
        void fresh.connectWebSocket(createRealm(world), message, socket, head, Date.now);
      });
      const told = await refusalOf(connect('open', '/prod', {}, [], await listen(server)));
      expect(told).toEqual(refusal('NotEmulatedException', refused.message, 'message', 501));
      await new Promise((resolve) => server.close(resolve));
    } finally {
      vi.doUnmock('ws');
      vi.resetModules();
    }
  });
});
