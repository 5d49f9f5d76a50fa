/** docs/migrating.md: both sides of each pair run and print the same, and what it says of the other packages is so. */
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { createSignedFetcher } from 'aws-sigv4-fetch';
import { aws4Interceptor, type InterceptorOptions } from 'aws4-axios';
import { AwsClient } from 'aws4fetch';
import axios from 'axios';
import got4aws from 'got4aws';
import { createSignedFetch, createSigner } from 'sigv4kit';
import { type Gate, startGate } from 'sigv4kit/gate';
import { signHttpRequest } from 'sigv4kit/http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { codeOf, longTerm, temporary } from '../support/keys';
import { type Snippet, snippetsOf, useSnippets } from '../support/snippets';
import { type Seen, startWitness, type Witness } from '../support/witness';

interface Aws4 {
  sign(options: object, credentials?: object): { path: string; method: string; headers: Record<string, string> };
}
// It has no types.
const aws4 = createRequire(import.meta.url)('aws4') as Aws4;

const snippets = snippetsOf('docs/migrating.md');

/** What both sides of each pair print. */
const PAIRS = [
  ['aws4, by headers', 'tea'],
  ['aws4, by the URL', '200'],
  ['aws4fetch, by headers', 'tea'],
  ['aws4fetch, by the URL', '200'],
  ['aws4-axios', 'tea'],
  ['aws4-axios, by a role', 'tea'],
  ['aws-sigv4-fetch', 'tea'],
  ['got4aws', 'tea'],
] as const;

const allow = (Action: string) => [{ Statement: { Effect: 'Allow' as const, Action, Resource: '*' } }];
const trust = {
  Statement: { Effect: 'Allow' as const, Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' },
};

let gate: Gate;
beforeAll(async () => {
  const auth = 'AWS_IAM';
  const headers = { 'content-type': 'application/json' };
  gate = await startGate({
    accounts: {
      '111122223333': {
        users: { buddy: { accessKeys: [longTerm], policies: allow('*') } },
        roles: { 'api-caller': { trust, policies: allow('execute-api:Invoke') } },
        apis: {
          abc123: {
            region: 'us-east-1',
            stage: 'prod',
            routes: {
              'GET /orders': { auth, handler: { statusCode: 200 } },
              'POST /orders': { auth, handler: ({ body }) => ({ statusCode: 200, headers, body }) },
            },
          },
        },
      },
    },
  });
});
afterAll(() => gate.close());

describe('docs/migrating.md', () => {
  const { check, run } = useSnippets('migrating');
  let undo: () => void;
  beforeEach(() => {
    undo = gate.intercept();
  });
  afterEach(() => undo());

  test('has two snippets for each row here', () => {
    expect(snippets).toHaveLength(2 * PAIRS.length);
  });

  test('has snippets that the compiler takes as they are, of packages that have types', () => {
    expect(check(snippets)).toBe('');
    // The types of the AWS SDK v2 are many.
  }, 180_000);

  test.each(PAIRS.map((row, i) => [...row, i] as const))('%s: the same before and after', async (_, expected, i) => {
    const answered: (string | undefined)[] = [];
    for (const snippet of snippets.slice(2 * i, 2 * i + 2) as Snippet[]) {
      const before = gate.log.length;
      expect(await run(snippet)).toEqual([expected]);
      answered.push(...gate.log.slice(before).map(({ outcome }) => outcome));
    }
    expect(new Set(answered)).toEqual(new Set(['answered']));
  });
});

describe('what it says of', () => {
  const scope = { region: 'us-east-1', service: 'execute-api' };
  let home: Witness;
  let other: Witness;
  beforeAll(async () => {
    [home, other] = await Promise.all([startWitness(), startWitness()]);
  });
  afterAll(() => Promise.all([home.close(), other.close()]));
  beforeEach(() => {
    home.answer = undefined;
    home.seen.length = 0;
    other.seen.length = 0;
  });
  afterEach(() => vi.unstubAllEnvs());

  const redirectTo = (location: string) => {
    home.answer = ({ target }, response) => {
      if (target !== '/go') return false;
      response.writeHead(302, { location }).end();
      return true;
    };
  };
  const refuse = () => {
    home.answer = (_, response) => {
      response.writeHead(503).end();
      return true;
    };
  };
  const seenOf = async (answer: Promise<Response>) => (await (await answer).json()) as Seen;
  const scopeIn = (authorization = '') => /Credential=(\S+?),/.exec(authorization)?.[1]?.replace(/\/\d{8}\//, ' ');
  const signedIn = (authorization = '') => /SignedHeaders=(\S+?),/.exec(authorization)?.[1]?.split(';');

  /** The redirects of whoever leaves them to `fetch` or axios. */
  async function checkRedirects(call: (url: string) => Promise<Seen>) {
    redirectTo(`${other.url}/there`);
    await call(`${home.url}/go`);
    expect(Object.keys(other.seen[0]?.headers ?? {})).toContain('x-amz-security-token');
    redirectTo('/next');
    expect((await call(`${home.url}/go`)).verdict).toBe('ERR_SIGV4_SIGNATURE_MISMATCH');
  }

  test('aws4', async () => {
    const host = 'abc123.execute-api.eu-west-1.amazonaws.com';
    const scopeOf = (options: object, keys?: object) => scopeIn(aws4.sign(options, keys).headers.Authorization);
    expect(scopeOf({ host })).toBe('undefined eu-west-1/execute-api/aws4_request');
    expect(scopeOf({ host: 'api.example.com' }, longTerm)).toBe(`${longTerm.accessKeyId} us-east-1//aws4_request`);
    expect(scopeOf({ host: 'vpce-0a1b-abc.execute-api.eu-west-1.vpce.amazonaws.com' }, longTerm)).toContain(' vpce/');
    expect(scopeOf({ host: 'abc.lambda-url.eu-west-1.on.aws' }, longTerm)).toContain(' us-east-1//');
    expect(scopeOf({ service: 'sqs', region: 'eu-west-1' }, longTerm)).toContain('eu-west-1/sqs');

    const given = { host, body: 'x', headers: { traceparent: 'a' } };
    const signed = aws4.sign(given, longTerm);
    expect(signed).toBe(given);
    expect(signed).toMatchObject({
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
    });
    expect(signedIn(signed.headers.Authorization)).toContain('traceparent');

    const stale = { 'X-Amz-Date': '20150830T123600Z', 'X-Amz-Security-Token': 'old' };
    expect(aws4.sign({ host, headers: stale }, temporary).headers).toMatchObject(stale);
    expect(aws4.sign({ host, signQuery: true }, longTerm).path).not.toContain('X-Amz-Expires');
    expect(aws4.sign({ host: 's3.eu-west-1.amazonaws.com', signQuery: true }, longTerm).path).toContain(
      'X-Amz-Expires=86400',
    );

    const options = { credentials: longTerm };
    expect(await codeOf(() => signHttpRequest('https://api.example.com/', null, options))).toBe('ERR_SIGV4_NO_SERVICE');
    expect(await codeOf(() => signHttpRequest('https://api.example.com/', null, { ...options, service: 'a' }))).toBe(
      'ERR_SIGV4_NO_REGION',
    );
    expect(await codeOf(() => signHttpRequest({ host }, null, { credentials: async () => ({}) as never }))).toBe(
      'ERR_SIGV4_NO_CREDENTIALS',
    );
    const { method, headers } = await signHttpRequest({ host }, 'x', options);
    expect([method, headers['content-type']]).toEqual(['GET', undefined]);
    const url = await createSigner(options).presign(`https://${host}/`);
    expect(url.searchParams.get('X-Amz-Expires')).toBe('3600');
  });

  test('aws4fetch', async () => {
    const client = new AwsClient({ ...temporary, ...scope, initRetryMs: 0.001 } as never);
    refuse();
    await client.fetch(home.url, { method: 'POST', body: 'x' });
    expect(home.seen).toHaveLength(11);
    const retry = { attempts: 11, delay: 0, methods: ['POST'] };
    const fetch = createSignedFetch({ credentials: temporary, ...scope, retry });
    await fetch(home.url, { method: 'POST', body: 'x' });
    expect(home.seen).toHaveLength(22);
    home.answer = undefined;
    for (const body of [new FormData(), new Blob(['a']), new URLSearchParams('a=b'), new Blob(['a']).stream()])
      await expect(client.fetch(home.url, { method: 'POST', body })).rejects.toThrow('body must be a string');
    const bytes = new Request(home.url, { method: 'POST', body: new Uint8Array([65]) });
    expect(await seenOf(client.fetch(bytes))).toMatchObject({ verdict: 'ok', body: '' });
    const typed = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', traceparent: 'a' } };
    const signed = signedIn((await seenOf(client.fetch(home.url, typed))).headers.authorization);
    expect(signed).toContain('traceparent');
    expect(signed).not.toContain('content-type');
    await checkRedirects((url) => seenOf(client.fetch(url)));

    const anywhere = new AwsClient(longTerm as never);
    const lost = await anywhere.sign('https://api.example.com');
    expect(scopeIn(lost.headers.get('authorization') ?? '')).toContain(' us-east-1//');
    const stored = await anywhere.sign('https://a.s3.eu-west-1.amazonaws.com/b', { method: 'PUT', body: 'a' });
    expect(stored.headers.get('x-amz-content-sha256')).toBe('UNSIGNED-PAYLOAD');
  });

  test('aws4-axios', async () => {
    const open = (options: InterceptorOptions = {}) => {
      const client = axios.create({ baseURL: home.url });
      const credentials = temporary as never;
      const sign = aws4Interceptor({ instance: client, options: { ...scope, ...options }, credentials });
      return { client, sign };
    };
    const signing = (options: InterceptorOptions = {}) => {
      const { client, sign } = open(options);
      client.interceptors.request.use(sign);
      return client;
    };
    const { client: late, sign } = open();
    late.interceptors.request.use((config) => Object.assign(config, { params: { late: 1 } }));
    late.interceptors.request.use(sign);
    expect((await late.get('/')).data.verdict).toBe('ERR_SIGV4_SIGNATURE_MISMATCH');

    const client = signing();
    for (const body of [new FormData(), new Blob(['a']), new Uint8Array([1])])
      await expect(client.post('/', body)).rejects.toThrow(/argument must be of type string/);
    const { headers } = (await signing({ addContentSha: true }).get('/')).data as Seen;
    expect(headers['x-amz-content-sha256']).toMatch(/^[\da-f]{64}$/);
    expect(signedIn(headers.authorization)).not.toContain('x-amz-content-sha256');
    await checkRedirects(async (url) => (await client.get(url)).data);
    refuse();
    home.seen.length = 0;
    await expect(client.get('/')).rejects.toThrow('503');
    expect(home.seen).toHaveLength(1);
  });

  test('aws4-axios and its roles', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', longTerm.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', longTerm.secretAccessKey);
    const client = axios.create({ baseURL: 'https://abc123.execute-api.us-east-1.amazonaws.com/prod' });
    const options = { ...scope, assumeRoleArn: 'arn:aws:iam::111122223333:role/api-caller' };
    client.interceptors.request.use(aws4Interceptor({ instance: client, options }));
    const undo = gate.intercept();
    const before = gate.log.length;
    await Promise.all(Array.from({ length: 20 }, () => client.get('/orders'))).finally(undo);
    expect(gate.log.slice(before).filter(({ service }) => service === 'sts')).toHaveLength(20);
  });

  test('aws-sigv4-fetch', async () => {
    const credentials = vi.fn(async () => temporary);
    const fetch = createSignedFetcher({ service: 'execute-api', credentials: credentials as never });
    const { headers } = await seenOf(fetch(home.url, { headers: { traceparent: 'a' } }));
    expect(signedIn(headers.authorization)).toContain('traceparent');
    await fetch(home.url);
    expect(credentials).toHaveBeenCalledTimes(2);

    let sent: Request | undefined;
    const kept = createSignedFetcher({
      service: 'execute-api',
      credentials: temporary as never,
      fetch: async (request) => {
        sent = request as Request;
        return new Response();
      },
    });
    await kept('https://abc123.execute-api.eu-west-1.amazonaws.com');
    expect(scopeIn(sent?.headers.get('authorization') ?? '')).toContain(' us-east-1/');

    const form = new FormData();
    form.set('a', 'b');
    const posted = await seenOf(fetch(home.url, { method: 'POST', body: form }));
    expect(posted.verdict).toBe('ERR_SIGV4_PAYLOAD_MISMATCH');
    await checkRedirects((url) => seenOf(fetch(url)));
    refuse();
    home.seen.length = 0;
    expect((await fetch(home.url)).status).toBe(503);
    expect(home.seen).toHaveLength(1);

    const store = await startWitness({ service: 's3' });
    const s3 = createSignedFetcher({ service: 's3', region: 'us-east-1', credentials: temporary as never });
    for (const key of ['a//b', 'a b', 'ü'])
      expect((await seenOf(s3(`${store.url}/${key}`))).verdict).toBe('ERR_SIGV4_SIGNATURE_MISMATCH');
    expect((await seenOf(s3(`${store.url}/a/b`))).verdict).toBe('ok');
    await store.close();
  });

  test('got4aws', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', temporary.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', temporary.secretAccessKey);
    vi.stubEnv('AWS_SESSION_TOKEN', temporary.sessionToken);
    const got = got4aws(scope);
    const streamed = JSON.parse(await text(got.stream(home.url))) as Seen;
    expect(streamed.verdict).toBe('ERR_SIGV4_MISSING_AUTHENTICATION');
    const form = await got.post<Seen>(home.url, { form: { a: 'b' } });
    expect(form.body).toMatchObject({ verdict: 'ERR_SIGV4_SIGNATURE_MISMATCH', body: 'a=b' });
    redirectTo(`${other.url}/there`);
    await got(`${home.url}/go`);
    expect(other.seen[0]?.verdict).toBe('ok');
    expect(Object.keys(other.seen[0]?.headers ?? {})).toContain('x-amz-security-token');

    home.seen.length = 0;
    home.answer = (_, response, before) => {
      if (before === 0) response.writeHead(503).end();
      return before === 0;
    };
    // Longer than the date's precision, a second.
    await got(home.url, { retry: { calculateDelay: ({ computedValue }) => (computedValue ? 1100 : 0) } });
    expect(home.seen).toHaveLength(2);
    expect(new Set(home.seen.map(({ headers }) => headers['x-amz-date'])).size).toBe(1);
  });
});
