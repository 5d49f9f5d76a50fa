/**
 * Reads a request, in any of the forms a caller may hold it, into the value that walks through the rooms: the URL in the
 * form that no server can misread, headers as pairs, the body as bytes that can be sent again.
 */
import { encodeQuery, joinQuery } from '../core/canonical-request';
import { readHeaders } from '../core/header-fields';
import { isWellFormed } from '../core/payload';
import { normalizeEscapes } from '../core/percent-encoding';
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

export interface ReadRequest {
  readonly method: string;
  /** Scheme and host, `https://api.example.com`. */
  readonly origin: string;
  readonly hostname: string;
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
export function isRequest(input: unknown): input is Request {
  return (
    typeof input === 'object' &&
    input !== null &&
    typeof (input as Request).arrayBuffer === 'function' &&
    'bodyUsed' in input
  );
}

/** Reads what a caller wants signed. With `unsigned`, a stream passes through unread. */
export async function readRequest(
  input: Request | RequestLike | string | URL,
  unsigned: boolean,
): Promise<ReadRequest> {
  const request: Request | RequestLike = typeof input === 'string' || input instanceof URL ? { url: input } : input;
  if (typeof request !== 'object' || request === null) {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_URL',
      `A request to sign must be a URL, a Request or an object with a url; it is ${typeof request}.`,
    );
  }
  const url = parseUrl(request.url);
  const headers = readHeaders(request.headers);
  const given = isRequest(request) ? await requestBody(request) : request.body;
  const stream = unsigned && isStream(given) ? given : undefined;
  const reading = readBody(stream ? undefined : given);
  const { body, contentType } = reading instanceof Promise ? await reading : reading;
  if (contentType && !hasContentType(headers)) headers.set('content-type', contentType);
  if (!headers.has('host')) headers.set('host', url.host);
  return {
    method: (request.method ?? 'GET').toUpperCase(),
    origin: `${url.protocol}//${url.host}`,
    hostname: url.hostname,
    hadDotSegments: typeof request.url === 'string' && DOT_SEGMENT.test(request.url.split(/[?#]/, 1)[0] as string),
    path: PLAIN_PATH.test(url.pathname) ? url.pathname : url.pathname.split('/').map(normalizeEscapes).join('/'),
    query: joinQuery(encodeQuery(url.search.slice(1))),
    headers,
    body,
    stream,
  };
}

const PLAIN_PATH = /^[\w.~/-]*$/;
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

function parseUrl(input: string | URL): URL {
  const text = String(input);
  if (!isWellFormed(text)) {
    throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'The URL to sign holds a lone surrogate, which has no UTF-8 form.');
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    // Without its cause: that repeats the URL, which may hold a signature.
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_URL',
      'The URL to sign is not an absolute URL; give scheme and host, as in "https://host/path".',
    );
  }
  if (!/^(?:https?|wss?):$/.test(url.protocol)) {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_URL',
      `The URL to sign has the scheme "${url.protocol}"; only http, https, ws and wss can be signed.`,
    );
  }
  if (url.username || url.password) {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_URL',
      'The URL to sign holds a user name or password; remove them, requests are signed with credentials.',
    );
  }
  return url;
}

/** A multipart type without a boundary is a form's type set by hand; only the serialiser knows the boundary. */
function hasContentType(headers: Map<string, string>): boolean {
  const type = headers.get('content-type');
  return type !== undefined && !/^multipart\/form-data\s*$/i.test(type);
}

async function requestBody(request: Request): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (request.bodyUsed || request.body?.locked) {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_BODY',
      'The body of the Request was already read or is locked; pass a fresh Request or its clone().',
    );
  }
  // Not every runtime shows `Request.body`; reading an absent one gives no bytes.
  if (request.body === null) return undefined;
  const bytes = new Uint8Array(await request.clone().arrayBuffer());
  return bytes.length > 0 ? bytes : undefined;
}
