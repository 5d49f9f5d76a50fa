/** The verifier: says whose a signed request is, or rejects, so that a check that is forgotten fails closed. */
import { readHeaders } from '../core/header-fields';
import { SigV4Error } from '../errors';
import type { Credentials, WireRequest } from '../types';
import { examine, type VerifiedRequest } from './examine';
import { toError } from './refusal';

/** Whose signatures a verifier takes, and for what. */
export interface VerifierOptions {
  /** The credentials of an access key id, or undefined when there are none. */
  readonly lookup: (accessKeyId: string) => Credentials | undefined | Promise<Credentials | undefined>;
  /** The region requests must be signed for. */
  readonly region: string;
  /** The service (signing name) requests must be signed for. */
  readonly service: string;
  /** Milliseconds the caller's clock may be off, either way. Default 300 000, five minutes, as on API Gateway. */
  readonly maxSkew?: number | undefined;
  /** The clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** A request with an absolute URL; the host is that of the `host` header, or else of the URL. */
export interface ReceivedRequest {
  readonly url: string | URL;
  readonly method?: string | undefined;
  /** As `fetch` takes them, or as a Node server gives them (`request.headers`). */
  readonly headers?:
    | RequestInit['headers']
    | Readonly<Record<string, string | readonly string[] | undefined>>
    | undefined;
  /** The whole body; a Blob or a stream is read to its end. */
  readonly body?: string | Uint8Array | ArrayBuffer | Blob | ReadableStream | null | undefined;
}

/** Judges requests with one set of options; see {@link createVerifier}. */
export interface Verifier {
  /**
   * Resolves who signed the request and what the signature covers. A `Request` is left readable. Rejects with a
   * `SigV4Error` whose code names the reason; see `SigV4ErrorCode`.
   */
  verify(request: WireRequest | ReceivedRequest | Request): Promise<VerifiedRequest>;
}

/**
 * Makes a verifier of the header form and the presigned form. The body's hash is checked; signatures are compared in
 * constant time. `host` and every `x-amz-*` header must be signed.
 *
 * @example
 * const { verify } = createVerifier({ lookup: (id) => keys.get(id), region: 'us-east-1', service: 'execute-api' });
 * const { accessKeyId } = await verify(request);
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { lookup, region, service, maxSkew = 300_000, now = Date.now } = options ?? {};
  if (
    typeof lookup !== 'function' ||
    !region ||
    !service ||
    typeof maxSkew !== 'number' ||
    !(maxSkew >= 0) ||
    typeof now !== 'function'
  ) {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_OPTION',
      'A verifier needs lookup (a function), region and service; maxSkew is a number of milliseconds, now a function.',
    );
  }
  return {
    async verify(request) {
      const wire = isWire(request) ? request : await toWire(request);
      const result = await examine(wire, { lookup, region, service, maxSkew, now: now() });
      if ('code' in result) throw toError(result);
      return result;
    },
  };
}

/** False for a request with a URL; rejects what is neither. */
function isWire(request: WireRequest | ReceivedRequest | Request): request is WireRequest {
  const { path, query, method, url } = (request ?? {}) as Partial<WireRequest & ReceivedRequest>;
  if (url !== undefined) return false;
  if (typeof path === 'string' && typeof query === 'string' && typeof method === 'string') return true;
  throw new SigV4Error(
    'ERR_SIGV4_MALFORMED_REQUEST',
    'The request to verify has neither a url nor method, path and query.',
  );
}

async function toWire(request: ReceivedRequest | Request): Promise<WireRequest> {
  let url: URL;
  try {
    url = new URL(request.url);
  } catch {
    throw new SigV4Error('ERR_SIGV4_MALFORMED_REQUEST', 'The URL of the request to verify is not absolute.');
  }
  const headers = fieldsOf(request);
  if (!headers.has('host')) headers.set('host', url.host);
  const body = 'bodyUsed' in request ? await bodyOf(request) : await readWhole(request.body);
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.search.slice(1),
    headers,
    body: body instanceof ArrayBuffer ? new Uint8Array(body) : ((body ?? undefined) as WireRequest['body']),
  };
}

/** What can be read is read; what is neither text nor bytes then, the core refuses. */
async function readWhole(body: ReceivedRequest['body']): Promise<unknown> {
  if (typeof body !== 'object' || body === null) return body;
  if ('arrayBuffer' in body) return body.arrayBuffer();
  return 'getReader' in body ? new Response(body as BodyInit).arrayBuffer() : body;
}

function fieldsOf(request: ReceivedRequest | Request): Map<string, string> {
  try {
    return readHeaders(flatten(request.headers));
  } catch (cause) {
    throw toError({ code: 'ERR_SIGV4_MALFORMED_REQUEST', cause });
  }
}

/** Node's form: a header may be a list, or not be there. */
function flatten(headers: ReceivedRequest['headers']): RequestInit['headers'] {
  if (typeof headers !== 'object' || headers === null || Symbol.iterator in headers)
    return headers as RequestInit['headers'];
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((each): [string, string] => [name, each as string]),
  );
}

async function bodyOf(request: Request): Promise<ArrayBuffer> {
  if (request.bodyUsed || request.body?.locked) {
    throw new SigV4Error('ERR_SIGV4_MALFORMED_REQUEST', 'The body of the request to verify was read or is locked.');
  }
  return request.clone().arrayBuffer();
}
