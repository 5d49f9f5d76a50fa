/**
 * axios by its xhr adapter, in Node, with an XMLHttpRequest that is made of fetch: it follows redirects by itself, as those of
 * pages do, and changes what those change.
 */
import type { AxiosInstance } from 'axios';
import { privateApi } from 'sigv4kit';
import { signAxios } from 'sigv4kit/axios';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { codeOf, temporary } from '../support/keys';
import { type ScriptedServer, startScripted } from '../support/scripted-server';

// axios looks for it when it is loaded.
vi.hoisted(() => {
  class FakeRequest {
    status = 0;
    statusText = '';
    response: unknown;
    responseText = '';
    responseType = '';
    timeout = 0;
    onloadend: (() => void) | undefined = undefined;
    onerror?: ((event: object) => void) | undefined;
    onabort?: (() => void) | undefined;
    ontimeout?: (() => void) | undefined;
    private method = '';
    private url = '';
    private readonly headers = new Headers();
    private answer: Headers | undefined;
    private readonly controller = new AbortController();
    open(method: string, url: string) {
      this.method = method;
      this.url = url;
    }
    setRequestHeader(name: string, value: string) {
      // Pages may not.
      if (!/^(?:host|user-agent|cookie|content-length)$/i.test(name)) this.headers.append(name, value);
    }
    getAllResponseHeaders() {
      return [...(this.answer ?? [])].map(([name, value]) => `${name}: ${value}`).join('\r\n');
    }
    abort() {
      this.controller.abort();
    }
    async send(body: unknown) {
      if (typeof body === 'string' && this.headers.has('content-type'))
        this.headers.set('content-type', `${this.headers.get('content-type')};charset=UTF-8`);
      const late = this.timeout ? setTimeout(() => this.ontimeout?.(), this.timeout) : undefined;
      const { method, headers } = this;
      const hasBody = method !== 'GET' && method !== 'HEAD' && body !== null;
      try {
        const { signal } = this.controller;
        const answer = await fetch(this.url, {
          method,
          headers,
          signal,
          ...(hasBody ? { body: body as BodyInit } : {}),
        });
        const bytes = await answer.arrayBuffer();
        this.answer = answer.headers;
        this.status = answer.status;
        this.responseText = new TextDecoder().decode(bytes);
        this.response = this.responseType === 'arraybuffer' ? bytes : this.responseText;
        this.onloadend?.();
      } catch (error) {
        if (!this.controller.signal.aborted) this.onerror?.(error as object);
      } finally {
        clearTimeout(late);
      }
    }
  }
  Object.assign(globalThis, { XMLHttpRequest: FakeRequest });
});

const { default: axios } = await import('axios');
const { default: lowest } = await import('axios-lowest');

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScripted();
});
afterAll(() => server.close());
afterEach(() => {
  server.script = [];
  server.offset = 0;
  server.arrived.length = 0;
});

const target = { credentials: temporary, region: 'us-east-1', service: 'execute-api' };

describe.each([
  ['axios', axios],
  ['axios 1.7.0', lowest as unknown as typeof axios],
] as const)('%s by xhr', (_, client) => {
  const open = (options = {}, config = {}): AxiosInstance => {
    const instance = client.create({ baseURL: server.url, ...config });
    signAxios(instance, { ...target, retry: { delay: 0 }, ...options });
    return instance;
  };

  test('is what axios takes by itself', async () => {
    const { data, request } = await open().get('/a?v&h=1', { params: { b: 'x y' } });
    expect(data).toMatchObject({ verdict: 'ok', target: '/a?v=&h=1&b=x%20y' });
    expect(request).toBeInstanceOf(XMLHttpRequest);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['an object', () => ({ a: 'é' }), /^{"a"/],
    ['a string', () => 'text', /^text$/],
    ['URLSearchParams', () => new URLSearchParams({ a: 'b' }), /^a=b$/],
    ['an ArrayBuffer', () => new TextEncoder().encode('abc').buffer, /^abc$/],
    ['a Blob', () => new Blob(['abc'], { type: 'text/x' }), /^abc$/],
    ['a large Blob', () => new Blob(['b'.repeat(2_000_000)]), /^b{2000000}$/],
    [
      'FormData',
      () => {
        const form = new FormData();
        form.append('a', 'b');
        return form;
      },
      /name="a"/,
    ],
  ])('signs a body that is %s', async (_name, body, pattern) => {
    const { data } = await open().post('/b', body());
    expect(data.verdict).toBe('ok');
    expect(data.body).toMatch(pattern);
  });

  test('drops the type where there is no body, as axios does, and does not sign it', async () => {
    const { data } = await open().get('/a', { headers: { 'Content-Type': 'application/json' } });
    expect(data.verdict).toBe('ok');
    expect(data.headers['content-type']).toBeUndefined();
  });

  test('is signed afresh for retries, by a clock that was set right', async () => {
    server.script = [503];
    server.offset = 86_400_000;
    expect((await open().get('/a')).data.verdict).toBe('ok');
    expect(server.arrived.length).toBe(3);
  });

  test('refuses what pages cannot send', async () => {
    const stream = new Blob(['a']).stream();
    expect(await codeOf(() => open({ payload: 'unsigned' }).post('/a', stream))).toBe('ERR_SIGV4_UNSUPPORTED_BODY');
    expect(await codeOf(() => open().get('/a', { data: 'text' }))).toBe('ERR_SIGV4_INVALID_BODY');
    expect(await codeOf(() => open().get('/a', { headers: { Host: 'example.com' } }))).toBe('ERR_SIGV4_INVALID_HEADER');
  });

  test('names the private API in a header, since pages cannot send a Host', async () => {
    const endpoint = {
      ...privateApi({
        apiId: 'abc123',
        region: 'us-east-1',
        vpcEndpoint: 'vpce-0a-b.execute-api.us-east-1.vpce.amazonaws.com',
        via: 'host-header' as const,
      }),
      url: server.url,
    };
    const { data } = await open({ endpoint }).get('/a');
    expect(data).toMatchObject({ verdict: 'ok', headers: { 'x-apigw-api-id': 'abc123' } });
  });

  test('is cancelled and times out as axios does', async () => {
    const controller = new AbortController();
    const call = open()
      .get('/slow', { signal: controller.signal })
      .catch((error) => error);
    await vi.waitFor(() => expect(server.arrived.length).toBe(1));
    controller.abort();
    expect(client.isCancel(await call)).toBe(true);
    expect(
      await open()
        .get('/slow', { timeout: 50 })
        .catch((error) => error),
    ).toMatchObject({ code: 'ECONNABORTED' });
    expect(server.arrived.length).toBe(2);
  });
});
