/**
 * Redirects are followed around the interceptor, by undici's own or by `fetch`, which dispatches the next URL as if it were a
 * call like any other. So where an answer leads to a host that is not to be signed for, its URL is kept in mind: while the
 * answer and what follows it are under way, and for a while after.
 */

import { tellRedirect } from '../client/events';
import type { OpenSigner } from '../client/open-signer';
import { headersFor, isPresigned, readRedirect } from '../client/redirect';
import { valueIn } from './header-pairs';
import type { Dispatcher } from './undici-package';
import { DISPATCHED, parseUrl, type UndiciTarget } from './undici-request';

/** Milliseconds; retries of a request begin within. */
const KEPT_FOR = 300_000;
const MAX_KEPT = 10_000;
/** Of URLs that begin alike none is signed for. */
const MAX_KEY = 512;

/** Where a redirect comes from. */
export interface Hop {
  /** Of the request: as it was sent, and as those see it who will follow. */
  readonly urls: readonly string[];
  readonly method: string;
  readonly status: number;
  /** The origins of the signed request that began it. */
  readonly homes: readonly string[];
  /** It was signed itself. */
  readonly isTrusted: boolean;
}

interface Kept {
  hop: Hop;
  /** Calls that it stands for. Back at home: only the very next one is the redirect's. */
  left: number;
  /** Answers that have not ended. */
  open: number;
  /** When it is forgotten, once they have. */
  until: number;
}

const isOver = ({ open, until }: Kept) => open === 0 && until < performance.now();

/** A call that a redirect has led to a stranger. */
export interface Led {
  readonly hop: Hop;
  /** The call has ended; it may be tried again. */
  release(): void;
}

/** Tells calls that a redirect has led to a stranger from all others. */
export interface Strangers {
  /** `locations`: the fields of that name. Gives what is to be told when the answer has ended. */
  note(locations: readonly string[], hop: Hop): () => void;
  /** The redirect that led to this call, if it must not be signed. */
  find(call: UndiciTarget): Led | undefined;
}

/** A memory of one interceptor's; `isNamed` says which hosts may be signed for. */
export function rememberStrangers({ isNamed }: Pick<OpenSigner, 'isNamed'>): Strangers {
  const kept = new Map<string, Kept>();

  function tidy(): void {
    const now = performance.now();
    for (const [key, { open, until }] of kept) {
      if (open > 0) continue;
      // The oldest come first.
      if (until >= now && kept.size <= MAX_KEPT) return;
      kept.delete(key);
    }
  }

  function release(key: string, one: Kept): void {
    if (--one.open > 0) return;
    one.until = performance.now() + KEPT_FOR;
    if (kept.get(key) !== one) return;
    kept.delete(key);
    kept.set(key, one);
    tidy();
  }

  function keep(url: URL, hop: Hop): () => void {
    const key = keyOf(url);
    const isOnce = hop.homes.includes(url.origin) || isNamed(url.hostname);
    const before = kept.get(key);
    const one = before && !isOver(before) ? before : { hop, left: 0, open: 0, until: 0 };
    one.hop = hop;
    one.left = isOnce ? one.left + 1 : Infinity;
    one.open++;
    kept.set(key, one);
    return () => release(key, one);
  }

  return {
    note(locations, hop) {
      const isTrusted = (url: URL) =>
        hop.isTrusted &&
        !isPresigned(url) &&
        hop.urls.some((from) => readRedirect(hop.status, url.href, { ...hop, url: from }, isNamed)?.isTrusted);
      const found = targetsOf(locations, hop.urls).filter((url) => !isTrusted(url));
      const releases = found.map((url) => keep(url, hop));
      return () => {
        for (const end of releases) end();
      };
    },
    find(call) {
      for (const key of kept.size > 0 ? keysOf(call) : []) {
        const one = kept.get(key);
        if (!one || isOver(one)) continue;
        if (--one.left === 0) kept.delete(key);
        one.open++;
        return { hop: one.hop, release: () => release(key, one) };
      }
      return undefined;
    },
  };
}

/** All that a Location may be taken for: followers differ where it is there twice, or is not ASCII. */
function targetsOf(fields: readonly string[], bases: readonly string[]): URL[] {
  const lines = fields.length > 1 ? [...fields, fields.join(','), fields.join(', ')] : fields;
  const found = new Map<string, URL>();
  for (const line of lines) {
    for (const text of [line, asUtf8(line)]) {
      for (const base of bases) {
        const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
        if (url && /^https?:$/.test(url.protocol)) found.set(keyOf(url), withoutUser(url));
      }
    }
  }
  return [...found.values()];
}

const asUtf8 = (text: string) =>
  /^[\0-\xff]*$/.test(text) ? new TextDecoder().decode(Uint8Array.from(text, (one) => one.charCodeAt(0))) : text;

/** No follower sends it on. */
function withoutUser(url: URL): URL {
  url.username = '';
  url.password = '';
  return url;
}

const keyOf = ({ origin, pathname, search }: URL) => (origin + pathname + search).slice(0, MAX_KEY);

/** By the host it connects to, and by the one it names: who looks up addresses before has put one in place of the other. */
const keysOf = ({ url, headers }: UndiciTarget) => namesOf(url, headers).map((name) => keyOf(new URL(name)));

/** The URL of a call, and the same with the host that it names; some who look up addresses leave out the port of that. */
export function namesOf(url: string, headers: UndiciTarget['headers']): string[] {
  const parsed = parseUrl(url);
  if (!parsed) return [];
  const { protocol, port, pathname, search } = parsed;
  const host = valueIn(headers, 'host');
  const hosts = host === undefined ? [] : /:\d+$/.test(host) || port === '' ? [host] : [`${host}:${port}`, host];
  const named = hosts.map((name) => parseUrl(`${protocol}//${name}`)?.origin).filter((origin) => origin !== undefined);
  return [...new Set([parsed.origin, ...named])].map((origin) => origin + pathname + search);
}

/** The request to a stranger: as it is, without what is secret. */
export function toStranger(
  given: Dispatcher.DispatchOptions,
  { url, headers }: UndiciTarget,
  hop: Hop,
  onEvent: OpenSigner['onEvent'],
): Dispatcher.DispatchOptions {
  const next = new URL(url);
  const lower = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
  const redirect = { url: next, method: given.method, keepsBody: true, isTrusted: false };
  tellRedirect(onEvent, false, { from: hop.urls[0] as string, to: next, status: hop.status });
  const { origin, pathname, search } = next;
  const kept = headersFor(redirect, lower);
  // Who follows has left that of the host before behind: this one is of whoever looks up addresses.
  const host = valueIn(headers, 'host');
  if (host !== undefined) kept.host = host;
  return { ...given, ...DISPATCHED, origin, path: pathname + search, headers: kept };
}
