/**
 * Reads any body, once, into what can be both signed and sent. Text and bytes are read here; the objects of the platform have
 * a file of their own, which a page that sends none never loads, and so has what is not held in memory.
 */
import { readPlatformBody } from '#cold';
import { checkText } from '../core/payload';
import { SigV4Error } from '../errors';
import { type Bytes, isStream, type RequestBody, type Source } from './body-kinds';

export { isStream, type RequestBody };

/** A body that has been read, or is to be read when it is needed. */
export interface ReadBody {
  readonly body: Bytes | undefined;
  /** In place of the body. */
  readonly source?: Source | undefined;
  /** The content type that `fetch` would give a body of this kind. */
  readonly contentType?: string | undefined;
}

/** Reads a body; what can be read but once is left unread. Rejects what `fetch` would turn into "[object Object]". */
export function readBody(body: unknown): ReadBody | Promise<ReadBody> {
  if (body === undefined || body === null) return { body: undefined };
  if (typeof body === 'string') {
    checkText(body);
    return { body, contentType: 'text/plain;charset=UTF-8' };
  }
  if (body instanceof ArrayBuffer) return { body: viewOf(body, 0, body.byteLength) };
  if (ArrayBuffer.isView(body)) return { body: viewOf(body.buffer, body.byteOffset, body.byteLength) };
  if (isStream(body) || typeof body === 'function') return { body: undefined, source: body as Source };
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
