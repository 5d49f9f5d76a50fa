/** What is no HTTP, comes too slowly or is too large, on bare connections: answered in words, and nothing is kept of it. */
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Gate, startGate } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOST, world } from '../../support/reach-world';

let gate: Gate;
let secure: Gate;
beforeAll(async () => {
  gate = await startGate(world);
  secure = await startGate(world, { https: true });
});
afterAll(() => Promise.all([gate.close(), secure.close()]));

const opened = (to: Gate) => connect(Number(new URL(to.url).port), '127.0.0.1');

/** All that comes back for these bytes, until the connection ends. */
function exchange(to: Gate, ...writes: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket: Socket = opened(to);
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => undefined).on('close', () => resolve(text));
    for (const write of writes) socket.write(write);
  });
}

const refusal = (status: string, message: RegExp) =>
  new RegExp(`^HTTP/1\\.1 ${status}\\r\\n.*Connection: close\\r\\n\\r\\n\\{"message":"${message.source}"\\}$`, 's');

/** The rest is the parser's own. */
const NOT_HTTP = /The request is not HTTP\/1\.1: [^"]+\./;

describe.each([
  ['plain', () => gate],
  ['with TLS beside', () => secure],
])('a gate (%s)', (_, the) => {
  test.each<[string, string, RegExp]>([
    ['no HTTP at all', 'hello\r\n\r\n', NOT_HTTP],
    ['a method of its own', 'FETCH / HTTP/1.1\r\nhost: a\r\n\r\n', NOT_HTTP],
    ['a header without a colon', 'GET / HTTP/1.1\r\nhost\r\n\r\n', NOT_HTTP],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', NOT_HTTP],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      NOT_HTTP,
    ],
    ['a chunk of no size', 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', NOT_HTTP],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', NOT_HTTP],
  ])('answers %s with 400 in words', async (_, text, message) => {
    const before = the().log.length;
    expect(await exchange(the(), text)).toMatch(refusal('400 Bad Request', message));
    expect(the().log.slice(before)).toEqual([
      expect.objectContaining({ status: 400, outcome: 'refused', reason: 'malformed' }),
    ]);
  });

  test.each<[string, string, string]>([
    ['without a Host', 'GET /api/open HTTP/1.1\r\nconnection: close\r\n\r\n', 'The request has no Host header.'],
    [
      'with two',
      `GET /api/open HTTP/1.1\r\nhost: ${HOST}\r\nhost: ${HOST}\r\nconnection: close\r\n\r\n`,
      'The request has more than one Host header.',
    ],
  ])('answers a request %s with 400', async (_, text, message) => {
    const answer = await exchange(the(), text);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.endsWith(`{"message":"${message}"}`)).toBe(true);
  });

  test('answers headers that are too large with 431 while they are still being sent', async () => {
    const big = `GET / HTTP/1.1\r\nhost: ${HOST}\r\nauthorization: AWS4-HMAC-SHA256 ${'x'.repeat(1024 * 1024)}\r\n\r\n`;
    expect(await exchange(the(), big)).toMatch(
      refusal('431 Request Header Fields Too Large', /The headers of the request are larger than 64 KiB\./),
    );
    expect(the().log.at(-1)).toMatchObject({ status: 431, reason: 'too-large' });
  });

  test('answers what was asked before what is no HTTP', async () => {
    const asked = `GET /api/open HTTP/1.1\r\nhost: ${HOST}\r\n\r\n`;
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = opened(the());
      socket.write(asked);
      socket.on('error', () => undefined).on('close', () => resolve(text));
      socket.on('data', (chunk) => {
        text += chunk;
        if (text.endsWith('open')) socket.write('nonsense\r\n\r\n');
      });
    });
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK.*\r\n\r\nopenHTTP\/1\.1 400 Bad Request/s);
  });

  test.each(['GET / HTTP/1.1\r\nhost: ', `POST / HTTP/1.1\r\nhost: ${HOST}\r\ncontent-length: 9\r\n\r\nbody`])(
    'answers who ends half-way, and logs nothing of who may just have left: %j',
    async (text) => {
      const before = the().log.length;
      const answer = await new Promise<string>((resolve) => {
        let heard = '';
        const socket = opened(the());
        socket.on('data', (chunk) => {
          heard += chunk;
        });
        socket.on('close', () => resolve(heard));
        socket.end(text);
      });
      expect(answer).toMatch(refusal('400 Bad Request', /The request ended before it was complete\./));
      expect(the().log.length).toBe(before);
    },
  );
});

test('a request that asks to change protocols keeps its body', async () => {
  const upgrade = 'connection: Upgrade, HTTP2-Settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n';
  const text = `POST /api/echo/a HTTP/1.1\r\nhost: ${HOST}\r\n${upgrade}content-length: 4\r\n\r\nbody`;
  for (const to of [gate, secure]) {
    const answer = await exchange(to, text);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ method: 'POST', body: 'body' });
  }
});

test('a thousand malformed requests leave no connection and little memory behind', async () => {
  const own = await startGate(world);
  const big = `GET / HTTP/1.1\r\nauthorization: ${'x'.repeat(100_000)}`;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  for (let i = 0; i < 40; i++) await Promise.all(Array.from({ length: 25 }, () => exchange(own, big)));
  expect(used() - before).toBeLessThan(16 * 1024 * 1024);
  await own.close();
});
