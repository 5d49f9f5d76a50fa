/** Roles over real HTTP: STS of a gate gives the keys, and its API takes them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STSClient } from '@aws-sdk/client-sts';
import { assumeRole, cachedCredentials, createSignedFetch, createSigner, webIdentity } from 'sigv4kit';
import type { Gate } from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { api, buddy, CI, callsOf, nobody, OWNER, roleArn, startAccounts, whoCalls } from '../support/accounts';
import { codeOf } from '../support/keys';

let gate: Gate;
beforeAll(async () => {
  gate = await startAccounts(100);
});
afterAll(() => gate.close());
afterEach(() => {
  gate.faults.clear();
  vi.unstubAllEnvs();
});

const session = (role: string, name: string) => `arn:aws:sts::${OWNER}:assumed-role/${role}/${name}`;
/** Options that reach the gate's STS by its real name. */
const there = () => ({ region: 'us-east-1', credentials: buddy, fetch: gate.fetch, roleSessionName: 'me' });

describe('a role', () => {
  test('of another account is assumed, and the API knows who calls', async () => {
    expect(await whoCalls(gate, assumeRole({ ...there(), roleArn: roleArn('api-caller') }))).toBe(
      session('api-caller', 'me'),
    );
  });

  test('is assumed with all that its trust policy asks', async () => {
    const options = { ...there(), roleArn: roleArn('partner') };
    expect(await whoCalls(gate, assumeRole({ ...options, externalId: 'shop' }))).toBe(session('partner', 'me'));
    const refused = assumeRole(options)();
    await expect(refused).rejects.toMatchObject({
      code: 'ERR_SIGV4_ACCESS_DENIED',
      message: expect.stringContaining(
        `AccessDenied: User: arn:aws:iam::444455556666:user/buddy is not authorized to perform: sts:AssumeRole on resource: ${roleArn('partner')}`,
      ),
      cause: { name: 'AccessDenied', status: 403, requestId: expect.any(String) },
    });
  });

  test('that wants TLS sees it in a call to the https address', async () => {
    const options = { ...there(), roleArn: roleArn('secure') };
    expect(await whoCalls(gate, assumeRole(options))).toBe(session('secure', 'me'));
    const inTheClear = assumeRole({ ...options, endpoint: 'http://sts.us-east-1.amazonaws.com' });
    expect(await codeOf(inTheClear)).toBe('ERR_SIGV4_ACCESS_DENIED');
  });

  test('is assumed with tags, a source identity and a policy that limits it', async () => {
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] };
    const limited = assumeRole({
      ...there(),
      roleArn: roleArn('api-caller'),
      policy,
      tags: { team: 'a' },
      sourceIdentity: 'somebody',
    });
    await expect(whoCalls(gate, limited)).rejects.toThrow('403');
  });

  test('assumes another, for an hour at most', async () => {
    const first = assumeRole({ ...there(), roleArn: roleArn('api-caller'), durationSeconds: 7200 });
    const options = { ...there(), roleArn: roleArn('chained'), credentials: first };
    expect(await whoCalls(gate, assumeRole(options))).toBe(session('chained', 'me'));
    // A source that does not say it is a role is for STS to judge.
    const unknown = assumeRole({
      ...options,
      credentials: cachedCredentials(() => first(), {}),
      durationSeconds: 7200,
    })();
    await expect(unknown).rejects.toMatchObject({
      code: 'ERR_SIGV4_INVALID_OPTION',
      message: expect.stringContaining(
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
      ),
    });
  });

  test('is assumed through an STS client of the SDK', async () => {
    const client = new STSClient({ region: 'us-east-1', endpoint: gate.url, credentials: buddy });
    expect(await whoCalls(gate, assumeRole({ roleArn: roleArn('api-caller'), roleSessionName: 'sdk', client }))).toBe(
      session('api-caller', 'sdk'),
    );
  });
});

describe('STS is called', () => {
  const hostsOf = async (options: object, env: Record<string, string> = {}) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const hosts: string[] = [];
    const fetch = async (url: unknown) => {
      hosts.push(new URL(String(url)).host);
      return new Response('<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>', { status: 403 });
    };
    await codeOf(assumeRole({ roleArn: roleArn('api-caller'), credentials: buddy, shared: false, fetch, ...options }));
    return hosts[0];
  };

  test.each([
    ['in its region', { region: 'eu-west-1' }, {}, 'sts.eu-west-1.amazonaws.com'],
    ["in the environment's region", {}, { AWS_REGION: 'eu-west-3' }, 'sts.eu-west-3.amazonaws.com'],
    ['in China', { region: 'cn-north-1' }, {}, 'sts.cn-north-1.amazonaws.com.cn'],
    ['in the European sovereign cloud', { region: 'eusc-de-east-1' }, {}, 'sts.eusc-de-east-1.amazonaws.eu'],
    ['by its FIPS name', { region: 'us-east-2', fips: true }, {}, 'sts-fips.us-east-2.amazonaws.com'],
    [
      'by its FIPS name, as the environment says',
      { region: 'us-east-2' },
      { AWS_USE_FIPS_ENDPOINT: 'true' },
      'sts-fips.us-east-2.amazonaws.com',
    ],
    [
      'by its plain name in GovCloud, which is FIPS',
      { region: 'us-gov-west-1', fips: true },
      {},
      'sts.us-gov-west-1.amazonaws.com',
    ],
    ['by its dual-stack name', { region: 'us-east-2', dualStack: true }, {}, 'sts.us-east-2.api.aws'],
    ['at the endpoint given', { region: 'us-east-1', endpoint: 'http://127.0.0.1:9' }, {}, '127.0.0.1:9'],
    [
      'at a VPC endpoint, in the region of its name',
      { endpoint: 'https://vpce-1-2.sts.eu-west-1.vpce.amazonaws.com' },
      {},
      'vpce-1-2.sts.eu-west-1.vpce.amazonaws.com',
    ],
    [
      "at the environment's endpoint for STS",
      { region: 'us-east-1' },
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:8', AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:7' },
      '127.0.0.1:7',
    ],
    [
      "at the environment's endpoint",
      { region: 'us-east-1' },
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:8' },
      '127.0.0.1:8',
    ],
    [
      'in its region where configured endpoints are to be ignored',
      { region: 'us-east-1' },
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:8', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      'sts.us-east-1.amazonaws.com',
    ],
  ])('%s', async (_, options, env, host) => {
    expect(await hostsOf(options, env)).toBe(host);
  });

  test.each([
    ['of the host', { endpoint: 'https://sts.eu-west-1.amazonaws.com' }, 'eu-west-1'],
    ['of the global endpoint', { endpoint: 'https://sts.amazonaws.com' }, 'us-east-1'],
    ['given', { endpoint: 'https://sts.eu-west-1.amazonaws.com', region: 'eu-west-2' }, 'eu-west-2'],
    ['of the environment, for a host that names none', { endpoint: 'http://sts-mock-1:4566' }, 'ap-south-1'],
  ])('and signed for the region %s', async (_, options, region) => {
    vi.stubEnv('AWS_REGION', 'ap-south-1');
    let authorization = '';
    const fetch = async (_: unknown, init?: RequestInit) => {
      authorization = new Headers(init?.headers).get('authorization') ?? '';
      return new Response('', { status: 403 });
    };
    await codeOf(assumeRole({ roleArn: roleArn('api-caller'), credentials: buddy, shared: false, fetch, ...options }));
    expect(authorization.split('/')[2]).toBe(region);
  });

  test('with its endpoint by the environment alone, as the AWS SDK does', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_STS', gate.url);
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', buddy.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', buddy.secretAccessKey);
    vi.stubEnv('AWS_ROLE_SESSION_NAME', 'from-the-environment');
    expect(await whoCalls(gate, assumeRole({ roleArn: roleArn('api-caller') }))).toBe(
      session('api-caller', 'from-the-environment'),
    );
  });
});

describe('one call of STS', () => {
  test('for each of 100 roles serves 10,000 concurrent calls', async () => {
    const before = callsOf(gate, 'sts');
    const signed = await Promise.all(
      Array.from({ length: 10_000 }, (_, i) => {
        const credentials = assumeRole({ ...there(), roleArn: roleArn(`role-${i % 100}`), roleSessionName: 'storm' });
        return createSigner({ credentials }).sign({ url: api });
      }),
    );
    expect(callsOf(gate, 'sts') - before).toBe(100);
    const keyOf = (authorization = '') => authorization.split('/')[0];
    expect(new Set(signed.map(({ headers }) => keyOf(headers.authorization))).size).toBe(100);
    // And what they were signed with is answered.
    const answers = signed.slice(0, 100).map(async ({ url, headers }) => (await gate.fetch(url, { headers })).text());
    expect(new Set(await Promise.all(answers)).size).toBe(100);
    expect(callsOf(gate, 'sts') - before).toBe(100);
  });

  test.each([
    ['another session name', { roleSessionName: 'other' }],
    ['another duration', { durationSeconds: 1800 }],
    ['a tag', { tags: { team: 'a' } }],
    ['a policy', { policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }],
    ['another region', { region: 'us-west-2' }],
    ['other limits of its cache', { cache: { maxAge: Infinity } }],
    ['shared: false', { shared: false }],
  ])('is not shared with a call that has %s', async (what, difference) => {
    const options = {
      ...there(),
      roleArn: roleArn('api-caller'),
      roleSessionName: `not-shared-${what.replace(/\W/g, '-')}`,
    };
    await assumeRole(options)();
    const before = callsOf(gate, 'sts', 'AssumeRole');
    await assumeRole(options)();
    expect(callsOf(gate, 'sts', 'AssumeRole')).toBe(before);
    await assumeRole({ ...options, ...difference })();
    expect(callsOf(gate, 'sts', 'AssumeRole')).toBe(before + 1);
  });

  test('is shared by equal keys, whatever object they are in', async () => {
    const options = { ...there(), roleArn: roleArn('api-caller'), roleSessionName: 'equal-keys' };
    const [a, b] = await Promise.all([
      assumeRole({ ...options, credentials: { ...buddy } })(),
      assumeRole({ ...options, credentials: { ...buddy } })(),
    ]);
    expect(a).toBe(b);
  });

  test('is kept for each set of keys in the environment', async () => {
    const { credentials: _, ...rest } = there();
    const options = { ...rest, roleArn: roleArn('api-caller'), roleSessionName: 'environment' };
    vi.stubEnv('AWS_ACCESS_KEY_ID', buddy.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', buddy.secretAccessKey);
    await assumeRole(options)();
    vi.stubEnv('AWS_ACCESS_KEY_ID', nobody.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', nobody.secretAccessKey);
    expect(await codeOf(assumeRole(options))).toBe('ERR_SIGV4_ACCESS_DENIED');
  });

  test('is settled by the endpoint of the first call, whatever becomes of its URL and of the environment', async () => {
    const endpoint = new URL('https://sts.us-east-1.amazonaws.com');
    const credentials = assumeRole({
      ...there(),
      roleArn: roleArn('api-caller'),
      roleSessionName: 'settled',
      endpoint,
    });
    await credentials();
    endpoint.hostname = 'evil.example.com';
    await credentials({ forceRefresh: true });
    vi.stubEnv('AWS_ENDPOINT_URL_STS', 'http://evil.example.com');
    credentials.invalidate();
    expect(await whoCalls(gate, credentials)).toBe(session('api-caller', 'settled'));
  });

  test('is not spoilt by a wrong one', async () => {
    const options = { ...there(), roleArn: roleArn('api-caller'), roleSessionName: 'spoilt' };
    const wrong = assumeRole({ ...options, credentials: { ...buddy, sessionToken: null as never } });
    expect(await codeOf(wrong)).toBe('ERR_SIGV4_INVALID_CREDENTIALS');
    expect((await assumeRole(options)()).accessKeyId).toMatch(/^ASIA/);
  });

  test('of a chain written in place is shared too', async () => {
    const before = callsOf(gate, 'sts');
    for (let i = 0; i < 5; i++) {
      const inner = assumeRole({ ...there(), roleArn: roleArn('api-caller'), roleSessionName: 'inner' });
      await assumeRole({ ...there(), roleArn: roleArn('chained'), roleSessionName: 'outer', credentials: inner })();
    }
    expect(callsOf(gate, 'sts') - before).toBe(2);
  });

  test('is rejected for a provider that has not asked for it yet', async () => {
    const options = { ...there(), roleArn: roleArn('api-caller'), roleSessionName: 'rejected' };
    const old = await assumeRole(options)();
    const other = assumeRole(options);
    other.invalidate(old);
    expect((await other()).accessKeyId).not.toBe(old.accessKeyId);
  });

  test('is refused through a fetch that signs, which would wait for the very keys', async () => {
    const signing = createSignedFetch({ credentials: buddy, fetch: gate.fetch });
    const call = assumeRole({ ...there(), roleArn: roleArn('api-caller'), fetch: signing as typeof fetch });
    expect(await codeOf(call)).toBe('ERR_SIGV4_INVALID_OPTION');
  });

  test('does not serve keys that another secret paid for', async () => {
    const options = { ...there(), roleArn: roleArn('api-caller'), roleSessionName: 'stolen-id' };
    await assumeRole(options)();
    const wrong = assumeRole({ ...options, credentials: { ...buddy, secretAccessKey: nobody.secretAccessKey } });
    expect(await codeOf(wrong)).toBe('ERR_SIGV4_REJECTED_CREDENTIALS');
  });
});

describe('a refusal of STS', () => {
  const options = () => ({ ...there(), shared: false, roleArn: roleArn('api-caller') });

  test.each([
    ['a caller who may not', { credentials: nobody }, 'ERR_SIGV4_ACCESS_DENIED', 'AccessDenied'],
    ['a role that is not there', { roleArn: roleArn('nowhere') }, 'ERR_SIGV4_ACCESS_DENIED', 'AccessDenied'],
    [
      'an unknown key',
      { credentials: { ...buddy, accessKeyId: 'AKIAIOSFODNN7UNKNOWN' } },
      'ERR_SIGV4_REJECTED_CREDENTIALS',
      'InvalidClientTokenId',
    ],
    [
      'a wrong secret',
      { credentials: { ...buddy, secretAccessKey: nobody.secretAccessKey } },
      'ERR_SIGV4_REJECTED_CREDENTIALS',
      'SignatureDoesNotMatch',
    ],
    [
      'a session longer than the role allows',
      { roleArn: roleArn('partner'), externalId: 'shop', durationSeconds: 7200 },
      'ERR_SIGV4_INVALID_OPTION',
      'ValidationError',
    ],
    ['a policy that is none', { policy: '{' }, 'ERR_SIGV4_INVALID_OPTION', 'MalformedPolicyDocument'],
  ])('to %s keeps its code and words', async (_, difference, code, name) => {
    const call = assumeRole({ ...options(), ...difference })();
    await expect(call).rejects.toMatchObject({ code, cause: { name }, message: expect.stringContaining(name) });
  });

  test.each([
    ['a day behind', -86_400_000],
    ['a day ahead', 86_400_000],
  ])('for a clock that is %s sets it right, and the keys are good by it', async (_, offset) => {
    const before = callsOf(gate, 'sts');
    const now = () => Date.now() + offset;
    const credentials = assumeRole({ ...options(), cache: { now } });
    expect((await credentials()).expiration?.getTime()).toBeGreaterThan(Date.now());
    await credentials();
    expect(callsOf(gate, 'sts') - before).toBe(2);
  });

  test('of source keys that were rotated is mended with fresh ones, once', async () => {
    const source = cachedCredentials(async () => assumeRole({ ...options(), roleSessionName: 'source' })());
    await source();
    // The keys that the source still holds stop working.
    gate.faults.add({ kind: 'rotated', service: 'sts' });
    expect(await whoCalls(gate, assumeRole({ ...options(), roleArn: roleArn('chained'), credentials: source }))).toBe(
      session('chained', 'me'),
    );
  });
});

test('a code of an MFA device is asked for where somebody waits, and not in the background', async () => {
  let clock = Date.now();
  const tokenCode = vi.fn(async () => '123456');
  let calls = 0;
  const fetch = async () => {
    calls++;
    const expiration = new Date(clock + 3_600_000).toISOString();
    return new Response(
      `<Credentials><AccessKeyId>ASIA${calls}</AccessKeyId><SecretAccessKey>s${calls}</SecretAccessKey><SessionToken>t${calls}</SessionToken><Expiration>${expiration}</Expiration></Credentials>`,
    );
  };
  const device = { serialNumber: 'arn:aws:iam::444455556666:mfa/me', tokenCode };
  const credentials = assumeRole({
    ...there(),
    ...device,
    fetch,
    roleArn: roleArn('api-caller'),
    cache: { now: () => clock },
  });
  await credentials();
  clock += 3_600_000 - 100_000;
  expect((await credentials()).accessKeyId).toBe('ASIA1');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(tokenCode).toHaveBeenCalledTimes(1);
  clock += 100_000;
  expect((await credentials()).accessKeyId).toBe('ASIA2');
  expect(tokenCode).toHaveBeenCalledTimes(2);
});

test('source keys that have expired at STS are renewed, and the role asked for again', async () => {
  const source = vi.fn(async () => buddy);
  let calls = 0;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (calls++ > 0) return gate.fetch(input, init);
    const text = '<ErrorResponse><Error><Code>ExpiredToken</Code><Message>expired</Message></Error></ErrorResponse>';
    return new Response(text, { status: 403 });
  };
  const options = { ...there(), fetch, credentials: source, roleArn: roleArn('api-caller'), shared: false };
  await expect(assumeRole(options)()).rejects.toMatchObject({ code: 'ERR_SIGV4_EXPIRED_CREDENTIALS' });
  expect(source).toHaveBeenCalledTimes(2);
  const rotating = vi.fn(async () =>
    rotating.mock.calls.length === 1
      ? { ...buddy, accessKeyId: 'AKIAIOSFODNN7UNKNOWN', secretAccessKey: 'gone' }
      : buddy,
  );
  expect(await whoCalls(gate, assumeRole({ ...options, credentials: rotating, fetch: gate.fetch }))).toBe(
    session('api-caller', 'me'),
  );
  expect(rotating).toHaveBeenCalledTimes(2);
});

test('a runtime whose signals know neither timeouts nor reasons can call STS', async () => {
  const { timeout } = AbortSignal;
  try {
    (AbortSignal as unknown as Record<string, unknown>).timeout = undefined;
    const credentials = assumeRole({ ...there(), roleArn: roleArn('api-caller'), shared: false, timeout: Infinity });
    expect(await whoCalls(gate, credentials)).toBe(session('api-caller', 'me'));
  } finally {
    AbortSignal.timeout = timeout;
  }
});

describe('a web identity', () => {
  const options = () => ({ roleArn: roleArn('deploy'), region: 'us-east-1', fetch: gate.fetch, roleSessionName: 'ci' });

  test('gets keys for a token, asked for at each renewal', async () => {
    const token = vi.fn(async () => 'good-token');
    const credentials = webIdentity({ ...options(), token });
    expect(await whoCalls(gate, credentials)).toBe(session('deploy', 'ci'));
    expect(await whoCalls(gate, credentials)).toBe(session('deploy', 'ci'));
    expect(token).toHaveBeenCalledTimes(1);
    await credentials({ forceRefresh: true });
    expect(token).toHaveBeenCalledTimes(2);
  });

  test('reads its file again at each renewal, as Kubernetes replaces it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sigv4kit-token-'));
    try {
      const tokenFile = join(folder, 'token');
      writeFileSync(tokenFile, 'good-token\n');
      const credentials = webIdentity({ ...options(), tokenFile });
      const first = await credentials();
      writeFileSync(tokenFile, 'made-up-token');
      expect(await credentials({ forceRefresh: true })).toBe(first);
      credentials.invalidate();
      expect(await codeOf(credentials)).toBe('ERR_SIGV4_INVALID_IDENTITY_TOKEN');
      writeFileSync(tokenFile, 'other-token');
      expect(await whoCalls(gate, credentials)).toBe(session('deploy', 'ci'));
      rmSync(tokenFile);
      credentials.invalidate();
      expect(await codeOf(credentials)).toBe('ERR_SIGV4_INVALID_IDENTITY_TOKEN');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ['that has run out', 'old-token', 'ERR_SIGV4_INVALID_IDENTITY_TOKEN'],
    ['that nobody issued', 'no-token', 'ERR_SIGV4_INVALID_IDENTITY_TOKEN'],
    ['that is too short', '#-#', 'ERR_SIGV4_INVALID_IDENTITY_TOKEN'],
  ])('with a token %s is refused', async (_, token, code) => {
    const error = await webIdentity({ ...options(), token })().catch((caught) => caught);
    expect(error).toMatchObject({ code });
    expect(error.message).not.toContain(token);
  });

  test('of a function that fails has its error as the cause', async () => {
    const failure = new Error(`no token of ${CI}`);
    const call = webIdentity({ ...options(), token: () => Promise.reject(failure) })();
    await expect(call).rejects.toMatchObject({ code: 'ERR_SIGV4_INVALID_IDENTITY_TOKEN', cause: failure });
  });
});

test('a role assumed by a signed fetch of static keys is asked for once in its life', async () => {
  const fetch = createSignedFetch({
    credentials: assumeRole({ ...there(), roleArn: roleArn('api-caller'), roleSessionName: 'one-life' }),
    fetch: gate.fetch,
  });
  const before = callsOf(gate, 'sts');
  for (let i = 0; i < 20; i++) expect((await fetch(api)).status).toBe(200);
  expect(callsOf(gate, 'sts') - before).toBe(1);
});
