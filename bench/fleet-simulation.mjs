/**
 * A fleet on paper: how often its processes call STS, second by second. Each process makes a request a second, at its own
 * moment of it, and it is a request that finds its keys due. STS answers at once: with keys for an hour, or not at all.
 */

const SECOND = 1_000;
const SESSION = 3_600 * SECOND;
/** Only keys without an expiration have an age; those of STS have one. */
const MAX_AGE = 300 * SECOND;

/**
 * As `cachedCredentials` does with the schedule it is given. Keys that a request had to wait for, or that come after a
 * failure, are first ones again; a renewal that failed has its time, but once the keys are gone each request calls.
 */
export const ours = ({ scheduleOf, retryAt }, random) => ({
  received: (time, before) => {
    const isFirst = before === undefined || time >= before.mandatoryAt || before.hasFailed;
    return scheduleOf(time, time + SESSION, isFirst, { maxAge: MAX_AGE }, random);
  },
  failed: (keys, time) => ({
    ...keys,
    hasFailed: true,
    refreshAt: time < keys.expiresAt ? retryAt(time, keys.expiresAt, MAX_AGE, random) : keys.refreshAt,
  }),
  dueAt: (keys) => Math.min(keys.refreshAt, keys.expiresAt),
});

/** As the AWS SDK v3 does: from five minutes before their end on, each request waits for other keys. */
export const fixedWindow = () => ({
  received: (time) => ({ expiresAt: time + SESSION }),
  failed: (keys) => keys,
  dueAt: (keys) => keys.expiresAt - 300 * SECOND,
});

/** The calls in each second, of processes that start within the first `startWithin` seconds. */
export function simulate(behaviour, { processes, startWithin, seconds, outage = { from: 0, to: 0 } }, random) {
  const calls = new Uint32Array(seconds);
  for (let i = 0; i < processes; i++) {
    const start = random() * startWithin * SECOND;
    const second = Math.floor(start / SECOND);
    calls[second]++;
    let keys = behaviour.received(start);
    // Requests come a whole number of seconds after the start.
    for (let age = 1; ; age++) {
      age = Math.max(age, Math.ceil((behaviour.dueAt(keys) - start) / SECOND));
      if (second + age >= seconds) break;
      calls[second + age]++;
      const time = start + age * SECOND;
      const isDown = second + age >= outage.from && second + age < outage.to;
      keys = isDown ? behaviour.failed(keys, time) : behaviour.received(time, keys);
    }
  }
  return calls;
}

/** Chance that can be had again (splitmix32): numbers from 0 up to 1. */
export function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
