/** Signed options in `node:http`, `node:https`, `ws` and the OpenSearch client, against servers that verify what arrives. */
import { Agent, type ClientRequest, createServer, type IncomingMessage, request as send } from 'node:http';
import { request as sendSecurely } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { urlToHttpOptions } from 'node:url';
import { Client, Connection, errors } from '@opensearch-project/opensearch';
import { createSigner, privateApi, type SigV4Event } from 'sigv4kit';
import { type HttpRequestInput, type SignedHttpOptions, signHttpRequest } from 'sigv4kit/http';
import { createVerifier } from 'sigv4kit/verify';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { certificateFor } from '../support/certificate';
import { codeOf, temporary } from '../support/keys';
import { agentFor, ROUTES, startPrivate } from '../support/private-gate';
import { keys, PRIVATE } from '../support/reach-world';
import { look, type Seen, startWitness, type Witness } from '../support/witness';

const options = { credentials: temporary, region: 'us-east-1', service: 'execute-api' };

let home: Witness;
beforeAll(async () => {
  home = await startWitness();
});
afterAll(() => home.close());
afterEach(() => {
  home.answer = undefined;
  home.seen.length = 0;
});

function exchange(input: SignedHttpOptions, body?: string | Uint8Array | Readable | null, by = send): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const message = by(input, async (answer) => {
      let text = '';
      for await (const chunk of answer) text += chunk;
      resolve(JSON.parse(text));
    });
    message.once('error', reject);
    if (body instanceof Readable) body.pipe(message);
    else message.end(body ?? undefined);
  });
}

describe('options', () => {
  const local = () => ({ hostname: '127.0.0.1', port: home.port });

  test.each<[string, () => HttpRequestInput, string]>([
    ['a URL', () => new URL(`${home.url}/a?b=c d`), '/a?b=c%20d'],
    ['text', () => `${home.url}/a?v&h=1`, '/a?v=&h=1'],
    ['those of a URL', () => urlToHttpOptions(new URL(`${home.url}/a?b`)), '/a?b='],
    ['hostname and port', () => ({ ...local(), path: '/a' }), '/a'],
    ['host, and a port as text', () => ({ host: '127.0.0.1', port: String(home.port), path: '/a' }), '/a'],
    ['hostname over host', () => ({ ...local(), host: 'example.com' }), '/'],
    ['defaultPort', () => ({ hostname: '127.0.0.1', defaultPort: home.port }), '/'],
    ['a path that is a query', () => ({ ...local(), path: '?a=1' }), '/?a=1'],
    [
      'a path in a form that can be misread',
      () => ({ ...local(), path: '/x/(1)/%7e?f=a=b&__proto__=1' }),
      '/x/%281%29/~?f=a%3Db&__proto__=1',
    ],
  ])('as %s are read as Node reads them', async (_, make, target) => {
    const signed = await signHttpRequest(make(), null, options);
    expect(await exchange(signed)).toMatchObject({
      verdict: 'ok',
      target,
      headers: { host: `127.0.0.1:${home.port}` },
    });
  });

  test.each<[string, unknown]>([
    ['an object', { 'X-Amz-Meta': 'a', 'x-list': ['1', '2'], 'x-number': 5, cookie: ['a=1', 'b=2'] }],
    [
      'pairs',
      [
        ['X-Amz-Meta', 'a'],
        ['x-list', '1'],
        ['X-List', '2'],
        ['x-number', 5],
        ['cookie', 'a=1; b=2'],
      ],
    ],
    ['a flat list', ['X-Amz-Meta', 'a', 'x-list', '1', 'X-List', '2', 'x-number', '5', 'Cookie', 'a=1; b=2']],
  ])('take headers as %s', async (_, headers) => {
    const signed = await signHttpRequest({ ...local(), headers: headers as never }, null, {
      ...options,
      signedHeaders: 'all',
    });
    expect(await exchange(signed)).toMatchObject({
      verdict: 'ok',
      headers: { 'x-amz-meta': 'a', 'x-list': '1,2', 'x-number': '5', cookie: 'a=1; b=2' },
    });
  });

  test('replace what an earlier attempt left', async () => {
    const stale = { AUTHORIZATION: 'stale', 'X-AMZ-DATE': 'stale', 'X-Amz-Security-Token': 'stale' };
    const first = await signHttpRequest({ ...local(), headers: stale }, null, options);
    expect((await exchange(first)).verdict).toBe('ok');
    const again = await signHttpRequest(first, null, options);
    expect((await exchange(again)).verdict).toBe('ok');
  });

  test('keep what is not of the request, and stay as they were', async () => {
    const agent = new Agent();
    const given = Object.freeze({
      ...local(),
      agent,
      timeout: 5000,
      family: 4,
      insecureHTTPParser: false,
      headers: Object.freeze({ a: 'b' }),
    });
    const signed = await signHttpRequest(given, null, options);
    expect(signed).toMatchObject({ agent, timeout: 5000, family: 4, insecureHTTPParser: false });
    expect(signed).not.toHaveProperty('protocol');
    expect(signed).not.toHaveProperty('servername');
    expect((await exchange(signed)).verdict).toBe('ok');
    agent.destroy();
  });

  test('for a socket keep its path and the host', async () => {
    const socketPath = join(tmpdir(), `sigv4kit-${process.pid}.sock`);
    const verifier = createVerifier({ lookup: () => temporary, region: 'us-east-1', service: 'execute-api' });
    const server = createServer(async (message, response) => {
      response.end(JSON.stringify(await look(message, Buffer.alloc(0), verifier)));
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    const signed = await signHttpRequest({ socketPath, host: 'api.example.com', path: '/a' }, null, options);
    expect(await exchange(signed)).toMatchObject({ verdict: 'ok', headers: { host: 'api.example.com' } });
    server.close();
  });

  test.each<[string, string | Uint8Array | null | undefined, string, string | undefined]>([
    ['text', 'héllo', 'hÃ©llo', '6'],
    ['a Buffer', Buffer.from([0, 255]), '\u0000\u00ff', '2'],
    ['a view into a larger buffer', new Uint8Array([9, 1, 2, 9]).subarray(1, 3), '\u0001\u0002', '2'],
    ['nothing', undefined, '', undefined],
  ])('go with a body that is %s', async (_, body, text, length) => {
    const signed = await signHttpRequest({ ...local(), method: 'post' }, body, options);
    expect(signed.headers['content-length']).toBe(length);
    expect(signed.headers['content-type']).toBeUndefined();
    expect(await exchange(signed, body)).toMatchObject({ verdict: 'ok', method: 'POST', body: text });
  });

  test('say one length alone', async () => {
    const given = { ...local(), method: 'POST', headers: { 'Transfer-Encoding': 'chunked', 'Content-Length': '3' } };
    const signed = await signHttpRequest(given, 'hello', options);
    expect(signed.headers).not.toHaveProperty('content-length');
    expect(await exchange(signed, 'hello')).toMatchObject({ verdict: 'ok', body: 'hello' });
  });

  test('go with a stream that is not signed', async () => {
    const store = await startWitness({ service: 's3' });
    const given = { hostname: '127.0.0.1', port: store.port, method: 'PUT', headers: { 'content-length': '8' } };
    const signed = await signHttpRequest(given, null, { ...options, service: 's3', payload: 'unsigned' });
    expect(await exchange(signed, Readable.from(['streamed']))).toMatchObject({
      verdict: 'ok',
      body: 'streamed',
      headers: { 'content-length': '8', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    });
    await store.close();
  });

  test.each<[string, () => unknown, string]>([
    [
      'a user and password',
      () => signHttpRequest({ ...local(), auth: 'a:b' }, null, options),
      'ERR_SIGV4_INVALID_OPTION',
    ],
    ['a user in the URL', () => signHttpRequest('http://a:b@example.com', null, options), 'ERR_SIGV4_INVALID_URL'],
    [
      'a path for a proxy',
      () => signHttpRequest({ ...local(), path: 'http://example.com/' }, null, options),
      'ERR_SIGV4_INVALID_URL',
    ],
    ['nowhere to go', () => signHttpRequest({ path: '/a' }, null, options), 'ERR_SIGV4_INVALID_URL'],
    ['a stream', () => signHttpRequest(local(), Readable.from(['x']) as never, options), 'ERR_SIGV4_UNSUPPORTED_BODY'],
    ['a lone surrogate', () => signHttpRequest(local(), 'a\ud800', options), 'ERR_SIGV4_INVALID_BODY'],
    [
      'a line break in a header',
      () => signHttpRequest({ ...local(), headers: { a: 'b\r\nc: d' } }, null, options),
      'ERR_SIGV4_INVALID_HEADER',
    ],
    [
      'a header without a value',
      () => signHttpRequest({ ...local(), headers: { a: null as never } }, null, options),
      'ERR_SIGV4_INVALID_HEADER',
    ],
    [
      'a VPC endpoint alone',
      () =>
        signHttpRequest('https://vpce-0a1b-cdef.execute-api.us-east-1.vpce.amazonaws.com/prod', null, {
          credentials: temporary,
        }),
      'ERR_SIGV4_NO_API_ID',
    ],
  ])('with %s are refused', async (_, call, code) => {
    expect(await codeOf(call)).toBe(code);
  });

  test('are signed by a signer that is shared, told, and given up with their signal', async () => {
    const events: SigV4Event[] = [];
    const signer = createSigner({ ...options, onEvent: (event) => events.push(event) });
    expect((await exchange(await signHttpRequest(`${home.url}/a?b`, null, signer))).verdict).toBe('ok');
    expect(events).toMatchObject([{ type: 'signed', url: `${home.url}/a` }]);
    const never = { ...options, credentials: () => new Promise<never>(() => {}) };
    const signal = AbortSignal.timeout(20);
    await expect(signHttpRequest({ ...local(), signal }, null, never)).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('an endpoint', () => {
  const vpce = 'vpce-0a1b2c3d4e5f60718-abcdefgh.execute-api.us-east-1.vpce.amazonaws.com';
  const api = { apiId: 'abc123', region: 'us-east-1', stage: 'prod', vpcEndpoint: vpce };
  const ownName = 'abc123.execute-api.us-east-1.amazonaws.com';

  test.each<[string, Parameters<typeof privateApi>[0], HttpRequestInput, object]>([
    ['a path', { ...api, via: 'host-header' }, { path: '/orders' }, { host: ownName }],
    ["the API's own name", { ...api, via: 'host-header' }, `https://${ownName}/prod/orders`, { host: ownName }],
    [
      "options with the API's own name",
      { ...api, via: 'host-header' },
      { host: ownName, port: 443, path: '/prod/orders' },
      { host: ownName },
    ],
    [
      'a path, by its id',
      { ...api, via: 'api-id-header' },
      { path: '/orders' },
      { host: vpce, 'x-apigw-api-id': 'abc123' },
    ],
  ])('is gone to for %s, and TLS asks for its name', async (_, how, input, headers) => {
    const tls = await certificateFor(vpce);
    const secure = await startWitness({ tls });
    const signed = await signHttpRequest(input, null, { credentials: temporary, endpoint: privateApi(how) });
    expect(signed).toMatchObject({ protocol: 'https:', hostname: vpce });
    const lookup = (_: string, __: object, done: (error: null, found: object[]) => void) =>
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    const there = { ...signed, port: secure.port, ca: tls.ca, lookup, agent: false } as unknown as SignedHttpOptions;
    expect(await exchange(there, null, sendSecurely as never)).toMatchObject({
      verdict: 'ok',
      target: '/prod/orders',
      servername: vpce,
      headers,
    });
    await secure.close();
  });

  test.each(ROUTES)('of a private API is reached by its %s', async (_, how, host) => {
    const gate = await startPrivate();
    const agent = agentFor(gate);
    for (const input of [
      { path: '/iam/a?b=c', method: 'POST', agent },
      { host: PRIVATE, path: '/api/iam/a?b=c', method: 'POST', agent },
    ]) {
      const signed = await signHttpRequest(input, '{}', { credentials: keys, endpoint: privateApi(how) });
      const told = await exchange(signed, '{}', sendSecurely as never);
      expect(told).toMatchObject({ user: expect.stringContaining('buddy'), body: '{}', headers: { host } });
    }
    agent.destroy();
    await gate.close();
  });

  test('that is an address has no name for TLS to ask for, and one that is given stays', async () => {
    const headers = { host: 'api.example.com' };
    expect(await signHttpRequest({ host: '10.0.0.1', headers }, null, options)).toMatchObject({ servername: '' });
    const named = { host: '10.0.0.1', headers, servername: 'own.example.com' };
    expect(await signHttpRequest(named, null, options)).toMatchObject({ servername: 'own.example.com' });
    expect(await signHttpRequest({ host: '::1', headers }, null, options)).toMatchObject({
      host: '::1',
      servername: '',
    });
  });
});

describe('ws', () => {
  let sockets: WebSocketServer;
  let url: string;
  let upgrade: Seen;
  const server = createServer();
  const verifier = createVerifier({ lookup: () => temporary, region: 'us-east-1', service: 'execute-api' });

  beforeAll(async () => {
    sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', async (message: IncomingMessage, socket, head) => {
      upgrade = await look(message, Buffer.alloc(0), verifier);
      if (upgrade.verdict !== 'ok') return socket.end(`HTTP/1.1 403 ${upgrade.verdict}\r\n\r\n`);
      sockets.handleUpgrade(message, socket, head, (client) => client.send('welcome'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `ws://127.0.0.1:${(server.address() as { port: number }).port}/prod?topic=a b`;
  });
  afterAll(() => {
    sockets.close();
    server.close();
  });

  const hear = (socket: WebSocket) =>
    new Promise<string>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('message', (data) => {
        socket.close();
        resolve(String(data));
      });
    });

  test('opens a socket by signed headers', async () => {
    const socket = new WebSocket(url, ['chat'], await signHttpRequest(url, null, options));
    expect(await hear(socket)).toBe('welcome');
    expect(upgrade).toMatchObject({
      verdict: 'ok',
      target: '/prod?topic=a%20b',
      headers: { 'sec-websocket-protocol': 'chat' },
    });
  });

  test('opens a socket by a presigned URL', async () => {
    const presigned = await createSigner(options).presign(url, { expiresIn: 60 });
    expect(await hear(new WebSocket(presigned))).toBe('welcome');
    expect(upgrade.headers.authorization).toBeUndefined();
  });

  test('unsigned is refused', async () => {
    await expect(hear(new WebSocket(url))).rejects.toThrow('403');
  });
});

describe('the OpenSearch client', () => {
  type Callback = Parameters<Connection['request']>[1];

  /** Signs each request of the client, and each of its retries. */
  const signedConnection = (aws: Parameters<typeof signHttpRequest>[2]) =>
    class extends Connection {
      private readonly signed = new WeakMap<object, object>();

      override buildRequestObject(params: object) {
        return this.signed.get(params) ?? super.buildRequestObject(params);
      }

      override request(params: Parameters<Connection['request']>[0], callback: Callback): ClientRequest {
        let sent: ClientRequest | undefined;
        let isAborted = false;
        signHttpRequest(super.buildRequestObject(params), params.body as string, aws).then(
          (signed) => {
            if (isAborted) return callback(new errors.RequestAbortedError('aborted'), null);
            this.signed.set(params, signed);
            sent = super.request(params, callback);
          },
          (error) => callback(error, null),
        );
        const abort = () => {
          isAborted = true;
          sent?.abort();
        };
        return { abort } as ClientRequest;
      }
    };

  test.each(['es', 'aoss'])('is taken by %s', async (service) => {
    const search = await startWitness({ service });
    const client = new Client({ node: search.url, Connection: signedConnection({ ...options, service }) });
    await client.index({ index: 'orders', id: 'a b/ü', body: { total: 5 } });
    await client.search({ index: 'orders', body: { query: { match_all: {} } }, q: 'a:b c' } as never);
    await client.bulk({ body: [{ index: { _index: 'orders' } }, { total: 6 }] });
    await client.cat.indices({ v: true });
    expect(search.seen.map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok', 'ok']);
    for (const { headers } of search.seen) expect('x-amz-content-sha256' in headers).toBe(service === 'aoss');
    await client.close();
    await search.close();
  });

  test('signs its retries afresh, gives up, and says what cannot be signed', async () => {
    const search = await startWitness({ service: 'es' });
    let time = Date.now();
    search.answer = (_, response, before) => {
      time += 2000;
      if (before === 0) response.writeHead(503).end();
      return before === 0;
    };
    const es = { ...options, service: 'es', now: () => time };
    const client = new Client({ node: search.url, Connection: signedConnection(es), compression: 'gzip' });
    await client.search({ body: { size: 1 } });
    expect(search.seen.map(({ verdict }) => verdict)).toEqual(['ok', 'ok']);
    expect(search.seen[0]?.headers['x-amz-date']).not.toBe(search.seen[1]?.headers['x-amz-date']);
    const lost = new Client({
      node: search.url,
      Connection: signedConnection({ ...es, region: 'not a region' }),
      maxRetries: 0,
    });
    expect(await codeOf(() => lost.info())).toBe('ERR_SIGV4_INVALID_OPTION');
    const call = client.info();
    call.abort();
    await expect(call).rejects.toThrow(errors.RequestAbortedError);
    await search.close();
  });
});
