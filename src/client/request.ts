/**
 * Reads a request, in any of the forms a caller may hold it, into the value that walks through the rooms: the URL in the
 * form that no server can misread, headers as a map, the body as bytes that can be sent again.
 */
import { encodeQuery, joinQuery } from '../core/canonical-request';
import { badHeader, readHeaders, TOKEN } from '../core/header-fields';
import { isWellFormed } from '../core/payload';
import { encodePath, isNormalQuery, normalizeEscapes } from '../core/percent-encoding';
import type { OpenEndpoint } from '../endpoint/endpoint';
import { SigV4Error } from '../errors';
import { type ReadBody, readBody } from './body';
import type { Bytes, RequestBody, Source } from './body-kinds';

/** A request as plain data; `url` is absolute, unless the signer has an endpoint. */
export interface RequestLike {
  readonly url: string | URL;
  /** Default `GET`. */
  readonly method?: string | undefined;
  readonly headers?: RequestInit['headers'] | undefined;
  readonly body?: RequestBody | undefined;
}

/** A request in any form. */
export type AnyRequest = Request | RequestLike | string | URL;

/** A request that has been read: once for each call, and signed for each attempt. */
export interface ReadRequest {
  readonly method: string;
  /** With path and query in their safe form, without a fragment. */
  readonly url: URL;
  /** As the caller gave it. */
  readonly givenUrl: string | URL;
  /** Changed by the signer alone, for services that read it in another way. */
  path: string;
  readonly query: string;
  /** Lower-case names; includes `host`. */
  readonly headers: Map<string, string>;
  readonly body: Bytes | undefined;
  /** In place of the body, where that is not held in memory. */
  readonly source: Source | undefined;
  /** The `content-length` that came with the request; it is not among the headers. */
  readonly givenLength: string | undefined;
  /** The endpoint that it goes to. */
  readonly endpoint: OpenEndpoint | undefined;
}

/** Where relative URLs lead, and whether who sends can send a Host that is not the URL's. */
export interface Addressing {
  readonly endpoint: OpenEndpoint | undefined;
  readonly canSetHost: boolean;
}

/** A fetch `Request`, also of another realm or library. */
export function isRequest(input: AnyRequest): input is Request {
  return typeof input === 'object' && input !== null && 'bodyUsed' in input && 'clone' in input;
}

/** Reads what a caller wants signed; at once where the body can be. What can be read but once is left unread. */
export function readRequest(input: AnyRequest, addressing?: Addressing): ReadRequest | Promise<ReadRequest> {
  const request = typeof input === 'string' || input instanceof URL ? { url: input } : (input ?? {});
  const url = parseUrl(addressing?.endpoint?.locate(request.url) ?? request.url);
  const headers = readHeaders(request.headers);
  const endpoint = addressing?.endpoint?.has(url.hostname) ? addressing.endpoint : undefined;
  if (endpoint) addressTo(endpoint, headers, addressing?.canSetHost ?? false);
  for (const [name, value] of headers) {
    // No two senders and servers agree on the bytes of such a value.
    if (!/^[\0-\x7f]*$/.test(value)) badHeader(name, 'holds characters beyond ASCII; encode them');
  }
  if (isRequest(request)) return bodyOf(request).then((body) => toRead(request, url, headers, body, endpoint));
  const reading = readBody((request as RequestLike).body);
  if (reading instanceof Promise) return reading.then((read) => toRead(request, url, headers, read, endpoint));
  return toRead(request, url, headers, reading, endpoint);
}

/** Gives a call what its endpoint needs, where the call does not say it itself. */
function addressTo(
  { headers, host, withoutHost }: OpenEndpoint,
  given: Map<string, string>,
  canSetHost: boolean,
): void {
  const usesHost = host !== undefined && (canSetHost || !withoutHost);
  for (const [name, value] of readHeaders({ ...headers, ...(usesHost ? { host } : withoutHost) }))
    if (!given.has(name)) given.set(name, value);
}

function toRead(
  request: Request | RequestLike,
  url: URL,
  headers: Map<string, string>,
  { body, source, contentType }: ReadBody,
  endpoint: OpenEndpoint | undefined,
): ReadRequest {
  const given = headers.get('content-type');
  // A form's type without a boundary was set by hand; only the serialiser knows the boundary.
  const isFormByHand = given !== undefined && contentType?.startsWith('multipart/') && !/boundary=/i.test(given);
  if (contentType && (given === undefined || isFormByHand)) headers.set('content-type', contentType);
  const { host, pathname, search } = url;
  if (!headers.has('host')) headers.set('host', host);
  // The sender counts for itself; a count that is wrong or dropped would break a signature over it.
  const givenLength = headers.get('content-length');
  headers.delete('content-length');
  return {
    method: upperCase(request.method ?? 'GET'),
    url,
    givenUrl: request.url,
    path: encodePath(pathname, normalizeEscapes),
    query: isNormalQuery(search) ? search.slice(1) : joinQuery(encodeQuery(search.slice(1))),
    headers,
    body,
    source,
    givenLength,
    endpoint,
  };
}

/** The URL of a request with a query, in the spelling that is sent. */
export const sentUrl = ({ url, path }: ReadRequest, query: string): string =>
  `${url.protocol}//${url.host}${path}${query && `?${query}`}`;

/** As fetch does for the methods it knows; never turns another character into a letter. */
function upperCase(method: string): string {
  if (typeof method !== 'string' || !TOKEN.test(method)) {
    throw new SigV4Error('ERR_SIGV4_INVALID_METHOD', 'The method is not an HTTP method name.');
  }
  return method.toUpperCase();
}

/** True where the caller named a path with `.` or `..` segments, which URLs drop. */
export function hadDotSegments({ givenUrl, path: sent }: ReadRequest): boolean {
  if (/\/\.{1,2}(?:\/|$)/.test(sent)) return true;
  // URL parsers drop tabs and line breaks, and take a backslash for a slash.
  const path = typeof givenUrl === 'string' ? givenUrl.split(/[?#]/, 1)[0] : '';
  return /\/(?:\.|%2e){1,2}(?:\/|$)/i.test((path as string).replace(/[\t\r\n]/g, '').replaceAll('\\', '/'));
}

function parseUrl(input: string | URL): URL {
  const fail = (fault: string): never => {
    // The URL is not repeated: it may hold a signature.
    throw new SigV4Error('ERR_SIGV4_INVALID_URL', `The URL to sign ${fault}.`);
  };
  if (typeof input !== 'string' && !(input instanceof URL)) fail('is neither a string nor a URL');
  const text = String(input);
  if (!isWellFormed(text)) fail('holds a lone surrogate; remove it');
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return fail('is not absolute; give scheme and host');
  }
  if (!/^(?:http|ws)s?:$/.test(url.protocol)) fail('is not of the scheme http, https, ws or wss');
  if (url.username || url.password) fail('holds a user name or password; remove them');
  return url;
}

/** The bytes of a Request, which stays readable. */
export async function bodyOf(request: Request): Promise<ReadBody> {
  if (request.bodyUsed || request.body?.locked) {
    throw new SigV4Error('ERR_SIGV4_INVALID_BODY', 'The body of the Request was read or is locked; pass a fresh one.');
  }
  // Not every runtime shows `Request.body`; reading an absent one gives no bytes.
  if (request.body === null) return { body: undefined };
  try {
    const bytes = new Uint8Array(await request.clone().arrayBuffer());
    return { body: bytes.length > 0 ? bytes : undefined };
  } catch (cause) {
    throw new SigV4Error('ERR_SIGV4_INVALID_BODY', 'The body of the Request could not be read; see the cause.', {
      cause,
    });
  }
}
