/** The signed fetch over real HTTP, against a server that verifies what arrives: what is signed is what is sent. */
import { Readable } from 'node:stream';
import { createSignedFetch, type SignedFetch, type Signer, signedFetch } from 'sigv4kit';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { codeOf, longTerm, temporary } from '../support/keys';
import { type Arrived, startServer, type TestServer } from '../support/server';

let server: TestServer;
let s3: TestServer;
let fetch: SignedFetch;
const options = { credentials: temporary, region: 'us-east-1', service: 'execute-api' };
const arrived = async (response: Promise<Response>) => (await (await response).json()) as Arrived;

beforeAll(async () => {
  server = await startServer();
  s3 = await startServer('s3');
  fetch = createSignedFetch(options);
});
afterAll(() => Promise.all([server.close(), s3.close()]));

describe('bodies', () => {
  const bytes = new Uint8Array([0, 1, 2, 253, 254, 255]);
  const raw = '\u0000\u0001\u0002\u00fd\u00fe\u00ff';
  const slice = new Uint8Array([9, ...bytes, 9]).subarray(1, 7);
  const buffer = bytes.slice().buffer;

  test.each<[string, BodyInit, string, string | undefined]>([
    ['a string', 'héllo', 'hÃ©llo', 'text/plain;charset=UTF-8'],
    ['an empty string', '', '', 'text/plain;charset=UTF-8'],
    ['bytes', bytes, raw, undefined],
    ['a view into a larger buffer', slice, raw, undefined],
    ['an ArrayBuffer', buffer, raw, undefined],
    ['a DataView', new DataView(buffer, 1, 2), '\u0001\u0002', undefined],
    [
      'URLSearchParams',
      new URLSearchParams({ a: '1 2', b: 'é' }),
      'a=1+2&b=%C3%A9',
      'application/x-www-form-urlencoded;charset=UTF-8',
    ],
    ['a Blob with a type', new Blob([bytes], { type: 'image/png' }), raw, 'image/png'],
    ['a Blob without a type', new Blob([bytes]), raw, undefined],
  ])('%s arrives as it was signed', async (_, body, text, type) => {
    const seen = await arrived(fetch(server.url, { method: 'POST', body }));
    expect(seen.verdict).toBe('ok');
    expect(seen.body).toBe(text);
    expect(seen.headers['content-type']).toBe(type);
  });

  test('a form goes out with the boundary it was hashed with', async () => {
    const form = new FormData();
    form.set('field', 'value');
    form.set('file', new Blob([bytes]), 'a.bin');
    const seen = await arrived(fetch(server.url, { method: 'POST', body: form }));
    expect(seen.verdict).toBe('ok');
    const boundary = /boundary=(.+)$/.exec(seen.headers['content-type'] as string)?.[1] as string;
    expect(seen.body.startsWith(`--${boundary}`)).toBe(true);
    expect(seen.body).toContain(raw);
  });

  test("a form's type set by hand gets its boundary", async () => {
    const form = new FormData();
    form.set('a', 'b');
    const seen = await arrived(
      fetch(server.url, { method: 'POST', body: form, headers: { 'Content-Type': 'multipart/form-data' } }),
    );
    expect(seen.verdict).toBe('ok');
    expect(seen.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  });

  test("the caller's content type stays", async () => {
    const seen = await arrived(
      fetch(server.url, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } }),
    );
    expect(seen).toMatchObject({ verdict: 'ok', headers: { 'content-type': 'application/json' } });
  });

  test.each<[string, () => Request, string]>([
    [
      'a Request without a content type keeps its body',
      () => new Request(server.url, { method: 'PUT', body: bytes }),
      raw,
    ],
    [
      'a Request with a content type keeps its body',
      () => new Request(server.url, { method: 'POST', body: 'x', headers: { 'content-type': 'a/b' } }),
      'x',
    ],
    ['a Request without a body is sent without one', () => new Request(server.url), ''],
  ])('%s', async (_, make, text) => {
    const seen = await arrived(fetch(make()));
    expect(seen.verdict).toBe('ok');
    expect(seen.body).toBe(text);
  });

  test('what init gives replaces what the Request had', async () => {
    const request = new Request(server.url, { method: 'POST', body: 'old', headers: { 'x-amz-meta': 'old' } });
    const seen = await arrived(fetch(request, { method: 'PUT', body: 'new' }));
    expect(seen).toMatchObject({ verdict: 'ok', method: 'PUT', body: 'new' });
  });

  test('a stream goes out unsigned where that is asked for', async () => {
    const body = new Blob(['streamed']).stream();
    const streaming = createSignedFetch({ ...options, service: 's3', payload: 'unsigned' });
    const seen = await arrived(streaming(s3.url, { method: 'PUT', body }));
    expect(seen).toMatchObject({
      verdict: 'ok',
      body: 'streamed',
      headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    });
  });

  test.each<[string, () => unknown, string]>([
    ['a Node stream that would have to be read twice', () => Readable.from(['x']), 'ERR_SIGV4_UNSUPPORTED_BODY'],
    ['a stream that would have to be read twice', () => new Blob(['x']).stream(), 'ERR_SIGV4_UNSUPPORTED_BODY'],
    ['a plain object', () => ({ a: 1 }), 'ERR_SIGV4_INVALID_BODY'],
    ['a number', () => 5, 'ERR_SIGV4_INVALID_BODY'],
    ['a lone surrogate', () => 'a\ud800', 'ERR_SIGV4_INVALID_BODY'],
  ])('%s is refused', async (_, make, code) => {
    expect(await codeOf(() => fetch(server.url, { method: 'POST', body: make() as BodyInit }))).toBe(code);
  });

  test('a body with GET is refused, since fetch cannot send it', async () => {
    expect(await codeOf(() => fetch(server.url, { body: 'x' }))).toBe('ERR_SIGV4_INVALID_BODY');
  });

  test('a Request that was read, or is being read, is refused', async () => {
    const used = new Request(server.url, { method: 'POST', body: 'x' });
    await used.text();
    expect(await codeOf(() => fetch(used))).toBe('ERR_SIGV4_INVALID_BODY');
    const locked = new Request(server.url, { method: 'POST', body: 'x' });
    locked.body?.getReader();
    expect(await codeOf(() => fetch(locked))).toBe('ERR_SIGV4_INVALID_BODY');
  });
});

describe('URLs', () => {
  test.each([
    ['/a b/é?x=a b&y=é', '/a%20b/%C3%A9?x=a%20b&y=%C3%A9'],
    ['/?q=a+b&r=%2b&k&=v&k=2', '/?q=a%20b&r=%2B&k=&=v&k=2'],
    ['/%7euser/%c3%a9?a=%7e', '/~user/%C3%A9?a=~'],
    [
      "/a!b'(c)*:@$,;=+?x=!'()*,;:@$/?",
      '/a%21b%27%28c%29%2A%3A%40%24%2C%3B%3D%2B?x=%21%27%28%29%2A%2C%3B%3A%40%24%2F%3F',
    ],
    ['/a//b?', '/a//b'],
    ['/prod/@connections/R0oX=', '/prod/%40connections/R0oX%3D'],
    ['/#fragment', '/'],
  ])('%s goes out as %s, which no server can misread', async (given, sent) => {
    expect(await arrived(fetch(server.url + given))).toMatchObject({ verdict: 'ok', target: sent });
  });

  test.each(['//a//b', '/a%2Fb', '/a%20b/ü/(x)!', '/a%FFb', '/...'])('the S3 key %s arrives signed', async (path) => {
    const seen = await arrived(createSignedFetch({ ...options, service: 's3' })(s3.url + path));
    expect(seen.verdict).toBe('ok');
    expect(Buffer.from(unescape(seen.target), 'latin1')).toEqual(
      Buffer.from(unescape(encodeURI(path).replaceAll('%25', '%')), 'latin1'),
    );
  });

  test.each([
    ['/relative', 'ERR_SIGV4_INVALID_URL'],
    ['https://user:password@api.example.com/', 'ERR_SIGV4_INVALID_URL'],
    ['ftp://api.example.com/', 'ERR_SIGV4_INVALID_URL'],
    ['https://', 'ERR_SIGV4_INVALID_URL'],
    ['https://api.example.com/%', 'ERR_SIGV4_INVALID_URL'],
    ['https://api.example.com/?a=%zz', 'ERR_SIGV4_INVALID_URL'],
    ['https://api.example.com/?a=\ud800', 'ERR_SIGV4_INVALID_URL'],
  ])('%s is refused', async (url, code) => {
    expect(await codeOf(() => fetch(url))).toBe(code);
  });

  test.each(['/a/../b', '/a/./b', '/a/%2e%2E/b', '/a\\..\\b', '/a/.\t./b'])(
    'the S3 key %j is refused, since the URL would name another object',
    async (path) => {
      const call = () => createSignedFetch({ ...options, service: 's3' })(s3.url + path);
      expect(await codeOf(call)).toBe('ERR_SIGV4_INVALID_URL');
    },
  );
});

describe('headers', () => {
  test('what a tracer adds on the way does no harm', async () => {
    const traced = createSignedFetch({
      ...options,
      fetch: (input, init) =>
        globalThis.fetch(input, {
          ...init,
          headers: {
            ...(init?.headers as Record<string, string>),
            traceparent: '00-1-1-01',
            baggage: 'a=b',
            via: '1.1 x',
            cookie: 'a=b',
          },
        }),
    });
    expect(await arrived(traced(server.url, { headers: { accept: 'a/b' } }))).toMatchObject({
      verdict: 'ok',
      headers: { via: '1.1 x' },
    });
  });

  test('names that differ only in case go out as one header', async () => {
    const headers: [string, string][] = [
      ['X-Amz-Meta', 'b'],
      ['x-amz-meta', 'a'],
    ];
    expect(await arrived(fetch(server.url, { headers }))).toMatchObject({
      verdict: 'ok',
      headers: { 'x-amz-meta': 'b,a' },
    });
  });

  test('headers of an earlier signature are replaced', async () => {
    const headers = { AUTHORIZATION: 'stale', 'X-AMZ-DATE': 'stale', 'X-Amz-Security-Token': 'stale' };
    expect((await arrived(fetch(server.url, { headers }))).verdict).toBe('ok');
  });

  test('a token of an earlier signature does not go out beside keys that have none', async () => {
    const plain = createSignedFetch({ ...options, credentials: longTerm });
    const seen = await arrived(plain(server.url, { headers: { 'X-Amz-Security-Token': 'stale' } }));
    expect(seen.verdict).toBe('ok');
    expect(seen.headers).not.toHaveProperty('x-amz-security-token');
  });

  test.each<[string, HeadersInit]>([
    ['a line break', { 'x-a': 'a\r\nb: c' }],
    ['no value', { 'x-a': undefined as never }],
    ['a name that is no token', { 'x a': '1' }],
    ['another host than the URL, which fetch would drop', { Host: 'other.example.com' }],
  ])('%s is refused', async (_, headers) => {
    expect(await codeOf(() => fetch(server.url, { headers }))).toBe('ERR_SIGV4_INVALID_HEADER');
  });
});

describe('the call', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('options of one call go over those of the fetch', async () => {
    const wrong = createSignedFetch({ ...options, service: 'other' });
    expect((await arrived(wrong(server.url))).verdict).toBe('ERR_SIGV4_SCOPE_MISMATCH');
    expect((await arrived(wrong(server.url, { aws: { service: 'execute-api' } }))).verdict).toBe('ok');
  });

  test('an undefined option of one call lifts nothing', async () => {
    const limited = createSignedFetch({ ...options, allowHosts: ['other.example.com'] });
    expect(await codeOf(() => limited(server.url, { aws: { allowHosts: undefined, credentials: undefined } }))).toBe(
      'ERR_SIGV4_HOST_NOT_ALLOWED',
    );
  });

  test('null where fetch takes null is taken', async () => {
    expect((await arrived(fetch(server.url, null as never))).verdict).toBe('ok');
  });

  test('a limit of the options is not lifted by changing them later', async () => {
    const settings = { ...options, allowHosts: ['other.example.com'] };
    const limited = createSignedFetch(settings);
    settings.allowHosts.length = 0;
    settings.allowHosts.push('127.0.0.1');
    expect(await codeOf(() => limited(server.url, { aws: { region: 'us-east-1' } }))).toBe(
      'ERR_SIGV4_HOST_NOT_ALLOWED',
    );
  });

  test('what a call gives for its options is refused where it is none', async () => {
    expect(await codeOf(() => fetch(server.url, { aws: 'eu-west-1' as never }))).toBe('ERR_SIGV4_INVALID_OPTION');
  });

  test.each<[string, unknown]>([
    ['has no function sign', { sign: 5 }],
    ['signs nothing', { sign: async () => undefined }],
    ['gives no headers', { sign: async () => ({ url: server.url, method: 'GET' }) }],
  ])('a signer that %s is refused', async (_, signer) => {
    expect(await codeOf(() => createSignedFetch({ signer: signer as Signer })(server.url))).toBe(
      'ERR_SIGV4_INVALID_OPTION',
    );
  });

  test('a redirect takes nothing along that the endpoint gives its own calls', async () => {
    const seen: Record<string, string | undefined>[] = [];
    const send = (async (url: string, init: { headers: Record<string, string> }) => {
      seen.push(init.headers);
      const there = url.startsWith(server.url) ? { location: 'https://example.com/there' } : undefined;
      return new Response(null, there && { status: 302, headers: there });
    }) as unknown as typeof globalThis.fetch;
    const endpoint = { url: server.url, headers: { 'X-Tenant-Key': 'secret' } };
    await createSignedFetch({ ...options, fetch: send, endpoint })('/a', { headers: { 'x-own': '1' } });
    expect(seen).toMatchObject([{ 'x-tenant-key': 'secret', 'x-own': '1' }, { 'x-own': '1' }]);
    expect(seen[1]).not.toHaveProperty('x-tenant-key');
  });

  test('a parameter that only ends like a signature is an ordinary one', async () => {
    expect((await arrived(fetch(`${server.url}/?MyX-Amz-Signature=1`))).verdict).toBe('ok');
  });

  test('a signed fetch never sends with a signed fetch', async () => {
    const call = createSignedFetch({ ...options, fetch: fetch as typeof globalThis.fetch })(server.url);
    expect(await codeOf(() => call)).toBe('ERR_SIGV4_INVALID_OPTION');
  });

  test('a Node stream goes out unsigned too', async () => {
    const streaming = createSignedFetch({ ...options, service: 's3', payload: 'unsigned' });
    const seen = await arrived(streaming(s3.url, { method: 'PUT', body: Readable.from(['streamed']) as never }));
    expect(seen).toMatchObject({ verdict: 'ok', body: 'streamed' });
  });

  test('an abort reaches the request', async () => {
    const call = fetch(server.url, { signal: AbortSignal.abort(new Error('enough')) });
    await expect(call).rejects.toThrow('enough');
  });

  test("a Request's own signal aborts it", async () => {
    const request = new Request(server.url, { signal: AbortSignal.abort(new Error('enough')) });
    await expect(fetch(request)).rejects.toThrow('enough');
  });

  test('20 calls at once are each answered', async () => {
    const calls = Array.from({ length: 20 }, (_, i) => arrived(fetch(server.url, { method: 'POST', body: `${i}` })));
    expect((await Promise.all(calls)).map(({ verdict, body }) => [verdict, body])).toEqual(
      Array.from({ length: 20 }, (_, i) => ['ok', `${i}`]),
    );
  });

  test('the process-wide default takes keys and region from the environment, anew at each call', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', temporary.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', temporary.secretAccessKey);
    vi.stubEnv('AWS_SESSION_TOKEN', temporary.sessionToken);
    vi.stubEnv('AWS_REGION', 'us-east-1');
    expect((await arrived(signedFetch(server.url, { aws: { service: 'execute-api' } }))).verdict).toBe('ok');
    vi.stubEnv('AWS_ACCESS_KEY_ID', longTerm.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', longTerm.secretAccessKey);
    vi.stubEnv('AWS_SESSION_TOKEN', '');
    const seen = await arrived(signedFetch(server.url, { aws: { service: 'execute-api' } }));
    expect(seen.verdict).toBe('ok');
    expect(seen.headers.authorization).toContain(longTerm.accessKeyId);
  });
});
