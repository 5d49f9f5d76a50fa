/** What others get wrong about requests, one row a difference from a good case. Checked at the canonical request. */
import { presignQuery, type SigningContext, signHeaders, type WireRequest } from 'sigv4kit/core';
import { describe, expect, test } from 'vitest';
import { codeOf, instant, longTerm, temporary } from '../support/keys';

const request: WireRequest = { method: 'GET', path: '/', query: '', headers: [['Host', 'api.example.com']] };
const context: SigningContext = { credentials: longTerm, region: 'us-east-1', service: 'execute-api', date: instant };

async function canonicalOf(change: Partial<WireRequest>, options: Partial<SigningContext> = {}) {
  const { canonicalRequest } = await signHeaders({ ...request, ...change }, { ...context, ...options });
  const lines = canonicalRequest.split('\n');
  const blank = lines.indexOf('', 3);
  return {
    method: lines[0],
    path: lines[1],
    query: lines[2],
    headers: lines.slice(3, blank),
    signed: lines.at(-2),
    payload: lines.at(-1),
  };
}

describe('the query', () => {
  test.each([
    ['a name without "=" gets one', 'v&h=1', 'h=1&v='],
    ['an empty value keeps its "="', 'v=&h=1', 'h=1&v='],
    ['an empty name is kept', '=v', '=v'],
    ['only the first "=" splits', 'filter=a=b&t=MTIz==', 'filter=a%3Db&t=MTIz%3D%3D'],
    ['__proto__ is an ordinary name', '__proto__=1&constructor=2', '__proto__=1&constructor=2'],
    ['repeated names keep every value, sorted', 'a=2&a=1&a=', 'a=&a=1&a=2'],
    ['equal pairs are both kept', 'a=1&a=1', 'a=1&a=1'],
    ['a name sorts before a longer one that it begins', 'a-b=1&a0=1&a=2&aa=3&a%20=4', 'a=2&a%20=4&a-b=1&a0=1&aa=3'],
    [
      'names sort in code-point order of their encoded form',
      '%F0%9F%98%80=1&%EE%80%80=2&z=3',
      '%EE%80%80=2&%F0%9F%98%80=1&z=3',
    ],
    ['upper case sorts before lower case', 'b=1&B=2&a=3', 'B=2&a=3&b=1'],
    ['a raw + means a space', 'q=a+b', 'q=a%20b'],
    ['an encoded + stays one', 'q=a%2Bb', 'q=a%2Bb'],
    ['hex digits are upper-cased', 'q=%c3%a9', 'q=%C3%A9'],
    ['needless escapes are undone', 'q=%7e%41', 'q=~A'],
    ['characters that URLs leave raw are encoded', "q=!'()*,;:@$/?", 'q=%21%27%28%29%2A%2C%3B%3A%40%24%2F%3F'],
    ['raw unicode is encoded as UTF-8', 'q=é', 'q=%C3%A9'],
    [
      'letters that case folding takes for ASCII (long s, Kelvin) are encoded too',
      'q=\u017f\u212a',
      'q=%C5%BF%E2%84%AA',
    ],
    ['an escaped byte that is no UTF-8 is kept', 'q=%FF', 'q=%FF'],
    ['empty pieces go', '&&a=1&', 'a=1'],
  ])('%s', async (_, query, expected) => {
    expect((await canonicalOf({ query })).query).toBe(expected);
  });
});

describe('the path', () => {
  test.each([
    [
      'is encoded twice for most services',
      'execute-api',
      '/prod/%40connections/R0oX%3D',
      '/prod/%2540connections/R0oX%253D',
    ],
    ['is normalised for most services', 'execute-api', '/a//b/./c/../d/', '/a/b/d/'],
    ['may be empty', 'execute-api', '', '/'],
    ['never climbs above the root', 'execute-api', '/../../a', '/a'],
    ['is encoded once for S3', 's3', '/a%20b/c%2Fd', '/a%20b/c%2Fd'],
    ['keeps every slash and dot segment for S3', 's3', '//a//b/../c/./', '//a//b/../c/./'],
    [
      'encodes what a URL leaves raw, for S3',
      's3',
      "/a!b'c(d)*+,;=:@$&",
      '/a%21b%27c%28d%29%2A%2B%2C%3B%3D%3A%40%24%26',
    ],
    ['upper-cases hex digits for S3', 's3', '/%c3%a9', '/%C3%A9'],
    ['follows the S3 rule for its family', 's3-outposts', '/a//b%20', '/a//b%20'],
    ['follows the S3 rule for S3 Express', 's3express', '/a//b%20', '/a//b%20'],
    ['follows the S3 rule for object lambdas', 's3-object-lambda', '/a//b%20', '/a//b%20'],
  ])('%s', async (_, service, path, expected) => {
    expect((await canonicalOf({ path }, { service })).path).toBe(expected);
  });

  test('a caller may choose against the rule of the service', async () => {
    const kept = await canonicalOf({ path: '/a//b%20' }, { normalizePath: false, doubleEncodePath: false });
    expect(kept.path).toBe('/a//b%20');
  });
});

describe('the headers', () => {
  test('names that differ only in case are one header, joined with a comma in order', async () => {
    const { headers } = await canonicalOf({
      headers: [
        ['host', 'h'],
        ['X-Amz-Meta', 'b'],
        ['x-amz-meta', 'a'],
        ['X-AMZ-META', 'c'],
      ],
    });
    expect(headers).toContain('x-amz-meta:b,a,c');
  });

  test('white space is trimmed and runs of it are one space, inside quotes too', async () => {
    const { headers } = await canonicalOf({
      headers: [
        ['host', 'h'],
        ['x-amz-meta', '  a   b \t "c   d"  '],
      ],
    });
    expect(headers).toContain('x-amz-meta:a b "c d"');
  });

  test('what an earlier attempt left is replaced, whatever its case', async () => {
    const stale: WireRequest = {
      ...request,
      headers: [
        ['host', 'h'],
        ['X-AMZ-DATE', '20000101T000000Z'],
        ['X-Amz-Security-Token', 'stale'],
        ['AUTHORIZATION', 'AWS4-HMAC-SHA256 stale'],
      ],
    };
    const { canonicalRequest, headers } = await signHeaders(stale, {
      ...context,
      credentials: temporary,
      signedHeaders: 'all',
    });
    expect(canonicalRequest).toContain('x-amz-date:20150830T123600Z\n');
    expect(canonicalRequest).toContain(`x-amz-security-token:${temporary.sessionToken}\n`);
    expect(canonicalRequest).not.toMatch(/stale|20000101/);
    expect(headers.map(([name]) => name)).toEqual(['x-amz-date', 'x-amz-security-token', 'authorization']);
  });

  test('a stale token is not signed for keys that have none', async () => {
    const { signed } = await canonicalOf(
      {
        headers: [
          ['host', 'h'],
          ['x-amz-security-token', 'stale'],
        ],
      },
      { signedHeaders: 'all' },
    );
    expect(signed).toBe('host;x-amz-date');
  });

  const never =
    'authorization connection expect te trailer keep-alive transfer-encoding upgrade user-agent x-amzn-trace-id proxy-authorization proxy-connection sec-fetch-mode sec-websocket-key';
  const added = 'traceparent tracestate baggage via accept-encoding cookie x-forwarded-for x-forwarded-proto';

  test.each(never.split(' '))('%s is never signed', async (name) => {
    const { signed } = await canonicalOf(
      {
        headers: [
          ['host', 'h'],
          [name, 'v'],
        ],
      },
      { signedHeaders: 'all' },
    );
    expect(signed).toBe('host;x-amz-date');
    await expect(codeOf(() => signHeaders(request, { ...context, signedHeaders: [name] }))).resolves.toBe(
      'ERR_SIGV4_INVALID_OPTION',
    );
  });

  test.each(added.split(' '))(
    '%s, which tracers and proxies add or rewrite, is not signed by default',
    async (name) => {
      const headers: [string, string][] = [
        ['host', 'h'],
        [name, 'v'],
      ];
      expect((await canonicalOf({ headers })).signed).toBe('host;x-amz-date');
      expect((await canonicalOf({ headers }, { signedHeaders: 'all' })).signed).toContain(name);
    },
  );

  test('the default signs host, content-type, content-md5, x-apigw-api-id and every x-amz-* header', async () => {
    const names = [
      'content-type',
      'content-md5',
      'x-apigw-api-id',
      'x-amz-target',
      'x-amzn-other',
      'accept',
      'content-length',
    ];
    const { signed } = await canonicalOf({
      headers: [['host', 'h'], ...names.map((name): [string, string] => [name, 'v'])],
    });
    expect(signed).toBe('content-md5;content-type;host;x-amz-date;x-amz-target;x-apigw-api-id');
  });

  test('a list signs those it names, host and every x-amz-* header', async () => {
    const headers: [string, string][] = [
      ['host', 'h'],
      ['content-type', 'a/b'],
      ['X-Tenant', 't'],
      ['x-amz-target', 'x'],
    ];
    expect((await canonicalOf({ headers }, { signedHeaders: ['X-Tenant', 'x-absent'] })).signed).toBe(
      'host;x-amz-date;x-amz-target;x-tenant',
    );
  });
});

describe('what each service wants', () => {
  const body = '{"a":1}';
  const hash = '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862';
  const headerOf = async (service: string, change: Partial<WireRequest>, options: Partial<SigningContext> = {}) => {
    const { headers, canonicalRequest } = await signHeaders(
      { ...request, ...change },
      { ...context, service, ...options },
    );
    return {
      sent: headers.find(([name]) => name === 'x-amz-content-sha256')?.[1],
      payload: canonicalRequest.split('\n').at(-1),
    };
  };

  test.each([
    ['execute-api', undefined, hash],
    ['s3', hash, hash],
    ['s3express', hash, hash],
    ['s3-outposts', hash, hash],
    ['s3-object-lambda', hash, hash],
    ['aoss', hash, hash],
    ['glacier', hash, hash],
    ['lambda', hash, hash],
    ['vpc-lattice-svcs', 'UNSIGNED-PAYLOAD', 'UNSIGNED-PAYLOAD'],
  ])('%s is sent x-amz-content-sha256 %s', async (service, sent, payload) => {
    expect(await headerOf(service, { body })).toEqual({ sent, payload });
  });

  test('a function URL without a body needs no hash header', async () => {
    expect((await headerOf('lambda', {})).sent).toBeUndefined();
  });

  test('an unsigned payload is announced to any service', async () => {
    expect(await headerOf('execute-api', { body }, { payloadHash: 'UNSIGNED-PAYLOAD' })).toEqual({
      sent: 'UNSIGNED-PAYLOAD',
      payload: 'UNSIGNED-PAYLOAD',
    });
  });

  test('a hash that came with the request is of this body, or it is replaced', async () => {
    const headers: [string, string][] = [
      ['host', 'h'],
      ['X-Amz-Content-Sha256', 'a'.repeat(64)],
    ];
    expect(await headerOf('execute-api', { body, headers })).toEqual({ sent: hash, payload: hash });
    expect((await headerOf('execute-api', { headers })).payload).toBe('a'.repeat(64));
  });

  test('white space around a declared payload goes, as around any header', async () => {
    const headers: [string, string][] = [
      ['host', 'h'],
      ['x-amz-content-sha256', ' UNSIGNED-PAYLOAD '],
    ];
    expect(await headerOf('s3', { body, headers })).toEqual({ sent: 'UNSIGNED-PAYLOAD', payload: 'UNSIGNED-PAYLOAD' });
  });

  test('a presigned URL signs the payload that a header of the request declares', async () => {
    const headers: [string, string][] = [
      ['host', 'h'],
      ['x-amz-content-sha256', hash],
    ];
    const { canonicalRequest } = await presignQuery({ ...request, headers, body }, { ...context, service: 's3' });
    expect(canonicalRequest).toContain(`x-amz-content-sha256:${hash}\n`);
    expect(canonicalRequest.split('\n').at(-1)).toBe(hash);
  });

  test('a presigned S3 URL may declare its payload in the query', async () => {
    const { canonicalRequest } = await presignQuery(
      { ...request, query: `X-Amz-Content-Sha256=${hash}` },
      { ...context, service: 's3' },
    );
    expect(canonicalRequest.split('\n').at(-1)).toBe(hash);
  });

  test("IoT's MQTT gateway gets the token after signing, as the last parameter", async () => {
    const options = { ...context, service: 'iotdevicegateway', credentials: temporary };
    const { query, canonicalRequest } = await presignQuery({ ...request, path: '/mqtt' }, options);
    expect(canonicalRequest).not.toContain('Security-Token');
    expect(query).toMatch(/&X-Amz-Signature=[0-9a-f]{64}&X-Amz-Security-Token=AQoDYXdzEJr1K7%2FEXAMPLE%2BTOKEN%3D%3D$/);
  });

  test('a presigned S3 URL leaves the body out', async () => {
    const { canonicalRequest } = await presignQuery({ ...request, body }, { ...context, service: 's3' });
    expect(canonicalRequest.split('\n').at(-1)).toBe('UNSIGNED-PAYLOAD');
  });
});

describe('a presigned query', () => {
  test('keeps the order of repeated parameters on the wire', async () => {
    const { query } = await presignQuery({ ...request, query: 'b=2&a=z&a=y' }, context);
    expect(query.startsWith('b=2&a=z&a=y&X-Amz-Algorithm=AWS4-HMAC-SHA256&')).toBe(true);
  });

  test('replaces the parameters of an earlier signature, whatever their case', async () => {
    const once = await presignQuery({ ...request, query: 'a=1' }, { ...context, credentials: temporary });
    const again = await presignQuery(
      { ...request, query: once.query.replaceAll('X-Amz-', 'x-amz-') },
      { ...context, credentials: temporary },
    );
    expect(again.query).toBe(once.query);
  });

  test.each([[0], [604_801], [1.5], [-1], [Number.NaN], ['60']])(
    'refuses to live for %s seconds',
    async (expiresIn) => {
      const call = () => presignQuery(request, { ...context, expiresIn: expiresIn as number });
      expect(await codeOf(call)).toBe('ERR_SIGV4_INVALID_EXPIRES');
    },
  );

  test.each([[1], [604_800]])('may live for %s seconds', async (expiresIn) => {
    expect((await presignQuery(request, { ...context, expiresIn })).query).toContain(`X-Amz-Expires=${expiresIn}&`);
  });
});

test('credentials changed while the key is derived are not mixed', async () => {
  const credentials = { ...longTerm, accessKeyId: 'AKIDCHANGES' } as { accessKeyId: string; secretAccessKey: string };
  const call = signHeaders(request, { ...context, credentials });
  Object.assign(credentials, temporary);
  const { authorization } = await call;
  const expected = await signHeaders(request, { ...context, credentials: { ...longTerm, accessKeyId: 'AKIDCHANGES' } });
  expect(authorization).toBe(expected.authorization);
});

describe('bad input gets a coded error', () => {
  const bad = (change: Partial<WireRequest>, options: Partial<SigningContext> = {}) =>
    codeOf(() => signHeaders({ ...request, ...change } as WireRequest, { ...context, ...options } as SigningContext));

  test.each<[string, Partial<WireRequest>, string]>([
    ['no host', { headers: [] }, 'ERR_SIGV4_INVALID_HEADER'],
    ['no method', { method: undefined as never }, 'ERR_SIGV4_INVALID_METHOD'],
    ['no query', { query: undefined as never }, 'ERR_SIGV4_INVALID_URL'],
    ['headers as an object', { headers: { host: 'h' } as never }, 'ERR_SIGV4_INVALID_HEADER'],
    [
      'headers that can be read but once',
      { headers: new Map([['host', 'h']]).entries() as never },
      'ERR_SIGV4_INVALID_HEADER',
    ],
    [
      'two hosts',
      {
        headers: [
          ['host', 'a'],
          ['Host', 'b'],
        ],
      },
      'ERR_SIGV4_INVALID_HEADER',
    ],
    [
      'a line break in a header',
      {
        headers: [
          ['host', 'h'],
          ['x-amz-meta', 'a\r\nx-evil: 1'],
        ],
      },
      'ERR_SIGV4_INVALID_HEADER',
    ],
    [
      'a NUL in a header',
      {
        headers: [
          ['host', 'h'],
          ['x-amz-meta', 'a\0'],
        ],
      },
      'ERR_SIGV4_INVALID_HEADER',
    ],
    [
      'a lone surrogate in a header',
      {
        headers: [
          ['host', 'h'],
          ['x-amz-meta', '\ud800'],
        ],
      },
      'ERR_SIGV4_INVALID_HEADER',
    ],
    [
      'a header that is no text',
      {
        headers: [
          ['host', 'h'],
          ['x-amz-meta', 5 as never],
        ],
      },
      'ERR_SIGV4_INVALID_HEADER',
    ],
    [
      'a header name that is no token',
      {
        headers: [
          ['host', 'h'],
          ['x-amz-a b', '1'],
        ],
      },
      'ERR_SIGV4_INVALID_HEADER',
    ],
    ['a method that is none', { method: 'GET /' }, 'ERR_SIGV4_INVALID_METHOD'],
    ['a method with a line break', { method: 'GET\n' }, 'ERR_SIGV4_INVALID_METHOD'],
    ['a path without a slash', { path: 'a' }, 'ERR_SIGV4_INVALID_URL'],
    ['a path with a query in it', { path: '/a?b=1' }, 'ERR_SIGV4_INVALID_URL'],
    [
      'a header name that becomes one when lower-cased',
      {
        headers: [
          ['host', 'h'],
          ['x-amz-\u212a', '1'],
        ],
      },
      'ERR_SIGV4_INVALID_HEADER',
    ],
    ['a malformed escape in the query', { query: 'a=%zz' }, 'ERR_SIGV4_INVALID_URL'],
    ['a cut-off escape in the query', { query: 'a=%4' }, 'ERR_SIGV4_INVALID_URL'],
    ['a lone surrogate in the query', { query: 'a=\udc00' }, 'ERR_SIGV4_INVALID_URL'],
    ['a lone surrogate in the path', { path: '/\ud83d' }, 'ERR_SIGV4_INVALID_URL'],
    ['a lone surrogate in the body', { body: 'a\ud83d' }, 'ERR_SIGV4_INVALID_BODY'],
    ['a body that is no bytes', { body: { a: 1 } as never }, 'ERR_SIGV4_INVALID_BODY'],
  ])('%s', async (_, change, code) => {
    expect(await bad(change)).toBe(code);
  });

  test.each<[string, Partial<Record<keyof SigningContext, unknown>>, string]>([
    ['no credentials', { credentials: undefined }, 'ERR_SIGV4_NO_CREDENTIALS'],
    ['empty credentials', { credentials: { accessKeyId: '', secretAccessKey: '' } }, 'ERR_SIGV4_NO_CREDENTIALS'],
    ['half a pair', { credentials: { accessKeyId: 'AKIDEXAMPLE' } }, 'ERR_SIGV4_INVALID_CREDENTIALS'],
    ['the other half', { credentials: { secretAccessKey: 'x' } }, 'ERR_SIGV4_INVALID_CREDENTIALS'],
    [
      'a secret with a line break',
      { credentials: { ...longTerm, secretAccessKey: 'abc\n' } },
      'ERR_SIGV4_INVALID_CREDENTIALS',
    ],
    ['an empty token', { credentials: { ...longTerm, sessionToken: '' } }, 'ERR_SIGV4_INVALID_CREDENTIALS'],
    [
      'an id that would end its part of the header',
      { credentials: { ...longTerm, accessKeyId: 'AKID/EXAMPLE' } },
      'ERR_SIGV4_INVALID_CREDENTIALS',
    ],
    ['a payload hash that is none', { payloadHash: 'a\nb' }, 'ERR_SIGV4_INVALID_OPTION'],
    ['an empty payload hash', { payloadHash: '' }, 'ERR_SIGV4_INVALID_OPTION'],
    ['no region', { region: undefined }, 'ERR_SIGV4_NO_REGION'],
    ['a region that is none', { region: 'us/east' }, 'ERR_SIGV4_INVALID_OPTION'],
    ['a set of regions', { region: '*' }, 'ERR_SIGV4_INVALID_OPTION'],
    ['no service', { service: '' }, 'ERR_SIGV4_NO_SERVICE'],
    ['a date that is none', { date: new Date('x') }, 'ERR_SIGV4_INVALID_DATE'],
    ['a date that is no Date', { date: '2015' }, 'ERR_SIGV4_INVALID_DATE'],
    ['a policy that is none', { signedHeaders: 'some' }, 'ERR_SIGV4_INVALID_OPTION'],
  ])('%s', async (_, options, code) => {
    expect(await bad({}, options as Partial<SigningContext>)).toBe(code);
  });
});
