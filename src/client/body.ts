/**
 * Reads any body that `fetch` takes, once, into what is both hashed and sent. A form's boundary is fixed here, so that
 * the signed bytes are the sent bytes.
 */
import { isWellFormed } from '../core/payload';
import { SigV4Error } from '../errors';

/** What can be hashed and sent again as often as needed. */
export type Bytes = string | Uint8Array<ArrayBuffer>;

export interface ReadBody {
  readonly body: Bytes | undefined;
  /** The content type that `fetch` would give a body of this kind. */
  readonly contentType?: string | undefined;
}

const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';
const TEXT = 'text/plain;charset=UTF-8';

/** Reads a body. Rejects a stream, which can be read only once, and what `fetch` would turn into "[object Object]". */
export function readBody(body: unknown): ReadBody | Promise<ReadBody> {
  if (body === undefined || body === null) return { body: undefined };
  if (typeof body === 'string') {
    if (!isWellFormed(body)) {
      throw new SigV4Error(
        'ERR_SIGV4_INVALID_BODY',
        'The body holds a lone surrogate, which has no UTF-8 form; it would arrive changed.',
      );
    }
    return { body, contentType: TEXT };
  }
  if (body instanceof ArrayBuffer) return { body: new Uint8Array(body) };
  if (ArrayBuffer.isView(body)) {
    return { body: new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength) };
  }
  if (body instanceof URLSearchParams) return { body: body.toString(), contentType: FORM };
  if (isBlob(body)) return readBlob(body);
  if (typeof FormData === 'function' && body instanceof FormData) return readForm(body);
  if (isStream(body)) {
    throw new SigV4Error(
      'ERR_SIGV4_UNSUPPORTED_BODY',
      "The body is a stream, which cannot be read both to sign it and to send it. Read it into bytes first, or set payload: 'unsigned' where the service allows it.",
    );
  }
  throw new SigV4Error(
    'ERR_SIGV4_INVALID_BODY',
    `The body is of a kind that cannot be sent (${kindOf(body)}); give a string (JSON.stringify), bytes, URLSearchParams, Blob or FormData.`,
  );
}

async function readBlob(blob: Blob): Promise<ReadBody> {
  const body = new Uint8Array(await blob.arrayBuffer());
  return blob.type ? { body, contentType: blob.type } : { body };
}

async function readForm(form: FormData): Promise<ReadBody> {
  // The platform's own serialiser picks the boundary; its header and its bytes are taken together, once.
  const serialised = new Response(form);
  const contentType = serialised.headers.get('content-type') ?? undefined;
  return { body: new Uint8Array(await serialised.arrayBuffer()), contentType };
}

/** By shape, since a File from another realm or library is no instance of ours. */
function isBlob(body: unknown): body is Blob {
  return (
    typeof body === 'object' &&
    typeof (body as Blob).arrayBuffer === 'function' &&
    typeof (body as Blob).size === 'number'
  );
}

export function isStream(body: unknown): body is ReadableStream {
  if (typeof body !== 'object' || body === null) return false;
  const { getReader, pipe } = body as { getReader?: unknown; pipe?: unknown };
  return typeof getReader === 'function' || typeof pipe === 'function' || Symbol.asyncIterator in body;
}

const kindOf = (value: unknown) => (typeof value === 'object' ? (value?.constructor?.name ?? 'object') : typeof value);
