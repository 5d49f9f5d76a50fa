/** What undici dispatches, read into our request, and what was signed, as undici is told it. */

import { type BodyOpener, isBlob, isStream, type RequestBody } from '../client/body-kinds';
import { ownHostOf } from '../client/fetchable';
import type { SignedRequest } from '../client/open-signer';
import { refuseOption, SigV4Error } from '../errors';
import { headerPairs, type NodeHeaders, valueIn } from './header-pairs';
import { serverNameOf } from './server-name';
import type { Dispatcher } from './undici-package';

/** Where a request goes, and with what. */
export interface UndiciTarget {
  /** Relative where the caller of a `Client` or `Pool` gave no origin. */
  readonly url: string;
  readonly method: string;
  readonly headers: [name: string, value: string][];
}

/** Reads the options of a dispatch, but for its body. */
export function readTarget(given: Dispatcher.DispatchOptions): UndiciTarget {
  const {
    origin,
    path,
    method,
    query,
    headers,
    maxRedirections = 0,
  } = given as Dispatcher.DispatchOptions & {
    readonly maxRedirections?: number;
  };
  if (maxRedirections > 0) {
    refuseOption(
      'maxRedirections would be followed below the signature: compose undiciInterceptor first, then interceptors.redirect',
    );
  }
  if (typeof path !== 'string' || !path.startsWith('/')) {
    throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'The path of the request does not start with a slash.');
  }
  const search = query ? joinQuery(query) : '';
  if (search && /[?#]/.test(path)) {
    throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'The request has a query in its path and another beside it.');
  }
  return {
    url: (origin === undefined || origin === null ? '' : originOf(origin)) + path + (search && `?${search}`),
    method,
    headers: headerPairs(headers as NodeHeaders),
  };
}

/** `https://example.com`, whatever stands behind it. */
const originOf = (origin: string | URL) => parseUrl(String(origin))?.origin ?? String(origin);

/** Undefined for what is no absolute URL. */
export function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** As undici writes it (`node:querystring`): a list gives its name several times, what is no plain value is empty. */
function joinQuery(query: Record<string, unknown>): string {
  const encode = (text: string) => {
    try {
      return encodeURIComponent(text);
    } catch {
      throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'The query holds a lone surrogate; remove it.');
    }
  };
  const textOf = (value: unknown) =>
    typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint' || Number.isFinite(value)
      ? String(value)
      : '';
  return Object.entries(query)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => [name, textOf(one)] as const))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

/** The body of a dispatch, as the signer reads it. */
export async function readUndiciBody(body: unknown, headers: UndiciTarget['headers']): Promise<RequestBody> {
  if (body === null || body === undefined || typeof body !== 'object') return body as RequestBody;
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer || body instanceof URLSearchParams) return body as never;
  if (isBlob(body)) return body;
  if (isForm(body)) return toForm(body);
  const has = (name: string) => valueIn(headers, name) !== undefined;
  if (isStream(body)) {
    // `fetch` gives pieces of what it holds in memory, where it says how long that is; nobody else sends this header.
    const isOfFetch = has('sec-fetch-mode') && has('content-length') && !('pipe' in body) && !('getReader' in body);
    return isOfFetch ? gather(body as AsyncIterable<Uint8Array>) : body;
  }
  if (!(Symbol.iterator in body)) return body as never;
  const pieces = body as Iterable<Uint8Array>;
  // An iterator that gives itself is read but once.
  return (pieces[Symbol.iterator]() as unknown) === pieces
    ? later(pieces)
    : ((() => later(pieces)) as BodyOpener as RequestBody);
}

async function* later(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function gather(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const read: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of pieces) read.push(piece.slice());
  return new Uint8Array(await new Blob(read).arrayBuffer());
}

const isForm = (body: object): body is Iterable<[string, string | File]> =>
  (body as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === 'FormData' && !('pipe' in body);

/** The platform's own, since undici has another, and older ones another still. */
function toForm(given: Iterable<[string, string | File]>): FormData {
  if (given instanceof FormData) return given;
  const form = new FormData();
  for (const [name, value] of given) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, value.name);
  }
  return form;
}

/** What holds for all that is handed on: the query is in the path, and an interceptor below would carry headers to other hosts. */
export const DISPATCHED = { query: null as unknown as Record<string, never>, maxRedirections: 0 };

/** Exactly what was signed. The headers are an object: undici's own interceptors spread them. */
export function toDispatch(given: Dispatcher.DispatchOptions, signed: SignedRequest): Dispatcher.DispatchOptions {
  const [, origin, path] = /^(\w+:\/\/[^/?]+)(.*)$/.exec(signed.url) ?? [];
  const headers = { ...signed.headers };
  const isOwnHost = ownHostOf(signed) !== undefined;
  // undici sends this one by itself, and asks TLS for the name of any that it is given. Its look-up of names drops a port.
  if (!isOwnHost && given.origin && !/:\d+$/.test(headers.host as string)) delete headers.host;
  const servername = isOwnHost ? serverNameOf(signed.url) : '';
  return {
    ...given,
    ...(servername && !('servername' in given) && { servername }),
    ...DISPATCHED,
    origin: origin as string,
    path: path as string,
    method: signed.method,
    headers,
    // undici takes what can be iterated, whatever its types say.
    body: signed.body as Uint8Array,
  };
}
