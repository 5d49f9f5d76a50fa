/** Where the keys of a signer come from: given as they are, from a provider through a cache, or from the environment. */
import { defaultCredentials } from '#environment';
import { SigV4Error } from '../errors';
import type { CredentialProvider, Credentials } from '../types';
import { cachedCredentials } from './cache';
import { type CachedCredentialProvider, isCached, peek } from './cached-provider';
import type { Clock } from './clock';
import { type CredentialSnapshot, isSame, toSnapshot, unexpired } from './snapshot';
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
      const keys = typeof chosen === 'function' ? await cacheOf(chosen)({ clock, signal, rejected }) : snapshot(chosen);
      return !isSame(keys, rejected);
    },
  };
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
