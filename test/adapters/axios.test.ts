/** axios, the newest and the lowest that we claim, by its http and fetch adapters, against a server that verifies. */
import { createServer, Agent as HttpAgent, request } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { Agent as HttpsAgent } from 'node:https';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import axios, { type AxiosAdapter, type AxiosInstance, type AxiosResponse, isCancel } from 'axios';
import lowest from 'axios-lowest';
import axiosRetry from 'axios-retry';
import NodeForm from 'form-data';
import { type Credentials, createSigner, privateApi, type SigV4Event } from 'sigv4kit';
import { axiosInterceptor, type SignAxiosOptions, type SignedAxiosRequestConfig, signAxios } from 'sigv4kit/axios';
import type { Gate } from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { certificateFor } from '../support/certificate';
import { codeOf, longTerm, temporary } from '../support/keys';
import { listen } from '../support/listen';
import { agentFor, ROUTES, startPrivate } from '../support/private-gate';
import { keys, PRIVATE } from '../support/reach-world';
import { type ScriptedServer, startScripted } from '../support/scripted-server';
import type { Arrived } from '../support/server';

let server: ScriptedServer;
let foreign: ScriptedServer;
beforeAll(async () => {
  [server, foreign] = await Promise.all([startScripted(), startScripted()]);
});
afterAll(() => Promise.all([server.close(), foreign.close()]));
beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  for (const { arrived } of [server, foreign]) arrived.length = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
  server.script = [];
  server.offset = 0;
  server.revoked.clear();
});

/** Nothing of these is shown to anybody. */
const SECRETS = new RegExp(
  `Signature=[0-9a-f]{64}|${[temporary.secretAccessKey, temporary.sessionToken as string].map((key) => key.replace(/\W/g, '\\$&')).join('|')}`,
);

const discardOf = async (data: { destroy?: () => void; cancel?: () => Promise<void> }) =>
  data.destroy ? data.destroy() : data.cancel?.();

const target = { credentials: temporary, region: 'us-east-1', service: 'execute-api' };

/** Each once: `scripts/client-versions.mjs` puts one version in the place of both. */
const VERSIONS = [...new Set([axios, lowest as unknown as typeof axios])];

/** The version, and the adapter. */
const CLIENTS = VERSIONS.flatMap((client) =>
  (['http', 'fetch'] as const).map((adapter) => [client.VERSION, adapter, client] as const),
);

const create = (client: typeof axios, adapter: string | undefined, options: SignAxiosOptions = {}, config = {}) => {
  const instance = client.create({ baseURL: server.url, ...(adapter ? { adapter } : {}), ...config });
  signAxios(instance, { ...target, ...options });
  return instance;
};

describe.each(CLIENTS)('axios %s by %s', (_version, adapter, client) => {
  const open = (options: SignAxiosOptions = {}, config = {}) => create(client, adapter, options, config);
  const arrivedAt = async (call: Promise<AxiosResponse>): Promise<Arrived> => (await call).data;

  test.each([
    ['valueless', '/q?v&h=1', undefined, 'v=&h=1'],
    ['with = in values', '/q?filter=a=b&t=MTIz==', undefined, 'filter=a%3Db&t=MTIz%3D%3D'],
    ['repeated', '/q?a=2&a=1&a=2', undefined, 'a=2&a=1&a=2'],
    ['with + for a space', '/q?a=x+y', undefined, 'a=x%20y'],
    ['of unicode', '/q?é=ü€', undefined, '%C3%A9=%C3%BC%E2%82%AC'],
    ['with __proto__', '/q?__proto__=1', undefined, '__proto__=1'],
    ['of params', '/q', { a: 'x y', list: [1, 2], at: ':$,' }, 'a=x%20y&list%5B%5D=1&list%5B%5D=2&at=%3A%24%2C'],
    ['of a URL and params', '/q?z=1', { a: '+' }, 'z=1&a=%2B'],
    [
      'of URLSearchParams',
      '/q',
      new URLSearchParams([
        ['a', '1'],
        ['a', '2 3'],
      ]),
      'a=1&a=2%203',
    ],
  ])('signs queries %s', async (_, url, params, query) => {
    const arrived = await arrivedAt(open().get(url, { params }));
    expect(arrived.verdict).toBe('ok');
    expect(arrived.target).toBe(`/q?${query}`);
  });

  test('serialises params as the config says', async () => {
    const paramsSerializer = { serialize: (params: object) => `json=${JSON.stringify(params)}` };
    const arrived = await arrivedAt(open().get('/q', { params: { a: [1] }, paramsSerializer }));
    expect(arrived).toMatchObject({ verdict: 'ok', target: '/q?json=%7B%22a%22%3A%5B1%5D%7D' });
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
  const bodies: [string, () => unknown, RegExp, RegExp | undefined][] = [
    ['an object', () => ({ a: 'é' }), /^{"a":"/, /^application\/json/],
    ['a string', () => 'text', /^text$/, /^application\/x-www-form-urlencoded/],
    ['a Buffer', () => Buffer.from('abc'), /^abc$/, undefined],
    ['a part of a Buffer', () => Buffer.from('xabcx').subarray(1, 4), /^abc$/, undefined],
    ['an ArrayBuffer', () => new TextEncoder().encode('abc').buffer, /^abc$/, undefined],
    ['a typed array', () => new TextEncoder().encode('abc'), /^abc$/, undefined],
    ['URLSearchParams', () => new URLSearchParams({ a: 'b c' }), /^a=b\+c$/, /^application\/x-www-form-urlencoded/],
    ['a Blob', () => new Blob(['abc'], { type: 'text/x' }), /^abc$/, adapter === 'http' ? /^text\/x$/ : undefined],
    ['a large Blob', () => new Blob(['b'.repeat(3_000_000)]), /^b{3000000}$/, undefined],
    ['FormData', form, /name="name"[\s\S]*w\xc3\xa4rme[\s\S]*\0\xc3\xbf/, /^multipart\/form-data; ?boundary=/],
    ['a form of form-data', nodeForm, /name="name"\r\n\r\nvalue/, /^multipart\/form-data; ?boundary=/],
    [
      'a function that opens a stream',
      () => () => Readable.from([Buffer.from('ab'), Buffer.from('c')]),
      /^abc$/,
      undefined,
    ],
  ];
  test.each(bodies)('signs a body that is %s', async (_, body, pattern, type) => {
    const arrived = await arrivedAt(open().post('/body', body()));
    expect(arrived.verdict).toBe('ok');
    expect(arrived.body).toMatch(pattern);
    if (type) expect(arrived.headers['content-type']).toMatch(type);
    const boundary = /boundary=(.*)$/.exec(arrived.headers['content-type'] ?? '')?.[1];
    if (boundary) expect(arrived.body).toContain(`--${boundary}--`);
  });

  test('fixes the boundary of a form, whatever the header says', async () => {
    const headers = { 'Content-Type': 'multipart/form-data; boundary=mine' };
    const arrived = await arrivedAt(open().post('/body', form(), { headers }));
    expect(arrived.verdict).toBe('ok');
    expect(arrived.body).toContain(`--${/boundary=(.*)$/.exec(arrived.headers['content-type'] ?? '')?.[1]}--`);
  });

  test('refuses a stream that must be signed', async () => {
    const call = () => open().post('/body', Readable.from(['a']), { headers: { 'Content-Type': 'text/plain' } });
    expect(await codeOf(call)).toBe('ERR_SIGV4_UNSUPPORTED_BODY');
  });

  test('sends a stream where it need not be signed', async () => {
    const body = adapter === 'http' ? Readable.from([Buffer.from('abc')]) : new Blob(['abc']).stream();
    const call = open({ service: 'vpc-lattice-svcs' }).post('/body', body);
    expect(await arrivedAt(call)).toMatchObject({
      body: 'abc',
      headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    });
  });

  test('signs what later interceptors, transforms and defaults have made of a request', async () => {
    const instance = client.create({ baseURL: server.url, adapter, headers: { 'x-amz-meta-default': '1' } } as object);
    instance.interceptors.request.use((config) => {
      config.headers.set('x-amz-meta-late', 'yes');
      config.params = { added: 1 };
      return config;
    });
    signAxios(instance, target);
    const transformRequest = [(data: object) => ({ ...data, two: 2 }), (data: object) => JSON.stringify(data)];
    const call = instance.post(
      '/late',
      { one: 1 },
      { transformRequest, headers: { 'Content-Type': 'application/json' } },
    );
    expect(await arrivedAt(call)).toMatchObject({
      verdict: 'ok',
      target: '/late?added=1',
      body: '{"one":1,"two":2}',
      headers: { 'x-amz-meta-late': 'yes', 'x-amz-meta-default': '1' },
    });
  });

  test('does not bring back defaults that an interceptor has taken out', async () => {
    const instance = client.create({
      baseURL: server.url,
      adapter,
      params: { a: 1 },
      headers: { 'x-own': '1' },
    } as object);
    instance.interceptors.request.use((config) => {
      config.params = { b: 2 };
      config.headers.delete('x-own');
      return config;
    });
    signAxios(instance, target);
    const arrived = await arrivedAt(instance.get('/late'));
    expect(arrived).toMatchObject({ verdict: 'ok', target: '/late?b=2' });
    expect(arrived.headers['x-own']).toBeUndefined();
  });

  test('replaces headers left from an earlier attempt, whatever their case', async () => {
    const headers = {
      AUTHORIZATION: 'old',
      'X-AMZ-date': 'old',
      'x-Amz-Security-Token': 'old',
      'X-Amz-Content-Sha256': 'f'.repeat(64),
    };
    const arrived = await arrivedAt(open({ credentials: longTerm }).get('/', { headers }));
    expect(arrived.verdict).toBe('ok');
    expect(JSON.stringify(arrived.headers)).not.toContain('old');
  });

  test('refuses auth, which would take the place of the signature', async () => {
    const auth = { username: 'a', password: 'b' };
    expect(await codeOf(() => open().get('/', { auth }))).toBe('ERR_SIGV4_INVALID_OPTION');
    expect(await codeOf(() => open().get(server.url.replace('//', '//a:b@')))).toBe('ERR_SIGV4_INVALID_URL');
  });

  test.each([301, 302, 303, 307, 308])('signs again for a redirect (%i) to the same origin', async (status) => {
    const response = await open().post(`/redirect?to=/next?a=b%2Bc&status=${status}`, { a: 1 });
    expect(response.data).toMatchObject({ verdict: 'ok', method: status < 307 ? 'GET' : 'POST' });
    expect(response.data.target).toMatch(/^\/next\?a=b%20c$|^\/next\?a=b%2Bc$/);
    expect(response.data.body).toBe(status < 307 ? '' : '{"a":1}');
    expect(response.config.url).toContain('/redirect');
    expect(server.arrived.map(({ verdict }) => verdict)).toEqual(['ok', 'ok']);
  });

  test('strips what is secret for a foreign host', async () => {
    const headers = {
      Cookie: 'a=b',
      'x-api-key': 'key',
      'x-apigw-api-id': 'abc',
      'x-amz-meta-a': '1',
      'x-own': 'kept',
    };
    await open()
      .get(`/redirect?to=${foreign.url.replace('127.0.0.1', 'localhost')}/there`, { headers })
      .catch(() => {});
    await open().get(`/redirect?to=${foreign.url}/there`, { headers });
    const onwards = encodeURIComponent(`${foreign.url}/redirect?to=/there`);
    await open().get(`/redirect?to=${onwards}`, { headers });
    const arrived = foreign.arrived.at(-1);
    expect(Object.keys(arrived?.headers ?? {}).filter((name) => /^(?:authorization|cookie|x-a)/.test(name))).toEqual(
      [],
    );
    expect(arrived?.headers['x-own']).toBe('kept');
  });

  test('signs for a host that allowHosts names', async () => {
    const call = open({ allowHosts: ['127.0.0.1'] }).get(`/redirect?to=${foreign.url}/there`);
    expect(await arrivedAt(call)).toMatchObject({ verdict: 'ok', target: '/there' });
    expect(await codeOf(() => open({ allowHosts: ['example.com'] }).get('/'))).toBe('ERR_SIGV4_HOST_NOT_ALLOWED');
  });

  test('follows redirects as maxRedirects and redirect say', async () => {
    const response = await open().get('/redirect?to=/next', { maxRedirects: 0, validateStatus: null });
    expect(response.status).toBe(302);
    const failed = await open()
      .get('/redirect?to=/next', { maxRedirects: 0 })
      .catch((error) => error);
    expect([client.isAxiosError(failed), failed.response?.status]).toEqual([true, 302]);
    expect(await codeOf(() => open().get('/redirect?to=/redirect', { maxRedirects: 1 }))).toBe('ERR_SIGV4_REDIRECT');
    const refusing = open({ redirect: 'refuse' });
    expect(await codeOf(() => refusing.get(`/redirect?to=${foreign.url}`))).toBe('ERR_SIGV4_REDIRECT');
    expect(foreign.arrived).toEqual([]);
  });

  test('asks beforeRedirect, and heeds sensitiveHeaders', async () => {
    const beforeRedirect = vi.fn((options: { headers: Record<string, string> }) => {
      options.headers['x-new'] = 'yes';
    });
    const config = { beforeRedirect, sensitiveHeaders: ['X-Own'], headers: { 'X-Own': '1' } } as object;
    await open().get(`/redirect?to=${foreign.url}/there`, config);
    expect(beforeRedirect.mock.calls[0]?.[0]).toMatchObject({ href: `${foreign.url}/there`, path: '/there' });
    expect(foreign.arrived[0]?.headers).toMatchObject({ 'x-new': 'yes' });
    expect(foreign.arrived[0]?.headers['x-own']).toBeUndefined();
    beforeRedirect.mockImplementation(() => {
      throw new Error('no further');
    });
    await expect(open().get('/redirect?to=/next', config)).rejects.toThrow('no further');
  });

  test.each([
    ['throttled', 'post', [429, 429], 3],
    ['unavailable', 'get', [503, 500], 3],
    ['unavailable', 'post', [503], 1],
    ['broken off', 'get', ['reset', 'reset'], 3],
    ['broken off', 'post', ['reset'], 1],
  ] as const)('sends again, signed afresh, what is %s (%s)', async (_, method, script, attempts) => {
    server.script = [...script];
    let time = Date.now() - 60_000;
    const instance = open({ now: () => (time += 5000) });
    const result = await instance
      .request({ method, url: '/again', data: method === 'post' ? { a: 1 } : undefined })
      .catch((error) => error);
    expect(server.arrived.length).toBe(attempts);
    expect(server.arrived.every(({ verdict }) => verdict === 'ok')).toBe(true);
    expect(new Set(server.arrived.map(({ headers }) => headers['x-amz-date'])).size).toBe(attempts);
    if (attempts === 3) expect(result.status).toBe(200);
    else expect(client.isAxiosError(result)).toBe(true);
  });

  test.each(['text', 'arraybuffer', 'stream', 'json'])('sets a wrong clock right once (%s)', async (responseType) => {
    server.offset = 86_400_000;
    const events: SigV4Event[] = [];
    const instance = open({ onEvent: (event) => events.push(event) });
    const config = { responseType } as object;
    expect((await instance.get('/', config)).status).toBe(200);
    expect((await instance.get('/', config)).status).toBe(200);
    expect(server.arrived.length).toBe(3);
    expect(events.map(({ type }) => type)).toEqual(['signed', 'clock-corrected', 'signed', 'signed']);
  });

  test('takes fresh keys, once, for those that are refused', async () => {
    server.revoked.add(temporary.accessKeyId);
    const credentials = vi.fn(async () => (credentials.mock.calls.length < 2 ? temporary : longTerm));
    const instance = open({ credentials });
    expect((await instance.get('/')).data.verdict).toBe('ok');
    expect(server.arrived.map(({ headers }) => headers['x-amz-security-token'] !== undefined)).toEqual([true, false]);
    server.revoked.add(longTerm.accessKeyId);
    const failed = await instance.get('/', { responseType: 'stream' }).catch((error) => error);
    expect(failed.response.status).toBe(403);
    let text = '';
    for await (const piece of failed.response.data) text += new TextDecoder().decode(piece);
    expect(text).toContain('is expired');
  });

  test('asks for keys once for twenty calls at a time', async () => {
    const credentials = vi.fn(async () => temporary);
    const instance = open({ credentials });
    const all = await Promise.all(Array.from({ length: 20 }, () => instance.get('/')));
    expect(all.every(({ data }) => data.verdict === 'ok')).toBe(true);
    expect(credentials).toHaveBeenCalledTimes(1);
  });

  test('is cancelled by a signal and by a token, also while it waits for keys', async () => {
    const never = open({ credentials: () => new Promise<Credentials>(() => {}) });
    const controller = new AbortController();
    const waiting = never.get('/', { signal: controller.signal }).catch((error) => error);
    const source = client.CancelToken.source();
    const sent = open()
      .get('/slow', { cancelToken: source.token })
      .catch((error) => error);
    await vi.waitFor(() => expect(server.arrived.length).toBe(1));
    controller.abort();
    source.cancel('enough');
    const other = new AbortController();
    const third = open()
      .get('/slow', { signal: other.signal })
      .catch((error) => error);
    await vi.waitFor(() => expect(server.arrived.length).toBe(2));
    other.abort();
    for (const error of await Promise.all([waiting, sent, third])) expect(isCancel(error)).toBe(true);
  });

  test('times out as axios does, all attempts together', async () => {
    const failed = await open()
      .get('/slow', { timeout: 100 })
      .catch((error) => error);
    expect(failed).toMatchObject({ isAxiosError: true, code: expect.stringMatching(/ECONNABORTED|ETIMEDOUT/) });
    expect(server.arrived.length).toBe(1);
    server.script = [{ status: 503, delay: 200 }];
    const began = performance.now();
    await open({ retry: { delay: 0 } })
      .get('/slow', { timeout: 300 })
      .catch(() => {});
    expect(performance.now() - began).toBeLessThan(450);
  });

  test('gives what axios gives: the answer, its config, errors that hold no signature', async () => {
    const response = await open().get('/a', { responseType: 'arraybuffer' });
    expect(Buffer.from(response.data).toString()).toContain('"verdict":"ok"');
    expect(response.config).toMatchObject({ url: '/a', baseURL: server.url, adapter });
    server.script = [404];
    const failed = await open()
      .get('/a', { params: { b: 1 } })
      .catch((error) => error);
    expect(failed).toMatchObject({
      isAxiosError: true,
      code: 'ERR_BAD_REQUEST',
      config: { params: { b: 1 }, adapter },
    });
    expect(failed.response).toMatchObject({ status: 404, data: {}, config: { url: '/a' } });
    expect(JSON.stringify(failed)).not.toMatch(/Signature=|Security-Token/i);
    server.script = ['reset'];
    const broken = await open()
      .post('/a', { b: 1 })
      .catch((error) => error);
    expect(broken).toMatchObject({ isAxiosError: true, config: { url: '/a', data: '{"b":1}' } });
    expect(JSON.stringify(broken)).not.toMatch(/Signature=|Security-Token/i);
    server.arrived.length = 0;
    if (adapter === 'http')
      await expect(open().get('/a', { maxContentLength: 3 })).rejects.toMatchObject({ code: 'ERR_BAD_RESPONSE' });
    expect(server.arrived.length).toBe(adapter === 'http' ? 1 : 0);
    server.script = [{ status: 200, headers: { 'content-type': 'application/json' }, body: '{broken' }];
    expect((await open().get('/a')).data).toBe('{broken');
    server.script = [404];
    expect((await open().get('/a', { validateStatus: (status) => status === 404 })).status).toBe(404);
  });

  test('reports progress', async () => {
    const seen = vi.fn();
    await open().post('/p', 'a'.repeat(100_000), { onUploadProgress: seen });
    expect(seen.mock.calls.at(-1)?.[0].loaded).toBeGreaterThan(60_000);
  });

  test.each(['before', 'after'])('works with axios-retry that is installed %s', async (when) => {
    const instance = client.create({ baseURL: server.url, adapter } as object);
    const retry = () => axiosRetry(instance as never, { retries: 3, retryDelay: () => 0 });
    if (when === 'before') retry();
    let time = Date.now() - 60_000;
    signAxios(instance as AxiosInstance, { ...target, retry: false, now: () => (time += 5000) });
    if (when === 'after') retry();
    server.script = [503, 500, 502];
    const response = await instance.post('/r', { a: 1 }, {
      params: { b: 'c d' },
      'axios-retry': { retryCondition: () => true },
    } as object);
    expect(response.data).toMatchObject({ verdict: 'ok', target: '/r?b=c%20d', body: '{"a":1}' });
    expect(server.arrived.map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(new Set(server.arrived.map(({ headers }) => headers['x-amz-date'])).size).toBe(4);
  });

  test('takes options of one call', async () => {
    const config = { aws: { credentials: longTerm, signedHeaders: 'all' as const }, headers: { 'x-one': '1' } };
    const arrived = await arrivedAt(open().get('/', config));
    expect(arrived).toMatchObject({ verdict: 'ok' });
    expect(arrived.headers.authorization).toMatch(/Credential=AKIDEXAMPLE.*x-one/);
    expect(arrived.headers['x-amz-security-token']).toBeUndefined();
    const shared = client.create({ baseURL: server.url, adapter } as object);
    signAxios(shared as AxiosInstance, createSigner(target));
    expect((await shared.get('/')).data.verdict).toBe('ok');
    expect(await codeOf(() => shared.get('/', config))).toBe('ERR_SIGV4_INVALID_OPTION');
  });

  test('is undone, in any order; the last of several signs', async () => {
    const instance = client.create({ baseURL: server.url, adapter } as object) as AxiosInstance;
    const who = async () =>
      /Credential=(\w+)/.exec((await arrivedAt(instance.get('/'))).headers.authorization ?? '')?.[1];
    const undoFirst = signAxios(instance, target);
    const undoLast = signAxios(instance, { ...target, credentials: longTerm });
    instance.interceptors.request.use((config) => ({ ...config }));
    expect(await who()).toBe(longTerm.accessKeyId);
    expect(server.arrived.length).toBe(1);
    undoLast();
    expect(await who()).toBe(temporary.accessKeyId);
    const undoThird = signAxios(instance, { ...target, credentials: longTerm });
    undoFirst();
    expect(await who()).toBe(longTerm.accessKeyId);
    undoThird();
    expect(await who()).toBeUndefined();
  });

  test('signs by the interceptor alone, once, whatever it is answered', async () => {
    const instance = client.create({ baseURL: server.url, adapter } as object) as AxiosInstance;
    instance.interceptors.request.use(axiosInterceptor(target));
    expect(await arrivedAt(instance.post('/i', { a: 1 }, { params: { b: '1 2' } }))).toMatchObject({
      verdict: 'ok',
      target: '/i?b=1%202',
    });
    expect(await arrivedAt(instance.get('/redirect?to=/next'))).toMatchObject({ verdict: 'ok', target: '/next' });
    server.script = [503];
    server.arrived.length = 0;
    await expect(instance.get('/')).rejects.toMatchObject({ response: { status: 503 } });
    expect(server.arrived.length).toBe(1);
  });

  test('gives a config of one instance to another, which signs for itself', async () => {
    server.script = [503];
    const first = open({ retry: false });
    const failed = await first.get('/a').catch((error) => error);
    const second = open({ credentials: longTerm });
    expect((await arrivedAt(second.request(failed.config))).headers.authorization).toContain(longTerm.accessKeyId);
  });

  test('leads relative URLs to the endpoint', async () => {
    const instance = client.create({ adapter } as object) as AxiosInstance;
    signAxios(instance, {
      ...target,
      endpoint: { url: `${server.url}/prod`, headers: { 'x-apigw-api-id': 'abc123' }, names: ['abc123.example.com'] },
    });
    expect(await arrivedAt(instance.get('/orders', { params: { a: 1 } }))).toMatchObject({
      verdict: 'ok',
      target: '/prod/orders?a=1',
      headers: { 'x-apigw-api-id': 'abc123' },
    });
    expect(await arrivedAt(instance.get('https://abc123.example.com/x'))).toMatchObject({
      verdict: 'ok',
      target: '/x',
    });
  });

  test('sends a Host of its own where it can', async () => {
    const endpoint = { url: server.url, host: 'abc123.example.com', withoutHost: { 'x-apigw-api-id': 'abc123' } };
    const { headers, verdict } = await arrivedAt(open({ endpoint }).get('/'));
    expect(verdict).toBe('ok');
    expect([headers.host, headers['x-apigw-api-id']]).toEqual(
      adapter === 'http' ? ['abc123.example.com', undefined] : [new URL(server.url).host, 'abc123'],
    );
    const own = () => open().get('/', { headers: { Host: 'other.example.com' } });
    if (adapter === 'http')
      expect((await own()).data).toMatchObject({ verdict: 'ok', headers: { host: 'other.example.com' } });
    else expect(await codeOf(own)).toBe('ERR_SIGV4_INVALID_HEADER');
  });

  test.each([
    ['a status', () => server.script.push(404), {}],
    ['a connection that breaks', () => server.script.push('reset'), {}],
    ['a timeout', () => {}, { url: '/slow', timeout: 50 }],
    ['a signal', () => {}, { url: '/slow', signal: AbortSignal.timeout(50) }],
    ['a signal that was given before', () => {}, { signal: AbortSignal.abort() }],
    ['a stream', () => server.script.push(404), { responseType: 'stream' }],
  ])('shows neither keys nor signatures in an error of %s', async (_, prepare, config) => {
    prepare();
    const aws = { credentials: { ...temporary }, retry: false as const };
    const error = await open()
      .request({ url: '/', ...config, aws } as SignedAxiosRequestConfig)
      .catch((reason) => reason);
    expect(error).toMatchObject({ config: { headers: expect.anything() } });
    if (error.response) expect(error.response.request).toBeDefined();
    // A stream leads deep into Node, which shows its socket and what that has sent.
    const depth = 'responseType' in config ? 2 : 9;
    for (const shown of [inspect(error, { depth }), JSON.stringify(error)]) expect(shown).not.toMatch(SECRETS);
    // Whoever sends it again has the same keys.
    expect((await open().request({ ...error.config, url: '/', timeout: 0, signal: undefined })).status).toBe(200);
    expect(aws.credentials).toEqual(temporary);
  });

  test.each(['json', 'stream'])('nor in an answer (%s)', async (responseType) => {
    const response = await open().get('/', { responseType } as object);
    if (responseType === 'stream') {
      expect(inspect(response)).not.toMatch(SECRETS);
      await discardOf(response.data);
    } else expect(inspect({ ...response, data: undefined }, { depth: 9 })).not.toMatch(SECRETS);
    expect(response.request).toBeDefined();
  });

  test('keeps to the options that it was made with, whatever becomes of them', async () => {
    const settings: { -readonly [K in keyof SignAxiosOptions]: SignAxiosOptions[K] } = {
      ...target,
      allowHosts: ['127.0.0.1'],
      redirect: 'refuse',
    };
    const instance = client.create({ baseURL: server.url, adapter } as object) as AxiosInstance;
    signAxios(instance, settings);
    const to = `http://localhost:${foreign.port}/`;
    const aws = { redirect: undefined };
    const call = () => instance.get(`/redirect?to=${encodeURIComponent(to)}`, { aws } as SignedAxiosRequestConfig);
    expect(await codeOf(call)).toBe('ERR_SIGV4_REDIRECT');
    settings.allowHosts = undefined;
    settings.redirect = 'strip';
    expect(await codeOf(call)).toBe('ERR_SIGV4_REDIRECT');
    expect(await codeOf(() => instance.get(to, { aws } as SignedAxiosRequestConfig))).toBe(
      'ERR_SIGV4_HOST_NOT_ALLOWED',
    );
    expect(foreign.arrived).toEqual([]);
  });

  test('lets go of the answer where the call ends after it', async () => {
    const held = createServer((_, response) => {
      response.writeHead(302, { location: 'http://localhost:1/' }).write('begun');
    });
    const url = await listen(held);
    const gone = new Promise((resolve) => held.on('connection', (socket) => socket.on('close', resolve)));
    const instance = open({ redirect: 'refuse' });
    expect(await codeOf(() => instance.get(url, { responseType: 'stream' }))).toBe('ERR_SIGV4_REDIRECT');
    await gone;
    held.close();
  });

  test('has its own code for what cannot be signed', async () => {
    expect(await codeOf(() => open({ region: '' as never, service: undefined }).get('/'))).toMatch(
      /NO_SERVICE|NO_REGION/,
    );
    expect(await codeOf(() => open().get('/', { headers: { 'x-amz-meta-a': 'é' } }))).toBe('ERR_SIGV4_INVALID_HEADER');
    const withoutBase = client.create({ adapter } as object) as AxiosInstance;
    signAxios(withoutBase, target);
    expect(await codeOf(() => withoutBase.get('/relative'))).toBe('ERR_SIGV4_INVALID_URL');
    expect(await codeOf(() => Promise.resolve(signAxios({} as never, target)))).toBe('ERR_SIGV4_INVALID_OPTION');
    expect(await codeOf(async () => signAxios(client.create(), 'us-east-1' as never))).toBe('ERR_SIGV4_INVALID_OPTION');
    expect(signAxios(client.create(), null as never)).toBeTypeOf('function');
    expect(await codeOf(() => Promise.resolve(axiosInterceptor({ retry: 1, redirect: 'x' } as never)))).toBe(
      'ERR_SIGV4_INVALID_OPTION',
    );
  });
});

describe('a private API of the gate', () => {
  let gate: Gate;
  beforeAll(async () => {
    gate = await startPrivate();
  });
  afterAll(() => gate.close());
  afterEach(() => vi.unstubAllGlobals());

  describe.each(CLIENTS)('axios %s by %s', (_version, adapter, client) => {
    test.each(ROUTES)('is reached by %s', async (_via, options, host, withoutHost) => {
      const httpsAgent = agentFor(gate);
      if (adapter === 'fetch') vi.stubGlobal('fetch', gate.fetch);
      const instance = client.create({ adapter, httpsAgent } as object) as AxiosInstance;
      signAxios(instance, { credentials: keys, endpoint: privateApi(options) });
      for (const url of ['/iam/a?b=c%20d', `https://${PRIVATE}/api/iam/a`]) {
        const { data } = await instance.post(url, { a: 1 });
        expect(data).toMatchObject({ user: expect.stringMatching(/buddy$/), body: '{"a":1}' });
        expect(gate.log.at(-1)?.host).toBe(adapter === 'http' ? host : withoutHost);
      }
    });
  });
});

describe('axios on Node', () => {
  test('keeps the name of the server beside a Host of its own', async () => {
    const certificate = await certificateFor('localhost', '127.0.0.1');
    const secure = await startScripted({ tls: certificate });
    for (const name of ['localhost', '127.0.0.1']) {
      for (const client of VERSIONS) {
        const httpsAgent = new HttpsAgent({ ca: certificate.ca });
        const endpoint = { url: `https://${name}:${secure.port}`, host: 'abc123.example.com' };
        const instance = client.create({ httpsAgent });
        signAxios(instance, { ...target, endpoint });
        expect((await instance.get('/a')).data).toMatchObject({
          verdict: 'ok',
          headers: { host: 'abc123.example.com' },
        });
        expect(secure.arrived.at(-1)?.servername).toBe(name === 'localhost' ? name : undefined);
      }
    }
    await secure.close();
  });

  test('goes by the agent, the proxy and the transport of the config', async () => {
    const seen: string[] = [];
    const proxy = createServer((incoming, outgoing) => {
      seen.push(incoming.url as string);
      const { method, headers } = incoming;
      incoming.pipe(
        request(incoming.url as string, { method: method as string, headers }, (answer) => answer.pipe(outgoing)),
      );
    });
    const { hostname, port } = new URL(await listen(proxy));
    const direct = create(axios, 'http', {}, { proxy: { host: hostname, port: Number(port), protocol: 'http' } });
    expect((await direct.get('/a', { params: { b: 1 } })).data.verdict).toBe('ok');
    expect(seen).toEqual([`${server.url}/a?b=1`]);
    proxy.close();
    proxy.closeAllConnections();
    const httpAgent = new HttpAgent({ keepAlive: true });
    const connect = vi.spyOn(httpAgent as unknown as { createConnection: () => unknown }, 'createConnection');
    const transport = { request: vi.fn(request) };
    expect((await create(axios, 'http', {}, { httpAgent, transport }).get('/a')).data.verdict).toBe('ok');
    expect([connect.mock.calls.length, transport.request.mock.calls.length]).toEqual([1, 1]);
    httpAgent.destroy();
  });

  test('speaks HTTP/2', async ({ skip }) => {
    skip(axios.VERSION.localeCompare('1.13.0', 'en', { numeric: true }) < 0, 'this axios does not');
    const arrived: object[] = [];
    const h2 = createHttp2Server((message, response) => {
      arrived.push(message.headers);
      response.end('{}');
    });
    const url = await listen(h2 as never);
    const http2Options = { sessionTimeout: 50 };
    const instance = create(axios, 'http', {}, { baseURL: url, httpVersion: 2, http2Options });
    await instance.get('/a?b=1');
    expect(arrived).toMatchObject([
      {
        ':authority': new URL(url).host,
        ':path': '/a?b=1',
        authorization: expect.stringContaining('SignedHeaders=host;'),
      },
    ]);
    expect(Object.keys(arrived[0] as object)).not.toContain('host');
    h2.close();
  });

  test.each([true, false])('decompresses answers as the config says (%s)', async (decompress) => {
    const body = gzipSync('{"a":1}').toString('latin1');
    server.script = [{ status: 200, headers: { 'content-encoding': 'gzip' }, body: Buffer.from(body, 'latin1') }];
    const { data } = await create(axios, 'http').get('/a', { decompress, responseType: 'arraybuffer' });
    expect(Buffer.from(data)).toEqual(decompress ? Buffer.from('{"a":1}') : Buffer.from(body, 'latin1'));
  });

  test('has the adapter that axios takes: of a list, of defaults, a function of anybody’s', async () => {
    for (const adapter of [undefined, ['xhr', 'http'], ['fetch', 'http'], [axios.getAdapter('http')]]) {
      const instance = axios.create({ baseURL: server.url, ...(adapter ? { adapter: adapter as never } : {}) });
      signAxios(instance, target);
      expect((await instance.get('/a')).data.verdict).toBe('ok');
    }
    const own = vi.fn(async (config) => ({
      data: config.headers.get('Authorization'),
      status: 200,
      statusText: '',
      headers: {},
      config,
    }));
    const instance = create(axios, undefined, {}, { adapter: own });
    expect((await instance.post('/a', 'text', { params: { b: 1 } })).data).toContain('Signature=');
    expect(own.mock.calls[0]?.[0]).toMatchObject({
      url: `${server.url}/a?b=1`,
      method: 'post',
      params: undefined,
      baseURL: undefined,
      maxRedirects: 0,
    });
    const unknown = create(axios, 'nonsense').get('/a');
    await expect(unknown).rejects.toThrow('Unknown adapter');
    expect((await axios.get(server.url)).data.verdict).toBe('ERR_SIGV4_MISSING_AUTHENTICATION');
    const undo = signAxios(axios, target);
    expect((await axios.get(server.url)).data.verdict).toBe('ok');
    undo();
    expect((await axios.get(server.url)).data.verdict).toBe('ERR_SIGV4_MISSING_AUTHENTICATION');
  });

  test('lets the last of several sign where interceptors run in the other order', async ({ skip }) => {
    skip(!('legacyInterceptorReqResOrdering' in (axios.defaults.transitional ?? {})), 'this axios knows one order');
    const onEvent = vi.fn();
    const transitional = { legacyInterceptorReqResOrdering: false };
    const instance = axios.create({ baseURL: server.url, transitional });
    signAxios(instance, { ...target, onEvent });
    signAxios(instance, { ...target, credentials: longTerm });
    const { data } = await instance.get('/a');
    expect(data.verdict).toBe('ok');
    expect(data.headers.authorization).toContain(longTerm.accessKeyId);
    expect(onEvent).not.toHaveBeenCalled();
  });

  test('signs beneath an adapter that somebody has put around ours, on each attempt', async () => {
    const instance = axios.create({ baseURL: server.url });
    instance.interceptors.request.use((config) => {
      const inner = config.adapter as AxiosAdapter;
      config.adapter = async (given) => {
        given.headers.set('x-amz-meta-around', '1');
        return inner(given);
      };
      return config;
    });
    signAxios(instance, target);
    server.script = [404];
    const failed = await instance.get('/a').catch((error) => error);
    expect((await instance.request(failed.config)).data).toMatchObject({
      verdict: 'ok',
      headers: { 'x-amz-meta-around': '1' },
    });
  });
});
