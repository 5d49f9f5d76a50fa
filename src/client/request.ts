/**
 * Reads a request, in any of the forms a caller may hold it, into the value that walks through the rooms: the URL in the
 * form that no server can misread, headers as a map, the body as bytes that can be sent again.
 */
import { encodeQuery, joinQuery } from '../core/canonical-request';
import { readHeaders } from '../core/header-fields';
import { isWellFormed } from '../core/payload';
import { encodePath, normalizeEscapes } from '../core/percent-encoding';
import { SigV4Error } from '../errors';
import { type Bytes, isStream, readBody } from './body';

/** A request as plain data; `url` is absolute. */
export interface RequestLike {
  readonly url: string | URL;
  /** Default `GET`. */
  readonly method?: string | undefined;
  readonly headers?: RequestInit['headers'] | undefined;
  readonly body?: RequestInit['body'] | undefined;
}

/** A request in any form. */
export type AnyRequest = Request | RequestLike | string | URL;

export interface ReadRequest {
  readonly method: string;
  /** With path and query in their safe form, without a fragment. */
  readonly url: URL;
  /** The caller named a path with `.` or `..` segments, which URLs drop. */
  readonly hadDotSegments: boolean;
  readonly path: string;
  readonly query: string;
  /** Lower-case names; includes `host`. */
  readonly headers: Map<string, string>;
  readonly body: Bytes | undefined;
  /** A stream that is sent as it is, unsigned. */
  readonly stream: ReadableStream | undefined;
}

/** A fetch `Request`, also of another realm or library. */
export function isRequest(input: AnyRequest): input is Request {
  return typeof input === 'object' && 'bodyUsed' in input;
}

/** Reads what a caller wants signed. With `unsigned`, a stream passes through unread. */
export async function readRequest(input: AnyRequest, unsigned: boolean): Promise<ReadRequest> {
  const request = typeof input === 'string' || input instanceof URL ? { url: input } : input;
  const url = parseUrl(request?.url);
  const headers = readHeaders(request.headers);
  const given = isRequest(request) ? await bodyOf(request) : (request as RequestLike).body;
  const stream = unsigned && isStream(given) ? given : undefined;
  const reading = readBody(stream ? undefined : given);
  const { body, contentType } = reading instanceof Promise ? await reading : reading;
  // A multipart type without a boundary was set by hand; only the serialiser knows the boundary.
  if (contentType && /^(?:multipart\/form-data)?\s*$/i.test(headers.get('content-type') ?? ''))
    headers.set('content-type', contentType);
  if (!headers.has('host')) headers.set('host', url.host);
  return {
    method: (request.method ?? 'GET').toUpperCase(),
    url,
    hadDotSegments: typeof request.url === 'string' && DOT_SEGMENT.test(request.url.split(/[?#]/, 1)[0] as string),
    path: encodePath(url.pathname, normalizeEscapes),
    query: joinQuery(encodeQuery(url.search.slice(1))),
    headers,
    body,
    stream,
  };
}

const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

function parseUrl(input: string | URL): URL {
  const fail = (fault: string): never => {
    // The URL is not repeated: it may hold a signature.
    throw new SigV4Error('ERR_SIGV4_INVALID_URL', `The URL to sign ${fault}.`);
  };
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

async function bodyOf(request: Request): Promise<Bytes | undefined> {
  if (request.bodyUsed || request.body?.locked) {
    throw new SigV4Error('ERR_SIGV4_INVALID_BODY', 'The body of the Request was read or is locked; pass a fresh one.');
  }
  // Not every runtime shows `Request.body`; reading an absent one gives no bytes.
  if (request.body === null) return undefined;
  const bytes = new Uint8Array(await request.clone().arrayBuffer());
  return bytes.length > 0 ? bytes : undefined;
}
