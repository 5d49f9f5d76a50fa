/**
 * Redirects are followed around the interceptor, by undici's own or by `fetch`, which dispatches the next URL as if it were a
 * call like any other. So where an answer leads to a host that is not to be signed for, its URL is kept in mind for a while.
 */

import { tell, withoutQuery } from '../client/events';
import type { OpenSigner } from '../client/open-signer';
import { headersFor, readRedirect } from '../client/redirect';
import type { Dispatcher } from './undici-package';
import { DISPATCHED, parseUrl, type UndiciCall } from './undici-request';

/** Milliseconds; retries of the next request come within. */
const KEPT_FOR = 300_000;
const MAX_KEPT = 1000;

/** Where a redirect comes from. */
export interface Hop {
  readonly url: string;
  readonly method: string;
  readonly status: number;
  /** The origin of the signed request that began it. */
  readonly home: string;
  /** It was signed itself. */
  readonly isTrusted: boolean;
}

interface Kept {
  readonly hop: Hop;
  readonly until: number;
  /** Back at home: only the very next call is the redirect's. */
  readonly isOnce: boolean;
}

/** Tells calls that a redirect has led to a stranger from all others. */
export interface Strangers {
  note(location: string, hop: Hop): void;
  /** The redirect that led to this URL, if it must not be signed. */
  find(url: string): Hop | undefined;
}

export function rememberStrangers(signer: OpenSigner): Strangers {
  const kept = new Map<string, Kept>();
  return {
    note(location, hop) {
      const next = readRedirect(hop.status, location, hop, signer.isNamed);
      if (!next || (hop.isTrusted && next.isTrusted && !next.url.searchParams.has('X-Amz-Signature'))) return;
      const now = Date.now();
      for (const [key, { until }] of kept) if (until < now || kept.size >= MAX_KEPT) kept.delete(key);
      const isOnce = next.url.origin === hop.home || signer.isNamed(next.url.hostname);
      kept.set(keyOf(next.url), { hop, until: now + KEPT_FOR, isOnce });
    },
    find(url) {
      const parsed = kept.size > 0 ? parseUrl(url) : undefined;
      const key = parsed && keyOf(parsed);
      const found = key === undefined ? undefined : kept.get(key);
      if (!found || found.isOnce || found.until < Date.now()) kept.delete(key ?? '');
      return found && found.until >= Date.now() ? found.hop : undefined;
    },
  };
}

const keyOf = ({ origin, pathname, search }: URL) => origin + pathname + search;

/** The request to a stranger: as it is, without what is secret. */
export function toStranger(
  given: Dispatcher.DispatchOptions,
  { url, headers }: UndiciCall,
  hop: Hop,
  onEvent: OpenSigner['onEvent'],
): Dispatcher.DispatchOptions {
  const next = new URL(url);
  const lower = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
  const redirect = { url: next, method: given.method, keepsBody: true, isTrusted: false };
  tell(onEvent, 'redirect-stripped' as 'redirect-followed' | 'redirect-stripped', () => ({
    from: withoutQuery(new URL(hop.url)),
    to: withoutQuery(next),
    status: hop.status,
  }));
  const { origin, pathname, search } = next;
  return { ...given, ...DISPATCHED, origin, path: pathname + search, headers: headersFor(redirect, lower) };
}
