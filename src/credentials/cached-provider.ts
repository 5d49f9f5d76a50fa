/** What a cached provider is: a function, and what it shows to signers, which may be of another copy of this package. */
import type { Credentials } from '../types';
import type { Clock } from './clock';
import type { CredentialSnapshot } from './snapshot';

/** What a call may ask of a cached provider. */
export interface CredentialRequest {
  /** Ends this call's wait, with the signal's reason, and nobody else's. */
  readonly signal?: AbortSignal | undefined;
  /** The clock by which expiry is judged for this call; a service that finds it wrong sets it right. */
  readonly clock?: Clock | undefined;
  /** Renew the keys first, as the AWS SDK asks it. */
  readonly forceRefresh?: boolean | undefined;
  /** Keys that a service has rejected: they are renewed first, and serve on where there are no others. */
  readonly rejected?: Credentials | undefined;
  /** What the AWS SDK passes to its providers; not used. */
  readonly callerClientConfig?: unknown;
}

/** A provider that keeps what it gives; fits wherever an AWS SDK v3 provider does. */
export interface CachedCredentialProvider {
  (request?: CredentialRequest): Promise<CredentialSnapshot>;
  /**
   * Says that a service has rejected the keys: the next call waits until the source has been asked again. (A source that
   * repeats them has no others; they are handed out again.) With the rejected keys as argument, nothing happens where
   * others have come in their place since, as when many calls report the same rejection.
   */
  invalidate(rejected?: Credentials): void;
}

/** What our own providers are told beside. */
export interface ProviderRequest {
  /** A cache in the provider is to be passed by. */
  readonly forceRefresh: boolean;
  /** Nobody waits for it: one attempt, since the cache comes again. */
  readonly background: boolean;
  readonly clock: Clock;
}

/** What is known of a provider's keys before it is called. */
export interface Traits {
  /** True for keys of a role, which may assume another for an hour at most. */
  readonly isRoleSession?: true;
  /** What stands for the keys among those of the process: two providers of one name give the same. */
  readonly name?: () => Promise<string>;
}

/** What the signer sees of a cached provider, also of one from another copy of this package. */
interface Inside extends Traits {
  /** The keys, where they can be had without waiting or renewing. */
  peek(now: number): CredentialSnapshot | undefined;
}
const INSIDE = Symbol.for('sigv4kit.cached-credentials');

const insideOf = (provider: unknown) =>
  typeof provider === 'function' ? (provider as unknown as Record<symbol, Inside | undefined>)[INSIDE] : undefined;

/** The keys of a cached provider where they can be had at once; undefined where it must be called. */
export const peek = (provider: CachedCredentialProvider, now: number): CredentialSnapshot | undefined =>
  insideOf(provider)?.peek(now);

export const isCached = (provider: unknown): provider is CachedCredentialProvider => insideOf(provider) !== undefined;

export const isRoleSession = (provider: unknown): boolean => insideOf(provider)?.isRoleSession === true;

/** Gives a provider function the shape of a cached one. */
export function asCached(
  provide: (request?: CredentialRequest) => Promise<CredentialSnapshot>,
  invalidate: (rejected?: Credentials) => void,
  inside: Inside,
): CachedCredentialProvider {
  Object.defineProperty(provide, INSIDE, { value: inside });
  return Object.assign(provide, { invalidate });
}

/** The name of a provider's keys; undefined for one whose function alone stands for them. */
export const nameOf = (provider: unknown): Promise<string> | undefined => insideOf(provider)?.name?.();
