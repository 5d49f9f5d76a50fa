/** How long a cache keeps keys, as its caller may say. */
import { refuseOption } from '../errors';

/** How long keys are kept. Every option has a default; times are milliseconds. */
export interface CacheOptions {
  /**
   * How long before their end keys are renewed in the background, half of their life at most. Calls wait for the renewal in
   * the last half of it, a minute at most. Default: an eighth of their life, an hour at most.
   */
  readonly advisoryWindow?: number | undefined;
  /** After how long keys without an `expiration` are read again. Default 300,000 (5 minutes). */
  readonly maxAge?: number | undefined;
  /** How long the provider may take. Default 60,000; `Infinity` for one that asks a human. */
  readonly timeout?: number | undefined;
  /** The clock. Default `Date.now`; a signer's own clock goes before it. */
  readonly now?: (() => number) | undefined;
  /** A number from 0 up to 1, which spreads renewals. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Throws `ERR_SIGV4_INVALID_OPTION` for what no cache can be kept by. */
export function checkCacheOptions(options: CacheOptions | undefined): void {
  const { advisoryWindow = 0, maxAge = 1, timeout = 1, now = Date.now, random = Math.random } = options ?? {};
  const fault =
    typeof advisoryWindow !== 'number' || !(advisoryWindow >= 0)
      ? 'advisoryWindow must be milliseconds, 0 or more'
      : typeof maxAge !== 'number' || !(maxAge > 0)
        ? 'maxAge must be milliseconds, more than 0'
        : typeof timeout !== 'number' || !(timeout > 0)
          ? 'timeout must be milliseconds, more than 0'
          : typeof now !== 'function' || typeof random !== 'function'
            ? 'now and random must be functions'
            : undefined;
  if (fault) refuseOption(fault);
}
