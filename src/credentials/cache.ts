/**
 * Keeps what a provider gives: one call whoever asks, one frozen snapshot for each request, renewed before it ends, handed
 * out until it truly ends. The whole of it is one variable for the keys and one for the call under way.
 */
import { checkCredentials } from '../core/check-credentials';
import { SigV4Error } from '../errors';
import type { CredentialProvider, Credentials } from '../types';
import { type CacheOptions, checkCacheOptions } from './cache-options';
import {
  asCached,
  type CachedCredentialProvider,
  type CredentialRequest,
  isCached,
  type ProviderRequest,
  type Traits,
} from './cached-provider';
import { type Clock, createClock } from './clock';
import { retryAt, type Schedule, scheduleOf } from './refresh-schedule';
import { type CredentialSnapshot, isSame, isTorn, toSnapshot, unexpired } from './snapshot';
import { pause, throwIfAborted, unlessAborted, within } from './wait';

interface Kept extends Schedule {
  readonly credentials: CredentialSnapshot;
}

interface Flight {
  readonly background: boolean;
  /** By the machine's own timer: the clocks of those who wait may differ. */
  readonly since: number;
  readonly landing: Promise<CredentialSnapshot>;
}

const TORN_PAUSES = [50, 250];
/** After so long a pair is what it is: nothing takes a minute to write two halves. */
const SETTLED = 60_000;
/** How long a call waits for a renewal while the old keys still serve, or for one that was started in the background. */
const PATIENCE = 5_000;
const LATE = Symbol('late');
/** Between renewals for rejections. */
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 60_000;

/**
 * Wraps any provider of credentials in a cache; wrapping a cached one again gives it back, unless with options.
 *
 * - Concurrent calls share one call of the provider. A failed first call is not kept: the next one tries again.
 * - Keys are renewed in the background while the old ones serve, at a moment spread by chance; in their last minute calls
 *   wait for the renewal. When it fails, the old keys serve until their `expiration`, and it is tried again in half of the
 *   time left, five minutes at most.
 * - Keys without an `expiration` are read again every `maxAge`.
 * - A pair of which one half alone has changed is read again, twice, and never handed out.
 *
 * The provider is called with `{ forceRefresh: true }` for a renewal, which the caches of the AWS SDK understand. It stands
 * for one identity: give keys of other callers with the call itself.
 *
 * The calls reject with a `SigV4Error`: what the provider threw if it is one; else `ERR_SIGV4_NO_CREDENTIALS` with the
 * provider's error as its cause, `ERR_SIGV4_INVALID_CREDENTIALS`, or `ERR_SIGV4_EXPIRED_CREDENTIALS` for keys whose
 * end has passed already. Throws `ERR_SIGV4_INVALID_OPTION`.
 *
 * @example
 * const credentials = cachedCredentials(async () => JSON.parse(await vault.read('aws')));
 * const fetch = createSignedFetch({ credentials });
 */
export function cachedCredentials(provider: CredentialProvider, options?: CacheOptions): CachedCredentialProvider {
  if (typeof provider !== 'function') {
    throw new SigV4Error('ERR_SIGV4_INVALID_OPTION', 'The provider must be a function that gives credentials.');
  }
  return isCached(provider) && options === undefined ? provider : createCache(provider, options);
}

/** The cache, around a provider of any kind or one of our own. `traits` are what signers and chains may know of it. */
export function createCache(
  provider: (request: ProviderRequest) => Promise<Credentials>,
  options: CacheOptions | undefined,
  traits: Traits = {},
): CachedCredentialProvider {
  checkCacheOptions(options);
  const {
    advisoryWindow,
    maxAge = 300_000,
    timeout = 60_000,
    now: machine = Date.now,
    random = Math.random,
  } = options ?? {};

  const ownClock = createClock(machine);
  let kept: Kept | undefined;
  let flight: Flight | undefined;
  /** The pair last seen, also when it serves no more: what a half-changed pair is known by. */
  let last: CredentialSnapshot | undefined;
  let isLastRejected = false;
  /** What looked torn, and when it was seen first. */
  let suspect: { readonly credentials: CredentialSnapshot; readonly since: number } | undefined;
  /** How often keys have been rejected: what was asked for before brings the rejected ones, or older. */
  let rejections = 0;
  /** Since keys were last received. */
  let hasFailed = false;
  /** The last renewal for a rejection, and how long no other makes a call. */
  let renewal: { readonly began: number; readonly pause: number } | undefined;

  function start(background: boolean, clock: Clock): Flight {
    const before = rejections;
    const isCurrent = () => before === rejections && (flight === own || !serving(clock));
    let settle: (reading: Promise<CredentialSnapshot>) => void = () => {};
    const reading = new Promise<CredentialSnapshot>((resolve) => {
      settle = resolve;
    });
    const landing = reading
      .then(
        (credentials) => (isCurrent() ? keep(credentials, !background, clock.now()) : credentials),
        (error) => {
          const time = clock.now();
          hasFailed = true;
          // What still serves goes on serving; the next try has its time.
          if (kept && time < kept.expiresAt)
            kept = { ...kept, refreshAt: retryAt(time, kept.expiresAt, maxAge, random) };
          throw error;
        },
      )
      .finally(() => {
        if (flight === own) flight = undefined;
      });
    // A renewal that nobody waits for fails quietly: the keys say when they end.
    if (background) landing.catch(() => {});
    const own: Flight = { background, since: performance.now(), landing };
    // Before the provider is called, which may call its own cache.
    flight = own;
    settle(within(read(background, clock), timeout, background, () => tooLate(timeout)));
    return own;
  }

  async function read(background: boolean, clock: Clock): Promise<CredentialSnapshot> {
    const request: ProviderRequest = { forceRefresh: last !== undefined, background, clock };
    for (const milliseconds of [...TORN_PAUSES, undefined]) {
      const given = await ask(provider, request);
      if (!isTorn(given, last, isLastRejected) || isSettled(given)) {
        checkCredentials(given);
        return unexpired(given, clock.now());
      }
      // Nobody waits in the background: the cache comes again.
      if (background || milliseconds === undefined) break;
      await pause(milliseconds);
    }
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_CREDENTIALS',
      'The credential provider gave half of a new key pair with half of the old one, again and again: their source is being written, or mixed up.',
    );
  }

  /** A pair that looks torn and stays as it is was never torn: its source keeps an id or a token. */
  function isSettled(given: CredentialSnapshot): boolean {
    const time = performance.now();
    if (!suspect || !isSame(suspect.credentials, given)) suspect = { credentials: given, since: time };
    return time - suspect.since >= SETTLED;
  }

  function keep(given: CredentialSnapshot, waitedFor: boolean, time: number): CredentialSnapshot {
    const expiresAt = given.expiration?.getTime();
    const isOld = kept !== undefined && isSame(kept.credentials, given);
    // Who failed together gets its keys together, when their source is back.
    const isFirst = waitedFor || hasFailed;
    const schedule = scheduleOf(time, expiresAt, isFirst, { advisoryWindow, maxAge }, random);
    // The source has no others yet.
    const refreshAt = isOld && expiresAt ? retryAt(time, expiresAt, maxAge, random) : schedule.refreshAt;
    // The same object again, so that what is kept for it (its signing key) is found.
    const credentials = last && isSame(last, given) ? last : given;
    kept = { ...schedule, refreshAt, credentials };
    last = credentials;
    suspect = undefined;
    isLastRejected = false;
    hasFailed = false;
    return credentials;
  }

  /**
   * The call under way. One that is older than it may be has been dropped by its runtime, as Workers drop what a request
   * started once that request is answered.
   */
  function underWay(): Flight | undefined {
    if (flight && performance.now() - flight.since > timeout) flight = undefined;
    return flight;
  }

  /** The keys that can be had at once, without renewing. */
  const freshAt = (time: number) =>
    kept && time < kept.refreshAt && time < kept.expiresAt && time >= kept.validFrom ? kept.credentials : undefined;

  async function provide(request: CredentialRequest = {}): Promise<CredentialSnapshot> {
    const { signal, clock = ownClock, forceRefresh = false, rejected } = request;
    throwIfAborted(signal);
    if (rejected) return renew(rejected, clock, signal);
    if (forceRefresh) return waitForFresh(clock, signal);
    const time = clock.now();
    const fresh = freshAt(time);
    if (fresh) return fresh;
    if (!kept || time >= kept.mandatoryAt || time < kept.validFrom) return waitForFresh(clock, signal);
    if (!underWay()) start(true, clock);
    return kept.credentials;
  }

  /**
   * Others than the rejected keys, or those again. One renewal for all who were rejected at a time, and after it a pause, longer
   * each time: a service that rejects whatever it is given must not make a call of STS out of each call.
   */
  async function renew(
    rejected: Credentials,
    clock: Clock,
    signal: AbortSignal | undefined,
  ): Promise<CredentialSnapshot> {
    const fresh = freshAt(clock.now());
    // Another call that was rejected with the same keys has been here before.
    if (fresh && !isSame(fresh, rejected)) return fresh;
    if (!underWay()) {
      const time = performance.now();
      if (renewal && time - renewal.began < renewal.pause) return toSnapshot(rejected);
      const before = renewal && time - renewal.began < 10 * renewal.pause ? renewal.pause : 0;
      renewal = { began: time, pause: before ? Math.min(2 * before, LONGEST_PAUSE) : FIRST_PAUSE };
    }
    if (last && isSame(last, rejected)) isLastRejected = true;
    return waitForFresh(clock, signal);
  }

  async function waitForFresh(clock: Clock, signal: AbortSignal | undefined): Promise<CredentialSnapshot> {
    for (;;) {
      const joined = underWay() ?? start(false, clock);
      const limit = joined.background || serving(clock) ? PATIENCE : timeout;
      try {
        return await unlessAborted(
          within(joined.landing, limit, false, () => LATE),
          signal,
        );
      } catch (error) {
        throwIfAborted(signal);
        const old = serving(clock);
        if (old) return old;
        if (error === LATE && flight === joined) flight = undefined;
        // What was tried in the background was tried but once.
        if (!joined.background) throw error === LATE ? tooLate(timeout) : error;
      }
    }
  }

  const serving = (clock: Clock) => (kept && clock.now() < kept.expiresAt ? kept.credentials : undefined);

  function invalidate(rejected?: Credentials): void {
    // A thousand calls report what was kept; the renewal that the first report began is not theirs to end.
    if (rejected && rejected.accessKeyId !== kept?.credentials.accessKeyId) return;
    kept = undefined;
    flight = undefined;
    isLastRejected = true;
    rejections++;
  }

  return asCached(provide, invalidate, { ...traits, peek: freshAt });
}

async function ask(
  provider: (request: ProviderRequest) => Promise<Credentials>,
  request: ProviderRequest,
): Promise<CredentialSnapshot> {
  try {
    return toSnapshot(await provider(request));
  } catch (cause) {
    if (cause instanceof SigV4Error) throw cause;
    throw new SigV4Error('ERR_SIGV4_NO_CREDENTIALS', 'The credential provider failed; see the cause.', { cause });
  }
}

const tooLate = (timeout: number) =>
  new SigV4Error('ERR_SIGV4_NO_CREDENTIALS', `The credential provider gave no answer within ${timeout} ms.`);
