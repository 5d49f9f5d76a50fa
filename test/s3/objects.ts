/**
 * Objects: their keys, bodies, headers and lists. The server is the judge: it refuses a signature over anything but what it
 * received with 403, so each status below 300 says that it wrote the same canonical request.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { RequestBody } from 'sigv4kit';
import { beforeAll, describe, expect, test } from 'vitest';
import { codeOf } from '../support/keys';
import { type Abilities, bucketOf, type Store, send, textsOf } from './store';

const KEYS = [
  'plain.txt',
  'folder/of/plain.txt',
  'folder/',
  'with spaces  in it .txt',
  'a+b++.txt',
  'grüße/日本語.txt',
  'emoji 😀.png',
  'e\u0301, decomposed',
  "'()*!.txt",
  '%2F',
  'a%2Fb%20c%',
  '100%.txt',
  '?a=b&c=d#e',
  '-._~',
  'a=b;c,d:e@f$g&h',
  '"<>[]\\^`{|}',
  'tab\there',
  '..a/.b/...',
  'x'.repeat(200),
];
const EMPTY_SEGMENTS = ['/leading', '//twice', 'a//b', 'a///', '/'];

const md5 = (text: string) => createHash('md5').update(text).digest('base64');
const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31) % 256);

/** Registers the tests; the store is there when the first of them runs. */
export function testObjects(store: () => Store, can: Abilities): void {
  let bucket: ReturnType<typeof bucketOf>;
  const put = (key: string, body: BodyInit | null = key, headers: Record<string, string> = {}) =>
    bucket.fetch(bucket.urlOf(key), { method: 'PUT', body, headers });
  const get = (key: string) => bucket.fetch(bucket.urlOf(key));
  const list = async (query: string) => {
    const response = await bucket.fetch(`${bucket.url}?${query}`);
    expect(response.status).toBe(200);
    return response.text();
  };

  beforeAll(async () => {
    bucket = bucketOf(store(), 'photos');
    expect((await bucket.fetch(bucket.url, { method: 'PUT' })).status).toBe(200);
  });

  test('a bucket is created, found, listed and deleted', async () => {
    const other = bucketOf(store(), 'short-lived');
    expect((await other.fetch(other.url, { method: 'PUT' })).status).toBe(200);
    expect((await other.fetch(other.url, { method: 'HEAD' })).status).toBe(200);
    expect(textsOf(await (await other.fetch(`${store().endpoint}/`)).text(), 'Name')).toContain('short-lived');
    expect((await other.fetch(other.url, { method: 'DELETE' })).status).toBe(204);
    expect((await other.fetch(other.url, { method: 'HEAD' })).status).toBe(404);
  });

  describe('an object is put, got by both forms of the signature, and deleted', () => {
    test.each(can.emptySegments ? [...KEYS, ...EMPTY_SEGMENTS] : KEYS)('%j', async (key) => {
      const body = `the body of ${key}`;
      expect((await put(key, body)).status).toBe(200);
      expect(await (await get(key)).text()).toBe(body);
      expect(await (await fetch(await bucket.signer.presign(bucket.urlOf(key)))).text()).toBe(body);
      const head = await send(await bucket.signer.sign({ url: bucket.urlOf(key), method: 'HEAD' }));
      expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(body)));
      expect((await bucket.fetch(bucket.urlOf(key), { method: 'DELETE' })).status).toBe(204);
      expect((await get(key)).status).toBe(404);
    });
  });

  describe('a URL that nobody encoded names the same object as the encoded one', () => {
    test.each([
      ['/raw key+ü.txt', 'raw key+ü.txt'],
      ["/raw'()*!.txt", "raw'()*!.txt"],
      ['/raw@:,;=$&.txt', 'raw@:,;=$&.txt'],
      ['/%7eraw%2b%c3%bc', '~raw+ü'],
    ])('%s', async (path, key) => {
      expect((await bucket.fetch(bucket.url + path, { method: 'PUT', body: path })).status).toBe(200);
      expect(await (await get(key)).text()).toBe(path);
      expect(await (await fetch(await bucket.signer.presign(bucket.url + path))).text()).toBe(path);
    });

    // Both servers, as S3 itself, decode the path before they write the canonical one: there a slash is a slash.
    test('an escaped slash', async () => {
      expect((await put('escaped/slash')).status).toBe(200);
      expect(await (await bucket.fetch(`${bucket.url}/escaped%2Fslash`)).text()).toBe('escaped/slash');
    });
  });

  test.each(['/a/../b', '/a/./b', '/..', '/.', '/a/%2e%2e/b', '/%2E/b', '/a\\..\\b'])(
    'a path with dot segments is refused: %s',
    async (path) => {
      const url = bucket.url + path;
      expect(await codeOf(() => bucket.fetch(url))).toBe('ERR_SIGV4_INVALID_URL');
      expect(await codeOf(() => bucket.signer.sign({ url }))).toBe('ERR_SIGV4_INVALID_URL');
      expect(await codeOf(() => bucket.signer.presign(url))).toBe('ERR_SIGV4_INVALID_URL');
    },
  );

  describe('a body arrives as it was, with its content type', () => {
    test.each<[string, BodyInit | null, string | null, Uint8Array]>([
      ['text', 'grüße', 'text/plain;charset=UTF-8', Buffer.from('grüße')],
      ['empty text', '', 'text/plain;charset=UTF-8', bytes(0)],
      ['no body', null, null, bytes(0)],
      ['bytes', bytes(1000), null, bytes(1000)],
      ['a view of bytes', bytes(1000).subarray(10, 20), null, bytes(1000).subarray(10, 20)],
      ['an ArrayBuffer', bytes(256).buffer, null, bytes(256)],
      ['a megabyte', bytes(1 << 20), null, bytes(1 << 20)],
      ['a Blob', new Blob([bytes(300)], { type: 'image/png' }), 'image/png', bytes(300)],
      ['a Blob without a type', new Blob([bytes(300)]), null, bytes(300)],
      [
        'a Blob with parameters',
        new Blob(['a,b'], { type: 'text/csv; a="b c"' }),
        'text/csv; a="b c"',
        Buffer.from('a,b'),
      ],
    ])('%s', async (name, body, type, expected) => {
      for (const payload of ['auto', 'hash', 'unsigned'] as const) {
        const url = bucket.urlOf(`body/${name}/${payload}`);
        expect((await bucket.fetch(url, { method: 'PUT', body, aws: { payload } })).status).toBe(200);
        const got = await bucket.fetch(url);
        expect(Buffer.compare(new Uint8Array(await got.arrayBuffer()), expected)).toBe(0);
        if (type) expect(got.headers.get('content-type')).toBe(type);
      }
    });

    // radosgw checks each piece's signature; s3rver only takes the pieces apart, and wants 8192 bytes in all but the last.
    describe.each([1, 65_536, 200_000])('in signed pieces, %i bytes', (size) => {
      const bytes = new Uint8Array(size).map((_, i) => i % 251);
      const headers = { 'content-length': String(size), 'x-amz-meta-a': 'one' };
      const sources: [string, () => RequestBody, object][] = [
        ['a web stream', () => new Blob([bytes]).stream(), {}],
        ['a Node stream', () => Readable.from(size ? [bytes.slice(0, 100), bytes.slice(100)] : []), {}],
        ['bytes', () => bytes, { payload: 'streaming' }],
        ['a function', () => () => new Blob([bytes]), { payload: 'streaming' }],
      ];
      test.each(sources)('%s', async (name, body, aws) => {
        const url = bucket.urlOf(`pieces/${size}/${name}`);
        expect((await bucket.fetch(url, { method: 'PUT', body: body(), headers, aws })).status).toBe(200);
        const got = await bucket.fetch(url);
        expect(Buffer.compare(new Uint8Array(await got.arrayBuffer()), bytes)).toBe(0);
        expect(got.headers.get('x-amz-meta-a')).toBe('one');
      });
    });
  });

  describe('headers', () => {
    const sent = {
      'content-type': 'text/x-note',
      'cache-control': 'max-age=60',
      'x-amz-meta-b': 'two',
      'x-amz-meta-a': 'one',
    };

    test.each(['minimal', 'all', ['content-type', 'cache-control']] as const)(
      'metadata is kept; signed: %s',
      async (signedHeaders) => {
        const url = bucket.urlOf('noted');
        const response = await bucket.fetch(url, {
          method: 'PUT',
          body: 'note',
          headers: sent,
          aws: { signedHeaders },
        });
        expect(response.status).toBe(200);
        const { headers } = await bucket.fetch(url, { method: 'HEAD' });
        expect(Object.fromEntries(headers)).toMatchObject(sent);
      },
    );

    test.skipIf(!can.spacesInHeaders)('several spaces in a value', async () => {
      const response = await put('spaced', 'x', { 'x-amz-meta-a': '  one   two  ' });
      expect(response.status).toBe(200);
    });

    test('a client other than fetch sends what the signer gave', async () => {
      const signed = await bucket.signer.sign({
        url: bucket.urlOf('by http'),
        method: 'PUT',
        body: 'x',
        headers: sent,
      });
      expect((await send(signed)).status).toBe(200);
      expect(Object.fromEntries((await get('by http')).headers)).toMatchObject(sent);
    });

    test('a range', async () => {
      await put('ranged', '0123456789');
      const response = await bucket.fetch(bucket.urlOf('ranged'), { headers: { range: 'bytes=2-4' } });
      expect([response.status, await response.text()]).toEqual([206, '234']);
      expect(response.headers.get('content-range')).toBe('bytes 2-4/10');
    });

    test('a copy', async () => {
      await put('source with ü', 'copied');
      const from = { 'x-amz-copy-source': `/photos/${encodeURIComponent('source with ü')}` };
      expect((await put('copy', null, from)).status).toBe(200);
      expect(await (await get('copy')).text()).toBe('copied');
    });
  });

  describe('queries', () => {
    const folder = ['list/a b', 'list/a+b', 'list/c/1', 'list/c/2', 'list/d/é', 'list/e'];
    beforeAll(async () => {
      for (const key of folder) await put(key);
    });

    test('a prefix and a delimiter', async () => {
      const xml = await list('list-type=2&prefix=list/&delimiter=/');
      expect(textsOf(xml, 'Key')).toEqual(['list/a b', 'list/a+b', 'list/e']);
      expect(textsOf(xml, 'Prefix').sort()).toEqual(['list/', 'list/c/', 'list/d/']);
    });

    test.each([
      ['prefix=list/a%20b', ['list/a b']],
      ['prefix=list/a+b', ['list/a b']],
      ['prefix=list/a%2Bb', ['list/a+b']],
      ['prefix=list%2fd%2F', ['list/d/é']],
      ['prefix=list/d/é', ['list/d/é']],
      ['max-keys=10&&prefix=list/e&delimiter', ['list/e']],
    ])('%s', async (query, expected) => {
      expect(textsOf(await list(`list-type=2&${query}`), 'Key')).toEqual(expected);
    });

    test.skipIf(!can.marksInQueries)("a prefix with '()*!", async () => {
      await put("marks '()*!");
      expect(textsOf(await list("prefix=marks '()*!"), 'Key')).toEqual(["marks '()*!"]);
    });

    test('pages, by the last key', async () => {
      const found: string[] = [];
      for (let marker = 'list/'; marker; ) {
        const xml = await list(`prefix=list/&max-keys=4&marker=${encodeURIComponent(marker)}`);
        const page = textsOf(xml, 'Key');
        found.push(...page);
        marker = /<IsTruncated>true/.test(xml) ? (page.at(-1) as string) : '';
      }
      expect(found).toEqual(folder);
    });

    test.skipIf(!can.continuation)('pages, by their tokens', async () => {
      const found: string[] = [];
      for (let query = ''; ; ) {
        const xml = await list(`list-type=2&prefix=list/&max-keys=4${query}`);
        found.push(...textsOf(xml, 'Key'));
        const [token] = textsOf(xml, 'NextContinuationToken');
        if (token === undefined) break;
        query = `&continuation-token=${encodeURIComponent(token)}`;
      }
      expect(found).toEqual(folder);
    });

    test.each(['delete', 'delete='])('several objects are deleted by POST ?%s', async (query) => {
      const keys = ['gone/1', 'gone/2 ü'];
      for (const key of keys) await put(key);
      const body = `<Delete>${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`;
      const headers = { 'content-type': 'application/xml', 'content-md5': md5(body) };
      const response = await bucket.fetch(`${bucket.url}?${query}`, { method: 'POST', body, headers });
      expect(textsOf(await response.text(), 'Key').sort()).toEqual(keys);
      for (const key of keys) expect((await get(key)).status).toBe(404);
    });

    test('an upload in parts', async () => {
      const url = bucket.urlOf('in parts +ü');
      const [id] = textsOf(await (await bucket.fetch(`${url}?uploads`, { method: 'POST' })).text(), 'UploadId');
      const upload = `uploadId=${encodeURIComponent(id as string)}`;
      const part = await bucket.fetch(`${url}?partNumber=1&${upload}`, { method: 'PUT', body: 'part' });
      const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.get('etag')}</ETag></Part></CompleteMultipartUpload>`;
      expect((await bucket.fetch(`${url}?${upload}`, { method: 'POST', body })).status).toBe(200);
      expect(await (await bucket.fetch(url)).text()).toBe('part');
    });
  });
}
