/** How WebSocket connections end: with their gate, by the thousand, and by what clients should not send. */
import { randomBytes } from 'node:crypto';
import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { startGate } from 'sigv4kit/gate';
import { describe, expect, test, vi } from 'vitest';
import { createRealm } from '../../src/gate/realm';
import { closeConnections, connectWebSocket } from '../../src/gate/web-sockets/connect-web-socket';
import { listen } from '../support/listen';
import { type Client, connect, heard, hostOf, release, useGate, world } from '../support/web-socket-world';

const gate = useGate();

describe('the end', () => {
  test('of a gate ends its connections with 1001, tells no route of it, and waits for none', async () => {
    const own = await startGate(world);
    const clients = await Promise.all(Array.from({ length: 5 }, () => connect('open', '/prod', {}, [], own.url)));
    // A client that never says goodbye: it reads nothing more.
    const deaf = clients[0] as Client;
    (deaf.socket as never as { _socket: { pause(): void } })._socket.pause();
    const pending = connect('open', '/prod?wait=1', {}, [], own.url).catch((error) => error);
    await vi.waitUntil(() => release);
    await own.close();
    for (const { closed } of clients.slice(1)) expect((await closed).code).toBe(1001);
    expect(await pending).toBeInstanceOf(Error);
    release?.();
    expect(heard('DISCONNECT')).toEqual([]);
    deaf.socket.terminate();
  });

  test('of a thousand clients leaves none behind', async () => {
    const realm = createRealm(world);
    const server = createHttpServer();
    const decided: Promise<unknown>[] = [];
    server.on('upgrade', (message, socket, head) => {
      decided.push(connectWebSocket(realm, message, socket, head, Date.now));
    });
    const url = await listen(server);
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        Array.from({ length: 50 }, async (_, i) => {
          const client = await connect('open', '/prod', {}, [], url);
          if (i % 3 === 0) client.socket.terminate();
          else await client.end(1000);
        }),
      );
    }
    await Promise.all(decided);
    await vi.waitUntil(() => heard('DISCONNECT').length === 1000, { timeout: 10_000 });
    expect([decided.length, realm.connections.size]).toEqual([1000, 0]);
    await closeConnections(realm);
    await new Promise((resolve) => server.close(resolve));
  }, 60_000);

  test.each<[string, string | Buffer]>([
    ['bytes that are no frame', randomBytes(64)],
    ['a frame without a mask', Buffer.from([0x81, 0x01, 0x41])],
    ['a length that nobody has', Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])],
  ])('comes to a client that sends %s with its handshake', async (_, bytes) => {
    const { port } = new URL(gate().url);
    const socket = connectTcp(Number(port), '127.0.0.1');
    socket.on('error', () => undefined);
    const head = [
      'GET /prod HTTP/1.1',
      `Host: ${hostOf('open')}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ];
    socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), Buffer.from(bytes)]));
    const answer: Buffer[] = [];
    socket.on('data', (chunk) => answer.push(chunk));
    await new Promise((resolve) => {
      socket.once('end', () => socket.end());
      socket.once('close', resolve);
    });
    expect(String(Buffer.concat(answer))).toMatch(/^HTTP\/1\.1 101 /);
  });

  test('a body with a request for an upgrade is not emulated', async () => {
    const { port } = new URL(gate().url);
    const response = await new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest({
        port,
        path: '/prod/',
        method: 'POST',
        headers: { host: hostOf('rest'), connection: 'Upgrade', upgrade: 'websocket' },
      });
      request.on('response', (message) => resolve(message.statusCode));
      request.on('error', reject);
      request.end('body');
    });
    expect(response).toBe(501);
  });
});
