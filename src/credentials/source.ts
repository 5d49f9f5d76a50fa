/** Where the keys of a signer come from: given as they are, from a provider through a cache, or from the environment. */
import { defaultCredentials } from '#environment';
import { SigV4Error } from '../errors';
import type { CredentialProvider, Credentials } from '../types';
import { cachedCredentials } from './cache';
import { type CachedCredentialProvider, isCached, peek } from './cached-provider';
import type { Clock } from './clock';
import { type CredentialSnapshot, isSame, toSnapshot } from './snapshot';
import { unlessAborted } from './wait';

/** The keys of each request. */
export interface CredentialSource {
  /** The snapshot to sign with by this clock; at once where nothing need be asked. */
  take(clock: Clock, signal?: AbortSignal): CredentialSnapshot | Promise<CredentialSnapshot>;
  /**
   * A service has rejected the keys: asks their source for others, and resolves whether there are any. The old ones serve on
   * where there are none, since the rejection may have been another's word.
   */
  renew(rejected: Credentials, clock: Clock, signal?: AbortSignal): Promise<boolean>;
}

/** The source for what a caller gave. A provider has one cache in the whole process. */
export function credentialSource(given: Credentials | CredentialProvider | undefined): CredentialSource {
  if (given !== undefined && (given === null || (typeof given !== 'object' && typeof given !== 'function'))) {
    throw new SigV4Error(
      'ERR_SIGV4_NO_CREDENTIALS',
      'The option credentials must be keys, or a function that gives them.',
    );
  }
  const snapshot = lastSnapshot();
  const choose = () => (given === undefined ? defaultCredentials() : given);
  return {
    take(clock, signal) {
      const chosen = choose();
      if (typeof chosen !== 'function') return unexpired(snapshot(chosen), clock.now());
      const cached = cacheOf(chosen);
      return peek(cached, clock.now()) ?? unlessAborted(cached({ clock, signal }), signal);
    },
    async renew(rejected, clock, signal) {
      const chosen = choose();
      if (typeof chosen !== 'function') return !isSame(snapshot(chosen), rejected);
      const cached = cacheOf(chosen);
      const isOther = (keys: Credentials | undefined) => keys !== undefined && !isSame(keys, rejected);
      // Another call that was rejected with the same keys has been here before.
      if (isOther(peek(cached, clock.now()))) return true;
      return isOther(await renewals(cached, () => cached({ clock, signal, rejected })));
    },
  };
}

interface Renewal {
  readonly began: number;
  readonly pause: number;
  readonly work: Promise<CredentialSnapshot>;
  isDone: boolean;
}

const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 60_000;
const last = new WeakMap<CachedCredentialProvider, Renewal>();

/**
 * One renewal for all who were rejected at a time, and after it a pause, longer each time: a service that rejects whatever keys it
 * is given must not make a call of STS out of each call.
 */
function renewals(
  cached: CachedCredentialProvider,
  ask: () => Promise<CredentialSnapshot>,
): Promise<CredentialSnapshot | undefined> {
  const before = last.get(cached);
  if (before && !before.isDone) return before.work;
  const now = performance.now();
  if (before && now - before.began < before.pause) return Promise.resolve(undefined);
  const isRecent = before && now - before.began < 10 * before.pause;
  const pause = isRecent ? Math.min(2 * before.pause, LONGEST_PAUSE) : FIRST_PAUSE;
  const own: Renewal = { began: now, pause, work: ask(), isDone: false };
  last.set(cached, own);
  const done = () => {
    own.isDone = true;
  };
  own.work.then(done, done);
  return own.work;
}

const caches = new WeakMap<CredentialProvider, CachedCredentialProvider>();

function cacheOf(provider: CredentialProvider): CachedCredentialProvider {
  if (isCached(provider)) return provider;
  const cached = caches.get(provider) ?? cachedCredentials(provider);
  caches.set(provider, cached);
  return cached;
}

/** Equal keys give the same object again, so that what is kept for a snapshot (its signing key) is found. */
function lastSnapshot(): (credentials: Credentials) => CredentialSnapshot {
  let last: CredentialSnapshot | undefined;
  return (given) => {
    if (!last || !isSame(last, given ?? {})) last = toSnapshot(given);
    return last;
  };
}

function unexpired(credentials: CredentialSnapshot, now: number): CredentialSnapshot {
  const { expiration } = credentials;
  if (expiration && expiration.getTime() <= now) {
    throw new SigV4Error(
      'ERR_SIGV4_EXPIRED_CREDENTIALS',
      `The credentials expired at ${expiration.toISOString()}; get fresh ones.`,
    );
  }
  return credentials;
}
