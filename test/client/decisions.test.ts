/** The decisions of the loop, each a pure function with its table of cases. */
import { describe, expect, test } from 'vitest';
import { classify, classifyError, needsReading, type ServiceError, type Verdict } from '../../src/client/classify';
import { headersFor, readRedirect } from '../../src/client/redirect';
import { nextAttempt, readRetryAfter, retryPolicy } from '../../src/client/retry';
import { readServiceError } from '../../src/client/service-error';
import { serverTimeOf } from '../../src/client/skew';
import { codeOf } from '../support/keys';

describe('an answer', () => {
  const expired =
    'Signature expired: 20201027T123008Z is now earlier than 20201027T125507Z (20201027T130007Z - 5 min.)';
  const early =
    'Signature not yet current: 20230804T000000Z is still later than 20230803T172233Z (20230803T171733Z + 5 min.)';
  const rows: readonly (readonly [status: number, error: ServiceError, verdict: Verdict])[] = [
    [200, {}, 'final'],
    [204, {}, 'final'],
    [302, {}, 'redirect'],
    [304, {}, 'final'],
    [400, { code: 'ValidationException' }, 'final'],
    [400, { code: 'ThrottlingException' }, 'throttled'],
    [400, { code: 'ProvisionedThroughputExceededException' }, 'throttled'],
    [400, { code: 'ExpiredTokenException' }, 'rejected-credentials'],
    [400, { code: 'RequestTimeout' }, 'transient'],
    [401, {}, 'final'],
    [403, { code: 'MissingAuthenticationTokenException' }, 'final'],
    [403, { code: 'AccessDeniedException', message: 'User: anonymous is not authorized' }, 'final'],
    [
      403,
      { code: 'InvalidSignatureException', message: 'The request signature we calculated does not match' },
      'final',
    ],
    [403, { code: 'InvalidSignatureException', message: expired }, 'clock-skew'],
    [403, { code: 'InvalidSignatureException', message: early }, 'clock-skew'],
    [403, { code: 'SignatureDoesNotMatch', message: expired }, 'clock-skew'],
    [403, { code: 'RequestTimeTooSkewed' }, 'clock-skew'],
    [403, { code: 'ExpiredTokenException' }, 'rejected-credentials'],
    [403, { code: 'UnrecognizedClientException' }, 'rejected-credentials'],
    [403, { code: 'InvalidClientTokenId' }, 'rejected-credentials'],
    [403, { code: 'InvalidAccessKeyId' }, 'rejected-credentials'],
    [404, {}, 'final'],
    [429, {}, 'throttled'],
    [500, {}, 'transient'],
    [501, {}, 'final'],
    [502, {}, 'transient'],
    [503, {}, 'transient'],
    [503, { code: 'SlowDown' }, 'throttled'],
    [504, {}, 'transient'],
  ];
  test.each(rows)('of status %i with %o is %s', (status, error, verdict) => {
    expect(classify(status, status === 302, error)).toBe(verdict);
  });

  test('is read where its code decides', () => {
    expect([200, 302, 404, 429].map(needsReading)).toEqual([false, false, false, false]);
    expect([400, 403, 500, 503].map(needsReading)).toEqual([true, true, true, true]);
  });
});

describe('what fetch threw', () => {
  const withCode = (code: string) =>
    Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('x'), { code }) });
  const named = (name: string, message: string) => Object.assign(new Error(message), { name });
  test.each([
    ['undici: refused', withCode('ECONNREFUSED'), 'network'],
    ['undici: reset', withCode('ECONNRESET'), 'network'],
    ['undici: closed', withCode('UND_ERR_SOCKET'), 'network'],
    ['undici: no headers in time', withCode('UND_ERR_HEADERS_TIMEOUT'), 'network'],
    ['undici: no such name', withCode('ENOTFOUND'), 'network'],
    ['undici: a body of another length', withCode('UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'), 'final'],
    ['undici: a certificate', withCode('CERT_HAS_EXPIRED'), 'final'],
    ['undici: a certificate for another name', withCode('ERR_TLS_CERT_ALTNAME_INVALID'), 'final'],
    ['Node: reset', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'network'],
    ['Chromium', new TypeError('Failed to fetch'), 'network'],
    ['Firefox', new TypeError('NetworkError when attempting to fetch resource.'), 'network'],
    ['Safari', new TypeError('Load failed'), 'network'],
    ['Deno', new TypeError('error sending request for url (http://127.0.0.1:1/)'), 'network'],
    ['Bun', Object.assign(new Error('Unable to connect.'), { code: 'ConnectionRefused' }), 'network'],
    ['an argument that cannot be', new TypeError('Invalid header value'), 'final'],
    ['an abort', named('AbortError', 'aborted'), 'final'],
    ['a timeout', named('TimeoutError', 'late'), 'final'],
    ['our own error', Object.assign(new Error('x'), { code: 'ERR_SIGV4_INVALID_HEADER' }), 'final'],
    ['an error of the caller', new Error('mine'), 'final'],
    ['no error at all', 'text', 'final'],
  ])('by %s is %s', (_, error, verdict) => {
    expect(classifyError(error)).toBe(verdict);
  });
});

describe("a service's error", () => {
  test.each([
    [
      'a header',
      '{"message":"no"}',
      { 'x-amzn-errortype': 'AccessDeniedException:http://internal/' },
      { code: 'AccessDeniedException', message: 'no' },
    ],
    [
      'JSON 1.1',
      '{"__type":"com.amazonaws#ThrottlingException","message":"slow"}',
      {},
      { code: 'ThrottlingException', message: 'slow' },
    ],
    ['JSON with a code', '{"code":"SlowDown","Message":"slow"}', {}, { code: 'SlowDown', message: 'slow' }],
    [
      'XML',
      '<?xml version="1.0"?>\n<Error><Code>RequestTimeTooSkewed</Code><Message>late</Message></Error>',
      {},
      { code: 'RequestTimeTooSkewed', message: 'late' },
    ],
    ['nothing', '', {}, {}],
    ['a page', '<!DOCTYPE html><html></html>', {}, {}],
    ['broken JSON', '{"__type":', {}, {}],
    ['a list', '[]', {}, {}],
  ])('is read of %s, and the body stays whole', async (_, body, headers, expected) => {
    const response = new Response(body, { status: 403, headers: headers as Record<string, string> });
    expect(await readServiceError(response, false)).toEqual(expected);
    expect(await response.text()).toBe(body);
  });

  test('is looked for in the beginning of a long body alone, which stays whole', async () => {
    let pulled = 0;
    const stream = new ReadableStream({
      pull(controller) {
        pulled++;
        if (pulled > 1000) controller.close();
        else controller.enqueue(new Uint8Array(1024).fill(97));
      },
    });
    const response = new Response(stream, { status: 500 });
    expect(await readServiceError(response, false)).toEqual({ code: undefined, message: undefined });
    expect(pulled).toBeLessThan(40);
    expect((await response.text()).length).toBe(1000 * 1024);
  });
});

describe("an application's own error behind a service", () => {
  test.each([
    ['its code is not taken for a code of AWS', '{"code":"InvalidToken","message":"your reset link"}', {}],
    [
      'the words of a refusal of time are',
      '{"message":"Signature expired: 20201027T123008Z is now earlier than 20201027T125507Z (20201027T130007Z - 5 min.)"}',
      { code: 'InvalidSignatureException', message: expect.stringContaining('expired') },
    ],
  ])('%s', async (_, body, expected) => {
    expect(await readServiceError(new Response(body, { status: 403 }), true)).toEqual(expected);
  });

  test('that never ends holds nobody up', async () => {
    const stream = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"mess')),
    });
    expect(await readServiceError(new Response(stream, { status: 403 }), false)).toEqual({});
  });

  test.each([500, 502, 422])('of status %i is no rejection of keys or time', (status) => {
    for (const code of ['ExpiredToken', 'RequestExpired', 'InvalidToken'])
      expect(['transient', 'final']).toContain(classify(status, false, { code }));
  });
});

describe('another attempt', () => {
  const policy = retryPolicy(undefined);
  const attempt = (difference: object) => ({
    verdict: 'transient' as Verdict,
    method: 'GET',
    count: 1,
    elapsed: 0,
    ...difference,
  });
  test.each([
    ['of a GET after a 5xx', {}, 100],
    ['of a GET after a network error', { verdict: 'network' }, 100],
    ['that is the third waits twice as long', { count: 2 }, 200],
    ['of a POST after a 5xx is not made', { method: 'POST' }, undefined],
    ['of a POST after a network error is not made', { method: 'POST', verdict: 'network' }, undefined],
    ['of a throttled POST waits longer', { method: 'POST', verdict: 'throttled' }, 500],
    ['of a PUT', { method: 'PUT' }, 100],
    ['of a DELETE', { method: 'DELETE' }, 100],
    ['beyond the last is not made', { count: 3 }, undefined],
    ['waits as Retry-After asks', { retryAfter: 3000 }, 3000],
    ['waits no longer than it may', { retryAfter: 25_000 }, 20_000],
    ['that would begin too late is not made', { elapsed: 29_950 }, undefined],
    ['of a final answer is not made', { verdict: 'final' }, undefined],
  ])('%s', (_, difference, expected) => {
    expect(nextAttempt(policy, attempt(difference), () => 1)).toBe(expected);
  });

  test('waits all of it by chance', () => {
    expect(nextAttempt(policy, attempt({}), () => 0)).toBe(0);
    expect(nextAttempt(policy, attempt({}), () => 0.25)).toBe(25);
  });

  test('of other methods is made where the caller says so', () => {
    const post = retryPolicy({ methods: ['post'] });
    expect(nextAttempt(post, attempt({ method: 'POST' }), () => 1)).toBe(100);
    expect(nextAttempt(post, attempt({ method: 'GET' }), () => 1)).toBeUndefined();
  });

  test.each([[0], [1.5], [101], ['3']])('with attempts of %o is an option that cannot work', async (attempts) => {
    expect(await codeOf(() => retryPolicy({ attempts: attempts as number }))).toBe('ERR_SIGV4_INVALID_OPTION');
  });

  test.each([
    ['120', 120_000],
    ['Wed, 21 Oct 2015 07:28:10 GMT', 10_000],
    ['Wed, 21 Oct 2015 07:27:00 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ])('is asked for by Retry-After %o in %o milliseconds', (value, expected) => {
    expect(readRetryAfter(value, Date.parse('2015-10-21T07:28:00Z'))).toBe(expected);
  });
});

describe("the server's time", () => {
  const date = 'Wed, 21 Oct 2015 07:28:00 GMT';
  const time = Date.parse(date);
  const message =
    'Signature expired: 20151020T073000Z is now earlier than 20151021T072500Z (20151021T073000Z - 5 min.)';
  const inWords = Date.parse('2015-10-21T07:30:00Z');
  test.each([
    ['of its Date', { date }, {}, -Infinity, time],
    ['of its words, where a cache gave the Date out', { date, age: '7' }, { message }, -Infinity, inWords],
    ['of its words, where the Date goes backwards', { date }, { message }, time + 10_000, inWords],
    ['of its words, where a page may not read the Date', {}, { message }, -Infinity, inWords],
    ['of its words before its Date', { date }, { message }, -Infinity, inWords],
    ['unknown, with an old Date and no words', { date, age: '7' }, {}, -Infinity, undefined],
    ['unknown, with nothing', {}, {}, -Infinity, undefined],
    ['of its Date, a second before the last', { date }, {}, time + 1000, time],
  ])('is that %s', (_, headers, error, lastSeen, expected) => {
    expect(
      serverTimeOf(new Headers(headers as Record<string, string>), error, { now: () => 0, offset: 0 }, lastSeen),
    ).toBe(expected);
  });
});

describe('a redirect', () => {
  const from = { url: 'https://api.example.com/a?x=1#top', method: 'POST' };
  const allowed = (host: string) => host === 'other.example.com';
  test.each([
    [302, '/b', from, { url: 'https://api.example.com/b#top', method: 'GET', keepsBody: false, isTrusted: true }],
    [301, '/b', from, { url: 'https://api.example.com/b#top', method: 'GET', keepsBody: false, isTrusted: true }],
    [
      303,
      '/b',
      { ...from, method: 'PUT' },
      { url: 'https://api.example.com/b#top', method: 'GET', keepsBody: false, isTrusted: true },
    ],
    [
      303,
      '/b',
      { ...from, method: 'HEAD' },
      { url: 'https://api.example.com/b#top', method: 'HEAD', keepsBody: true, isTrusted: true },
    ],
    [
      302,
      '/b',
      { ...from, method: 'PUT' },
      { url: 'https://api.example.com/b#top', method: 'PUT', keepsBody: true, isTrusted: true },
    ],
    [307, 'b?y', from, { url: 'https://api.example.com/b?y#top', method: 'POST', keepsBody: true, isTrusted: true }],
    [
      308,
      'https://other.example.com/',
      from,
      { url: 'https://other.example.com/#top', method: 'POST', keepsBody: true, isTrusted: true },
    ],
    [
      307,
      'https://evil.example.com/',
      from,
      { url: 'https://evil.example.com/#top', method: 'POST', keepsBody: true, isTrusted: false },
    ],
    [
      307,
      'http://api.example.com/',
      from,
      { url: 'http://api.example.com/#top', method: 'POST', keepsBody: true, isTrusted: false },
    ],
    [
      307,
      'http://other.example.com/',
      from,
      { url: 'http://other.example.com/#top', method: 'POST', keepsBody: true, isTrusted: false },
    ],
    [
      307,
      'https://api.example.com:8443/',
      from,
      { url: 'https://api.example.com:8443/#top', method: 'POST', keepsBody: true, isTrusted: false },
    ],
    [302, 'ftp://api.example.com/', from, undefined],
    [302, 'https://me:secret@api.example.com/', from, undefined],
    [302, 'https://[', from, undefined],
  ])('%i to %s', (status, location, origin, expected) => {
    const redirect = readRedirect(status, location, origin, allowed);
    expect(redirect && { ...redirect, url: redirect.url.href }).toEqual(expected);
  });

  test('takes along what belongs to the caller only where the caller is trusted', () => {
    const headers = {
      host: 'api.example.com',
      authorization: 'secret',
      cookie: 'secret',
      'x-amz-security-token': 'secret',
      'x-amz-date': '20150830T123600Z',
      'x-api-key': 'secret',
      'content-type': 'text/plain',
      accept: '*/*',
    };
    const redirect = { url: new URL('https://a.b/'), method: 'GET' };
    expect(headersFor({ ...redirect, keepsBody: false, isTrusted: false }, headers)).toEqual({ accept: '*/*' });
    expect(headersFor({ ...redirect, keepsBody: true, isTrusted: false }, headers)).toEqual({
      accept: '*/*',
      'content-type': 'text/plain',
    });
    const { host: _, 'content-type': __, ...rest } = headers;
    expect(headersFor({ ...redirect, keepsBody: false, isTrusted: true }, headers)).toEqual(rest);
  });
});
