/** got by promises, streams, pages and HTTP/2, against a server that verifies. */
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import NodeForm from 'form-data';
import got, { type ExtendOptions, Options, type PaginationOptions, RequestError } from 'got';
import {
  type Credentials,
  createSigner,
  isSigV4Error,
  privateApi,
  type SignerOptions,
  type SigV4Event,
} from 'sigv4kit';
import type { Gate } from 'sigv4kit/gate';
import { gotSigV4 } from 'sigv4kit/got';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Certificate, certificateFor } from '../support/certificate';
import { codeOf, longTerm, temporary } from '../support/keys';
import { agentFor, ROUTES, startPrivate } from '../support/private-gate';
import { keys, PRIVATE } from '../support/reach-world';
import { type ScriptedServer, startScripted } from '../support/scripted-server';
import type { Arrived } from '../support/server';

let server: ScriptedServer;
let foreign: ScriptedServer;
let secure: ScriptedServer;
let plain: ScriptedServer;
let certificate: Certificate;
beforeAll(async () => {
  certificate = await certificateFor('localhost', '127.0.0.1');
  [server, foreign, secure, plain] = await Promise.all([
    startScripted(),
    startScripted(),
    startScripted({ tls: certificate, http2: true }),
    startScripted({ tls: certificate }),
  ]);
});
afterAll(() => Promise.all([server, foreign, secure, plain].map((one) => one.close())));
beforeEach(() => {
  for (const { arrived } of [server, foreign, secure, plain]) arrived.length = 0;
});
afterEach(() => {
  server.script = [];
  server.offset = 0;
  server.revoked.clear();
});

/** Nothing of these is shown to anybody. */
const SECRETS = new RegExp(
  `Signature=[0-9a-f]{64}|${[temporary.secretAccessKey, temporary.sessionToken as string].map((key) => key.replace(/\W/g, '\\$&')).join('|')}`,
);

const target = { credentials: temporary, region: 'us-east-1', service: 'execute-api' };
const quick = { retry: { calculateDelay: ({ computedValue }: { computedValue: number }) => (computedValue ? 1 : 0) } };
const open = (options: SignerOptions = {}, extra: ExtendOptions = {}) =>
  got.extend(
    gotSigV4({ ...target, ...options }),
    { ...quick, ...extra },
    { prefixUrl: server.url, responseType: 'json' },
  );
const arrivedAt = async (call: PromiseLike<unknown>) => (await (call as PromiseLike<{ body: Arrived }>)).body;

/** Whether this version of got knows such a body; early ones refuse some kinds themselves. */
function isKnown(body: unknown): boolean {
  try {
    return Boolean(new Options(server.url, { body: body as string }));
  } catch {
    return false;
  }
}

/** The code of ours that a call of got ends with; got's own error holds it. */
async function gotCode(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(RequestError);
    // Early versions keep none.
    if ('cause' in (error as Error)) expect(isSigV4Error((error as Error).cause)).toBe(true);
    return (error as RequestError).code;
  }
  throw new Error('the call was expected to fail and did not');
}

describe('got', () => {
  test.each([
    ['valueless', 'q?v&h=1', undefined, 'v=&h=1'],
    ['with = in values', 'q?filter=a=b&t=MTIz==', undefined, 'filter=a%3Db&t=MTIz%3D%3D'],
    ['repeated', 'q?a=2&a=1&a=2', undefined, 'a=2&a=1&a=2'],
    ['with + for a space', 'q?a=x+y', undefined, 'a=x%20y'],
    ['of unicode', 'q?é=ü€', undefined, '%C3%A9=%C3%BC%E2%82%AC'],
    ['with __proto__', 'q?__proto__=1', undefined, '__proto__=1'],
    ['of searchParams', 'q', { a: 'x y', b: '+' }, 'a=x%20y&b=%2B'],
    [
      'of URLSearchParams',
      'q',
      new URLSearchParams([
        ['a', '1'],
        ['a', '2 3'],
      ]),
      'a=1&a=2%203',
    ],
  ])('signs queries %s', async (_, url, searchParams, query) => {
    const arrived = await arrivedAt(open()(url, searchParams ? { searchParams } : {}));
    expect(arrived).toMatchObject({ verdict: 'ok', target: `/q?${query}` });
  });

  const form = () => {
    const made = new FormData();
    made.append('name', 'wärme');
    made.append('file', new Blob(['\0\xff'], { type: 'text/x' }), 'a.txt');
    return made;
  };
  const nodeForm = () => {
    const made = new NodeForm();
    made.append('name', 'value');
    return made;
  };
  const bodies: [string, () => object, RegExp, RegExp | undefined][] = [
    ['json', () => ({ json: { a: 'é' } }), /^{"a":"/, /^application\/json$/],
    ['form', () => ({ form: { a: 'b c' } }), /^a=b\+c$/, /^application\/x-www-form-urlencoded$/],
    ['a string', () => ({ body: 'text' }), /^text$/, undefined],
    ['a Buffer', () => ({ body: Buffer.from('xabcx').subarray(1, 4) }), /^abc$/, undefined],
    ['a typed array', () => ({ body: new TextEncoder().encode('abc') }), /^abc$/, undefined],
    ['a list of pieces', () => ({ body: ['a', 'bc'] }), /^abc$/, undefined],
    [
      'a generator',
      () => ({
        body: (function* () {
          yield 'ab';
          yield 'c';
        })(),
      }),
      /^abc$/,
      undefined,
    ],
    [
      'FormData',
      () => ({ body: form() }),
      /name="name"[\s\S]*w\xc3\xa4rme[\s\S]*\0\xc3\xbf/,
      /^multipart\/form-data; ?boundary=/,
    ],
    [
      'a form of form-data',
      () => ({ body: nodeForm() }),
      /name="name"\r\n\r\nvalue/,
      /^multipart\/form-data; ?boundary=/,
    ],
  ];
  test.for(bodies)('signs a body that is %s, by promise and stream, and again', async (row, { skip }) => {
    const [, body, pattern, type] = row;
    const { body: own } = body() as { body?: unknown };
    skip(own !== undefined && !isKnown(own), 'this got refuses it');
    server.script = [503];
    const byPromise = await arrivedAt(open().put('body', body()));
    const byStream = JSON.parse(await text(open().stream.post('body', body())));
    for (const arrived of [byPromise, byStream]) {
      expect(arrived.verdict).toBe('ok');
      expect(arrived.body).toMatch(pattern);
      expect(arrived.headers['content-length']).toBe(String(arrived.body.length));
      if (type) expect(arrived.headers['content-type']).toMatch(type);
      const boundary = /boundary=(.*)$/.exec(arrived.headers['content-type'] ?? '')?.[1];
      if (boundary) expect(arrived.body).toContain(`--${boundary}--`);
    }
    expect(server.arrived.map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok']);
  });

  async function* pieces() {
    yield Buffer.from('a');
  }
  test.for([
    ['a stream', () => Readable.from([Buffer.from('a')])],
    ['a web stream', () => new Blob(['a']).stream()],
    ['an async generator', pieces],
  ] as const)(
    'refuses a body that is %s where it must be signed, and sends it where it need not be',
    async (row, { skip }) => {
      const [, body] = row;
      skip(!isKnown(body()), 'this got refuses it');
      expect(await gotCode(() => open().post('body', { body: body() as never }))).toBe('ERR_SIGV4_UNSUPPORTED_BODY');
      expect(await gotCode(() => text(open().stream.post('body', { body: body() as never })))).toBe(
        'ERR_SIGV4_UNSUPPORTED_BODY',
      );
      const unsigned = open({ service: 'vpc-lattice-svcs' });
      const arrived = await arrivedAt(unsigned.post('body', { body: body() as never }));
      expect(arrived).toMatchObject({ body: 'a', headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } });
    },
  );

  test('signs streams: GET, and what has its body; never sends one unsigned', async () => {
    expect(JSON.parse(await text(open().stream('s?a=1')))).toMatchObject({ verdict: 'ok', target: '/s?a=1' });
    const write = async (options: SignerOptions, headers = {}, body = 'abc') => {
      const stream = open(options).stream.post('s', { headers });
      const read = text(stream);
      stream.end(body);
      return JSON.parse(await read);
    };
    expect(await gotCode(() => write({}))).toBe('ERR_SIGV4_UNSUPPORTED_BODY');
    expect(server.arrived.length).toBe(1);
    expect(await write({ payload: 'unsigned' })).toMatchObject({
      body: 'abc',
      headers: { 'x-amz-date': expect.anything() },
    });
    expect(await write({ service: 'vpc-lattice-svcs' })).toMatchObject({ body: 'abc' });
    expect(await write({}, { 'content-length': '0' }, '')).toMatchObject({ verdict: 'ok', body: '' });
    const inPieces = () => write({ service: 's3', payload: 'streaming' }, { 'content-length': '3' });
    expect(await gotCode(inPieces)).toBe('ERR_SIGV4_UNSUPPORTED_BODY');
  });

  test('sends a stream to S3 in signed pieces', async () => {
    const body = Readable.from([Buffer.from('abc')]);
    const arrived = await arrivedAt(open({ service: 's3' }).put('key', { body, headers: { 'content-length': '3' } }));
    expect(arrived.body).toMatch(/^3;chunk-signature=[0-9a-f]{64}\r\nabc\r\n0;chunk-signature=/);
    expect(arrived.headers['content-length']).toBe(String(arrived.body.length));
  });

  test('replaces headers left from an earlier attempt, whatever their case', async () => {
    const client = open(
      { credentials: longTerm },
      {
        hooks: {
          beforeRequest: [({ headers }) => void Object.assign(headers, { Authorization: 'old', 'X-AMZ-date': 'old' })],
        },
        headers: { 'x-Amz-Security-Token': 'old', 'x-amz-content-sha256': 'f'.repeat(64) },
      },
    );
    const arrived = await arrivedAt(client('a'));
    expect(arrived.verdict).toBe('ok');
    expect(JSON.stringify(arrived.headers)).not.toContain('old');
  });

  test('signs after the hooks of others, whenever they were added', async () => {
    const add = (name: string) => ({
      hooks: {
        beforeRequest: [
          ({ headers }: { headers: Record<string, unknown> }) => void Object.assign(headers, { [name]: '1' }),
        ],
      },
    });
    const client = got.extend(add('x-amz-meta-before'), gotSigV4(target), add('x-amz-meta-after'), {
      prefixUrl: server.url,
      responseType: 'json',
    });
    expect(await arrivedAt(client('a'))).toMatchObject({
      verdict: 'ok',
      headers: { 'x-amz-meta-before': '1', 'x-amz-meta-after': '1' },
    });
  });

  test('lets the last of several in a chain sign, once', async () => {
    const events: SigV4Event[] = [];
    const first = got.extend(gotSigV4({ ...target, onEvent: (event) => events.push(event) }));
    const client = first.extend(gotSigV4({ ...target, credentials: longTerm }), {
      prefixUrl: server.url,
      responseType: 'json',
    });
    const arrived = await arrivedAt(client('a'));
    expect(arrived).toMatchObject({ verdict: 'ok' });
    expect(arrived.headers.authorization).toContain(longTerm.accessKeyId);
    expect(events).toEqual([]);
  });

  test.each([
    [302, 'GET'],
    [303, 'POST'],
    [307, 'POST'],
  ] as const)('signs again for a redirect (%i of %s) to the same origin', async (status, method) => {
    const call = open()(`redirect?to=/next?a=b%2Bc&status=${status}`, {
      method,
      ...(method === 'POST' ? { json: { a: 1 } } : {}),
    });
    const arrived = await arrivedAt(call);
    expect(arrived).toMatchObject({ verdict: 'ok', body: status === 307 ? '{"a":1}' : '' });
    expect(server.arrived.map(({ verdict }) => verdict)).toEqual(['ok', 'ok']);
  });

  test.each(['promise', 'stream'])('strips what is secret for a foreign host (%s)', async (way) => {
    const headers = {
      cookie: 'a=b',
      'x-api-key': 'key',
      'x-apigw-api-id': 'abc',
      'x-amz-meta-a': '1',
      'x-own': 'kept',
    };
    const url = `redirect?to=${foreign.url}/there`;
    server.script = [];
    foreign.script = [503];
    if (way === 'promise') await open()(url, { headers });
    else await text(open().stream(url, { headers, retry: { limit: 0 } })).catch(() => {});
    expect(foreign.arrived.length).toBe(way === 'promise' ? 2 : 1);
    for (const arrived of foreign.arrived) {
      expect(Object.keys(arrived.headers).filter((name) => /^(?:authorization|cookie|x-a)/.test(name))).toEqual([]);
      expect(arrived.headers['x-own']).toBe('kept');
    }
  });

  test('gives a stranger nothing that the endpoint gives its own calls', async () => {
    const endpoint = { url: server.url, headers: { 'X-Tenant-Key': 'secret' } };
    await got.extend(gotSigV4({ ...target, endpoint }), quick)(`redirect?to=http://localhost:${foreign.port}/there`);
    expect(server.arrived[0]?.headers).toHaveProperty('x-tenant-key', 'secret');
    expect(foreign.arrived[0]?.headers).not.toHaveProperty('x-tenant-key');
  });

  test('signs for a host that allowHosts names; a stranger may not send it back to be signed', async () => {
    const there = `${foreign.url}/there`;
    expect(await arrivedAt(open({ allowHosts: ['127.0.0.1'] })(`redirect?to=${there}`))).toMatchObject({
      verdict: 'ok',
      target: '/there',
    });
    expect(await gotCode(() => open({ allowHosts: ['example.com'] })('a'))).toBe('ERR_SIGV4_HOST_NOT_ALLOWED');
    const back = encodeURIComponent(`${foreign.url}/redirect?to=${encodeURIComponent(`${server.url}/back`)}`);
    expect((await arrivedAt(open()(`redirect?to=${back}`))).headers.authorization).toBeUndefined();
    const within = encodeURIComponent(`${foreign.url}/redirect?to=/there`);
    expect((await arrivedAt(open()(`redirect?to=${within}`))).headers.authorization).toBeUndefined();
    expect(foreign.arrived.at(-1)?.headers['x-amz-security-token']).toBeUndefined();
    const presigned = encodeURIComponent('/other?X-Amz-Signature=1');
    expect((await arrivedAt(open()(`redirect?to=${presigned}`))).headers.authorization).toBeUndefined();
  });

  test('refuses to follow with a body that can be sent but once', async () => {
    const body = () => Readable.from([Buffer.from('a')]);
    const unsigned = open({ service: 'vpc-lattice-svcs' });
    for (const to of ['/next', `${foreign.url}/there`]) {
      const url = `redirect?status=307&to=${to}`;
      expect(await gotCode(() => unsigned.post(url, { body: body() }))).toBe('ERR_SIGV4_UNREPEATABLE_BODY');
      const stream = unsigned.stream.post(url);
      const read = text(stream);
      stream.end('abc');
      expect(await gotCode(() => read)).toBe('ERR_SIGV4_UNREPEATABLE_BODY');
    }
    expect(foreign.arrived).toEqual([]);
  });

  test('signs each of got’s retries afresh', async () => {
    server.script = [503, 500];
    let time = Date.now() - 60_000;
    expect((await arrivedAt(open({ now: () => (time += 5000) })('a', { retry: { limit: 2 } }))).verdict).toBe('ok');
    expect(server.arrived.every(({ verdict }) => verdict === 'ok')).toBe(true);
    expect(new Set(server.arrived.map(({ headers }) => headers['x-amz-date'])).size).toBe(3);
    server.script = ['reset'];
    expect((await arrivedAt(open()('a'))).verdict).toBe('ok');
    server.script = [503];
    const retried = open().stream('a');
    const again = await new Promise<string>((resolve, reject) => {
      retried.on('error', reject);
      retried.once('retry', (_count, _error, createRetryStream) => resolve(text(createRetryStream())));
      retried.resume();
    });
    expect(JSON.parse(again).verdict).toBe('ok');
  });

  test('does not send the rest of a body that was read for an earlier attempt', async ({ skip }) => {
    skip(!isKnown(new Blob(['abc']).stream()), 'this got refuses web streams');
    server.script = [503, 503];
    const retry = { methods: ['PUT' as const] };
    const unsigned = open({ service: 'vpc-lattice-svcs' }, { retry });
    // Ours, or that of a newer got.
    await expect(unsigned.put('a', { body: new Blob(['abc']).stream() as never })).rejects.toMatchObject({
      message: expect.stringMatching(/can be sent but once|consumed body/),
    });
    expect(server.arrived.length).toBe(1);
    const fresh = {
      beforeRetry: [
        ({ options }: { options: object }) => void Object.assign(options, { body: new Blob(['abc']).stream() }),
      ],
    };
    const arrived = await arrivedAt(
      unsigned.put('a', { body: new Blob(['abc']).stream() as never, hooks: fresh as never }),
    );
    expect(arrived.body).toBe('abc');
  });

  test.each([{ throwHttpErrors: true }, { throwHttpErrors: false }, { retry: { limit: 0 } }])(
    'sets a wrong clock right once (%o)',
    async (extra) => {
      server.offset = 86_400_000;
      const events: SigV4Event[] = [];
      const seen = vi.fn((response) => response);
      const client = open({ onEvent: (event) => events.push(event) }, extra as ExtendOptions).extend({
        hooks: { afterResponse: [seen] },
      });
      expect((await arrivedAt(client('a'))).verdict).toBe('ok');
      expect((await arrivedAt(client.post('a', { json: { a: 1 } }))).verdict).toBe('ok');
      expect(server.arrived.length).toBe(3);
      expect(events.map(({ type }) => type)).toEqual(['signed', 'clock-corrected', 'signed', 'signed']);
      // Hooks that stand behind ours see the answer, and only that.
      expect(seen.mock.calls.map(([response]) => response.statusCode)).toEqual([200, 200]);
    },
  );

  test('learns of a stream for the next call', async () => {
    server.offset = -86_400_000;
    const client = open();
    await expect(text(client.stream('a'))).rejects.toMatchObject({ code: 'ERR_NON_2XX_3XX_RESPONSE' });
    expect(JSON.parse(await text(client.stream('a'))).verdict).toBe('ok');
  });

  test('takes fresh keys, once, for those that are refused, also after a wrong clock', async () => {
    server.revoked.add(temporary.accessKeyId);
    const credentials = vi.fn(async () => (credentials.mock.calls.length < 2 ? temporary : longTerm));
    const client = open({ credentials });
    expect((await arrivedAt(client('a'))).verdict).toBe('ok');
    expect(server.arrived.map(({ headers }) => headers['x-amz-security-token'] !== undefined)).toEqual([true, false]);
    server.revoked.add(longTerm.accessKeyId);
    await expect(client('a')).rejects.toMatchObject({
      response: { statusCode: 403, body: { message: expect.stringContaining('expired') } },
    });

    server.revoked.delete(longTerm.accessKeyId);
    server.arrived.length = 0;
    server.script = [{ status: 403, headers: { 'x-amzn-errortype': 'ExpiredTokenException' }, body: '{}' }];
    server.offset = 86_400_000;
    const both = vi.fn(async () => (both.mock.calls.length < 2 ? temporary : longTerm));
    expect((await arrivedAt(open({ credentials: both })('a'))).verdict).toBe('ok');
    expect(server.arrived.length).toBe(3);
  });

  test('asks for keys once for twenty calls at a time', async () => {
    const credentials = vi.fn(async () => temporary);
    const client = open({ credentials });
    const all = await Promise.all(Array.from({ length: 20 }, () => arrivedAt(client('a'))));
    expect(all.every(({ verdict }) => verdict === 'ok')).toBe(true);
    expect(credentials).toHaveBeenCalledTimes(1);
  });

  test('is aborted by its signal, also while it waits for keys, and times out', async () => {
    const never = open({ credentials: () => new Promise<Credentials>(() => {}) });
    for (const client of [never, open()]) {
      const controller = new AbortController();
      const call = client('slow', { signal: controller.signal });
      setTimeout(() => controller.abort(), 50);
      await expect(call).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    }
    await expect(open()('slow', { timeout: { request: 50 }, retry: { limit: 0 } })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });

  test('signs pages, and none of another host that a server names', async () => {
    const page = (items: number[], next?: string) => ({
      status: 200,
      headers: next ? { link: `<${next}>; rel="next"` } : {},
      body: JSON.stringify(items),
    });
    const client = open();
    server.script = [page([1, 2], '/page?n=2'), page([3], '/page?n=3'), page([4])];
    expect(await client.paginate.all('page')).toEqual([1, 2, 3, 4]);
    expect(server.arrived.map(({ verdict, target: at }) => [verdict, at])).toEqual([
      ['ok', '/page'],
      ['ok', '/page?n=2'],
      ['ok', '/page?n=3'],
    ]);
    server.script = [page([1], '/page?n=2'), page([2], `${foreign.url}/page`)];
    expect(await gotCode(() => client.paginate.all('page'))).toBe('ERR_SIGV4_HOST_NOT_ALLOWED');
    expect(foreign.arrived).toEqual([]);
    server.script = [page([1], `${foreign.url}/page`)];
    foreign.script = [page([2])];
    expect(await open({ allowHosts: ['127.0.0.1'] }).paginate.all('page')).toEqual([1, 2]);
    expect(foreign.arrived[0]?.verdict).toBe('ok');
    server.script = [page([1]), page([2])];
    const pagination = {
      paginate: ({
        response,
        currentItems,
      }: Parameters<NonNullable<PaginationOptions<unknown, unknown>['paginate']>>[0]) =>
        currentItems[0] === 1 ? response.request.options : false,
    };
    expect(await client.paginate.all('page', { pagination })).toEqual([1, 2]);
    expect(server.arrived.at(-1)?.verdict).toBe('ok');
  });

  test('takes options of one call', async () => {
    const context = { aws: { credentials: longTerm, signedHeaders: 'all' } };
    const arrived = await arrivedAt(open()('a', { context, headers: { 'x-one': '1' } }));
    expect(arrived.verdict).toBe('ok');
    expect(arrived.headers.authorization).toMatch(/Credential=AKIDEXAMPLE.*x-one/);
    const shared = got.extend(gotSigV4(createSigner(target)), { prefixUrl: server.url, responseType: 'json' });
    expect((await arrivedAt(shared('a'))).verdict).toBe('ok');
    expect(await gotCode(() => shared('a', { context }))).toBe('ERR_SIGV4_INVALID_OPTION');
    expect(await codeOf(async () => gotSigV4({ payload: 'x' as never }))).toBe('ERR_SIGV4_INVALID_OPTION');
    expect(await codeOf(async () => gotSigV4('us-east-1' as never))).toBe('ERR_SIGV4_INVALID_OPTION');
    expect(gotSigV4(null as never)).toHaveProperty('hooks');
    expect(await gotCode(() => open()(server.url.replace('//', '//a:b@'), { prefixUrl: '' }))).toBe(
      'ERR_SIGV4_INVALID_URL',
    );
  });

  test('keeps to the options that it was made with, whatever becomes of them', async () => {
    const settings: { -readonly [K in keyof SignerOptions]: SignerOptions[K] } = {
      ...target,
      allowHosts: ['other.example.com'],
    };
    const client = got.extend(gotSigV4(settings), quick);
    settings.allowHosts = undefined;
    expect(await gotCode(() => client(server.url, { context: { aws: { region: 'us-east-1' } } }))).toBe(
      'ERR_SIGV4_HOST_NOT_ALLOWED',
    );
  });

  test('shows neither keys nor signatures in errors', async () => {
    server.script = [404, 404, 404, 'reset'];
    const failures = [
      await open()('a').catch((error) => error),
      await open()('a', { context: { aws: { credentials: { ...temporary } } } }).catch((error) => error),
      await text(open().stream('a')).catch((error) => error),
      await open()('a', { retry: { limit: 0 } }).catch((error) => error),
      await open()('slow', { timeout: { request: 50 }, retry: { limit: 0 } }).catch((error) => error),
    ];
    for (const error of failures) {
      expect(error).toBeInstanceOf(RequestError);
      for (const shown of [inspect(error, { depth: 9 }), JSON.stringify(error)]) expect(shown).not.toMatch(SECRETS);
    }
  });

  test('does not show keys in what got prints', async () => {
    const response = await open()('a');
    expect(inspect(response.request.options, { depth: 9, showHidden: true })).not.toContain(temporary.secretAccessKey);
  });

  test('leads relative URLs to the endpoint, and its other names there', async () => {
    const endpoint = {
      url: `${server.url}/prod`,
      headers: { 'x-apigw-api-id': 'abc123' },
      names: ['abc123.example.com'],
    };
    const client = got.extend(gotSigV4({ ...target, endpoint }), { responseType: 'json' });
    expect(await arrivedAt(client('orders?a'))).toMatchObject({
      verdict: 'ok',
      target: '/prod/orders?a=',
      headers: { 'x-apigw-api-id': 'abc123' },
    });
    expect(await arrivedAt(client('https://abc123.example.com/x', { prefixUrl: '' }))).toMatchObject({
      verdict: 'ok',
      target: '/x',
    });
  });

  test('sends a Host of its own, and takes it back for a redirect to another host', async () => {
    const endpoint = { url: server.url, host: 'abc123.example.com' };
    expect(await arrivedAt(open({ endpoint })('a'))).toMatchObject({
      verdict: 'ok',
      headers: { host: 'abc123.example.com' },
    });
    const local = foreign.url.replace('127.0.0.1', 'localhost');
    await open({ endpoint })(`redirect?to=${local}/there`);
    expect(foreign.arrived[0]?.headers.host).toBe(new URL(local).host);
    expect(await arrivedAt(open()('a', { headers: { host: 'other.example.com' } }))).toMatchObject({
      verdict: 'ok',
      headers: { host: 'other.example.com' },
    });
  });

  describe.each([
    ['HTTP/2', true],
    ['HTTP/1.1', false],
  ])('over TLS by %s', (_, http2) => {
    const https = () => ({ certificateAuthority: certificate.ca });
    const at = (host: string, to = secure) => `https://${host}:${to.port}`;

    test('has one host, and signs it', async () => {
      const client = open({}, { http2 }).extend({ prefixUrl: at('localhost'), https: https() });
      for (const call of [client('a?b=c d'), client.post('a', { json: { a: 1 } })]) {
        const { verdict, headers } = await arrivedAt(call);
        expect(verdict).toBe('ok');
        expect([headers.host, headers[':authority']]).toEqual(
          http2 ? [undefined, `localhost:${secure.port}`] : [`localhost:${secure.port}`, undefined],
        );
      }
    });

    test('has the host of where a hook leads the call', async () => {
      const hooks = {
        afterResponse: [
          (response: { url: string }, retry: (options: object) => never) =>
            response.url.includes('localhost') ? retry({ url: `${at('127.0.0.1')}/b` }) : response,
        ],
      };
      const client = open({ allowHosts: ['localhost', '127.0.0.1'] }, { http2, hooks: hooks as never }).extend({
        prefixUrl: at('localhost'),
        https: https(),
      });
      const { verdict, headers } = await arrivedAt(client('a'));
      expect([verdict, headers.host ?? headers[':authority']]).toEqual(['ok', `127.0.0.1:${secure.port}`]);
    });

    test.each(['localhost', '127.0.0.1'])('keeps the server’s name (%s) beside a Host of its own', async (host) => {
      for (const to of [secure, plain]) {
        const endpoint = { url: at(host, to), host: 'abc123.example.com' };
        const client = got.extend(gotSigV4({ ...target, endpoint }), { http2, https: https(), responseType: 'json' });
        const { verdict, headers } = await arrivedAt(client('a'));
        expect([verdict, headers.host ?? headers[':authority']]).toEqual(['ok', 'abc123.example.com']);
        const { servername } = to.arrived.at(-1) as { servername?: string };
        expect(servername || undefined).toBe(host === 'localhost' ? host : undefined);
      }
    });
  });
});

describe('a private API of the gate', () => {
  let gate: Gate;
  beforeAll(async () => {
    gate = await startPrivate();
  });
  afterAll(() => gate.close());

  test.each(ROUTES)('is reached by %s', async (_via, options, host) => {
    const agent = { https: agentFor(gate) };
    const client = got.extend(gotSigV4({ credentials: keys, endpoint: privateApi(options) }), {
      agent,
      responseType: 'json',
    });
    for (const url of ['iam/a?b=c%20d', `https://${PRIVATE}/api/iam/a`]) {
      const { body } = await client.post(url, {
        json: { a: 1 },
        // Early versions put it before any URL.
        ...(url.startsWith('https:') ? { prefixUrl: '' } : {}),
      });
      expect(body).toMatchObject({ user: expect.stringMatching(/buddy$/), body: '{"a":1}' });
      expect(gate.log.at(-1)?.host).toBe(host);
    }
  });
});
