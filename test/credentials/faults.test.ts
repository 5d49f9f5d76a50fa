/** The table of docs/credentials.md: each fault of a source, by the keys there still are, over real HTTP. */
import { fromInstanceMetadata } from '@aws-sdk/credential-providers';
import { assumeRole, type CachedCredentialProvider, cachedCredentials, cognitoIdentity, webIdentity } from 'sigv4kit';
import type { Fault, Gate } from 'sigv4kit/gate';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buddy, callsOf, POOL, roleArn, startAccounts } from '../support/accounts';
import { codeOf } from '../support/keys';

const HOUR = 3_600_000;

let gate: Gate;
let clock: number;
const now = () => clock;

beforeEach(async () => {
  clock = Date.now();
  gate = await startAccounts(0, { now });
  // No pauses between attempts, and renewal after a tenth of the keys' life.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await gate.close();
});

const common = () => ({ region: 'us-east-1', fetch: gate.fetch, timeout: 100, cache: { now } });
const sources = {
  sts: () => assumeRole({ ...common(), roleArn: roleArn('api-caller'), credentials: buddy, shared: false }),
  'sts with a token': () => webIdentity({ ...common(), roleArn: roleArn('deploy'), token: 'good-token' }),
  'cognito-identity': () => cognitoIdentity({ ...common(), identityPoolId: POOL, identityId: undefined }),
};
const serviceOf = (source: string) => source.split(' ')[0] as 'sts' | 'cognito-identity';

const faults: readonly (readonly [what: string, fault: Partial<Fault>, code: string, attempts: number])[] = [
  ['is down', { kind: 'unavailable' }, 'ERR_SIGV4_SERVICE_UNAVAILABLE', 4],
  ['resets the connection', { kind: 'reset' }, 'ERR_SIGV4_SERVICE_UNAVAILABLE', 4],
  ['throttles', { kind: 'throttle' }, 'ERR_SIGV4_THROTTLED', 4],
  ['is slow', { kind: 'slow', delay: 400 }, 'ERR_SIGV4_SERVICE_UNAVAILABLE', 4],
  ['answers garbage', { kind: 'garbage' }, 'ERR_SIGV4_SERVICE_UNAVAILABLE', 4],
  ['gives keys that have expired', { kind: 'expired' }, 'ERR_SIGV4_EXPIRED_CREDENTIALS', 1],
];

/** Waits until what runs in the background has run. */
async function settle(source: string, calls: number): Promise<void> {
  for (let i = 0; callsOf(gate, serviceOf(source)) < calls; i++) {
    if (i > 500)
      throw new Error(`${calls} calls of ${source} were expected, and ${callsOf(gate, serviceOf(source))} came`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await new Promise((resolve) => setTimeout(resolve, 120));
}

describe.each(Object.keys(sources) as (keyof typeof sources)[])('when %s', (source) => {
  const warm = async (): Promise<CachedCredentialProvider> => {
    const credentials = sources[source]();
    await credentials();
    return credentials;
  };

  describe.each(faults)('%s', (_, fault, code, attempts) => {
    const begin = () => gate.faults.add({ ...fault, service: serviceOf(source) } as Fault);
    const calls = () => callsOf(gate, serviceOf(source));

    test('a first call ends in a code, after its attempts, and the next one is served', async () => {
      const end = begin();
      const credentials = sources[source]();
      const all = await Promise.all(Array.from({ length: 100 }, () => codeOf(credentials)));
      expect(new Set(all)).toEqual(new Set([code]));
      if (fault.kind !== 'slow') expect(calls()).toBe(source === 'cognito-identity' && attempts === 1 ? 2 : attempts);
      end();
      expect((await credentials()).expiration?.getTime()).toBeGreaterThan(clock);
    });

    test('old keys that are good serve, one attempt is made, and another in half of the time left', async () => {
      const credentials = await warm();
      const old = await credentials();
      clock += HOUR - 400_000;
      const before = calls();
      begin();
      expect(await credentials()).toBe(old);
      await settle(source, before + 1);
      expect(new Set(await Promise.all(Array.from({ length: 100 }, () => credentials())))).toEqual(new Set([old]));
      expect(calls()).toBe(before + 1);
      // Chance is at its least: half of half of 400 seconds.
      clock += 101_000;
      expect(await credentials()).toBe(old);
      await settle(source, before + 2);
      expect(calls()).toBe(before + 2);
    });

    test('old keys in their last minute serve still', async () => {
      const credentials = await warm();
      const old = await credentials();
      clock += HOUR - 30_000;
      begin();
      expect(await credentials()).toBe(old);
    });

    test('once they have ended, calls end in the code, until the fault is over', async () => {
      const credentials = await warm();
      const old = await credentials();
      clock += HOUR;
      const end = begin();
      expect(await codeOf(credentials)).toBe(code);
      end();
      expect(await credentials()).not.toBe(old);
    });
  });
});

test('a source at whose address nobody listens is a service that is not available', async () => {
  const { url } = gate;
  await gate.close();
  const credentials = assumeRole({
    ...common(),
    fetch: globalThis.fetch,
    endpoint: url,
    roleArn: roleArn('api-caller'),
    credentials: buddy,
    shared: false,
  });
  expect(await codeOf(credentials)).toBe('ERR_SIGV4_SERVICE_UNAVAILABLE');
});

test('two attempts that fail and a third that succeeds are one good call', async () => {
  gate.faults.add({ kind: 'throttle', service: 'sts', times: 2 });
  await sources.sts()();
  expect(callsOf(gate, 'sts')).toBe(3);
});

describe("instance metadata, asked by the AWS SDK's own provider,", () => {
  const provider = () => {
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'false');
    vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', gate.url);
    return cachedCredentials(fromInstanceMetadata({ timeout: 200, maxRetries: 0 }), { now });
  };

  test.each(['unavailable', 'reset', 'slow', 'garbage'] as const)(
    'that fails (%s) leaves the old keys serving, and without any ends in a code',
    async (kind) => {
      const credentials = provider();
      const end = gate.faults.add({ kind, service: 'metadata', delay: 400 });
      expect(await codeOf(credentials)).toBe('ERR_SIGV4_NO_CREDENTIALS');
      end();
      const old = await credentials();
      clock += 3 * HOUR;
      gate.faults.add({ kind, service: 'metadata', delay: 400 });
      expect(await credentials()).toBe(old);
      await expect(credentials({ forceRefresh: true })).resolves.toBe(old);
    },
  );

  test('that gives half of a new pair never has it used', async () => {
    const credentials = provider();
    const old = await credentials();
    const end = gate.faults.add({ kind: 'half-rotated', service: 'metadata' });
    expect(await credentials({ forceRefresh: true })).toBe(old);
    end();
    const fresh = await credentials({ forceRefresh: true });
    expect(fresh.accessKeyId).not.toBe(old.accessKeyId);
    expect(fresh.secretAccessKey).not.toBe(old.secretAccessKey);
  });
});
