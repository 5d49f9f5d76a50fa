/** The cache around a provider: one call, never stale, never lost. The clock and chance are passed in; nothing here waits for time. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { type CachedCredentialProvider, type Credentials, cachedCredentials, createSigner } from 'sigv4kit';
import { describe, expect, test, vi } from 'vitest';
import { codeOf, longTerm, temporary } from '../support/keys';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-01-01T00:00:00Z');

/** Keys number `i`, good for an hour from `issued`. */
const keysOf = (i: number, issued?: number, life = HOUR): Credentials => ({
  accessKeyId: `ASIAIOSFODNN7EXAMPL${i}`,
  secretAccessKey: `wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKE${i}`,
  sessionToken: `AQoDYXdzEJr1EXAMPLETOKEN${i}`,
  ...(issued === undefined ? {} : { expiration: new Date(issued + life) }),
});

interface Deferred {
  give(keys: Credentials): Promise<void>;
  fail(error?: unknown): Promise<void>;
}

/** A cache over a provider whose every call is answered by hand, with a clock that is set by hand. */
function world(options: { random?: number; maxAge?: number; timeout?: number; advisoryWindow?: number } = {}) {
  const clock = { now: START };
  const calls: Deferred[] = [];
  const requests: unknown[] = [];
  const settled = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  const provider = vi.fn((request?: unknown) => {
    requests.push(request);
    return new Promise<Credentials>((resolve, reject) => {
      calls.push({
        give: (keys) => {
          resolve(keys);
          return settled();
        },
        fail: (error = new Error('the source is away')) => {
          reject(error);
          return settled();
        },
      });
    });
  });
  const { random = 0.5, ...rest } = options;
  const cached = cachedCredentials(provider, { now: () => clock.now, random: () => random, ...rest });
  /** The last call of the provider. */
  const call = () => calls.at(-1) as Deferred;
  return { clock, provider, cached, call, calls, requests };
}

/** Serves keys 1, received at the start. */
async function warm(options?: Parameters<typeof world>[0]) {
  const it = world(options);
  const first = it.cached();
  await it.call().give(keysOf(1, START));
  await first;
  return it;
}

const idOf = async (cached: CachedCredentialProvider) => (await cached()).accessKeyId;
const id = (i: number) => keysOf(i).accessKeyId;

describe('one call', () => {
  test('serves ten thousand first callers, with one frozen snapshot', async () => {
    const { cached, provider, call } = world();
    const waiting = Array.from({ length: 10_000 }, () => cached());
    await call().give(keysOf(1, START));
    const snapshots = new Set(await Promise.all(waiting));
    expect(provider).toHaveBeenCalledTimes(1);
    expect(snapshots.size).toBe(1);
    expect(Object.isFrozen([...snapshots][0])).toBe(true);
  });

  test('serves two signers that were given the same function', async () => {
    const provider = vi.fn(async () => keysOf(1));
    const [a, b] = [createSigner({ credentials: provider }), createSigner({ credentials: provider })];
    const url = 'https://abc123.execute-api.us-east-1.amazonaws.com/prod/';
    await Promise.all([a.sign({ url }), b.sign({ url }), a.presign(url)]);
    expect(provider).toHaveBeenCalledTimes(1);
  });

  test('a cached provider is not wrapped again', () => {
    const cached = cachedCredentials(async () => longTerm);
    expect(cachedCredentials(cached)).toBe(cached);
  });

  test('a first call that failed is not kept', async () => {
    const { cached, call, provider } = world();
    const first = codeOf(cached);
    await call().fail();
    expect(await first).toBe('ERR_SIGV4_NO_CREDENTIALS');
    const second = cached();
    await call().give(keysOf(1, START));
    expect((await second).accessKeyId).toBe(id(1));
    expect(provider).toHaveBeenCalledTimes(2);
  });

  test('a provider that calls its own cache is told so, and nothing else breaks', async () => {
    const cached: CachedCredentialProvider = cachedCredentials(() => cached(), { timeout: 20 });
    expect(await codeOf(cached)).toBe('ERR_SIGV4_NO_CREDENTIALS');
  });

  test('an expiration is a Date of any realm', async () => {
    const expiration = runInNewContext(`new Date(${START + HOUR})`) as Date;
    const cached = cachedCredentials(async () => ({ ...keysOf(1), expiration }), { now: () => START });
    expect((await cached()).expiration).toEqual(new Date(START + HOUR));
  });

  test('an object whose parts cannot be read is a provider that failed', async () => {
    const broken = {
      get accessKeyId(): string {
        throw new Error('revoked');
      },
    } as Credentials;
    expect(await codeOf(cachedCredentials(async () => broken))).toBe('ERR_SIGV4_NO_CREDENTIALS');
  });

  test('a provider that throws at once is as one that rejects, and its error is the cause', async () => {
    const failure = new Error('the source is away');
    const cached = cachedCredentials(() => {
      throw failure;
    });
    await expect(cached()).rejects.toMatchObject({ code: 'ERR_SIGV4_NO_CREDENTIALS', cause: failure });
  });

  test('what the caller does to its object later changes nothing', async () => {
    const { cached, call } = world();
    const keys = keysOf(1, START) as { secretAccessKey: string; expiration: Date };
    const first = cached();
    await call().give(keys as unknown as Credentials);
    await first;
    keys.secretAccessKey = 'another';
    keys.expiration.setTime(0);
    const again = await cached();
    expect(again.secretAccessKey).toBe(keysOf(1).secretAccessKey);
    expect(again.expiration).toEqual(new Date(START + HOUR));
  });
});

describe('renewal', () => {
  test('happens once, in the background, while the old keys serve', async () => {
    const { cached, provider, call, clock } = await warm();
    clock.now = START + 30 * MINUTE;
    expect(await Promise.all(Array.from({ length: 100 }, () => idOf(cached)))).toEqual(Array(100).fill(id(1)));
    expect(provider).toHaveBeenCalledTimes(2);
    await call().give(keysOf(2, clock.now));
    expect(await idOf(cached)).toBe(id(2));
    expect(provider).toHaveBeenCalledTimes(2);
  });

  test('asks the provider to pass by its own cache', async () => {
    const { cached, requests, clock } = await warm();
    clock.now = START + 50 * MINUTE;
    await cached();
    expect(requests).toMatchObject([{ forceRefresh: false }, { forceRefresh: true, background: true }]);
  });

  test.each([
    [0, 6],
    [0.5, 29.25],
    [1, 52.5],
  ])('of first keys begins anywhere in their life: chance %d, after %d minutes', async (random, minutes) => {
    const { cached, provider, clock } = await warm({ random });
    clock.now = START + minutes * MINUTE - 1000;
    await cached();
    expect(provider).toHaveBeenCalledTimes(1);
    clock.now = START + minutes * MINUTE + 1000;
    await cached();
    expect(provider).toHaveBeenCalledTimes(2);
  });

  test('of renewed keys begins near the end of their life, whatever chance says', async () => {
    for (const random of [0, 1]) {
      const { cached, provider, call, clock } = await warm({ random });
      clock.now = START + 55 * MINUTE;
      await cached();
      const renewed = clock.now;
      await call().give(keysOf(2, renewed));
      clock.now = renewed + 51 * MINUTE;
      await cached();
      expect(provider).toHaveBeenCalledTimes(2);
      clock.now = renewed + 53 * MINUTE;
      await cached();
      expect(provider).toHaveBeenCalledTimes(3);
    }
  });

  test('that came after a failure is spread again, since a fleet fails and recovers together', async () => {
    const { cached, provider, call, clock } = await warm();
    clock.now = START + 50 * MINUTE;
    await cached();
    await call().fail();
    clock.now = START + 55 * MINUTE;
    await cached();
    const renewed = clock.now;
    await call().give(keysOf(2, renewed));
    expect(provider).toHaveBeenCalledTimes(3);
    // Half way by chance, and not near the end.
    clock.now = renewed + 30 * MINUTE;
    expect(await idOf(cached)).toBe(id(2));
    expect(provider).toHaveBeenCalledTimes(4);
  });

  test('is waited for in the last minute', async () => {
    const { cached, call, clock } = await warm();
    clock.now = START + HOUR - 30_000;
    const waiting = idOf(cached);
    await call().give(keysOf(2, clock.now));
    expect(await waiting).toBe(id(2));
  });

  test('that brings the old keys is tried again later, not at each call', async () => {
    const { cached, provider, call, clock } = await warm();
    clock.now = START + 52 * MINUTE;
    await cached();
    await call().give(keysOf(1, START));
    await cached();
    expect(provider).toHaveBeenCalledTimes(2);
    clock.now += 4 * MINUTE;
    await cached();
    expect(provider).toHaveBeenCalledTimes(3);
  });

  test('with equal keys keeps the same snapshot, for which a signing key is kept', async () => {
    const { cached, call, clock } = world({ maxAge: MINUTE });
    const waiting = cached();
    await call().give(longTerm);
    const first = await waiting;
    clock.now += MINUTE;
    await cached();
    await call().give({ ...longTerm });
    expect(await cached()).toBe(first);
  });

  test('begins when the caller says, and not before half of the life has passed', async () => {
    const { cached, provider, call, clock } = world({ random: 1, advisoryWindow: 20 * MINUTE });
    const first = cached();
    await call().give(keysOf(1, START));
    await first;
    clock.now = START + 39 * MINUTE;
    await cached();
    expect(provider).toHaveBeenCalledTimes(1);
    clock.now = START + 41 * MINUTE;
    await cached();
    expect(provider).toHaveBeenCalledTimes(2);
    // A window as long as the life would renew at each call.
    await call().give(keysOf(2, clock.now, 15 * MINUTE));
    for (let i = 0; i < 50; i++) await cached();
    expect(provider).toHaveBeenCalledTimes(2);
  });

  test('that takes long holds a call of the last minute for five seconds, and the old keys serve it', async () => {
    const { cached, clock } = await warm();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      clock.now = START + HOUR - 30_000;
      const waiting = idOf(cached);
      await vi.advanceTimersByTimeAsync(5_000);
      expect(await waiting).toBe(id(1));
    } finally {
      vi.useRealTimers();
    }
  });

  test('that its runtime has dropped does not hold later calls, as Workers drop it with its request', async () => {
    const { cached, provider, call, clock } = await warm();
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      clock.now = START + 50 * MINUTE;
      await cached();
      vi.advanceTimersByTime(2 * MINUTE);
      await cached();
      expect(provider).toHaveBeenCalledTimes(3);
      vi.advanceTimersByTime(2 * MINUTE);
      clock.now = START + HOUR;
      const waiting = idOf(cached);
      expect(provider).toHaveBeenCalledTimes(4);
      await call().give(keysOf(2, clock.now));
      expect(await waiting).toBe(id(2));
    } finally {
      vi.useRealTimers();
    }
  });

  test('is one for callers whose clocks differ', async () => {
    const { cached, provider, call } = world();
    const of = (offset: number) => cached({ clock: { now: () => START + offset, offset: 0, set() {} } });
    const waiting = Array.from({ length: 100 }, (_, i) => of(i % 2 ? 2 * MINUTE : 0));
    await call().give(keysOf(1, START));
    await Promise.all(waiting);
    expect(provider).toHaveBeenCalledTimes(1);
  });

  test('is judged by the clock of the signer', async () => {
    const { cached, provider, call } = world();
    const behind = START - 2 * HOUR;
    // This signer has learned that the machine's clock is two hours ahead.
    const url = 'https://abc123.execute-api.us-east-1.amazonaws.com/prod/';
    const signer = createSigner({ credentials: cached, now: () => behind });
    const signing = signer.sign({ url });
    await call().give(keysOf(1, behind));
    await expect(signing).resolves.toMatchObject({ method: 'GET' });
    await signer.sign({ url });
    expect(provider).toHaveBeenCalledTimes(1);
    expect(await cached({ clock: { now: () => behind, offset: 0, set() {} } })).toMatchObject({ accessKeyId: id(1) });
  });

  test('can be asked for, as the AWS SDK does', async () => {
    const { cached, call } = await warm();
    const renewed = cached({ forceRefresh: true });
    await call().give(keysOf(2, START));
    expect((await renewed).accessKeyId).toBe(id(2));
  });
});

describe('keys without an expiration', () => {
  test('are read again when they are old, and serve until they are read', async () => {
    const { cached, provider, call, clock } = world({ maxAge: 10 * MINUTE });
    const first = cached();
    await call().give(keysOf(1));
    await first;
    clock.now = START + 7 * MINUTE;
    expect(await idOf(cached)).toBe(id(1));
    expect(provider).toHaveBeenCalledTimes(1);
    clock.now = START + 10 * MINUTE;
    expect(await idOf(cached)).toBe(id(1));
    await call().give(keysOf(2));
    expect(await idOf(cached)).toBe(id(2));
  });

  test('that nobody asked for in a long time are read before they serve', async () => {
    const { cached, call, clock } = world({ maxAge: 10 * MINUTE });
    const first = cached();
    await call().give(keysOf(1));
    await first;
    clock.now = START + 21 * MINUTE;
    const waiting = idOf(cached);
    await call().give(keysOf(2));
    expect(await waiting).toBe(id(2));
  });

  test('received by a clock that has jumped back since are read again', async () => {
    const { cached, provider, call, clock } = world({ maxAge: 10 * MINUTE });
    clock.now = START + 10 * 365 * 24 * HOUR;
    const first = cached();
    await call().give(keysOf(1));
    await first;
    clock.now = START;
    void cached();
    expect(provider).toHaveBeenCalledTimes(2);
  });

  test('serve on where they cannot be read', async () => {
    const { cached, call, clock, provider } = world({ maxAge: MINUTE });
    const first = cached();
    await call().give(keysOf(1));
    await first;
    clock.now = START + HOUR;
    const waiting = idOf(cached);
    await call().fail();
    expect(await waiting).toBe(id(1));
    expect(await idOf(cached)).toBe(id(1));
    expect(provider).toHaveBeenCalledTimes(2);
  });
});

describe('a fault', () => {
  type Fault = (call: Deferred, now: number) => Promise<void>;
  const faults: readonly (readonly [what: string, fault: Fault, code: string])[] = [
    ['a provider that fails', (call) => call.fail(), 'ERR_SIGV4_NO_CREDENTIALS'],
    ['keys that have expired', (call, now) => call.give(keysOf(3, now - 2 * HOUR)), 'ERR_SIGV4_EXPIRED_CREDENTIALS'],
    ['no keys', (call) => call.give(undefined as never), 'ERR_SIGV4_NO_CREDENTIALS'],
    [
      'keys with white space',
      (call, now) => call.give({ ...keysOf(3, now), secretAccessKey: 'a b' }),
      'ERR_SIGV4_INVALID_CREDENTIALS',
    ],
    [
      'an expiration that is none',
      (call, now) => call.give({ ...keysOf(3, now), expiration: 'soon' as never }),
      'ERR_SIGV4_INVALID_CREDENTIALS',
    ],
  ];

  test.each(faults)('%s, at the first call: ends in a code, and the next call tries again', async (_, fault, code) => {
    const { cached, call, clock, provider } = world();
    const first = codeOf(cached);
    await fault(call(), clock.now);
    expect(await first).toBe(code);
    void cached().catch(() => {});
    expect(provider).toHaveBeenCalledTimes(2);
  });

  test.each(faults)('%s, in the background: the old keys serve, and it is tried again later', async (_, fault) => {
    const { cached, call, clock, provider } = await warm();
    clock.now = START + 50 * MINUTE;
    expect(await idOf(cached)).toBe(id(1));
    await fault(call(), clock.now);
    expect(await idOf(cached)).toBe(id(1));
    expect(provider).toHaveBeenCalledTimes(2);
    // Half of the ten minutes left, and by chance less.
    clock.now += 5 * MINUTE;
    expect(await idOf(cached)).toBe(id(1));
    expect(provider).toHaveBeenCalledTimes(3);
  });

  test.each(faults)('%s, in the last minute: the old keys serve until they end', async (_, fault, code) => {
    const { cached, call, clock, provider } = await warm();
    clock.now = START + HOUR - 40_000;
    const waiting = idOf(cached);
    await fault(call(), clock.now);
    expect(await waiting).toBe(id(1));
    // The failure is not asked for again by every call.
    expect(await idOf(cached)).toBe(id(1));
    expect(provider).toHaveBeenCalledTimes(2);
    clock.now = START + HOUR;
    const after = codeOf(cached);
    await fault(call(), clock.now);
    expect(await after).toBe(code);
  });

  test.each(faults)(
    '%s, when the old keys have ended: ends in a code, and the next call tries again',
    async (_, fault, code) => {
      const { cached, call, clock } = await warm();
      clock.now = START + HOUR;
      const first = codeOf(cached);
      await fault(call(), clock.now);
      expect(await first).toBe(code);
      const second = idOf(cached);
      await call().give(keysOf(2, clock.now));
      expect(await second).toBe(id(2));
    },
  );

  test('in the background, seen by a call that cannot do without: it has a try of its own', async () => {
    const { cached, call, clock, provider } = await warm({ timeout: HOUR });
    clock.now = START + 50 * MINUTE;
    await cached();
    clock.now = START + HOUR;
    const waiting = idOf(cached);
    expect(provider).toHaveBeenCalledTimes(2);
    await call().fail();
    expect(provider).toHaveBeenCalledTimes(3);
    await call().give(keysOf(2, clock.now));
    expect(await waiting).toBe(id(2));
  });

  test('a provider that never answers is given up, and asked again by the next call', async () => {
    const { cached, provider } = world({ timeout: 20 });
    expect(await codeOf(cached)).toBe('ERR_SIGV4_NO_CREDENTIALS');
    expect(await codeOf(cached)).toBe('ERR_SIGV4_NO_CREDENTIALS');
    expect(provider).toHaveBeenCalledTimes(2);
  });
});

describe('a half-rotated pair', () => {
  const old = keysOf(1, START);
  const fresh = (now: number) => keysOf(2, now);
  const halves: readonly (readonly [what: string, half: (now: number) => Credentials])[] = [
    ['the new id with the old secret', (now) => ({ ...fresh(now), secretAccessKey: old.secretAccessKey })],
    ['the old id with the new secret', (now) => ({ ...fresh(now), accessKeyId: old.accessKeyId })],
    ['the new pair with the old token', (now) => ({ ...fresh(now), sessionToken: old.sessionToken })],
    ['an id alone', (now) => ({ ...fresh(now), secretAccessKey: '' })],
    ['a secret alone', (now) => ({ ...fresh(now), accessKeyId: undefined as never })],
  ];

  test.each(halves)('(%s) read in the background is not handed out', async (_, half) => {
    const { cached, call, clock, provider } = await warm();
    clock.now = START + 50 * MINUTE;
    await cached();
    await call().give(half(clock.now));
    expect(await idOf(cached)).toBe(id(1));
    clock.now += 5 * MINUTE;
    await cached();
    expect(provider).toHaveBeenCalledTimes(3);
    await call().give(fresh(clock.now));
    expect(await cached()).toEqual(fresh(clock.now));
  });

  test.each(halves)('(%s) is read again where somebody waits', async (_, half) => {
    let reads = 0;
    let clock = START;
    const cached = cachedCredentials(
      async () => {
        reads++;
        return reads === 1 ? old : reads === 2 ? half(clock) : fresh(clock);
      },
      { now: () => clock, random: () => 0.5 },
    );
    await cached();
    clock = START + HOUR;
    expect(await cached()).toEqual(fresh(clock));
    expect(reads).toBe(3);
  });

  test.each(halves)('(%s) that stays so ends in a code', async (_, half) => {
    let reads = 0;
    let clock = START;
    const cached = cachedCredentials(async () => (reads++ === 0 ? old : half(clock)), { now: () => clock });
    await cached();
    clock = START + HOUR;
    expect(await codeOf(cached)).toBe('ERR_SIGV4_INVALID_CREDENTIALS');
    expect(reads).toBe(4);
  });

  test('as the first keys is served, refused by the service, and mended by what comes after', async () => {
    const half = { ...keysOf(2, START), secretAccessKey: old.secretAccessKey };
    let reads = 0;
    const cached = cachedCredentials(async () => (reads++ === 0 ? half : fresh(START)), { now: () => START });
    expect(await cached()).toEqual(half);
    cached.invalidate();
    expect(await cached()).toEqual(fresh(START));
  });

  test('is not what a source has that keeps its id and changes its secret, once the old one is rejected', async () => {
    let secretAccessKey = 'first';
    const cached = cachedCredentials(async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey }));
    await cached();
    secretAccessKey = 'second';
    cached.invalidate();
    expect((await cached()).secretAccessKey).toBe('second');
  });

  test('that stays as it is was never torn: a source may keep its id or its token', async () => {
    let pair = { ...keysOf(1), sessionToken: 'constant' };
    const cached = cachedCredentials(async () => pair);
    await cached();
    pair = { ...keysOf(2), sessionToken: 'constant' };
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      expect((await cached({ forceRefresh: true })).accessKeyId).toBe(id(1));
      vi.advanceTimersByTime(MINUTE);
      expect((await cached({ forceRefresh: true })).accessKeyId).toBe(id(2));
    } finally {
      vi.useRealTimers();
    }
  });

  test('is known also after the old keys were rejected', async () => {
    let reads = 0;
    const [, half] = halves[0] as (typeof halves)[0];
    const cached = cachedCredentials(
      async () => {
        reads++;
        return reads === 1 ? old : reads === 2 ? half(START) : fresh(START);
      },
      { now: () => START },
    );
    await cached();
    cached.invalidate();
    expect(await cached()).toEqual(fresh(START));
  });
});

describe('invalidate', () => {
  test('during the first call lets it serve nobody who comes later, as when one user makes way for another', async () => {
    const { cached, calls, provider } = world();
    const first = idOf(cached);
    cached.invalidate();
    const second = idOf(cached);
    expect(provider).toHaveBeenCalledTimes(2);
    await calls[1]?.give(keysOf(2, START));
    await calls[0]?.give(keysOf(1, START));
    expect([await first, await second, await idOf(cached)]).toEqual([id(1), id(2), id(2)]);
  });

  test('makes the next call wait for fresh keys', async () => {
    const { cached, call } = await warm();
    cached.invalidate();
    const waiting = idOf(cached);
    await call().give(keysOf(2, START));
    expect(await waiting).toBe(id(2));
  });

  test('of a thousand calls that report one rejection makes one renewal', async () => {
    const { cached, call, provider } = await warm();
    const rejected = await cached();
    const retries = Array.from({ length: 1000 }, () => {
      cached.invalidate(rejected);
      return idOf(cached);
    });
    await call().give(keysOf(2, START));
    expect(new Set(await Promise.all(retries))).toEqual(new Set([id(2)]));
    // A late report of the old rejection.
    cached.invalidate(rejected);
    expect(await idOf(cached)).toBe(id(2));
    expect(provider).toHaveBeenCalledTimes(2);
  });

  test('during a renewal lets it bring nothing that was asked for before', async () => {
    const { cached, call, clock, provider } = await warm();
    clock.now = START + 50 * MINUTE;
    await cached();
    const before = call();
    cached.invalidate();
    const waiting = idOf(cached);
    expect(provider).toHaveBeenCalledTimes(3);
    await call().give(keysOf(3, clock.now));
    await before.give(keysOf(2, clock.now));
    expect(await waiting).toBe(id(3));
    expect(await idOf(cached)).toBe(id(3));
  });

  test('of keys that the source repeats gives them again: it has no others', async () => {
    const { cached, call } = await warm();
    cached.invalidate();
    const waiting = idOf(cached);
    await call().give(keysOf(1, START));
    expect(await waiting).toBe(id(1));
  });

  test('keeps rejected keys from serving where no others can be had', async () => {
    const { cached, call } = await warm();
    cached.invalidate();
    const waiting = codeOf(cached);
    await call().fail();
    expect(await waiting).toBe('ERR_SIGV4_NO_CREDENTIALS');
  });
});

describe('a signal', () => {
  test("ends the wait of its own call, and nobody else's", async () => {
    const { cached, call, provider } = world();
    const controller = new AbortController();
    const impatient = cached({ signal: controller.signal });
    const patient = idOf(cached);
    controller.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    await call().give(keysOf(1, START));
    expect(await patient).toBe(id(1));
    expect(provider).toHaveBeenCalledTimes(1);
  });

  test('aborted before asks for nothing', async () => {
    const { cached, provider } = world();
    await expect(cached({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    expect(provider).not.toHaveBeenCalled();
  });

  test('of a thousand calls is listened to without a warning, and let go', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on('warning', listen);
    const { cached, call } = world();
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    const waiting = Array.from({ length: 1000 }, () => cached({ signal }));
    await call().give(keysOf(1, START));
    await Promise.all(waiting);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    expect(warnings).toEqual([]);
    expect(removed).toHaveBeenCalledTimes(1);
  });

  test('of a signed call gives up its wait for keys', async () => {
    const { cached } = world();
    const signer = createSigner({ credentials: cached });
    const url = 'https://abc123.execute-api.us-east-1.amazonaws.com/prod/';
    const signing = signer.sign({ url }, { signal: AbortSignal.timeout(10) });
    await expect(signing).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

test.each([
  ['no function', [longTerm]],
  ['a window below zero', [async () => longTerm, { advisoryWindow: -1 }]],
  ['an age of zero', [async () => longTerm, { maxAge: 0 }]],
  ['a timeout that is no number', [async () => longTerm, { timeout: '1s' }]],
  ['a clock that is none', [async () => longTerm, { now: START }]],
])('%s is an option that cannot work', async (_, args) => {
  expect(await codeOf(() => cachedCredentials(...(args as [never])))).toBe('ERR_SIGV4_INVALID_OPTION');
});

test('a renewal that never ends does not keep a process', () => {
  // Ends by itself, or is ended and fails.
  const printed = execFileSync(process.execPath, ['--import', 'tsx', 'test/support/leave.ts'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(printed).toBe('left after 2 calls\n');
});

test('neither a snapshot nor a provider shows its keys when printed', async () => {
  const cached = cachedCredentials(async () => temporary);
  const snapshot = await cached();
  for (const value of [snapshot, { snapshot }, [cached], cached]) {
    for (const text of [inspect(value, { depth: 9, showHidden: true }), JSON.stringify(value) ?? '', String(value)]) {
      expect(text).not.toContain(temporary.secretAccessKey);
      expect(text).not.toContain(temporary.sessionToken);
    }
  }
  expect({ ...snapshot }).toEqual(temporary);
});
