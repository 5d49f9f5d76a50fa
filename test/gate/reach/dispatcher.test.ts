/** `gate.dispatcher()`: what undici sends to AWS hostnames goes to the gate, all else to where it is. */
import { createServer } from 'node:http';
import { createSigner } from 'sigv4kit';
import { type Gate, type GateDispatcher, startGate } from 'sigv4kit/gate';
import * as undici from 'undici';
import * as undici6 from 'undici-6';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../../support/listen';
import { api, type Echo, ENDPOINT, HOST, keys, PRIVATE, world } from '../../support/reach-world';

let gate: Gate;
let dispatcher: GateDispatcher;
beforeAll(async () => {
  gate = await startGate(world);
  dispatcher = gate.dispatcher();
});
afterAll(() => gate.close());

const stranger = createServer((message, response) => response.end(JSON.stringify(message.headers)));
let elsewhere: string;
beforeAll(async () => {
  elsewhere = await listen(stranger);
});
afterAll(() => {
  stranger.closeAllConnections();
  stranger.close();
});

describe('a dispatcher', () => {
  test('leads request, stream and pipeline to the gate', async () => {
    const { statusCode, body } = await undici.request(`${api}/echo/a?b=c`, { dispatcher, method: 'POST', body: 'x' });
    expect([statusCode, await body.json()]).toEqual([
      200,
      expect.objectContaining({ host: HOST, body: 'x', path: '/echo/a' }),
    ]);
    const { PassThrough } = await import('node:stream');
    const into = new PassThrough();
    await undici.stream(`${api}/open`, { dispatcher, method: 'GET' }, () => into);
    expect(String(into.read())).toBe('open');
  });

  test.each<[string, Iterable<unknown> | Record<string, string | string[]>]>([
    ['an object', { 'x-some': 'a' }],
    ['a list', ['x-some', 'a']],
    ['a Map', new Map([['x-some', 'a']])],
    ['Headers', new Headers({ 'x-some': 'a' })],
  ])('takes headers as %s, and keeps its own to itself', async (_, headers) => {
    const { body } = await undici.request(`${api}/echo/a`, { dispatcher, headers: headers as never });
    const told = (await body.json()) as Echo;
    expect(told.headers['x-some']).toBe('a');
    expect(Object.keys(told.headers).filter((name) => name.startsWith('x-sigv4kit'))).toEqual([]);
  });

  test('keeps a Host of its own: the name of an endpoint leads to the API that it says', async () => {
    const { body } = await undici.request(`https://${ENDPOINT}/api/echo/a`, { dispatcher, headers: { host: PRIVATE } });
    expect(((await body.json()) as Echo).host).toBe(PRIVATE);
    expect(gate.log.at(-1)).toMatchObject({ vpcEndpoint: 'vpce-0a1b2c3d4e5f60718' });
  });

  test('carries what was signed', async () => {
    const { url, headers } = await createSigner({ credentials: keys }).sign({
      url: `${api}/iam/a?b=%20`,
      method: 'PUT',
      body: 'x',
    });
    const response = await undici.request(url, { dispatcher, method: 'PUT', headers, body: 'x' });
    expect([response.statusCode, await response.body.json()]).toEqual([200, expect.objectContaining({ body: 'x' })]);
  });

  test('serves the fetch of the package, which follows redirects through the gate', async () => {
    const response = await undici.fetch(`${api}/moved`, { dispatcher });
    expect([response.url, await response.text()]).toEqual([`${api}/open`, 'open']);
  });

  test('serves a process as its global one', async () => {
    const before = undici.getGlobalDispatcher();
    undici.setGlobalDispatcher(dispatcher);
    try {
      expect(await (await undici.request(`${api}/open`)).body.text()).toBe('open');
      expect(await (await undici.fetch(`${api}/open`)).text()).toBe('open');
    } finally {
      undici.setGlobalDispatcher(before);
    }
  });

  test('can be composed with what undici has', async () => {
    const composed = dispatcher.compose(undici.interceptors.redirect({ maxRedirections: 2 })) as undici.Dispatcher;
    expect(await (await undici.request(`${api}/moved`, { dispatcher: composed })).body.text()).toBe('open');
    gate.faults.add({ kind: 'unavailable', times: 1 });
    const patient = dispatcher.compose(undici.interceptors.retry({ minTimeout: 1 })) as undici.Dispatcher;
    expect((await undici.request(`${api}/open`, { dispatcher: patient })).statusCode).toBe(200);
  });

  test('leaves other hosts where they are', async () => {
    const told = await (await undici.request(elsewhere, { dispatcher })).body.json();
    expect(told).toEqual({ host: elsewhere.slice('http://'.length), connection: 'keep-alive' });
  });

  test('serves another major version of the package', async () => {
    const response = await undici6.request(`${api}/open`, {
      dispatcher,
      maxRedirections: 2,
    } as object);
    expect(await response.body.text()).toBe('open');
    // What that version would follow by itself, past the gate, it hands back.
    expect((await undici6.request(`${api}/moved`, { dispatcher, maxRedirections: 2 } as object)).statusCode).toBe(302);
  });

  test('sees a connection that is cut, and can be given up', async () => {
    gate.faults.add({ kind: 'reset', times: 1 });
    await expect(undici.request(`${api}/open`, { dispatcher })).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/),
    });
    const undo = gate.faults.add({ kind: 'slow', delay: 60_000 });
    await expect(undici.request(`${api}/open`, { dispatcher, signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    undo();
  });

  test('is one of undici, for whoever looks', () => {
    expect(dispatcher).toBeInstanceOf(undici.Dispatcher);
    const typed: undici.Dispatcher = dispatcher;
    expect(typed.listenerCount('drain')).toBe(0);
  });
});

test('a gate that closes ends its dispatchers', async () => {
  const other = await startGate(world);
  const its = other.dispatcher();
  await undici.request(elsewhere, { dispatcher: its });
  await other.close();
  await expect(undici.request(elsewhere, { dispatcher: its })).rejects.toThrow(/destroyed/);
});
