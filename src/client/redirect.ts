/** Where a redirect leads, and with what: the method rules of the fetch standard, and who may be signed for. */

import { readHeaders } from '../core/header-fields';
import type { OpenEndpoint } from '../endpoint/endpoint';
import { refuseOption } from '../errors';

/** A redirect that can be followed. */
export interface Redirect {
  readonly url: URL;
  readonly method: string;
  /** False: the body and what describes it are left behind. */
  readonly keepsBody: boolean;
  /** Whether the next host may see a signature: it is the same origin, or one of those the user allows. */
  readonly isTrusted: boolean;
}

/** Checks the option `redirect`; throws `ERR_SIGV4_INVALID_OPTION`. */
export function checkRedirect(option: string): void {
  if (!['strip', 'refuse', 'manual'].includes(option)) refuseOption("redirect must be 'strip', 'refuse' or 'manual'");
}

/** Reads a redirect; undefined where its Location is no URL that can be called. */
export function readRedirect(
  status: number,
  location: string,
  from: { readonly url: string; readonly method: string },
  isAllowed: (hostname: string) => boolean,
): Redirect | undefined {
  const current = new URL(from.url);
  let url: URL;
  try {
    url = new URL(location, current);
  } catch {
    return undefined;
  }
  if (!/^https?:$/.test(url.protocol) || url.username || url.password) return undefined;
  // A fragment goes on, as fetch has it.
  if (!url.hash) url.hash = current.hash;
  const becomesGet =
    (status === 303 && from.method !== 'GET' && from.method !== 'HEAD') ||
    ((status === 301 || status === 302) && from.method === 'POST');
  const isDowngrade = current.protocol === 'https:' && url.protocol === 'http:';
  return {
    url,
    method: becomesGet ? 'GET' : from.method,
    keepsBody: !becomesGet,
    // In the clear a token is anybody's.
    isTrusted: url.origin === current.origin || (!isDowngrade && isAllowed(url.hostname)),
  };
}

/** A URL that needs no signature, having one. */
export const isPresigned = (url: URL): boolean => url.searchParams.has('X-Amz-Signature');

const OF_BODY = ['content-encoding', 'content-language', 'content-location', 'content-type', 'content-length'];
/** What is a secret, or tells of one, beside what begins with `x-amz-`. */
const OF_CALLER = ['authorization', 'proxy-authorization', 'cookie', 'host', 'x-apigw-api-id', 'x-api-key'];

/** Without what an endpoint gives its own calls, which it gives the next one as well, if that is its own. */
export function withoutEndpoint(
  headers: Readonly<Record<string, string>>,
  endpoint: Pick<OpenEndpoint, 'headers' | 'withoutHost'> | undefined,
): Record<string, string> {
  const its = readHeaders({ ...endpoint?.headers, ...endpoint?.withoutHost });
  return Object.fromEntries(Object.entries(headers).filter(([name, value]) => its.get(name) !== value));
}

/** The headers that go on to the next URL. */
export function headersFor(redirect: Redirect, headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name]) =>
      name !== 'host' &&
      (redirect.keepsBody || !OF_BODY.includes(name)) &&
      (redirect.isTrusted || !(OF_CALLER.includes(name) || name.startsWith('x-amz-'))),
  );
  return Object.fromEntries(kept);
}
