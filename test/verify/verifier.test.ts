/** The verifier: what it accepts, and the code of each refusal. */
import { createHash, createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { createSigner, type SignedRequest } from 'sigv4kit';
import { presignQuery, type SigningContext, signHeaders, type WireRequest } from 'sigv4kit/core';
import { createVerifier, type VerifierOptions } from 'sigv4kit/verify';
import { describe, expect, test } from 'vitest';
import { codeOf, instant, longTerm, temporary } from '../support/keys';

const now = () => instant.getTime();
const context: SigningContext = { credentials: temporary, region: 'us-east-1', service: 'execute-api', date: instant };
const request: WireRequest = {
  method: 'POST',
  path: '/prod/orders',
  query: 'b=2&a=1',
  headers: [
    ['Host', 'api.example.com'],
    ['Content-Type', 'application/json'],
    ['Accept', '*/*'],
  ],
  body: '{"a":1}',
};
const known = new Map([longTerm, temporary].map((key) => [key.accessKeyId, key]));
const verify = (wire: WireRequest, options: Partial<VerifierOptions> = {}) =>
  createVerifier({
    lookup: (id) => known.get(id),
    region: 'us-east-1',
    service: 'execute-api',
    now,
    ...options,
  }).verify(wire);

type Headers = [string, string][];
/** A good signed request; `change` edits its headers. */
async function signed(
  options: Partial<SigningContext> = {},
  wire: WireRequest = request,
): Promise<WireRequest & { headers: Headers }> {
  const { headers } = await signHeaders(wire, { ...context, ...options });
  return { ...wire, headers: [...(wire.headers as Headers), ...headers] };
}
const edit = (wire: WireRequest, name: string, value: (old: string) => string | undefined): WireRequest => ({
  ...wire,
  headers: [...wire.headers].flatMap(([field, old]): Headers => {
    if (field.toLowerCase() !== name) return [[field, old]];
    const changed = value(old);
    return changed === undefined ? [] : [[field, changed]];
  }),
});
async function presigned(
  options: Partial<SigningContext> = {},
  wire: WireRequest = { ...request, headers: [['host', 'api.example.com']], body: '' },
): Promise<WireRequest> {
  return { ...wire, query: (await presignQuery(wire, { ...context, ...options })).query };
}

describe('a good signature', () => {
  test('tells whose it is and what it covers', async () => {
    await expect(verify(await signed())).resolves.toEqual({
      accessKeyId: temporary.accessKeyId,
      scope: '20150830/us-east-1/execute-api/aws4_request',
      signedHeaders: ['content-type', 'host', 'x-amz-date', 'x-amz-security-token'],
      date: instant,
      presigned: false,
    });
  });

  test('may stand beside parameters that come twice, also of a name like its own', async () => {
    const wire: WireRequest = {
      ...request,
      query: 'a=1&a=2&X-Amz-Meta=1&X-Amz-Meta=2',
      headers: [['host', 'h']],
      body: '',
    };
    await expect(verify(await presigned({}, wire))).resolves.toBeDefined();
  });

  test('may be in the query', async () => {
    await expect(verify(await presigned())).resolves.toMatchObject({ presigned: true, signedHeaders: ['host'] });
  });

  test.each(['s3', 'vpc-lattice-svcs', 'aoss', 'lambda', 'iotdevicegateway'])(
    'follows the rule of %s',
    async (service) => {
      const wire = { ...request, path: '/a//b%20c' };
      await expect(verify(await signed({ service }, wire), { service })).resolves.toBeDefined();
      await expect(
        verify(await presigned({ service }, { ...wire, headers: [['host', 'h']] }), { service }),
      ).resolves.toBeDefined();
    },
  );

  test.each<[string, (value: string) => string]>([
    ['no space behind the commas', (value) => value.replaceAll(', ', ',')],
    [
      'its parts in another order',
      (value) => value.replace(/ (Credential=[^,]+), (SignedHeaders=[^,]+), (Signature=.+)/, ' $3, $2, $1'),
    ],
  ])('may have %s', async (_, change) => {
    await expect(verify(edit(await signed(), 'authorization', change))).resolves.toBeDefined();
  });

  test('may be dated by a Date header alone', async () => {
    // Made without the library, which always sends X-Amz-Date.
    const date = instant.toUTCString();
    const canonical = `GET\n/\n\ndate:${date}\nhost:h\n\ndate;host\n${createHash('sha256').digest('hex')}`;
    const scope = '20150830/us-east-1/execute-api/aws4_request';
    const toSign = `AWS4-HMAC-SHA256\n20150830T123600Z\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`;
    const key = scope
      .split('/')
      .reduce<string | Buffer>(
        (chain, part) => createHmac('sha256', chain).update(part).digest(),
        `AWS4${longTerm.secretAccessKey}`,
      );
    const signature = createHmac('sha256', key).update(toSign).digest('hex');
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=date;host, Signature=${signature}`;
    const wire: WireRequest = {
      method: 'GET',
      path: '/',
      query: '',
      headers: [
        ['host', 'h'],
        ['date', date],
        ['authorization', authorization],
      ],
    };
    await expect(verify(wire)).resolves.toMatchObject({ date: instant });
  });

  test('is found in the headers as a Node server gives them', async () => {
    const { method, url, headers } = await createSigner({ credentials: longTerm, now }).sign(
      'https://abc.execute-api.us-east-1.amazonaws.com/prod',
    );
    const verifier = createVerifier({
      lookup: (id) => known.get(id),
      region: 'us-east-1',
      service: 'execute-api',
      now,
    });
    await expect(
      verifier.verify({ method, url, headers: { ...headers, 'set-cookie': ['a', 'b'], 'x-none': undefined } }),
    ).resolves.toBeDefined();
  });

  test('is found in a fetch Request and in a signed request as well', async () => {
    const url = 'https://abc.execute-api.us-east-1.amazonaws.com/prod?a=1';
    const made: SignedRequest = await createSigner({ credentials: longTerm, now }).sign({
      url,
      method: 'POST',
      body: 'x',
    });
    await expect(
      verify(new Request(made.url, { method: 'POST', headers: made.headers, body: 'x' }) as never),
    ).resolves.toBeDefined();
    await expect(verify({ ...made, body: 'x' } as never)).resolves.toBeDefined();
    await expect(verify({ ...made, body: new TextEncoder().encode('x').buffer } as never)).resolves.toBeDefined();
  });
});

describe('the skew', () => {
  test.each([
    [300_000, undefined],
    [-300_000, undefined],
    [1_000, 1_000],
    [0, 0],
  ])('of %s ms is still within %s', async (off, maxSkew) => {
    await expect(verify(await signed(), { now: () => now() + off, maxSkew })).resolves.toBeDefined();
  });

  test('is bounded by the option', async () => {
    expect(await codeOf(async () => verify(await signed(), { now: () => now() + 1_001, maxSkew: 1_000 }))).toBe(
      'ERR_SIGV4_SIGNATURE_EXPIRED',
    );
  });
});

describe('a refusal names its reason', () => {
  const parts =
    'Credential=AKIDEXAMPLE/20150830/us-east-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=';
  const bare = (authorization: string, date: string | undefined = '20150830T123600Z'): WireRequest => ({
    ...request,
    headers: [
      ['host', 'h'],
      ...(date ? [['x-amz-date', date] as [string, string]] : []),
      ['authorization', authorization],
    ],
  });
  const code = (wire: WireRequest | Promise<WireRequest>, options?: Partial<VerifierOptions>) =>
    codeOf(async () => verify(await wire, options));

  test.each<[string, () => WireRequest | Promise<WireRequest>, string, Partial<VerifierOptions>?]>([
    ['nothing', () => request, 'ERR_SIGV4_MISSING_AUTHENTICATION'],
    ['another scheme', () => bare('Bearer abc'), 'ERR_SIGV4_MISSING_AUTHENTICATION'],
    ['an empty header', () => bare(''), 'ERR_SIGV4_MISSING_AUTHENTICATION'],
    [
      'header and query both',
      async () => ({ ...(await presigned()), headers: (await signed()).headers }),
      'ERR_SIGV4_AMBIGUOUS_AUTHENTICATION',
    ],
    ['no key=value pairs', () => bare('AWS4-HMAC-SHA256 abc'), 'ERR_SIGV4_INCOMPLETE_SIGNATURE'],
    ['the scheme alone', () => bare('AWS4-HMAC-SHA256'), 'ERR_SIGV4_INCOMPLETE_SIGNATURE'],
    ['a part given twice', () => bare(`AWS4-HMAC-SHA256 ${parts}a, Signature=b`), 'ERR_SIGV4_INCOMPLETE_SIGNATURE'],
    ['no credential', () => bare('AWS4-HMAC-SHA256 SignedHeaders=host, Signature=a'), 'ERR_SIGV4_INCOMPLETE_SIGNATURE'],
    ['no date', () => bare(`AWS4-HMAC-SHA256 ${parts}a`, ''), 'ERR_SIGV4_INCOMPLETE_SIGNATURE'],
    ['a date that is none', () => bare(`AWS4-HMAC-SHA256 ${parts}a`, '20150830'), 'ERR_SIGV4_INCOMPLETE_SIGNATURE'],
    [
      'a day that does not exist',
      () => bare(`AWS4-HMAC-SHA256 ${parts}a`, '20150230T123600Z'),
      'ERR_SIGV4_INCOMPLETE_SIGNATURE',
    ],
    [
      'two dates',
      () => ({
        ...bare(`AWS4-HMAC-SHA256 ${parts}a`),
        headers: [...(bare(`AWS4-HMAC-SHA256 ${parts}a`).headers as Headers), ['X-Amz-Date', '20150830T123600Z']],
      }),
      'ERR_SIGV4_INCOMPLETE_SIGNATURE',
    ],
    [
      'a scope of four parts',
      () => bare(`AWS4-HMAC-SHA256 ${parts.replace('/aws4_request', '')}a`),
      'ERR_SIGV4_INCOMPLETE_SIGNATURE',
    ],
    ['another algorithm', () => bare(`AWS4-ECDSA-P256-SHA256 ${parts}a`), 'ERR_SIGV4_UNSUPPORTED_ALGORITHM'],
    ['an age beyond the skew', () => signed(), 'ERR_SIGV4_SIGNATURE_EXPIRED', { now: () => now() + 300_001 }],
    ['a date of the future', () => signed(), 'ERR_SIGV4_SIGNATURE_NOT_YET_CURRENT', { now: () => now() - 300_001 }],
    ['the host unsigned', () => bare(`AWS4-HMAC-SHA256 ${parts.replace('host;', '')}a`), 'ERR_SIGV4_HEADER_NOT_SIGNED'],
    [
      'an x-amz-* header unsigned',
      async () => ({ ...(await signed()), headers: [...(await signed()).headers, ['x-amz-target', 'x']] }),
      'ERR_SIGV4_HEADER_NOT_SIGNED',
    ],
    [
      'a signed header that is not there',
      async () => edit(await signed(), 'content-type', () => undefined),
      'ERR_SIGV4_INCOMPLETE_SIGNATURE',
    ],
    ['another region', () => signed({ region: 'eu-west-1' }), 'ERR_SIGV4_SCOPE_MISMATCH'],
    ['another service', () => signed({ service: 'sts' }), 'ERR_SIGV4_SCOPE_MISMATCH'],
    [
      'a scope of another day',
      async () => edit(await signed(), 'authorization', (value) => value.replace('20150830', '20150829')),
      'ERR_SIGV4_SCOPE_MISMATCH',
    ],
    [
      'a key nobody has',
      () => signed({ credentials: { ...longTerm, accessKeyId: 'AKIDUNKNOWN' } }),
      'ERR_SIGV4_UNKNOWN_ACCESS_KEY',
    ],
    [
      'another secret',
      () => signed({ credentials: { ...longTerm, secretAccessKey: 'other' } }),
      'ERR_SIGV4_SIGNATURE_MISMATCH',
    ],
    ['a changed body', async () => ({ ...(await signed()), body: '{"a":2}' }), 'ERR_SIGV4_SIGNATURE_MISMATCH'],
    [
      'a changed signature',
      async () => edit(await signed(), 'authorization', (value) => value.slice(0, -1)),
      'ERR_SIGV4_SIGNATURE_MISMATCH',
    ],
    [
      'a body other than its declared hash',
      async () => ({ ...(await signed({ service: 's3' })), body: 'x' }),
      'ERR_SIGV4_PAYLOAD_MISMATCH',
      { service: 's3' },
    ],
    [
      'the body left out where it must not be',
      () => signed({ payloadHash: 'UNSIGNED-PAYLOAD' }),
      'ERR_SIGV4_UNSUPPORTED_PAYLOAD',
    ],
    [
      'a streamed body',
      () => signed({ service: 's3', payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }),
      'ERR_SIGV4_UNSUPPORTED_PAYLOAD',
      { service: 's3' },
    ],
    [
      "another session's token",
      () => signed({ credentials: { ...temporary, sessionToken: 'other' } }),
      'ERR_SIGV4_INVALID_TOKEN',
    ],
    ['no token', () => signed({ credentials: { ...temporary, sessionToken: undefined } }), 'ERR_SIGV4_INVALID_TOKEN'],
    [
      'a token with long-term keys',
      () => signed({ credentials: { ...longTerm, sessionToken: 'x' } }),
      'ERR_SIGV4_INVALID_TOKEN',
    ],
    [
      'expired keys',
      () => signed(),
      'ERR_SIGV4_EXPIRED_TOKEN',
      { lookup: () => ({ ...temporary, expiration: instant }) },
    ],
    [
      'two Authorization headers',
      async () => ({ ...(await signed()), headers: [...(await signed()).headers, ['Authorization', 'Basic abc']] }),
      'ERR_SIGV4_AMBIGUOUS_AUTHENTICATION',
    ],
    [
      'a part that no signer adds',
      async () => edit(await signed(), 'authorization', (value) => `${value}, Extra=1`),
      'ERR_SIGV4_INCOMPLETE_SIGNATURE',
    ],
    [
      'a line break that could hide a header',
      async () => ({ ...(await signed()), headers: [...(await signed()).headers, ['x-o', '1\r\nx-amz-target: evil']] }),
      'ERR_SIGV4_MALFORMED_REQUEST',
    ],
    [
      'a name that could hide a header',
      async () => ({ ...(await signed()), headers: [...(await signed()).headers, [' x-amz-target', 'evil']] }),
      'ERR_SIGV4_MALFORMED_REQUEST',
    ],
    [
      'two hosts',
      async () => ({ ...(await signed()), headers: [...(await signed()).headers, ['host', 'evil']] }),
      'ERR_SIGV4_MALFORMED_REQUEST',
    ],
    [
      'a date beyond the calendar',
      () => bare(`AWS4-HMAC-SHA256 ${parts}a`, '99999999T999999Z'),
      'ERR_SIGV4_INCOMPLETE_SIGNATURE',
    ],
    ['a clock that gives no number', () => signed(), 'ERR_SIGV4_SIGNATURE_EXPIRED', { now: () => Number.NaN }],
    [
      'keys whose expiration is no date',
      () => signed(),
      'ERR_SIGV4_EXPIRED_TOKEN',
      { lookup: () => ({ ...temporary, expiration: new Date('x') }) },
    ],
    ['a malformed escape', async () => ({ ...(await signed()), query: '%zz' }), 'ERR_SIGV4_MALFORMED_REQUEST'],
    [
      'a presigned URL past its end',
      () => presigned({ expiresIn: 60 }),
      'ERR_SIGV4_SIGNATURE_EXPIRED',
      { now: () => now() + 60_001 },
    ],
    [
      'a presigned URL of the future',
      () => presigned(),
      'ERR_SIGV4_SIGNATURE_NOT_YET_CURRENT',
      { now: () => now() - 300_001 },
    ],
    [
      'a presigned life beyond a week',
      async () => ({ ...request, query: (await presigned()).query.replace('Expires=3600', 'Expires=604801') }),
      'ERR_SIGV4_INCOMPLETE_SIGNATURE',
    ],
    [
      'a presigned URL made longer',
      async () => ({
        ...(await presigned()),
        query: (await presigned()).query.replace('Expires=3600', 'Expires=3601'),
      }),
      'ERR_SIGV4_SIGNATURE_MISMATCH',
    ],
    [
      'a presigned part given twice',
      async () => ({ ...(await presigned()), query: `${(await presigned()).query}&X-Amz-Date=20150830T123600Z` }),
      'ERR_SIGV4_INCOMPLETE_SIGNATURE',
    ],
    [
      'a presigned part left out',
      async () => ({ ...(await presigned()), query: (await presigned()).query.replace(/X-Amz-Expires=\d+&/, '') }),
      'ERR_SIGV4_INCOMPLETE_SIGNATURE',
    ],
  ])('%s', async (_, wire, expected, options) => {
    expect(await code(wire(), options)).toBe(expected);
  });

  test("a lookup's own failure is passed on", async () => {
    const wire = await signed();
    await expect(verify(wire, { lookup: () => Promise.reject(new Error('database')) })).rejects.toThrow('database');
  });

  test('a verifier that could not work is refused at once', async () => {
    expect(await codeOf(() => createVerifier({ region: 'r', service: 's' } as never))).toBe('ERR_SIGV4_INVALID_OPTION');
    expect(await codeOf(() => createVerifier(undefined as never))).toBe('ERR_SIGV4_INVALID_OPTION');
    for (const wrong of [{ maxSkew: '300000' }, { maxSkew: -1 }, { maxSkew: Number.NaN }, { now: 5 }]) {
      expect(
        await codeOf(() => createVerifier({ lookup: () => longTerm, region: 'r', service: 's', ...wrong } as never)),
      ).toBe('ERR_SIGV4_INVALID_OPTION');
    }
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a string', 'https://h/?X-Amz-Signature=abc'],
    ['a path alone', { path: '/' }],
    ["a framework's request", { url: '/relative', path: '/relative', method: 'GET', query: {}, headers: {} }],
  ])('%s is no request and is refused with a code', async (_, input) => {
    expect(await codeOf(() => verify(input as WireRequest))).toBe('ERR_SIGV4_MALFORMED_REQUEST');
  });

  test('a Request that was read cannot be verified', async () => {
    const used = new Request('https://h/', { method: 'POST', body: 'x' });
    await used.text();
    expect(await codeOf(() => verify(used as never))).toBe('ERR_SIGV4_MALFORMED_REQUEST');
  });

  test('no message repeats what stands where a name should', async () => {
    const wire = bare(
      'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host;x-amz-security-token=SECRETTOKEN, Signature=x',
    );
    const error = await verify(wire).catch((reason) => reason);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/secrettoken/i);
  });
});

test('what a signer gives for a body of any kind is verified as it is', async () => {
  const blob = new Blob([new Uint8Array(2_000_000)]);
  const scope = { region: 'us-east-1', service: 'execute-api' };
  const { verify } = createVerifier({ lookup: () => longTerm, ...scope });
  const signer = createSigner({ credentials: longTerm, ...scope });
  for (const body of ['text', blob, () => blob.stream()]) {
    const signed = await signer.sign({ url: 'https://api.example.com/', method: 'POST', body });
    await expect(verify(signed)).resolves.toMatchObject({ accessKeyId: longTerm.accessKeyId });
  }
});
