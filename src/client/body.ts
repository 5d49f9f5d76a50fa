/**
 * Reads any body that `fetch` takes, once, into what is both hashed and sent. Text and bytes are read here; the objects of
 * the platform have a file of their own, which a page that sends none never loads.
 */
import { readPlatformBody } from '#cold';
import { checkText } from '../core/payload';
import { SigV4Error } from '../errors';

/** What can be hashed and sent again as often as needed. */
export type Bytes = string | Uint8Array<ArrayBuffer>;

export interface ReadBody {
  readonly body: Bytes | undefined;
  /** The content type that `fetch` would give a body of this kind. */
  readonly contentType?: string | undefined;
}

/** Reads a body. Rejects a stream, which can be read only once, and what `fetch` would turn into "[object Object]". */
export function readBody(body: unknown): ReadBody | Promise<ReadBody> {
  if (body === undefined || body === null) return { body: undefined };
  if (typeof body === 'string') {
    checkText(body);
    return { body, contentType: 'text/plain;charset=UTF-8' };
  }
  if (body instanceof ArrayBuffer) return { body: viewOf(body, 0, body.byteLength) };
  if (ArrayBuffer.isView(body)) return { body: viewOf(body.buffer, body.byteOffset, body.byteLength) };
  if (isStream(body)) {
    throw new SigV4Error(
      'ERR_SIGV4_UNSUPPORTED_BODY',
      "A stream cannot be read both to sign it and to send it; read it into bytes, or set payload: 'unsigned' where the service allows it.",
    );
  }
  return readPlatformBody(body);
}

function viewOf(buffer: ArrayBufferLike, offset: number, length: number): Uint8Array<ArrayBuffer> {
  try {
    const bytes = new Uint8Array(buffer as ArrayBuffer, offset, length);
    // fetch sends no shared memory, which others could change between hashing and sending.
    return buffer instanceof ArrayBuffer ? bytes : bytes.slice();
  } catch {
    throw new SigV4Error('ERR_SIGV4_INVALID_BODY', 'The bytes of the body were given away (transferred); pass a copy.');
  }
}

/** A web or Node stream, or anything else that can be read but once. */
export function isStream(body: unknown): body is ReadableStream {
  return (
    typeof body === 'object' && body !== null && ('getReader' in body || 'pipe' in body || Symbol.asyncIterator in body)
  );
}
