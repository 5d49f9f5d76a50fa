/** A signed fetch against servers that misbehave on purpose: throttled, failing, reset, redirecting, with another clock. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { assumeRole, createSignedFetch, type SignedFetchOptions, type SigV4Event } from 'sigv4kit';
import { type Gate, startGate } from 'sigv4kit/gate';
import { createVerifier } from 'sigv4kit/verify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { api, buddy, callsOf, local, roleArn, worldOf } from '../support/accounts';
import { codeOf, longTerm } from '../support/keys';
import { listen } from '../support/listen';

const DAY = 86_400_000;
let gate: Gate;
beforeAll(async () => {
  gate = await startGate(worldOf());
});
afterAll(() => gate.close());
afterEach(() => {
  gate.faults.clear();
  vi.restoreAllMocks();
});
// No pauses between attempts.
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0));

const events: SigV4Event[] = [];
const toGate = (options: SignedFetchOptions = {}) => {
  events.length = 0;
  return createSignedFetch({
    credentials: local,
    fetch: gate.fetch,
    onEvent: (event) => events.push(event),
    ...options,
  });
};
const types = () => events.map(({ type }) => type);
const calls = () => callsOf(gate, 'execute-api');

describe('a call', () => {
  test.each([
    ['throttled', 'GET', 2, 200, 3],
    ['throttled', 'POST', 2, 404, 3],
    ['throttled', 'GET', 9, 429, 3],
  ] as const)(
    'that is %s (%s, %i times) ends with %i after %i attempts',
    async (_, method, times, status, attempts) => {
      gate.faults.add({ kind: 'throttle', service: 'execute-api', times });
      const before = calls();
      const response = await toGate()(method === 'POST' ? api.replace('whoami', 'nowhere') : api, { method });
      expect(response.status === 403 ? 404 : response.status).toBe(status);
      expect(calls() - before).toBe(attempts);
    },
  );

  test.each([
    ['unavailable', 'GET', 3],
    ['unavailable', 'POST', 1],
    ['reset', 'GET', 3],
    ['reset', 'POST', 1],
  ] as const)(
    'to a service that is %s is sent again where its method is safe to (%s)',
    async (kind, method, attempts) => {
      gate.faults.add({ kind, service: 'execute-api' });
      const before = calls();
      const call = toGate()(api, { method, body: method === 'POST' ? 'x' : undefined });
      if (kind === 'reset') await expect(call).rejects.toThrow(TypeError);
      else expect((await call).status).toBe(503);
      expect(calls() - before).toBe(attempts);
    },
  );

  test('that is not safe to repeat is repeated where the caller says so', async () => {
    gate.faults.add({ kind: 'unavailable', service: 'execute-api', times: 1 });
    const before = calls();
    await toGate({ retry: { methods: ['POST'] } })(api, { method: 'POST' });
    expect(calls() - before).toBe(2);
  });

  test('is signed afresh for each attempt', async () => {
    gate.faults.add({ kind: 'throttle', service: 'execute-api', times: 1 });
    let time = Date.now();
    const dates: unknown[] = [];
    const fetch: typeof globalThis.fetch = (input, init) => {
      dates.push(new Headers(init?.headers).get('x-amz-date'));
      time += 5000;
      return gate.fetch(input, init);
    };
    expect((await toGate({ fetch, now: () => time })(api)).status).toBe(200);
    expect(new Set(dates).size).toBe(2);
  });

  test.each([
    ['throttle', 429],
    ['unavailable', 503],
  ] as const)('without retries is sent once (%s)', async (kind, status) => {
    gate.faults.add({ kind, service: 'execute-api' });
    const before = calls();
    expect((await toGate({ retry: false })(api)).status).toBe(status);
    expect(calls() - before).toBe(1);
    expect(types()).toEqual(['signed']);
  });

  test('is ended at once by its signal, between attempts too', async () => {
    vi.mocked(Math.random).mockReturnValue(1);
    gate.faults.add({ kind: 'throttle', service: 'execute-api' });
    const controller = new AbortController();
    const call = toGate({
      retry: { delay: 60_000, maxTime: Infinity },
      onEvent: ({ type }) => type === 'retry' && controller.abort(new Error('enough')),
    })(api, { signal: controller.signal });
    await expect(call).rejects.toThrow('enough');
  });

  test('that takes too long in all is ended, also while its body is read', async () => {
    const body = new ReadableStream({});
    const stuck = new Request(api, { method: 'POST', body, duplex: 'half' } as RequestInit);
    await expect(toGate({ timeout: 50 })(stuck)).rejects.toMatchObject({ name: 'TimeoutError' });
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    await toGate({ timeout: 5000 })(api, { signal });
    expect(added.mock.calls.length).toBeLessThanOrEqual(2);
  });

  test('does not tell its keys to the fetch that sends it', async () => {
    const send = vi.fn(async (_input: unknown, _init?: RequestInit) => new Response('ok'));
    await toGate({ fetch: send as never })(api, { aws: { credentials: longTerm } });
    expect(JSON.stringify(send.mock.calls[0]?.[1])).not.toContain(longTerm.secretAccessKey);
  });

  test('that takes too long in all is ended', async () => {
    gate.faults.add({ kind: 'slow', service: 'execute-api', delay: 5000 });
    await expect(toGate({ timeout: 50 })(api)).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('gives its caller the whole body of a refusal, though it was read before', async () => {
    const response = await toGate({ credentials: buddy })(api);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ Message: expect.stringContaining('is not authorized') });
  });
});

describe('keys that the service refuses', () => {
  test('are renewed, and the call sent once more', async () => {
    const credentials = assumeRole({
      roleArn: roleArn('api-caller'),
      region: 'us-east-1',
      credentials: buddy,
      fetch: gate.fetch,
      shared: false,
    });
    const fetch = toGate({ credentials });
    expect((await fetch(api)).status).toBe(200);
    const before = callsOf(gate, 'sts');
    gate.faults.add({ kind: 'rotated', service: 'execute-api' });
    const all = await Promise.all(Array.from({ length: 50 }, () => fetch(api)));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
    expect(callsOf(gate, 'sts') - before).toBe(1);
    expect(types()).toContain('credentials-refreshed');
  });

  test('and are refused again, whatever they are, do not make a call of STS out of each call', async () => {
    const source = vi.fn(async () => ({
      ...local,
      accessKeyId: `AKIAIOSFODNN7UNKN${String(source.mock.calls.length).padStart(3, '0')}`,
    }));
    const fetch = toGate({ credentials: source });
    for (let i = 0; i < 20; i++) expect((await fetch(api)).status).toBe(403);
    await Promise.all(Array.from({ length: 100 }, () => fetch(api)));
    expect(source.mock.calls.length).toBeLessThan(5);
  });

  test('by an application of its own, behind the service, are not renewed', async () => {
    const source = vi.fn(async () => local);
    const answer = JSON.stringify({ code: 'InvalidToken', message: 'password-reset token is invalid' });
    const send = vi.fn(async () => new Response(answer, { status: 400 }));
    const response = await toGate({ credentials: source, fetch: send })(api, { method: 'POST', body: 'x' });
    expect(await response.text()).toBe(answer);
    expect([send.mock.calls.length, source.mock.calls.length]).toEqual([1, 1]);
  });

  test('and that have no others stay refused, with the answer that says so', async () => {
    const before = calls();
    const response = await toGate({ credentials: async () => ({ ...local, accessKeyId: 'AKIAIOSFODNN7UNKNOWN' }) })(
      api,
    );
    expect(response.headers.get('x-amzn-errortype')).toBe('UnrecognizedClientException');
    expect(calls() - before).toBe(1);
  });
});

describe('a clock', () => {
  test.each([
    ['a day behind', -DAY],
    ['a day ahead', DAY],
    ['six minutes behind', -360_000],
  ])('that is %s is set right once, for all calls to come', async (_, offset) => {
    const fetch = toGate({ now: () => Date.now() + offset });
    const before = calls();
    expect((await fetch(api)).status).toBe(200);
    expect(calls() - before).toBe(2);
    expect((await fetch(api)).status).toBe(200);
    expect((await fetch(api, { aws: { region: 'us-east-1' } })).status).toBe(200);
    expect(calls() - before).toBe(4);
    const corrected = events.find(({ type }) => type === 'clock-corrected') as Extract<
      SigV4Event,
      { type: 'clock-corrected' }
    >;
    expect(Math.abs(corrected.offset + offset)).toBeLessThan(5000);
  });

  test('that is wrong for many calls at a time is set right for all of them', async () => {
    const fetch = toGate({ now: () => Date.now() - DAY });
    const all = await Promise.all(Array.from({ length: 30 }, () => fetch(api)));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
    expect(types().filter((type) => type === 'clock-corrected')).toHaveLength(1);
  });

  test('that is a day off still gets its keys from STS, and judges their end by the right time', async () => {
    const credentials = assumeRole({
      roleArn: roleArn('api-caller'),
      region: 'us-east-1',
      credentials: buddy,
      fetch: gate.fetch,
      shared: false,
    });
    const fetch = toGate({ credentials, now: () => Date.now() + DAY });
    expect((await fetch(api)).status).toBe(200);
    const before = callsOf(gate, 'sts');
    expect((await fetch(api)).status).toBe(200);
    expect(callsOf(gate, 'sts')).toBe(before);
  });

  test('of which the service says nothing stays as it is, and the answer is given', async () => {
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const response = await gate.fetch(input, init);
      const headers = new Headers(response.headers);
      headers.set('age', '30');
      return new Response('{}', { status: response.status, headers });
    };
    expect((await toGate({ fetch, now: () => Date.now() - DAY })(api)).status).toBe(403);
    expect(types()).toEqual(['signed']);
  });
});

describe('a redirect', () => {
  interface Seen {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage['headers'];
    readonly body: string;
    readonly verdict: string;
  }
  const seen: Record<'home' | 'other', Seen[]> = { home: [], other: [] };
  const servers: Server[] = [];
  let home: string;
  let other: string;

  async function start(
    name: 'home' | 'other',
    answer: (url: string, response: ServerResponse) => void,
  ): Promise<string> {
    const verifier = createVerifier({ lookup: () => longTerm, region: 'us-east-1', service: 'execute-api' });
    const server = createServer(async (message, response) => {
      const body = Buffer.concat(await Readable.from(message).toArray());
      const { method = '', url = '', headers } = message;
      const [path = '', query = ''] = url.split(/\?(.*)/s);
      const pairs = Object.entries(headers).map(([key, value]): [string, string] => [key, String(value)]);
      const verdict = await verifier.verify({ method, path, query, headers: pairs, body }).then(
        () => 'ok',
        (error) => error.code,
      );
      seen[name].push({ method, url, headers, body: String(body), verdict });
      answer(url, response);
    });
    servers.push(server);
    return listen(server);
  }
  beforeAll(async () => {
    other = await start('other', (url, response) => {
      if (url === '/back') response.writeHead(302, { location: `${home}/private` }).end();
      else response.end('other');
    });
    home = await start('home', (url, response) => {
      const [, status, where] = /^\/(\d{3})\/(.*)$/.exec(url) ?? [];
      const to = {
        same: '/landed',
        other: `${other}/landed`,
        back: `${other}/back`,
        loop: `/${status}/loop`,
        bad: 'ftp://x/',
      };
      if (status) response.writeHead(Number(status), { location: to[where as keyof typeof to] }).end('moved');
      else response.end('home');
    });
  });
  afterAll(() => {
    for (const server of servers) server.close().closeAllConnections();
  });
  beforeEach(() => {
    seen.home.length = 0;
    seen.other.length = 0;
  });
  const keys = { ...longTerm };
  const signed = (options: SignedFetchOptions = {}) => {
    events.length = 0;
    return createSignedFetch({
      credentials: keys,
      region: 'us-east-1',
      service: 'execute-api',
      onEvent: (event) => events.push(event),
      ...options,
    });
  };

  test.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [307, 'POST', 'POST', 'body'],
    [308, 'PUT', 'PUT', 'body'],
  ])(
    '%i to the same origin is followed and signed for the new URL (%s becomes %s)',
    async (status, method, becomes, body) => {
      const response = await signed()(`${home}/${status}/same`, {
        method,
        body: 'body',
        headers: { 'content-type': 'text/plain' },
      });
      expect(await response.text()).toBe('home');
      expect(seen.home.map(({ verdict }) => verdict)).toEqual(['ok', 'ok']);
      expect(seen.home[1]).toMatchObject({ method: becomes, url: '/landed', body });
      expect(seen.home[1]?.headers['content-type']).toBe(body ? 'text/plain' : undefined);
      expect(types()).toEqual(['signed', 'redirect-followed', 'signed']);
    },
  );

  test.each([302, 307])('%i to a foreign host is followed without anything secret', async (status) => {
    const headers = { cookie: 'secret', 'x-amz-meta-note': 'secret', 'x-api-key': 'secret', accept: 'text/plain' };
    const response = await signed()(`${home}/${status}/other`, { headers });
    expect(await response.text()).toBe('other');
    const { headers: arrived, verdict } = seen.other[0] as Seen;
    expect(verdict).toBe('ERR_SIGV4_MISSING_AUTHENTICATION');
    expect(Object.keys(arrived).filter((name) => /^(?:authorization|cookie|x-)/.test(name))).toEqual([]);
    expect(arrived.accept).toBe('text/plain');
    expect(types()).toEqual(['signed', 'redirect-stripped']);
  });

  test('to a foreign host that redirects back is not signed again', async () => {
    await signed()(`${home}/302/back`);
    expect(seen.home.map(({ url, verdict }) => [url, verdict])).toEqual([
      ['/302/back', 'ok'],
      ['/private', 'ERR_SIGV4_MISSING_AUTHENTICATION'],
    ]);
  });

  test('to a foreign host is refused where the option says so', async () => {
    expect(await codeOf(() => signed({ redirect: 'refuse' })(`${home}/302/other`))).toBe('ERR_SIGV4_REDIRECT');
    expect(seen.other).toEqual([]);
  });

  test('to a host that the user allows is signed for', async () => {
    const allowed = signed({ allowHosts: ['127.0.0.1'] });
    expect(await (await allowed(`${home}/307/other`, { method: 'POST', body: 'body' })).text()).toBe('other');
    expect(seen.other[0]).toMatchObject({ verdict: 'ok', body: 'body' });
  });

  test.each([
    ['init', {}, { redirect: 'manual' as const }],
    ['the option', { redirect: 'manual' as const }, {}],
  ])('is handed back where %s says so', async (_, options, init) => {
    const response = await signed(options)(`${home}/302/same`, init);
    expect([response.status, response.headers.get('location')]).toEqual([302, '/landed']);
  });

  test("is a failure where init says 'error'", async () => {
    expect(await codeOf(() => signed()(`${home}/302/same`, { redirect: 'error' }))).toBe('ERR_SIGV4_REDIRECT');
  });

  test('to a presigned URL is followed as it is', async () => {
    const url = `${home}/landed?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=abc&x=a%2fb&y=1+2`;
    const send: typeof fetch = async (input, init) =>
      String(input).endsWith('/go')
        ? new Response(null, { status: 302, headers: { location: url } })
        : fetch(input, init);
    await signed({ fetch: send })(`${home}/go`);
    expect(seen.home[0]).toMatchObject({
      url: url.slice(home.length),
      headers: expect.not.objectContaining({ authorization: expect.anything() }),
    });
  });

  test('has no attempts of its own: three, and the hop', async () => {
    const send = vi.fn(
      async () =>
        new Response(null, send.mock.calls.length % 3 ? { status: 503 } : { status: 307, headers: { location: '/x' } }),
    );
    await signed({ fetch: send as never, retry: { delay: 0 } })(`${home}/x`);
    expect(send.mock.calls.length).toBe(4);
  });

  test('that goes round ends', async () => {
    expect(await codeOf(() => signed()(`${home}/302/loop`))).toBe('ERR_SIGV4_REDIRECT');
    expect(seen.home).toHaveLength(21);
  });

  test('to what cannot be called is the answer', async () => {
    expect((await signed()(`${home}/302/bad`)).status).toBe(302);
  });

  test('that wants the body again, of a stream that is spent, ends in a code', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('once'));
        controller.close();
      },
    });
    const fetch = signed({ payload: 'unsigned' });
    expect(await codeOf(() => fetch(`${home}/307/same`, { method: 'POST', body }))).toBe('ERR_SIGV4_UNREPEATABLE_BODY');
  });
});

describe('a connection that is reset in the middle of the body', () => {
  const broken = async (status: number, times: number) => {
    let count = 0;
    const server = createServer((_, response) => {
      if (++count > times) return response.end('whole');
      response.writeHead(status, { 'content-length': '100' });
      response.write('half');
      setTimeout(() => response.socket?.resetAndDestroy(), 20);
    });
    const url = `${await listen(server)}/`;
    return { url, count: () => count, close: () => server.close().closeAllConnections() };
  };
  const signed = createSignedFetch({ credentials: longTerm, region: 'us-east-1', service: 'execute-api' });

  test('of an answer is for its reader to see: the answer has begun', async () => {
    const server = await broken(200, 1);
    const response = await signed(server.url);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect(server.count()).toBe(1);
    server.close();
  });

  test('of a failure is a failure, and the call sent again', async () => {
    const server = await broken(503, 2);
    expect(await (await signed(server.url)).text()).toBe('whole');
    expect(server.count()).toBe(3);
    server.close();
  });
});

describe('events', () => {
  test('hold nothing secret, and are told to diagnostics channels too', async () => {
    const heard: unknown[] = [];
    const hear = (event: unknown) => void heard.push(event);
    const channels = ['signed', 'retry', 'clock-corrected'].map((type) => `sigv4kit:${type}`);
    for (const name of channels) subscribe(name, hear);
    gate.faults.add({ kind: 'throttle', service: 'execute-api', times: 1 });
    await toGate({ now: () => Date.now() - DAY })(`${api}?token=secret`, { headers: { 'x-api-key': 'secret' } });
    for (const name of channels) unsubscribe(name, hear);
    expect(types()).toEqual(['signed', 'retry', 'signed', 'clock-corrected', 'signed']);
    expect(heard).toEqual(events);
    const text = JSON.stringify(events);
    expect(text).not.toContain('secret');
    expect(text).not.toContain(local.secretAccessKey);
    expect(text).not.toContain('Signature');
  });

  test('whose listener throws do not harm the call', async () => {
    const thrown: unknown[] = [];
    const listen = (error: unknown) => void thrown.push(error);
    process.prependOnceListener('uncaughtException', listen);
    const handlers = process.listeners('uncaughtException').filter((handler) => handler !== listen);
    for (const handler of handlers) process.off('uncaughtException', handler);
    try {
      const fetch = createSignedFetch({
        credentials: local,
        fetch: gate.fetch,
        onEvent: () => {
          throw new Error('mine');
        },
      });
      expect((await fetch(api)).status).toBe(200);
    } finally {
      process.off('uncaughtException', listen);
      for (const handler of handlers) process.on('uncaughtException', handler);
    }
    expect(String(thrown[0])).toContain('mine');
  });
});

test.each([
  ['a redirect that is none', { redirect: 'follow' }],
  ['a listener that is none', { onEvent: 'log' }],
  ['a timeout of zero', { timeout: 0 }],
  ['retries that are a number', { retry: 3 }],
  ['text', 'us-east-1'],
  ['a function', () => ({})],
])('%s is an option that cannot work', async (_, options) => {
  expect(await codeOf(() => createSignedFetch(options as never))).toBe('ERR_SIGV4_INVALID_OPTION');
});
