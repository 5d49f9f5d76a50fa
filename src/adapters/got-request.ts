/** got's options and what is signed of them, both ways. */

import { nodeModule } from '#node-modules';
import type { RequestBody } from '../client/body-kinds';
import { ownHostOf } from '../client/fetchable';
import type { SignedRequest } from '../client/open-signer';
import type { RequestLike } from '../client/request';
import { SET_BY_SIGNING } from '../core/signed-headers';
import { replaceBody } from './got-body';
import type { GotOptions } from './got-package';
import { headerPairs } from './header-pairs';
import { serverNameOf } from './server-name';

/** What this adapter has set beside the signature, to be taken back before the next. */
export interface HostSettings {
  hasHost: boolean;
  hasServerName: boolean;
}

/** Takes back what was set for an earlier URL. */
export function takeBackHost(options: GotOptions, settings: HostSettings): void {
  const { headers, https } = options;
  if (settings.hasHost) {
    delete headers.host;
    delete headers[':authority'];
  }
  if (settings.hasServerName && 'serverName' in https) Object.assign(https, { serverName: undefined });
  else if (settings.hasServerName) options.request = undefined;
  settings.hasHost = false;
  settings.hasServerName = false;
}

/** What there is to sign. */
export function toGotRequest(options: GotOptions, body: RequestBody): RequestLike {
  const headers = headerPairs(options.headers).map(([name, value]): [string, string] => [
    name === ':authority' ? 'host' : name,
    value,
  ]);
  return { url: options.url as URL, method: options.method, headers, body };
}

/** Has got send what was signed. */
export function applySigned(
  options: GotOptions,
  signed: SignedRequest,
  body: RequestBody,
  settings: HostSettings,
): void {
  const target = new URL(signed.url);
  const { host, ...others } = signed.headers;
  setHeaders(options, others);
  replaceBody(options, body, signed);
  if (String(options.url) !== target.href) moveTo(options, target);

  const isOwnHost = ownHostOf(signed) !== undefined;
  const isHttp2 = options.http2 && target.protocol === 'https:' && options.request === undefined;
  if (isHttp2 && hasHttp2Wrapper(options) && (isOwnHost || options.https.serverName))
    rawHeaders(options)[':authority'] = host;
  else if (isOwnHost) options.headers.host = host;
  settings.hasHost = isOwnHost || isHttp2;
  if (isOwnHost && target.protocol === 'https:' && !options.https.serverName) {
    setServerName(options, serverNameOf(signed.url), isHttp2);
    settings.hasServerName = true;
  }
}

/** Takes out of a failed call what its error would show. */
export function clearSigned({ headers }: GotOptions): void {
  for (const name of SET_BY_SIGNING) delete headers[name];
}

/** Those that are as they were are not touched, since got knows which of them are its own. */
function setHeaders({ headers }: GotOptions, signed: Record<string, string>): void {
  for (const name of Object.keys(headers)) {
    // got has counted the body.
    if (signed[name] === undefined && name !== 'content-length') delete headers[name];
  }
  for (const [name, value] of Object.entries(signed)) {
    if (headers[name] !== value) headers[name] = value;
  }
}

function moveTo(options: GotOptions, target: URL): void {
  const isElsewhere = (options.url as URL).origin !== target.origin;
  options.url = target;
  if (!isElsewhere) return;
  // got leaves behind what it takes for another origin's, unless it is set again: this is another name of the same API.
  const { body, headers } = options;
  if (body !== undefined) options.body = body;
  for (const [name, value] of Object.entries(headers)) headers[name] = value;
}

/**
 * Before 16 got sends HTTP/2 by a package that puts the server's name in the place of the Host, and a Host beside it. Those
 * versions still know the option `auth`.
 */
const hasHttp2Wrapper = (options: GotOptions) => 'auth' in options;

/** Newer versions refuse names that begin with a colon, in what they show of their headers. */
const rawHeaders = (options: GotOptions) =>
  (options as { getInternalHeaders?: () => Record<string, unknown> }).getInternalHeaders?.() ??
  (options.headers as Record<string, unknown>);

/** Node would look for the Host's name in the certificate. */
function setServerName(options: GotOptions, servername: string, isHttp2: boolean): void {
  if ('serverName' in options.https || isHttp2) {
    options.https.serverName = servername;
    return;
  }
  // Early versions of 14 have no such option.
  const { request } = nodeModule('https') ?? {};
  if (!request || options.request !== undefined) return;
  options.request = (url: URL, native: object, onAnswer: never) => request(url, { ...native, servername }, onAnswer);
}
