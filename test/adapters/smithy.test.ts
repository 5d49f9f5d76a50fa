/** Our signer in real SDK clients, and SDK signers in our fetch and adapters, each against servers that verify. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { CognitoIdentityClient, ListIdentityPoolsCommand } from '@aws-sdk/client-cognito-identity';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { auth, http as crtHttp } from 'aws-crt';
import { cachedCredentials, createSignedFetch, createSigner, type SigV4Event } from 'sigv4kit';
import { type Gate, startGate } from 'sigv4kit/gate';
import { signHttpRequest } from 'sigv4kit/http';
import { fromSmithySigner, smithySigner } from 'sigv4kit/smithy';
import { undiciInterceptor } from 'sigv4kit/undici';
import { createVerifier } from 'sigv4kit/verify';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom, type Random, readSeed } from '../differential/random';
import { local, worldOf } from '../support/accounts';
import { codeOf, longTerm, temporary } from '../support/keys';
import { refuseTime, startWitness, type Witness } from '../support/witness';

const DAY = 86_400_000;
const options = { credentials: temporary, region: 'us-east-1', service: 'execute-api' };
const verifierOf = (service: string, now = Date.now) =>
  createVerifier({
    lookup: (id) => [longTerm, temporary].find((key) => key.accessKeyId === id),
    region: 'us-east-1',
    service,
    now,
  });

class Sha256 {
  private readonly hash;
  constructor(secret?: unknown) {
    const { createHash, createHmac } = process.getBuiltinModule('node:crypto');
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }
  update(data: unknown) {
    this.hash.update(data as Uint8Array);
  }
  async digest() {
    return this.hash.digest();
  }
  reset() {}
}
const smithyOf = (service = 'execute-api', credentials = temporary) =>
  new SignatureV4({
    credentials: credentials as never,
    region: 'us-east-1',
    service,
    sha256: Sha256 as never,
    uriEscapePath: service !== 's3',
  });

const strict = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** As the SDK's handlers send it. */
function toWire({ method, path, query, headers, body }: HttpRequest) {
  const parts = Object.keys(query ?? {})
    .sort()
    .flatMap((name) =>
      [query?.[name]]
        .flat()
        .map((value) => (value === null ? strict(name) : `${strict(name)}=${strict(value as string)}`)),
    );
  return { method, path, query: parts.join('&'), headers: Object.entries(headers), body };
}

describe('smithySigner signs', () => {
  const plain = {
    method: 'GET',
    protocol: 'https:',
    hostname: 'api.example.com',
    path: '/a',
    headers: { host: 'api.example.com' },
  };
  const verify = async (signed: unknown, service = 'execute-api', now?: () => number) =>
    verifierOf(service, now).verify(toWire(signed as HttpRequest));

  test.each<[string, object]>([
    ['no host header', { headers: {} }],
    ['a port', { port: 8443, headers: {} }],
    ['a query of every kind', { query: { b: ['2', '1'], a: null, 'é &': "it's", e: '', __proto__x: '1' } }],
    ['text', { method: 'POST', body: 'héllo', headers: { host: 'api.example.com', 'Content-Type': 'text/plain' } }],
    ['bytes', { method: 'POST', body: new Uint8Array([0, 255]) }],
    ['a path that no URL keeps', { path: '/a/../b/./c//d' }],
    [
      'what an earlier attempt left',
      { headers: { HOST: 'api.example.com', AUTHORIZATION: 'x', 'X-Amz-Date': 'x', 'X-Amz-Security-Token': 'x' } },
    ],
  ])('a request with %s', async (_, change) => {
    const given = new HttpRequest({ ...plain, ...change } as never);
    const before = JSON.stringify(given);
    const signed = await smithySigner(options).sign(given);
    expect(signed).toBeInstanceOf(HttpRequest);
    expect(await verify(signed)).toMatchObject({ accessKeyId: temporary.accessKeyId });
    expect(JSON.stringify(given)).toBe(before);
    expect(Object.keys(signed.headers).filter((name) => /^(authorization|x-amz-date)$/i.test(name))).toHaveLength(2);
  });

  test('for the date, region and service that a client says', async () => {
    const time = Date.now() - 3 * DAY;
    const request = new HttpRequest(plain);
    for (const signingDate of [new Date(time), time / 1000, new Date(time).toISOString()]) {
      const args = { signingDate, signingRegion: 'us-east-1', signingService: 's3' };
      const signed = await smithySigner({ ...options, region: 'eu-west-1' }).sign(request, args);
      expect(await verify(signed, 's3', () => time)).toMatchObject({ accessKeyId: temporary.accessKeyId });
    }
  });

  test('the headers that a client says, and not those it says otherwise', async () => {
    const headers = {
      host: 'api.example.com',
      'content-type': 'a/b',
      accept: 'c',
      'x-amz-meta': 'd',
      'user-agent': 'e',
      cookie: 'f',
    };
    const unsignableHeaders = new Set(['content-type', 'x-amz-meta', 'accept']);
    const signableHeaders = new Set(['accept', 'user-agent']);
    const signed = await smithySigner(options).sign(new HttpRequest({ ...plain, headers }), {
      unsignableHeaders,
      signableHeaders,
    });
    expect(signed.headers.authorization).toContain('SignedHeaders=accept;host;x-amz-date;x-amz-security-token,');
    expect(signed.headers).toMatchObject(headers);
  });

  test.each<[string, () => unknown, object, string]>([
    [
      'what the request declares',
      () => Readable.from(['x']),
      { 'X-Amz-Content-SHA256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' },
      'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    ],
    [
      'no hash over https, where the service takes that',
      () => Readable.from(['x']),
      { 'content-length': '1' },
      'UNSIGNED-PAYLOAD',
    ],
    [
      'the hash of a Blob',
      () => new Blob(['x']),
      {},
      '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
    ],
  ])('%s for a body that is a stream or Blob, and leaves it unread', async (_, make, more, hash) => {
    const body = make();
    const given = new HttpRequest({ ...plain, method: 'PUT', headers: { ...plain.headers, ...more }, body });
    const signed = await smithySigner({ ...options, service: 's3' }).sign(given);
    expect(signed.body).toBe(body);
    expect(signed.headers['x-amz-content-sha256']).toBe(hash);
    expect(body instanceof Readable && body.readableDidRead).toBe(false);
  });

  test('a text, as the SDK does', async () => {
    const signingDate = new Date('2015-08-30T12:36:00Z');
    const text = 'eyJjb25kaXRpb25zIjpbXX0=';
    expect(await smithySigner(options).sign(text, { signingDate })).toBe(await smithyOf().sign(text, { signingDate }));
    const other = { signingDate, signingRegion: 'eu-west-1', signingService: 's3' };
    expect(await smithySigner({ credentials: temporary }).sign(text, other)).toBe(await smithyOf().sign(text, other));
  });

  test('a presigned request', async () => {
    const given = new HttpRequest({
      ...plain,
      query: { a: ['1', '2'], 'X-Amz-Signature': 'stale' },
      headers: { host: 'api.example.com', 'X-Amz-Meta-A': 'b', 'x-amz-kept': 'c', accept: 'd', Authorization: 'stale' },
    });
    const args = { expiresIn: 60, unhoistableHeaders: new Set(['x-amz-kept']), hoistableHeaders: new Set(['accept']) };
    const signed = await smithySigner(options).presign(given, args);
    expect(signed.query).toMatchObject({ a: ['1', '2'], 'X-Amz-Meta-A': 'b', accept: 'd', 'X-Amz-Expires': '60' });
    expect(signed.headers).toEqual({ host: 'api.example.com', 'x-amz-kept': 'c' });
    expect(await verify(signed)).toMatchObject({ presigned: true });
  });

  test('a presigned request for its endpoint', async () => {
    const endpoint = { url: 'https://vpce.example.com:8443', names: ['api.example.com'] };
    const signed = await smithySigner({ ...options, endpoint }).presign(
      new HttpRequest({ ...plain, query: { a: '1' } }),
    );
    expect(signed).toMatchObject({
      hostname: 'vpce.example.com',
      port: 8443,
      headers: { host: 'vpce.example.com:8443' },
    });
    expect(await verify(signed)).toMatchObject({ presigned: true });
  });

  test('a presigned request for S3, with or without a declared payload', async () => {
    for (const headers of [plain.headers, { ...plain.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }]) {
      const signed = await smithySigner({ ...options, service: 's3' }).presign(new HttpRequest({ ...plain, headers }));
      expect(await verify(signed, 's3')).toMatchObject({ presigned: true });
    }
  });

  test.each<[string, () => unknown, string]>([
    [
      'an event',
      () =>
        smithySigner(options).sign(
          { headers: new Uint8Array(), payload: new Uint8Array() } as never,
          { priorSignature: '' } as never,
        ),
      'ERR_SIGV4_UNSUPPORTED_BODY',
    ],
    [
      'a message',
      () =>
        smithySigner(options).sign({ message: { headers: {}, body: new Uint8Array() }, priorSignature: '' } as never),
      'ERR_SIGV4_UNSUPPORTED_BODY',
    ],
    [
      'a stream that would be read twice',
      () => smithySigner(options).sign(new HttpRequest({ ...plain, body: Readable.from(['x']) })),
      'ERR_SIGV4_UNSUPPORTED_BODY',
    ],
    [
      'a host that is not allowed',
      () => smithySigner({ ...options, allowHosts: ['example.org'] }).sign(new HttpRequest(plain)),
      'ERR_SIGV4_HOST_NOT_ALLOWED',
    ],
    ['no host', () => smithySigner(options).sign({ ...plain, hostname: '' } as never), 'ERR_SIGV4_INVALID_URL'],
    [
      'a line break',
      () => smithySigner(options).sign(new HttpRequest({ ...plain, headers: { a: 'b\r\nc' } })),
      'ERR_SIGV4_INVALID_HEADER',
    ],
    [
      'a life of eight days',
      () => smithySigner(options).presign(new HttpRequest(plain), { expiresIn: 691_200 }),
      'ERR_SIGV4_INVALID_EXPIRES',
    ],
    [
      'a text of no region',
      () => smithySigner({ credentials: temporary }).sign('a', { signingService: 's3' }),
      'ERR_SIGV4_NO_REGION',
    ],
    [
      'no date',
      () => smithySigner(options).sign(new HttpRequest(plain), { signingDate: 'soon' }),
      'ERR_SIGV4_INVALID_DATE',
    ],
    ['no request', () => smithySigner(options).sign(null as never), 'ERR_SIGV4_INVALID_URL'],
    ['no request to presign', () => smithySigner(options).presign(undefined as never), 'ERR_SIGV4_INVALID_URL'],
    [
      'a text by a signer that signs requests alone',
      () => smithySigner(fromSmithySigner(smithyOf())).sign('a'),
      'ERR_SIGV4_INVALID_OPTION',
    ],
  ])('%s is refused', async (_, call, code) => {
    expect(await codeOf(call)).toBe(code);
  });
});

describe('requests by chance', () => {
  const seed = readSeed();
  const words = ['a', 'b c', 'é', '%', '+', '=', '&', '/', '~', "'", '(', '*', '日', '0', '.'];
  const text = (random: Random) => random.several(1, 4, () => random.pick(words)).join('');

  function make(random: Random, service: string) {
    const query: Record<string, string | string[]> = {};
    for (let i = random.integer(4); i > 0; i--)
      query[text(random)] = random.once(3) ? random.several(1, 3, () => text(random)) : text(random);
    const headers: Record<string, string> = { host: 'api.example.com' };
    for (let i = random.integer(4); i > 0; i--) {
      const name = random.pick([
        'X-Amz-Meta',
        'content-type',
        'Content-MD5',
        'accept',
        'x-custom',
        'user-agent',
        'x-amz-b',
        'x-apigw-api-id',
      ]);
      headers[name] = random.pick(['a', ' a  b ', 'a,b', '"x"', '1']);
    }
    const path = `/${random.several(0, 3, () => strict(text(random))).join('/')}`;
    const body = random.once(2) ? text(random) : random.once(2) ? new TextEncoder().encode(text(random)) : undefined;
    const method = body === undefined ? 'GET' : 'POST';
    if (service === 's3' && random.once(3)) headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
    return new HttpRequest({ method, protocol: 'https:', hostname: 'api.example.com', path, query, headers, body });
  }

  test.each(['execute-api', 's3', 'sts'])(
    'are signed so that whoever takes the SDK’s signature takes ours (%s)',
    async (service) => {
      const verifier = verifierOf(service);
      const ours = smithySigner({ ...options, service });
      for (let number = 0; number < 400; number++) {
        const given = make(createRandom(seed, number), service);
        const told = `SIGV4KIT_SEED=${seed}, request ${number}`;
        for (const form of ['sign', 'presign'] as const) {
          const [one, other] = [await ours[form](given), await smithyOf(service)[form](given)] as HttpRequest[];
          if (form === 'presign' && service === 's3') continue;
          await expect(verifier.verify(toWire(other as HttpRequest)), `smithy, ${told}`).resolves.toBeDefined();
          await expect(verifier.verify(toWire(one as HttpRequest)), `ours, ${told}`).resolves.toBeDefined();
          // And nothing of the request itself is another's.
          expect((one as HttpRequest).path, told).toBe((other as HttpRequest).path);
          expect((one as HttpRequest).body, told).toBe(given.body);
        }
      }
    },
  );
});

describe('real clients', () => {
  let gate: Gate;
  beforeAll(async () => {
    gate = await startGate(worldOf());
  });
  afterAll(() => gate.close());

  test.each([
    ['as it is', (signer: object) => signer],
    ['by a provider', (signer: object) => async () => signer],
  ])('of STS sign with it, given %s', async (_, give) => {
    const events: SigV4Event[] = [];
    const signer = smithySigner({
      credentials: local,
      region: 'us-east-1',
      service: 'sts',
      onEvent: (event) => events.push(event),
    });
    // The keys of the client are not what signs.
    const client = new STSClient({
      region: 'us-east-1',
      endpoint: gate.url,
      credentials: longTerm as never,
      signer: give(signer) as never,
    });
    const { Arn } = await client.send(new GetCallerIdentityCommand({}));
    expect(Arn).toMatch(/user\/local$/);
    expect(events).toMatchObject([{ type: 'signed', accessKeyId: local.accessKeyId }]);
  });

  test('of STS have their clock corrected by the SDK, which it says for each request', async () => {
    const now = () => Date.now() + DAY;
    const server = await startWitness({ service: 'sts', now });
    server.answer = ({ verdict }, response) => {
      response.setHeader('date', new Date(now()).toUTCString());
      if (verdict !== 'ok') {
        const error = '<Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>late</Message></Error>';
        response.writeHead(403, { 'content-type': 'text/xml' });
        response.end(`<ErrorResponse>${error}</ErrorResponse>`);
        return true;
      }
      response.setHeader('content-type', 'text/xml');
      response.end(
        '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>',
      );
      return true;
    };
    const client = new STSClient({
      region: 'us-east-1',
      endpoint: server.url,
      credentials: longTerm as never,
      signer: smithySigner({ ...options, service: 'sts' }),
    });
    expect((await client.send(new GetCallerIdentityCommand({}))).Arn).toBe('arn');
    expect(server.seen.map(({ verdict }) => verdict)).toEqual(['ERR_SIGV4_SIGNATURE_EXPIRED', 'ok']);
    await server.close();
  });

  test.each([
    [
      'of Cognito Identity',
      'cognito-identity',
      (settings: object) => new CognitoIdentityClient(settings).send(new ListIdentityPoolsCommand({ MaxResults: 1 })),
      undefined,
    ],
    [
      'of API Gateway connections',
      'execute-api',
      (settings: object) =>
        new ApiGatewayManagementApiClient(settings).send(
          new PostToConnectionCommand({ ConnectionId: 'L0SM9cOFvHcCIhw=', Data: Buffer.from('héllo') }),
        ),
      '/%40connections/L0SM9cOFvHcCIhw%3D',
    ],
  ])('%s are taken by who verifies', async (_, service, call, path) => {
    const server = await startWitness({ service });
    server.answer = (_, response) => {
      response.setHeader('content-type', 'application/x-amz-json-1.1').end('{}');
      return true;
    };
    await call({
      region: 'us-east-1',
      endpoint: server.url,
      credentials: longTerm as never,
      signer: smithySigner({ ...options, service }),
    });
    expect(server.seen).toMatchObject([{ verdict: 'ok', method: 'POST' }]);
    if (path) expect(decodeURIComponent(server.seen[0]?.target as string)).toBe(decodeURIComponent(path));
    await server.close();
  });

  describe('of S3, against s3rver', () => {
    let directory: string;
    let server: { httpServer: Server; run(): Promise<{ port: number }> };
    let client: S3Client;
    const Bucket = 'kept';

    beforeAll(async () => {
      const S3rver = createRequire(import.meta.url)('@20minutes/s3rver');
      directory = mkdtempSync(join(tmpdir(), 's3rver-'));
      server = new S3rver({
        address: '127.0.0.1',
        port: 0,
        silent: true,
        directory,
        vhostBuckets: false,
        configureBuckets: [{ name: Bucket }],
      });
      const { port } = await server.run();
      const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
      client = new S3Client({
        region: 'us-east-1',
        endpoint: `http://127.0.0.1:${port}`,
        forcePathStyle: true,
        credentials: longTerm as never,
        signer: smithySigner({ credentials }),
        requestChecksumCalculation: 'WHEN_REQUIRED',
      });
    });
    afterAll(async () => {
      client.destroy();
      await new Promise((resolve) => {
        server.httpServer.close(resolve);
        server.httpServer.closeAllConnections();
      });
      rmSync(directory, { recursive: true, force: true });
    });

    test.each<[string, () => string | Uint8Array | Readable, object]>([
      ['a b/ü+&=(1).txt', () => 'héllo', {}],
      ['bytes', () => new Uint8Array([0, 1, 255]), { Metadata: { colour: 'deep blue' } }],
      ['dots/.hidden', () => '', {}],
    ])('keep %s', async (Key, body, more) => {
      const Body = body();
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'text/plain', ...more }));
      const found = await client.send(new GetObjectCommand({ Bucket, Key }));
      expect(Buffer.from((await found.Body?.transformToByteArray()) as Uint8Array)).toEqual(
        Buffer.from(Body as string),
      );
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    });
  });

  test('of S3 send streams with a checksum behind, whose hash they declare', async () => {
    const server = await startWitness({ service: 's3' });
    server.answer = (_, response) => {
      response.end();
      return true;
    };
    const client = new S3Client({
      region: 'us-east-1',
      endpoint: server.url,
      forcePathStyle: true,
      credentials: longTerm as never,
      signer: smithySigner({ credentials: temporary }),
    });
    await client.send(
      new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: Readable.from([Buffer.from('streamed')]), ContentLength: 8 }),
    );
    await client.send(new PutObjectCommand({ Bucket: 'b', Key: 'a/../k', Body: 'text' }));
    expect(server.seen[0]).toMatchObject({
      headers: { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' },
      body: expect.stringContaining('streamed'),
    });
    // A verifier that reads whole bodies takes no pieces, but it has looked at all else before.
    expect(server.seen[0]?.verdict).toMatch(/^(ok|ERR_SIGV4_UNSUPPORTED_PAYLOAD)$/);
    expect(server.seen[1]).toMatchObject({ verdict: 'ok', target: '/b/a/../k?x-id=PutObject' });
    await server.close();
  });
});

describe("an SDK's signer", () => {
  let home: Witness;
  beforeAll(async () => {
    home = await startWitness();
  });
  afterAll(() => home.close());
  const hard = () => `${home.url}/x//(1)/%7e?v&h=1&f=a=b&b=2&b=1&c=d e`;

  test.each<[string, unknown, string]>([
    ['nothing', undefined, ''],
    ['text', 'héllo', 'hÃ©llo'],
    ['bytes', new Uint8Array([0, 255]), '\u0000\u00ff'],
    ['a form', new URLSearchParams({ a: '1 2' }), 'a=1+2'],
    ['a function that opens it', () => Readable.from(['opened']), 'opened'],
    ['a large Blob', new Blob(['x'.repeat(1_048_577)]), 'x'.repeat(1_048_577)],
  ])('drives the signed fetch with %s', async (_, body, text) => {
    const fetch = createSignedFetch({ signer: fromSmithySigner(smithyOf()) });
    const response = await fetch(hard(), {
      method: body ? 'POST' : 'GET',
      body: body as string,
      headers: { traceparent: 'x' },
    });
    const seen = (await response.json()) as { verdict: string; body: string; headers: Record<string, string> };
    expect(seen).toMatchObject({ verdict: 'ok', body: text });
    // What tracers change is not signed.
    expect(seen.headers.authorization).not.toContain('traceparent');
  });

  test('drives undici and node:http', async () => {
    const signer = fromSmithySigner(smithyOf());
    const agent = new Agent();
    const { body } = await request(hard(), {
      dispatcher: agent.compose(undiciInterceptor(signer)),
      method: 'POST',
      body: 'x',
    });
    expect(await body.json()).toMatchObject({ verdict: 'ok', body: 'x' });
    await agent.destroy();
    const { headers } = await signHttpRequest(hard(), null, signer);
    expect(headers.authorization).toContain('SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token');
  });

  test('has its clock set right, and tells whose keys it has', async () => {
    home.answer = ({ verdict }, response) => verdict !== 'ok' && refuseTime(response);
    const events: SigV4Event[] = [];
    const onEvent = (event: SigV4Event) => events.push(event);
    const signer = fromSmithySigner(smithyOf(), { now: () => Date.now() - DAY });
    const response = await createSignedFetch({ signer, onEvent })(home.url, { method: 'POST', body: 'x' });
    expect(await response.json()).toMatchObject({ verdict: 'ok' });
    expect(events.map(({ type }) => type)).toEqual(['signed', 'clock-corrected', 'signed']);
    expect(events[0]).toMatchObject({ accessKeyId: temporary.accessKeyId });
    home.answer = undefined;
  });

  test('presigns', async () => {
    const url = await fromSmithySigner(smithyOf()).presign(hard(), { expiresIn: 60 });
    expect(await (await fetch(url)).json()).toMatchObject({ verdict: 'ok' });
    const s3 = await startWitness({ service: 's3' });
    const forS3 = await fromSmithySigner(smithyOf('s3'), { signingService: 's3' }).presign(`${s3.url}/b/k`);
    expect(await (await fetch(forS3)).json()).toMatchObject({ verdict: 'ok' });
    await s3.close();
  });

  test('goes where an endpoint leads, and to no host that is not allowed', async () => {
    const signer = fromSmithySigner(smithyOf(), {
      endpoint: { url: `${home.url}/prod`, headers: { 'x-apigw-api-id': 'abc' } },
      allowHosts: ['127.0.0.1'],
    });
    const response = await createSignedFetch({ signer })('/orders');
    expect(await response.json()).toMatchObject({
      verdict: 'ok',
      target: '/prod/orders',
      headers: { 'x-apigw-api-id': 'abc' },
    });
    expect(await codeOf(() => createSignedFetch({ signer })('https://example.com'))).toBe('ERR_SIGV4_HOST_NOT_ALLOWED');
  });

  test('may be one of version 4A', async () => {
    const signer = fromSmithySigner({
      async sign(given, { signingDate } = {}) {
        const plain = new crtHttp.HttpRequest(
          given.method,
          given.path,
          new crtHttp.HttpHeaders(Object.entries(given.headers)),
        );
        const provider = auth.AwsCredentialsProvider.newStatic(longTerm.accessKeyId, longTerm.secretAccessKey);
        await auth.aws_sign_request(plain, {
          algorithm: auth.AwsSigningAlgorithm.SigV4Asymmetric,
          signature_type: auth.AwsSignatureType.HttpRequestViaHeaders,
          provider,
          region: '*',
          service: 'execute-api',
          date: signingDate as Date,
        });
        return Object.assign(HttpRequest.clone(given), { headers: Object.fromEntries(plain.headers._flatten()) });
      },
    });
    const response = await createSignedFetch({ signer })(home.url);
    const seen = (await response.json()) as { verdict: string; headers: Record<string, string> };
    expect(seen.verdict).toBe('ERR_SIGV4_UNSUPPORTED_ALGORITHM');
    expect(seen.headers.authorization).toContain('AWS4-ECDSA-P256-SHA256');
    expect(seen.headers['x-amz-region-set']).toBe('*');
    expect(await codeOf(() => signer.presign(home.url))).toBe('ERR_SIGV4_INVALID_OPTION');
  });

  test.each<[string, () => unknown, string]>([
    ['what is none', () => fromSmithySigner({} as never), 'ERR_SIGV4_INVALID_OPTION'],
    [
      'what signs nothing',
      () => fromSmithySigner({ sign: async () => ({}) as never }).sign(home.url),
      'ERR_SIGV4_INVALID_OPTION',
    ],
    [
      'a limit that is none',
      () => fromSmithySigner(smithyOf(), { allowHosts: '' as never }),
      'ERR_SIGV4_INVALID_OPTION',
    ],
    ['a clock that is none', () => fromSmithySigner(smithyOf(), { now: 5 as never }), 'ERR_SIGV4_INVALID_OPTION'],
    ['options that are none', () => fromSmithySigner(smithyOf(), 'x' as never), 'ERR_SIGV4_INVALID_OPTION'],
    [
      'a stream',
      () => fromSmithySigner(smithyOf()).sign({ url: home.url, method: 'POST', body: new Blob(['x']).stream() }),
      'ERR_SIGV4_UNSUPPORTED_BODY',
    ],
    [
      'a parameter that no SDK can sign',
      () => fromSmithySigner(smithyOf()).sign(`${home.url}?__proto__=1`),
      'ERR_SIGV4_INVALID_URL',
    ],
  ])('refuses %s', async (_, call, code) => {
    expect(await codeOf(call)).toBe(code);
  });
});

describe('a signed fetch with a signer', () => {
  test('signs with it, also for one call alone', async () => {
    const home = await startWitness();
    const signer = createSigner(options);
    expect(await (await createSignedFetch({ signer })(home.url)).json()).toMatchObject({ verdict: 'ok' });
    const other = createSignedFetch({
      ...options,
      credentials: { ...longTerm, secretAccessKey: 'wrong' },
      retry: false,
    });
    expect(await (await other(home.url, { aws: { signer } })).json()).toMatchObject({ verdict: 'ok' });
    await home.close();
  });

  test('renews the keys that the signer has', async () => {
    const home = await startWitness();
    const keys = [{ accessKeyId: 'ASIAOLD', secretAccessKey: 'old', sessionToken: 'old' }, temporary];
    const credentials = cachedCredentials(async () => keys.shift() ?? temporary);
    home.answer = ({ verdict }, response) => {
      if (verdict === 'ok') return false;
      response.writeHead(403, { 'x-amzn-errortype': 'UnrecognizedClientException' }).end('{}');
      return true;
    };
    const fetch = createSignedFetch({ signer: createSigner({ ...options, credentials }) });
    expect(await (await fetch(home.url)).json()).toMatchObject({ verdict: 'ok' });
    await home.close();
  });

  test.each<[string, object]>([
    ['what is none', { signer: {} }],
    ['options that would sign too', { signer: createSigner(), region: 'us-east-1' }],
  ])('refuses %s', async (_, given) => {
    expect(await codeOf(() => createSignedFetch(given))).toBe('ERR_SIGV4_INVALID_OPTION');
  });
});
