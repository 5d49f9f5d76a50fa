/** The signer: whom it signs for, with which keys, and what it refuses. */
import { inspect } from 'node:util';
import { type Credentials, createSigner, isSigV4Error, type SignerOptions, SigV4Error } from 'sigv4kit';
import { createVerifier } from 'sigv4kit/verify';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { credentialSource } from '../../src/credentials/source';
import { codeOf, instant, longTerm, temporary } from '../support/keys';

const now = () => instant.getTime();
const url = 'https://abc123.execute-api.eu-west-1.amazonaws.com/prod/orders?b=2&a=1';
const scopeOf = async (options: SignerOptions, request = { url }) => {
  const { headers } = await createSigner({ credentials: longTerm, now, ...options }).sign(request);
  return /Credential=([^,]+)/.exec(headers.authorization as string)?.[1];
};

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a signed request', () => {
  test('is exactly what must be sent', async () => {
    const signer = createSigner({ credentials: temporary, now });
    const signed = await signer.sign({
      url,
      method: 'post',
      headers: { 'Content-Type': 'application/json', Accept: '*/*' },
      body: '{"a":1}',
    });
    expect(signed).toEqual({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        accept: '*/*',
        host: 'abc123.execute-api.eu-west-1.amazonaws.com',
        'x-amz-date': '20150830T123600Z',
        'x-amz-security-token': temporary.sessionToken,
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=ASIAIOSFODNN7EXAMPLE\/20150830\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
        ),
      },
      body: '{"a":1}',
    });
  });

  test('holds for a verifier that is handed it as it is', async () => {
    const signed = await createSigner({ credentials: temporary, now }).sign({ url, method: 'PUT', body: 'x' });
    const { verify } = createVerifier({ lookup: () => temporary, region: 'eu-west-1', service: 'execute-api', now });
    await expect(verify({ ...signed, body: signed.body as string })).resolves.toMatchObject({
      accessKeyId: temporary.accessKeyId,
    });
  });

  test('leaves the Request it was made of readable', async () => {
    const request = new Request(url, { method: 'POST', body: 'kept' });
    const signed = await createSigner({ credentials: longTerm, now }).sign(request);
    expect(await request.text()).toBe('kept');
    expect(new TextDecoder().decode(signed.body as Uint8Array)).toBe('kept');
  });

  test('never touches what the caller passed', async () => {
    const request = Object.freeze({
      url: new URL(url),
      headers: Object.freeze({ 'x-amz-meta': 'v' }),
      body: Object.freeze(['x']).join(),
    });
    const before = request.url.href;
    await createSigner({ credentials: Object.freeze({ ...longTerm }), now }).sign(request);
    expect(request.url.href).toBe(before);
  });

  test('takes headers in every form that fetch takes', async () => {
    const signer = createSigner({ credentials: longTerm, now });
    const forms = [
      { 'X-Amz-Meta': 'v' },
      new Headers({ 'x-amz-meta': 'v' }),
      [['X-AMZ-META', 'v']] as [string, string][],
      new Map([['x-amz-meta', 'v']]),
    ];
    const signed = await Promise.all(forms.map((headers) => signer.sign({ url, headers: headers as HeadersInit })));
    expect(new Set(signed.map(({ headers }) => headers.authorization)).size).toBe(1);
  });

  test('a header named __proto__ is a header', async () => {
    const headers: [string, string][] = [['__proto__', 'v']];
    const signed = await createSigner({ credentials: longTerm, now, signedHeaders: 'all' }).sign({ url, headers });
    expect(Object.keys(signed.headers)).toContain('__proto__');
    expect(signed.headers.authorization).toContain('SignedHeaders=__proto__;host');
  });
});

describe('settings that are not known', () => {
  const signer = createSigner({ credentials: longTerm, now });
  test.each([
    ['the method beside the URL', () => signer.sign(url, { method: 'POST' } as never)],
    ['a misspelt life of a URL', () => signer.presign(url, { expires: 60 } as never)],
  ])('%s is refused, and nothing else signed', async (_, call) => {
    expect(await codeOf(call)).toBe('ERR_SIGV4_INVALID_OPTION');
  });
});

describe('service and region', () => {
  test('come from the hostname', async () => {
    expect(await scopeOf({})).toBe('AKIDEXAMPLE/20150830/eu-west-1/execute-api/aws4_request');
  });

  test('are those of the options where they are given', async () => {
    expect(await scopeOf({ region: 'us-west-2', service: 'other' })).toBe(
      'AKIDEXAMPLE/20150830/us-west-2/other/aws4_request',
    );
  });

  test('the region is that of the environment where host and options are silent', async () => {
    vi.stubEnv('AWS_DEFAULT_REGION', 'sa-east-1');
    expect(await scopeOf({ service: 'execute-api' }, { url: 'https://api.example.com' })).toContain('/sa-east-1/');
    vi.stubEnv('AWS_REGION', 'ap-south-1');
    expect(await scopeOf({ service: 'execute-api' }, { url: 'https://api.example.com' })).toContain('/ap-south-1/');
    expect(await scopeOf({})).toContain('/eu-west-1/');
  });

  test('are never guessed', async () => {
    const sign = (options: SignerOptions) =>
      createSigner({ credentials: longTerm, ...options }).sign({ url: 'https://api.example.com' });
    expect(await codeOf(() => sign({}))).toBe('ERR_SIGV4_NO_SERVICE');
    expect(await codeOf(() => sign({ service: 'execute-api' }))).toBe('ERR_SIGV4_NO_REGION');
    expect(await codeOf(() => sign({ region: 'us-east-1' }))).toBe('ERR_SIGV4_NO_SERVICE');
  });

  test("IoT's WebSockets sign under their own name", async () => {
    const signed = await createSigner({ credentials: temporary, now }).presign(
      'wss://a1b2-ats.iot.us-east-1.amazonaws.com/mqtt',
    );
    expect(signed.protocol).toBe('wss:');
    expect(signed.searchParams.get('X-Amz-Credential')).toBe(
      'ASIAIOSFODNN7EXAMPLE/20150830/us-east-1/iotdevicegateway/aws4_request',
    );
    expect([...signed.searchParams.keys()].at(-1)).toBe('X-Amz-Security-Token');
  });
});

describe('credentials', () => {
  const sign = (options: SignerOptions) => createSigner({ now, ...options }).sign({ url });

  test('none anywhere is an error that says so', async () => {
    expect(await codeOf(() => sign({}))).toBe('ERR_SIGV4_NO_CREDENTIALS');
  });

  test('half a pair in the environment is an error', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    expect(await codeOf(() => sign({}))).toBe('ERR_SIGV4_INVALID_CREDENTIALS');
  });

  test('expired keys, given or in the environment, are an error before anything is sent', async () => {
    const expiration = new Date(now());
    expect(await codeOf(() => sign({ credentials: { ...temporary, expiration } }))).toBe(
      'ERR_SIGV4_EXPIRED_CREDENTIALS',
    );
    vi.stubEnv('AWS_ACCESS_KEY_ID', temporary.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', temporary.secretAccessKey);
    vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', '2015-08-30T12:00:00Z');
    expect(await codeOf(() => sign({}))).toBe('ERR_SIGV4_EXPIRED_CREDENTIALS');
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'ERR_SIGV4_NO_CREDENTIALS'],
    ['a string', 'AKIDEXAMPLE', 'ERR_SIGV4_NO_CREDENTIALS'],
    ['half a pair', { accessKeyId: 'AKIDEXAMPLE' }, 'ERR_SIGV4_INVALID_CREDENTIALS'],
    ['an expiration that is no Date', { ...longTerm, expiration: 'tomorrow' }, 'ERR_SIGV4_INVALID_CREDENTIALS'],
    [
      'a secret with a trailing line break',
      { ...longTerm, secretAccessKey: `${longTerm.secretAccessKey}\n` },
      'ERR_SIGV4_INVALID_CREDENTIALS',
    ],
    ['a provider that gives nothing', async () => undefined, 'ERR_SIGV4_NO_CREDENTIALS'],
  ])('%s is an error', async (_, credentials, code) => {
    expect(await codeOf(() => sign({ credentials: credentials as Credentials }))).toBe(code);
  });

  test("a provider's failure is the cause", async () => {
    const failure = new Error('the metadata service is away');
    const call = sign({ credentials: () => Promise.reject(failure) });
    await expect(call).rejects.toMatchObject({ code: 'ERR_SIGV4_NO_CREDENTIALS', cause: failure });
  });

  test('equal keys are one snapshot, so that their signing key is derived once', async () => {
    const expiration = () => new Date(now() + 3_600_000);
    const source = credentialSource(async () => ({ ...temporary, expiration: expiration() }));
    expect(await source.take({ now, offset: 0, set() {} })).toBe(await source.take({ now, offset: 0, set() {} }));
    const fixed = credentialSource({ ...longTerm });
    expect(fixed.take({ now, offset: 0, set() {} })).toBe(fixed.take({ now, offset: 0, set() {} }));
  });

  test('rotated keys in the object are used, and never mixed with the old', async () => {
    const keys = { ...longTerm } as { accessKeyId: string; secretAccessKey: string };
    const signer = createSigner({ credentials: keys, now });
    const first = await signer.sign({ url });
    keys.secretAccessKey = temporary.secretAccessKey;
    const second = await signer.sign({ url });
    expect(second.headers.authorization).not.toBe(first.headers.authorization);
    const fresh = await createSigner({ credentials: { ...keys }, now }).sign({ url });
    expect(second.headers.authorization).toBe(fresh.headers.authorization);
  });

  test('signing keys of many credentials do not mix, also beyond what is kept', async () => {
    const secretAccessKey = (i: number) => `wJalrXUtnFEMI/K7MDENG/bPxRfiCY${i}`;
    const sign = (i: number) =>
      createSigner({ credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: secretAccessKey(i) }, now }).sign({
        url,
      });
    const first = await Promise.all(Array.from({ length: 600 }, (_, i) => sign(i)));
    const second = await Promise.all(Array.from({ length: 600 }, (_, i) => sign(i)));
    expect(second).toEqual(first);
    expect(new Set(first.map(({ headers }) => headers.authorization)).size).toBe(600);
  });
});

describe('options', () => {
  test.each<[SignerOptions]>([
    [{ payload: 'none' as never }],
    [{ signedHeaders: 'some' as never }],
    [{ signedHeaders: ['user-agent'] }],
    [{ allowHosts: 'a' as never }],
    [{ allowHosts: '' as never }],
    [{ allowHosts: [undefined] as never }],
    [{ allowHosts: [''] }],
    [{ now: 5 as never }],
    ['us-east-1' as never],
    [5 as never],
    // Its keys would not be the ones that sign.
    [(() => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' })) as never],
  ])('%j cannot work and is refused at once', async (options) => {
    expect(await codeOf(() => createSigner(options))).toBe('ERR_SIGV4_INVALID_OPTION');
  });

  test('a list of headers is taken once', async () => {
    const signedHeaders = ['x-limit'];
    const signer = createSigner({ credentials: longTerm, region: 'us-east-1', service: 'execute-api', signedHeaders });
    signedHeaders.length = 0;
    const { headers } = await signer.sign({ url: 'https://api.example.com', headers: { 'x-limit': '1' } });
    expect(headers.authorization).toContain('x-limit');
  });

  const sign = (allowHosts: (string | RegExp)[]) => scopeOf({ allowHosts });
  const host = 'abc123.execute-api.eu-west-1.amazonaws.com';

  test.each<[(string | RegExp)[]]>([
    [[host]],
    [[host.toUpperCase()]],
    [['other.example.com', '*.execute-api.eu-west-1.amazonaws.com']],
    [[/\.execute-api\.[a-z0-9-]+\.amazonaws\.com$/g]],
  ])('a host among %s is signed for', async (allowHosts) => {
    await expect(sign(allowHosts)).resolves.toBeDefined();
    await expect(sign(allowHosts)).resolves.toBeDefined();
  });

  test.each<[(string | RegExp)[]]>([
    [[]],
    [['amazonaws.com']],
    [['*.example.com']],
    [['execute-api.eu-west-1.amazonaws.com']],
    [[/^execute/]],
  ])('a host not among %s is refused', async (allowHosts) => {
    expect(await codeOf(() => sign(allowHosts))).toBe('ERR_SIGV4_HOST_NOT_ALLOWED');
  });
});

describe('hosts', () => {
  test('a Host header of another host is not signed for either', async () => {
    const call = createSigner({ credentials: longTerm, region: 'r', service: 's', allowHosts: ['a.example.com'] }).sign(
      { url: 'https://a.example.com', headers: { Host: 'b.example.com' } },
    );
    expect(await codeOf(() => call)).toBe('ERR_SIGV4_HOST_NOT_ALLOWED');
  });

  test('two Host headers are refused', async () => {
    const headers: [string, string][] = [
      ['host', 'a'],
      ['Host', 'b'],
    ];
    expect(await codeOf(() => createSigner({ credentials: longTerm }).sign({ url, headers }))).toBe(
      'ERR_SIGV4_INVALID_HEADER',
    );
  });

  test('options changed later lift no limit', async () => {
    const allowHosts = ['other.example.com'];
    const signer = createSigner({ credentials: longTerm, allowHosts });
    allowHosts.push(new URL(url).hostname);
    expect(await codeOf(() => signer.sign({ url }))).toBe('ERR_SIGV4_HOST_NOT_ALLOWED');
  });
});

describe('bad input of every shape ends in a code', () => {
  const signer = createSigner({ credentials: longTerm, now });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'ERR_SIGV4_INVALID_URL'],
    ['null', null, 'ERR_SIGV4_INVALID_URL'],
    ['a number', 5, 'ERR_SIGV4_INVALID_URL'],
    ['a url that is no text', { url: Object.create(null) }, 'ERR_SIGV4_INVALID_URL'],
    ['a method that is no text', { url, method: 5 }, 'ERR_SIGV4_INVALID_METHOD'],
    ['a method that only upper-casing makes one', { url, method: 'po\ufb05' }, 'ERR_SIGV4_INVALID_METHOD'],
    ['headers as text', { url, headers: 'authorization: Bearer SECRET' }, 'ERR_SIGV4_INVALID_HEADER'],
    ['headers as a number', { url, headers: 5 }, 'ERR_SIGV4_INVALID_HEADER'],
    ['headers that are no pairs', { url, headers: ['ab'] }, 'ERR_SIGV4_INVALID_HEADER'],
    ['a pair of three', { url, headers: [['a', 'b', 'c']] }, 'ERR_SIGV4_INVALID_HEADER'],
    ['a null pair', { url, headers: [null] }, 'ERR_SIGV4_INVALID_HEADER'],
    ['a value beyond ASCII', { url, headers: { 'x-amz-a': 'é' } }, 'ERR_SIGV4_INVALID_HEADER'],
    ['a presigned URL', { url: `${url}&X-Amz-Signature=abc` }, 'ERR_SIGV4_INVALID_URL'],
    [
      'an object that is almost a Request',
      { url, bodyUsed: false, clone: () => ({}), body: 'x' },
      'ERR_SIGV4_INVALID_BODY',
    ],
    ['transferred bytes', { url, method: 'PUT', body: transferred() }, 'ERR_SIGV4_INVALID_BODY'],
  ])('%s', async (_, input, code) => {
    expect(await codeOf(() => signer.sign(input as never))).toBe(code);
  });

  function transferred(): Uint8Array {
    const bytes = new Uint8Array(4);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    return bytes;
  }

  test('a name that may be a secret is not repeated', async () => {
    const headers: [string, string][] = [['Bearer SECRET', 'authorization']];
    const error = await signer.sign({ url, headers }).catch((reason) => reason);
    expect(error.message).not.toContain('SECRET');
  });

  test('null options are no options', async () => {
    expect(await codeOf(() => createSigner(null as never).sign({ url }))).toBe('ERR_SIGV4_NO_CREDENTIALS');
    await expect(signer.presign(url, null as never)).resolves.toBeInstanceOf(URL);
  });
});

test('a hash left from a request with a body is not signed for one without', async () => {
  const signer = createSigner({ credentials: longTerm, now, service: 's3', region: 'us-east-1' });
  const first = await signer.sign({ url, method: 'PUT', body: 'hello' });
  const { host: _, ...headers } = first.headers;
  const second = await signer.sign({ url, headers });
  expect(second.headers['x-amz-content-sha256']).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
});

test('a content-length is left to the sender', async () => {
  const { headers } = await createSigner({ credentials: longTerm, now, signedHeaders: 'all' }).sign({
    url,
    headers: { 'Content-Length': '5' },
  });
  expect(headers).not.toHaveProperty('content-length');
});

describe('a presigned URL', () => {
  const presign = (options: SignerOptions, expiresIn?: number) =>
    createSigner({ credentials: temporary, now, ...options }).presign(url, { expiresIn });

  test('carries its signature and holds for as long as it was given', async () => {
    const signed = await presign({}, 60);
    const { verify } = createVerifier({ lookup: () => temporary, region: 'eu-west-1', service: 'execute-api', now });
    const late = createVerifier({
      lookup: () => temporary,
      region: 'eu-west-1',
      service: 'execute-api',
      now: () => now() + 61_000,
    });
    await expect(verify({ url: signed })).resolves.toMatchObject({ presigned: true, signedHeaders: ['host'] });
    expect(await codeOf(() => late.verify({ url: signed }))).toBe('ERR_SIGV4_SIGNATURE_EXPIRED');
  });

  test('keeps the parameters of the request, in their order', async () => {
    expect((await presign({})).search).toMatch(/^\?b=2&a=1&X-Amz-Algorithm=AWS4-HMAC-SHA256&/);
  });

  test('refuses a life that no service accepts', async () => {
    expect(await codeOf(() => presign({}, 604_801))).toBe('ERR_SIGV4_INVALID_EXPIRES');
  });
});

describe('errors', () => {
  test('are known by their brand, also when made by another copy of the package', async () => {
    const error = await createSigner({})
      .sign({ url })
      .catch((reason) => reason);
    expect(isSigV4Error(error)).toBe(true);
    expect(error).toBeInstanceOf(SigV4Error);
    const foreign = Object.create({ [Symbol.for('sigv4kit.error')]: true });
    expect(isSigV4Error(foreign)).toBe(true);
    expect(isSigV4Error(new Error('x'))).toBe(false);
    expect(isSigV4Error(null)).toBe(false);
  });

  test('and signers show no secret when looked at', async () => {
    const secrets = [temporary.secretAccessKey, temporary.sessionToken as string];
    const signer = createSigner({ credentials: temporary, now });
    const seen = [inspect(signer, { depth: 9, showHidden: true }), JSON.stringify(signer)];
    const failures = [
      () => signer.sign({ url: `https://user:${encodeURIComponent(temporary.secretAccessKey)}@h/` }),
      () => signer.sign({ url: `relative?X-Amz-Security-Token=${temporary.sessionToken}` }),
      () => signer.sign({ url, headers: { 'x-a': `${temporary.sessionToken}\n` } }),
      () => signer.sign({ url, body: { secret: temporary.secretAccessKey } as never }),
      () => createSigner({ credentials: { ...temporary, sessionToken: `${temporary.sessionToken} ` } }).sign({ url }),
      () => createSigner({ credentials: { ...temporary, accessKeyId: '' } }).sign({ url }),
    ];
    for (const fail of failures) {
      const error = await fail().then(
        () => undefined,
        (reason) => reason,
      );
      expect(isSigV4Error(error)).toBe(true);
      seen.push(error.message, error.stack, JSON.stringify(error), inspect(error, { depth: 9, showHidden: true }));
    }
    const encoded = secrets.map(encodeURIComponent);
    for (const text of seen) for (const secret of [...secrets, ...encoded]) expect(text).not.toContain(secret);
  });
});
