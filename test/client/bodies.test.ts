/** Bodies that are not held in memory, over real HTTP: what is signed of them, how they arrive, and what is refused. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, openAsBlob, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Stream } from 'node:stream';
import { promisify } from 'node:util';
import { createSignedFetch, createSigner, type SignedRequestInit, type SignerOptions } from 'sigv4kit';
import { createVerifier } from 'sigv4kit/verify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isStream, type RequestBody } from '../../src/client/body';
import { openSigner } from '../../src/client/signer';
import { decode } from '../support/aws-chunked';
import { codeOf, instant, longTerm, temporary } from '../support/keys';
import { type Arrived, startServer, type TestServer } from '../support/server';

const servers = {} as Record<'execute-api' | 's3' | 'vpc-lattice-svcs', TestServer>;
const folder = mkdtempSync(join(tmpdir(), 'sigv4kit-bodies-'));
const file = join(folder, 'large.bin');
/** Larger than what is read into memory, and no multiple of a piece. */
const large = createHash('shake256', { outputLength: 2_500_001 }).update('large').digest();
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

beforeAll(async () => {
  writeFileSync(file, large);
  for (const service of ['execute-api', 's3', 'vpc-lattice-svcs'] as const)
    servers[service] = await startServer(service);
});
afterAll(async () => {
  await Promise.all(Object.values(servers).map((server) => server.close()));
  rmSync(folder, { recursive: true });
});

/** Sends over plain HTTP what was signed for https, as a proxy that ends TLS does. */
const overPlainHttp: typeof fetch = (input, init) => fetch(String(input).replace('https:', 'http:'), init);

async function put(
  service: keyof typeof servers,
  init: SignedRequestInit,
  options: SignerOptions = {},
  scheme = 'https',
) {
  const url = servers[service].url.replace('http:', `${scheme}:`);
  const signedFetch = createSignedFetch({ credentials: temporary, region: 'us-east-1', service, fetch: overPlainHttp });
  const response = await signedFetch(url, { method: 'PUT', ...init, aws: options });
  return (await response.json()) as Arrived;
}

async function* generate(...pieces: (string | ArrayBufferView | ArrayBuffer)[]) {
  yield* pieces;
}
const webStream = (text: string) => new Blob([text]).stream();

describe('a body that is signed by its hash, and never held in memory', () => {
  test.each<[string, () => RequestBody | Promise<RequestBody>, string | undefined]>([
    ['a large Blob', () => new Blob([large], { type: 'image/png' }), 'image/png'],
    ['a large Blob without a type', () => new Blob([large]), undefined],
    ['a large File', () => new File([large], 'a.png', { type: 'image/png' }), 'image/png'],
    ['a file opened as a Blob', () => openAsBlob(file), undefined],
    ['a function that opens a Node stream', () => () => createReadStream(file), undefined],
    ['a function that opens a web stream', () => () => new Blob([large]).stream(), undefined],
    ['a function that opens a generator', () => () => generate(large.subarray(0, 9), large.subarray(9)), undefined],
    ['a function that opens a Blob', () => () => openAsBlob(file), undefined],
    ['a function that gives bytes', () => () => large, undefined],
    ['an asynchronous function', () => async () => createReadStream(file, { highWaterMark: 1000 }), undefined],
  ])('%s arrives as it was signed, with its length', async (_, make, type) => {
    for (const service of ['execute-api', 's3'] as const) {
      const { verdict, headers, body } = await put(service, { body: await make() });
      expect(verdict).toBe('ok');
      expect(sha256(Buffer.from(body, 'latin1'))).toBe(sha256(large));
      expect(headers['content-length']).toBe(String(large.length));
      expect(headers['content-type']).toBe(type);
      expect(headers['x-amz-content-sha256']).toBe(service === 's3' ? sha256(large) : undefined);
    }
  });

  test.each<[string, () => RequestBody]>([
    ['text', () => () => 'héllo'],
    ['an ArrayBuffer', () => () => new TextEncoder().encode('héllo').buffer],
    ['a view', () => () => new DataView(new TextEncoder().encode('-héllo').buffer, 1)],
    ['text in pieces', () => () => generate('hé', 'llo')],
    [
      'bytes in pieces',
      () => () => generate(Buffer.from('hé'), new Uint8Array(0), new TextEncoder().encode('llo').buffer),
    ],
  ])('a function may give %s', async (_, make) => {
    const { verdict, body } = await put('execute-api', { body: make() });
    expect([verdict, Buffer.from(body, 'latin1').toString()]).toEqual(['ok', 'héllo']);
  });

  test('a function is called once to hash and once for each sending', async () => {
    let opened = 0;
    const signer = openSigner({ credentials: longTerm, region: 'us-east-1', service: 's3' });
    const body = () => {
      opened++;
      return webStream('x');
    };
    const request = await signer.read({ url: 'https://bucket.example.com/', method: 'PUT', body });
    const sendings: string[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const { signed } = await signer.signRead(request);
      expect(signed.headers).toMatchObject({ 'x-amz-content-sha256': sha256('x'), 'content-length': '1' });
      sendings.push(await new Response(signed.body as ReadableStream).text());
    }
    expect([sendings, opened]).toEqual([['x', 'x', 'x'], 4]);
  });

  test('a call that is tried again opens the body anew, and does not hash it again', async () => {
    let opened = 0;
    let sent = 0;
    const signedFetch = createSignedFetch({
      credentials: temporary,
      region: 'us-east-1',
      service: 'execute-api',
      // The first answer is that of a server which has read all of it, and is too busy.
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        return ++sent === 1 ? new Response(null, { status: 503 }) : response;
      },
    });
    const body = () => {
      opened++;
      return createReadStream(file);
    };
    const response = await signedFetch(servers['execute-api'].url, { method: 'PUT', body });
    expect(((await response.json()) as Arrived).verdict).toBe('ok');
    expect([sent, opened]).toEqual([2, 3]);
  });

  test('a stream is not opened before the request is sent', async () => {
    let opened = 0;
    const body = () => {
      opened++;
      return webStream('x');
    };
    await createSigner({ credentials: longTerm, region: 'us-east-1', service: 's3' }).sign({
      url: 'https://bucket.example.com/',
      method: 'PUT',
      body,
    });
    expect(opened).toBe(1);
  });

  test('the length of a stream is not signed, since not every sender can send it', async () => {
    const signer = createSigner({ credentials: longTerm, region: 'us-east-1', service: 's3', signedHeaders: 'all' });
    const { headers } = await signer.sign({ url: 'https://bucket.example.com/', body: () => webStream('x') });
    expect(headers['content-length']).toBe('1');
    expect(headers.authorization).not.toContain('content-length');
  });

  test('what lies on disk is not what was signed when it changes on the way, and the server says so', async () => {
    let opened = 0;
    const { verdict } = await put('execute-api', { body: () => webStream(String(opened++)) });
    expect(verdict).not.toBe('ok');
  });

  test('an abort ends the hashing, and lets the file go', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const stream = new Readable({
      read() {
        this.push('x');
        controller.abort(reason);
      },
    });
    const signer = createSigner({ credentials: longTerm, region: 'us-east-1', service: 's3' });
    const request = { url: 'https://bucket.example.com/', method: 'PUT', body: () => stream };
    await expect(signer.sign(request, { signal: controller.signal })).rejects.toBe(reason);
    expect(stream.destroyed).toBe(true);
  });

  test('a presigned URL may cover such a body', async () => {
    const now = () => instant.getTime();
    const signer = createSigner({ credentials: longTerm, region: 'us-east-1', service: 'execute-api', now });
    const url = 'https://api.example.com/';
    const [streamed, held] = await Promise.all(
      [() => webStream('x'), 'x'].map((body) =>
        signer.presign({ url, method: 'PUT', headers: { 'content-type': 'a/b' }, body }),
      ),
    );
    expect(String(streamed)).toBe(String(held));
  });
});

describe('a stream, which is read but once', () => {
  const streams: [string, () => RequestBody][] = [
    ['a Node stream', () => Readable.from(['stre', 'amed'])],
    ['a file', () => createReadStream(join(folder, 'small.txt'))],
    ['a web stream', () => webStream('streamed')],
    ['a generator', () => generate('stre', Buffer.from('amed'))],
  ];
  beforeAll(() => writeFileSync(join(folder, 'small.txt'), 'streamed'));

  test.each(streams)('%s goes to S3 in signed pieces where its length is given', async (_, make) => {
    const arrived = await put('s3', { body: make() as RequestBody, headers: { 'Content-Length': '8' } }, {}, 'http');
    expect(arrived.headers).toMatchObject({
      'content-encoding': 'aws-chunked',
      'content-length': String(arrived.body.length),
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'x-amz-decoded-content-length': '8',
    });
    expect(decode(arrived, temporary)).toEqual({ body: 'streamed', sizes: [8], holds: true, trailer: {} });
  });

  test.each(streams)('%s of unknown length goes unsigned to a service that takes that, over TLS', async (_, make) => {
    const arrived = await put('s3', { body: make() });
    expect(arrived).toMatchObject({
      verdict: 'ok',
      body: 'streamed',
      headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'transfer-encoding': 'chunked' },
    });
  });

  test.each(streams)('%s goes unsigned to VPC Lattice without being asked to', async (_, make) => {
    for (const scheme of ['http', 'https']) {
      const arrived = await put('vpc-lattice-svcs', { body: make() }, {}, scheme);
      expect(arrived).toMatchObject({
        verdict: 'ok',
        body: 'streamed',
        headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      });
    }
  });

  test.each(streams)(
    '%s goes unsigned where that is asked for, with its length where that is given',
    async (_, make) => {
      const init = { body: make(), headers: { 'content-length': '8' } };
      const arrived = await put('s3', init, { payload: 'unsigned' }, 'http');
      expect(arrived).toMatchObject({ verdict: 'ok', body: 'streamed', headers: { 'content-length': '8' } });
    },
  );

  test.each(streams)('%s goes out with a hash that the caller knows', async (_, make) => {
    const init = { body: make(), headers: { 'x-amz-content-sha256': sha256('streamed') } };
    expect(await put('execute-api', init)).toMatchObject({ verdict: 'ok', body: 'streamed' });
  });

  test('a presigned URL of VPC Lattice may demand its header, as that of aws-crt does', async () => {
    const signer = createSigner({ credentials: longTerm, region: 'us-west-2', service: 'vpc-lattice-svcs' });
    const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    const signed = await signer.presign({ url: 'https://svc.example.com/', headers });
    expect(signed.searchParams.get('X-Amz-SignedHeaders')).toBe('host;x-amz-content-sha256');
  });

  test('a function or a Blob is not hashed for VPC Lattice', async () => {
    let opened = 0;
    const body = () => {
      opened++;
      return webStream('streamed');
    };
    expect(await put('vpc-lattice-svcs', { body })).toMatchObject({ verdict: 'ok', body: 'streamed' });
    expect(opened).toBe(1);
    const blob = await put('vpc-lattice-svcs', { body: new Blob([large]) });
    expect(blob).toMatchObject({ verdict: 'ok', headers: { 'content-length': String(large.length) } });
  });

  test('a web stream is sent as it is, since the runtime may know its own better', async () => {
    const signer = createSigner({ credentials: longTerm, region: 'us-east-1', service: 's3' });
    const body = webStream('x');
    expect((await signer.sign({ url: 'https://bucket.example.com/', method: 'PUT', body })).body).toBe(body);
  });

  test.each<[string, () => RequestBody]>([
    ['to API Gateway', () => webStream('x')],
    ['to API Gateway, from Node', () => Readable.from(['x'])],
    ['to API Gateway, from a generator', () => generate('x')],
  ])('is refused %s, which wants its hash', async (_, make) => {
    expect(await codeOf(() => put('execute-api', { body: make() }))).toBe('ERR_SIGV4_UNSUPPORTED_BODY');
    expect(await codeOf(() => put('s3', { body: make() }, { payload: 'hash' }))).toBe('ERR_SIGV4_UNSUPPORTED_BODY');
  });

  test('of unknown length is not sent unsigned over plain http by itself', async () => {
    expect(await codeOf(() => put('s3', { body: webStream('x') }, {}, 'http'))).toBe('ERR_SIGV4_UNSUPPORTED_BODY');
  });

  test('is refused in a presigned URL that covers the body, and left alone in one that does not', async () => {
    const presign = (service: string) =>
      createSigner({ credentials: longTerm, region: 'us-east-1', service }).presign({
        url: 'https://api.example.com/',
        method: 'PUT',
        body: webStream('x'),
      });
    expect(await codeOf(() => presign('execute-api'))).toBe('ERR_SIGV4_UNSUPPORTED_BODY');
    await expect(presign('s3')).resolves.toBeInstanceOf(URL);
  });

  test('is let go of when the request is given up, also while a piece is awaited', async () => {
    const silent = new Readable({ read() {} });
    let cancelled = false;
    const silentWeb = new ReadableStream({
      cancel() {
        cancelled = true;
      },
    });
    const signer = createSigner({ credentials: longTerm, region: 'us-east-1', service: 's3', payload: 'streaming' });
    for (const body of [silent, silentWeb]) {
      const headers = { 'content-length': '5' };
      const signed = await signer.sign({ url: 'https://bucket.example.com/', method: 'PUT', headers, body });
      const reader = (signed.body as ReadableStream).getReader();
      const read = reader.read();
      await new Promise((resolve) => setImmediate(resolve));
      await reader.cancel(new Error('enough'));
      expect((await read).done).toBe(true);
    }
    expect([silent.destroyed, cancelled]).toEqual([true, true]);
  });
});

describe('a body in pieces, where that is asked for', () => {
  const pieces = [...Array.from({ length: 38 }, () => 65_536), 9633];
  const bodies: [string, () => RequestBody | Promise<RequestBody>, boolean][] = [
    ['bytes', () => large, false],
    ['a Blob', () => new Blob([large]), false],
    ['a file opened as a Blob', () => openAsBlob(file), false],
    ['a stream', () => createReadStream(file), true],
    ['a function', () => () => createReadStream(file), true],
  ];

  test.each(bodies)('%s, signed', async (_, make, needsLength) => {
    const headers = needsLength ? { 'content-length': String(large.length) } : undefined;
    const arrived = await put('s3', { body: await make(), headers: headers as HeadersInit }, { payload: 'streaming' });
    const { body, ...decoded } = decode(arrived, temporary);
    expect(decoded).toEqual({ sizes: pieces, holds: true, trailer: {} });
    expect(sha256(Buffer.from(body, 'latin1'))).toBe(sha256(large));
  });

  test.each(bodies)('%s, with a checksum alone', async (_, make, needsLength) => {
    const headers = needsLength ? { 'content-length': String(large.length) } : undefined;
    const init = { body: await make(), headers: headers as HeadersInit };
    const arrived = await put('s3', init, { payload: 'streaming-unsigned' });
    expect(arrived.headers).toMatchObject({
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-trailer': 'x-amz-checksum-crc32',
      'x-amz-decoded-content-length': String(large.length),
      'content-length': String(arrived.body.length),
    });
    const { trailer, holds, sizes } = decode(arrived, temporary);
    expect({ trailer, holds, sizes }).toEqual({
      trailer: { 'x-amz-checksum-crc32': expect.stringMatching(/^[\w+/]{6}==$/) },
      holds: undefined,
      sizes: pieces,
    });
  });

  test('with the checksum that the caller names, signed too', async () => {
    const headers = { 'x-amz-trailer': 'x-amz-checksum-crc32c' };
    const arrived = await put('s3', { body: '123456789', headers }, { payload: 'streaming' });
    expect(arrived.headers['x-amz-content-sha256']).toBe('STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER');
    expect(decode(arrived, temporary)).toMatchObject({ holds: true, trailer: { 'x-amz-checksum-crc32c': '4waSgw==' } });
  });

  test('the example of the documentation, header for header', async () => {
    const signer = createSigner({
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
      region: 'us-east-1',
      payload: 'streaming',
      signedHeaders: ['content-encoding'],
      now: () => Date.UTC(2013, 4, 24),
    });
    const { headers } = await signer.sign({
      url: 'https://s3.amazonaws.com/examplebucket/chunkObject.txt',
      method: 'PUT',
      headers: { 'x-amz-storage-class': 'REDUCED_REDUNDANCY', 'x-amz-trailer': 'x-amz-checksum-crc32c' },
      body: Buffer.alloc(66_560, 'a'),
    });
    expect(headers.authorization).toContain(
      'Signature=106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    );
  });

  test.each<[HeadersInit, string]>([
    [{}, 'aws-chunked'],
    [{ 'content-encoding': 'gzip' }, 'aws-chunked,gzip'],
    [{ 'content-encoding': 'aws-chunked, gzip' }, 'aws-chunked,gzip'],
  ])('an encoding of the body itself is kept: %j', async (headers, sent) => {
    const arrived = await put('s3', { body: 'x', headers }, { payload: 'streaming' });
    expect(arrived.headers['content-encoding']).toBe(sent);
  });

  test('signing the same call again signs and frames it anew', async () => {
    const signer = openSigner({ credentials: temporary, region: 'us-east-1', service: 's3', payload: 'streaming' });
    const request = await signer.read({
      url: servers.s3.url,
      method: 'PUT',
      body: () => createReadStream(file),
      headers: { 'content-length': String(large.length) },
    });
    for (let attempt = 0; attempt < 2; attempt++) {
      const { signed } = await signer.signRead(request);
      const { host: _, ...headers } = signed.headers;
      const response = await fetch(signed.url, {
        method: 'PUT',
        headers,
        body: signed.body,
        duplex: 'half',
      } as RequestInit);
      const arrived = (await response.json()) as Arrived;
      expect(arrived.headers['content-encoding']).toBe('aws-chunked');
      expect(decode(arrived, temporary)).toMatchObject({ holds: true, sizes: pieces });
    }
  });

  test.each<['streaming' | 'streaming-unsigned', RequestBody]>([
    ['streaming', null],
    ['streaming-unsigned', null],
    ['streaming', ''],
    ['streaming-unsigned', new Blob([])],
  ])('with %s, a request without a body is signed as any other', async (payload, body) => {
    const signer = createSigner({ credentials: longTerm, region: 'us-east-1', service: 's3', payload });
    const { headers } = await signer.sign({ url: 'https://bucket.example.com/', method: 'PUT', body });
    expect(headers['x-amz-content-sha256']).toBe(sha256(''));
    expect(headers).not.toHaveProperty('content-encoding');
  });

  test.each<[string, SignedRequestInit, keyof typeof servers, string]>([
    ['a service that takes none', { body: 'x' }, 'execute-api', 'ERR_SIGV4_UNSUPPORTED_BODY'],
    ['a stream of unknown length', { body: webStream('x') }, 's3', 'ERR_SIGV4_UNSUPPORTED_BODY'],
    ['a function without a length', { body: () => webStream('x') }, 's3', 'ERR_SIGV4_UNSUPPORTED_BODY'],
    [
      'a length that is none',
      { body: webStream('x'), headers: { 'content-length': '1e3' } },
      's3',
      'ERR_SIGV4_INVALID_HEADER',
    ],
    [
      'another checksum',
      { body: 'x', headers: { 'x-amz-trailer': 'x-amz-checksum-sha1' } },
      's3',
      'ERR_SIGV4_INVALID_HEADER',
    ],
  ])('%s is refused', async (_, init, service, code) => {
    expect(await codeOf(() => put(service, init, { payload: 'streaming' }))).toBe(code);
  });

  test.each([
    ['shorter', '8'],
    ['longer', '2'],
  ])('a body that is %s than its length says is not sent whole', async (_, length) => {
    const call = put('s3', { body: webStream('12345'), headers: { 'content-length': length } });
    const failure = (await call.catch((error) => error)) as Error;
    expect(codesWithin(failure)).toContain('ERR_SIGV4_INVALID_BODY');
  });
});

/** The codes of an error and of its causes. */
function codesWithin(error: unknown): unknown[] {
  return error instanceof Error ? [(error as { code?: unknown }).code, ...codesWithin(error.cause)] : [];
}

describe('what cannot be sent', () => {
  const ended = async () => {
    const stream = Readable.from(['x']);
    for await (const _ of stream);
    return stream;
  };
  const locked = () => {
    const stream = webStream('x');
    stream.getReader();
    return stream;
  };

  test.each<[string, () => unknown]>([
    ['a Node stream that was read', ended],
    ['a Node stream that was destroyed', () => new PassThrough().destroy()],
    ['a web stream that is locked', locked],
    ['a stream of the old kind', () => Object.assign(new Stream(), { readable: true })],
  ])('%s is refused before anything is sent', async (_, make) => {
    const once = (await make()) as RequestBody;
    expect(await codeOf(() => put('s3', { body: once }))).toBe('ERR_SIGV4_INVALID_BODY');
    expect(await codeOf(() => put('s3', { body: () => once as ReadableStream }))).toBe('ERR_SIGV4_INVALID_BODY');
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no such file');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no such file'))],
    ['opens a file that is not there', () => createReadStream(join(folder, 'missing'))],
    ['gives nothing', () => undefined],
    ['gives an object', () => ({})],
    ['gives pieces that are no bytes', () => generate(5 as never)],
    ['gives a form', () => new FormData()],
  ])('a function that %s is refused', async (_, body) => {
    expect(await codeOf(() => put('execute-api', { body: body as () => Blob }))).toBe('ERR_SIGV4_INVALID_BODY');
  });

  test('why it could not be read is the cause', async () => {
    const cause = new Error('no such file');
    const call = put('execute-api', { body: () => Promise.reject(cause) });
    await expect(call).rejects.toMatchObject({ code: 'ERR_SIGV4_INVALID_BODY', cause });
  });

  test('a function that gives the same stream twice is found out', async () => {
    const stream = webStream('x');
    const failure = await put('execute-api', { body: () => stream }).catch((error) => error);
    expect(codesWithin(failure)).toContain('ERR_SIGV4_INVALID_BODY');
  });
});

test('what can be read but once is told from what can be opened again', () => {
  const once = [webStream('x'), Readable.from([]), generate('x'), new PassThrough()];
  const again = ['x', new Uint8Array(1), new Blob(['x']), () => webStream('x'), null, undefined, new FormData()];
  expect(once.map(isStream)).toEqual(once.map(() => true));
  expect(again.map(isStream)).toEqual(again.map(() => false));
});

test('a verifier refuses a body in pieces, which it does not read', async () => {
  const signer = createSigner({ credentials: longTerm, region: 'us-east-1', service: 's3', payload: 'streaming' });
  const signed = await signer.sign({ url: 'https://bucket.example.com/', method: 'PUT', body: 'x' });
  const { verify } = createVerifier({ lookup: () => longTerm, region: 'us-east-1', service: 's3' });
  expect(await codeOf(() => verify({ ...signed, body: 'x' }))).toBe('ERR_SIGV4_UNSUPPORTED_PAYLOAD');
});

// Of 1 GiB with SIGV4KIT_UPLOAD_MIB=1024, which takes its time.
const UPLOAD_MIB = Number(process.env.SIGV4KIT_UPLOAD_MIB ?? 256);

describe(`a file of ${UPLOAD_MIB} MiB`, () => {
  const huge = join(folder, 'huge.bin');
  const uploader = new URL('../support/uploader.ts', import.meta.url).pathname;
  // Counts, as the verifying server would hold all of it.
  const counter = createServer((message, response) => {
    let size = 0;
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
    });
    message.on('end', () => response.end(String(size)));
  });
  beforeAll(async () => {
    writeFileSync(huge, '');
    truncateSync(huge, UPLOAD_MIB * 2 ** 20);
    await new Promise<void>((resolve) => counter.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    counter.closeAllConnections();
    counter.close();
  });

  // Not a stream that is read but once: Node's fetch keeps a copy of what it has sent of that.
  test.each(['blob', 'function', 'blob in pieces', 'function in pieces'])(
    'takes less than 64 MiB of memory as a %s',
    async (kind) => {
      const { port } = counter.address() as AddressInfo;
      const args = ['--import', 'tsx', uploader, kind, huge, `http://127.0.0.1:${port}/`, file];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      const { answer, megabytes } = JSON.parse(stdout);
      expect(Number(answer)).toBeGreaterThanOrEqual(UPLOAD_MIB * 2 ** 20);
      expect(megabytes).toBeLessThan(64);
    },
  );
});
