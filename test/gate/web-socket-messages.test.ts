/** The messages of WebSocket clients: where they go, what comes back, which are too long, and the events of it all. */
import type { WebSocketEvent } from 'sigv4kit/gate';
import { describe, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import {
  type Client,
  connect,
  events,
  HOME,
  heard,
  hostOf,
  idOf,
  last,
  presigned,
  signIn,
  temporary,
  useGate,
} from '../support/web-socket-world';

const gate = useGate();

describe('a message', () => {
  test('goes to the route that its field names, and the body of the answer comes back, whatever the status', async () => {
    const client = await signIn();
    const message = JSON.stringify({ action: 'echo', text: 'hëllo' });
    expect(await client.ask(message)).toBe(message);
    expect(await client.ask({ action: 'fixed' })).toBe('fixed');
    await vi.waitUntil(() => gate().log.filter(({ action }) => action === 'fixed').length === 1);
    expect(last()).toMatchObject({
      method: 'MESSAGE',
      path: '/prod',
      action: 'fixed',
      status: 200,
      outcome: 'answered',
      principal: `arn:aws:iam::${HOME}:user/buddy`,
    });
    await client.end();
  });

  test.each([
    ['what is no JSON', 'hello'],
    ['no such field', '{"other":"echo"}'],
    ['a field that is no text', '{"action":{"a":1}}'],
    ['no such route', '{"action":"none"}'],
    ['a name of every object', '{"action":"constructor"}'],
    ['a list', '["action"]'],
    ['the routes of the connection itself', '{"action":"$disconnect"}'],
    ['nothing', ''],
  ])('goes to $default: %s', async (_, message) => {
    const client = await signIn();
    expect(await client.ask(message)).toBe(`default: ${message}`);
    expect(heard('MESSAGE')[0]?.requestContext.routeKey).toBe('$default');
    await client.end();
  });

  test('is selected by a nested field, and by a number', async () => {
    const client = await connect('open');
    expect(await client.ask({ to: { room: 'lobby' } })).toBe('lobby');
    expect(await client.ask({ to: { room: 7 } })).toBe('seven');
    expect(JSON.parse(await client.ask({ to: 'lobby' })).message).toBe('Forbidden');
    await client.end();
  });

  test.each(['throws', 'nothing'])('that fails is told so: %s', async (action) => {
    const client = await signIn();
    expect(JSON.parse(await client.ask({ action }))).toEqual({
      message: 'Internal server error',
      connectionId: idOf(heard('CONNECT')[0]),
      requestId: expect.any(String),
    });
    await vi.waitUntil(() => last()?.action === action);
    expect(last()).toMatchObject({ outcome: 'failed', reason: 'handler', cause: expect.any(Error) });
    await client.end();
  });

  test('comes in as many frames as the client likes', async () => {
    const client = await signIn();
    const answer = new Promise((resolve) => client.socket.once('message', (data) => resolve(String(data))));
    const half = 'é'.repeat(16_000);
    client.socket.send(half, { fin: false });
    client.socket.send(half, { fin: true });
    expect(await answer).toBe(`default: ${half}${half}`);
    await client.end();
  });

  test.each<[string, number, (socket: WebSocket) => void]>([
    ['a frame of more than 32 KB', 1009, (socket) => socket.send('x'.repeat(32 * 1024 + 1))],
    [
      'a message of more than 128 KB',
      1009,
      (socket) => {
        for (let i = 0; i < 5; i++) socket.send('x'.repeat(32 * 1024), { fin: i === 4 });
      },
    ],
    ['a binary message', 1003, (socket) => socket.send(Buffer.from('binary'))],
    ['text that is no UTF-8', 1007, (socket) => socket.send(Buffer.from([0xff]), { binary: false })],
  ])('ends the connection: %s', async (_, code, send) => {
    const client = await signIn();
    send(client.socket);
    expect((await client.closed).code).toBe(code);
    expect(heard('MESSAGE')).toEqual([]);
    await vi.waitUntil(() => heard('DISCONNECT').length === 1);
    expect(heard('DISCONNECT')[0]?.requestContext.disconnectStatusCode).toBe(code);
  });

  test.each([125, 126, 127, 65_535 - 32_767, 32 * 1024])('of one frame of %i bytes comes whole', async (length) => {
    const client = await signIn();
    const text = 'x'.repeat(length);
    expect(await client.ask(text)).toBe(`default: ${text}`);
    await client.end();
  });
});

describe('the events', () => {
  test('are those of AWS', async () => {
    const client = await connect('chat', await presigned(temporary, `wss://${hostOf('chat')}/prod?room=1&room=2`), {
      headers: { 'User-Agent': 'agent', 'X-Own': '1' },
    });
    await client.ask('hello');
    await client.end();
    await vi.waitUntil(() => heard('DISCONNECT').length === 1);
    const [connected, message, disconnected] = events as [WebSocketEvent, WebSocketEvent, WebSocketEvent];
    const id = expect.stringMatching(/^[\w-]{15}=$/);
    const common = {
      apiId: 'chat',
      connectedAt: expect.any(Number),
      connectionId: idOf(connected),
      domainName: hostOf('chat'),
      extendedRequestId: id,
      identity: {
        accessKey: temporary.accessKeyId,
        accountId: HOME,
        caller: expect.stringMatching(/^AIDA/),
        sourceIp: '127.0.0.1',
        user: expect.stringMatching(/^AIDA/),
        userAgent: 'agent',
        userArn: `arn:aws:iam::${HOME}:user/buddy`,
      },
      messageDirection: 'IN',
      requestId: id,
      requestTime: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      requestTimeEpoch: expect.any(Number),
      stage: 'prod',
    };
    expect(connected).toEqual({
      headers: expect.objectContaining({ 'User-Agent': 'agent', 'X-Own': '1', 'X-Forwarded-For': '127.0.0.1' }),
      multiValueHeaders: expect.objectContaining({ 'X-Own': ['1'] }),
      queryStringParameters: expect.objectContaining({ room: '2' }),
      multiValueQueryStringParameters: expect.objectContaining({ room: ['1', '2'] }),
      stageVariables: { color: 'blue' },
      requestContext: { ...common, routeKey: '$connect', eventType: 'CONNECT' },
      isBase64Encoded: false,
    });
    expect(message).toEqual({
      stageVariables: { color: 'blue' },
      requestContext: { ...common, routeKey: '$default', eventType: 'MESSAGE', messageId: id },
      body: 'hello',
      isBase64Encoded: false,
    });
    const headers = { Host: hostOf('chat'), 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
    expect(disconnected).toEqual({
      headers,
      multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      stageVariables: { color: 'blue' },
      requestContext: {
        ...common,
        routeKey: '$disconnect',
        eventType: 'DISCONNECT',
        disconnectStatusCode: 1005,
        disconnectReason: 'Client-side close frame status not set',
      },
      isBase64Encoded: false,
    });
  });

  test.each<[string, (client: Client) => unknown, number, string]>([
    ['a goodbye with a reason', (client) => client.end(4000, 'done'), 4000, 'done'],
    ['a connection that breaks', (client) => client.socket.terminate(), 1006, ''],
  ])('of $disconnect tell the end: %s', async (_, end, code, reason) => {
    const client = await signIn();
    await end(client);
    await vi.waitUntil(() => heard('DISCONNECT').length === 1);
    const { disconnectStatusCode, disconnectReason } = heard('DISCONNECT')[0]?.requestContext ?? {};
    expect([disconnectStatusCode, disconnectReason]).toEqual([code, reason]);
  });
});
