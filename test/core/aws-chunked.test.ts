/** Bodies in signed pieces: the examples of the Amazon S3 documentation, and what holds for bodies of any size and any pieces. */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { awsChunked, type ChunkedForm, chunkedLength, chunkedPayload } from '../../src/core/aws-chunked';
import { type Checksum, checksumOf } from '../../src/core/checksum';
import { signHeaders } from '../../src/core/sign-headers';
import { signingKey } from '../../src/core/signing-key';
import { codeOf } from '../support/keys';

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const date = new Date('2013-05-24T00:00:00Z');
const data = Buffer.alloc(66_560, 'a');

async function* inPieces(bytes: Uint8Array, ...sizes: number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const seedOf = async (signature: string) => ({
  ...(await signingKey(credentials, '20130524', 'us-east-1', 's3')),
  amzDate: '20130524T000000Z',
  signature,
});
const encode = (bytes: Uint8Array, form: Partial<ChunkedForm>, ...sizes: number[]) =>
  buffer(awsChunked(inPieces(bytes, ...(sizes.length > 0 ? sizes : [10_000])), { length: bytes.length, ...form }));
const signaturesIn = (encoded: Buffer) =>
  [...encoded.toString('latin1').matchAll(/(?:chunk|trailer)-signature[=:]([0-9a-f]{64})/g)].map((match) => match[1]);

interface Example {
  readonly headers: [string, string][];
  readonly signedHeaders: string[];
  readonly seed: string;
  readonly signatures: string[];
}

const COMMON: [string, string][] = [
  ['host', 's3.amazonaws.com'],
  ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
  ['content-encoding', 'aws-chunked'],
  ['x-amz-decoded-content-length', '66560'],
];

const EXAMPLES: Record<string, Example> = {
  'in pieces': {
    headers: [...COMMON, ['content-length', '66824']],
    signedHeaders: ['content-encoding', 'content-length'],
    seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    signatures: [
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ],
  },
  'in pieces with a checksum behind': {
    headers: [...COMMON, ['x-amz-trailer', 'x-amz-checksum-crc32c']],
    signedHeaders: ['content-encoding'],
    seed: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    signatures: [
      'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
      '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
      'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
    ],
  },
};

describe.each(Object.entries(EXAMPLES))('the example of the documentation, %s', (_, example) => {
  const checksum = () => (example.signatures.length === 4 ? checksumOf('x-amz-checksum-crc32c') : undefined);

  test('has the signature of its headers', async () => {
    const { signature } = await signHeaders(
      { method: 'PUT', path: '/examplebucket/chunkObject.txt', query: '', headers: example.headers },
      {
        credentials,
        region: 'us-east-1',
        service: 's3',
        date,
        signedHeaders: example.signedHeaders,
        payloadHash: chunkedPayload(true, checksum() !== undefined),
      },
    );
    expect(signature).toBe(example.seed);
  });

  test.each([[1000], [65_536], [66_560], [1, 65_535, 7]])(
    'has its signatures, read in pieces of %j',
    async (...sizes) => {
      const encoded = await encode(data, { seed: await seedOf(example.seed), checksum: checksum() }, ...sizes);
      expect(signaturesIn(encoded)).toEqual(example.signatures);
    },
  );
});

test('the documented body is of the documented length, to the byte', async () => {
  const { seed, signatures } = EXAMPLES['in pieces'] as Example;
  const encoded = await encode(data, { seed: await seedOf(seed) });
  expect(encoded.length).toBe(66_824);
  expect(encoded.toString('latin1')).toBe(
    `10000;chunk-signature=${signatures[0]}\r\n${'a'.repeat(65_536)}\r\n400;chunk-signature=${signatures[1]}\r\n${'a'.repeat(1024)}\r\n0;chunk-signature=${signatures[2]}\r\n\r\n`,
  );
});

test('a checksum and its signature stand behind the last piece', async () => {
  const { seed, signatures } = EXAMPLES['in pieces with a checksum behind'] as Example;
  const encoded = await encode(data, { seed: await seedOf(seed), checksum: checksumOf('x-amz-checksum-crc32c') });
  expect(encoded.subarray(-260).toString('latin1')).toMatch(
    new RegExp(
      `\r\n0;chunk-signature=${signatures[2]}\r\nx-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:${signatures[3]}\r\n\r\n$`,
    ),
  );
});

test('without signatures there are only sizes, and the checksum', async () => {
  const encoded = await encode(Buffer.from('hello world'), { checksum: checksumOf('x-amz-checksum-crc32') });
  expect(encoded.toString()).toBe('b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n');
});

describe.each([0, 1, 65_535, 65_536, 65_537, 131_072, 300_000])('a body of %d bytes', (size) => {
  const body = createHash('shake256', { outputLength: Math.max(size, 1) })
    .update('x')
    .digest()
    .subarray(0, size);
  const forms: [string, boolean, string | undefined][] = [
    ['signed', true, undefined],
    ['signed, with a checksum', true, 'x-amz-checksum-crc32'],
    ['with a checksum', false, 'x-amz-checksum-crc32c'],
  ];

  test.each(forms)('%s is as long as was said, and the same in any pieces', async (_, isSigned, name) => {
    const seed = isSigned ? await seedOf('0'.repeat(64)) : undefined;
    const checksum = () => checksumOf(name ?? '') as Checksum;
    const [one, other] = await Promise.all([
      encode(body, { seed, checksum: checksum() }, 65_536),
      encode(body, { seed, checksum: checksum() }, 1, 99_999, 3),
    ]);
    expect(one.length).toBe(chunkedLength(size, isSigned, checksum()));
    expect(one.equals(other)).toBe(true);
  });

  test.each([-1, 1])('is refused where its length was to be %d bytes off', async (off) => {
    if (size + off < 0) return;
    expect(await codeOf(() => encode(body, { length: size + off }))).toBe('ERR_SIGV4_INVALID_BODY');
  });
});

test.each([
  ['x-amz-checksum-crc32', '123456789', 'y/Q5Jg=='],
  ['x-amz-checksum-crc32c', '123456789', '4waSgw=='],
  ['x-amz-checksum-crc32', '', 'AAAAAA=='],
])('%s of %j is %s', (name, text, expected) => {
  const checksum = checksumOf(name) as Checksum;
  for (const byte of Buffer.from(text)) checksum.update(Uint8Array.of(byte));
  expect(checksum.digest()).toBe(expected);
});

test('no other checksum is known', () => {
  for (const name of ['x-amz-checksum-sha256', 'constructor', '']) expect(checksumOf(name)).toBeUndefined();
});
