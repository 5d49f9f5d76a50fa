/** Reads the bodies that are objects of the platform. A form's boundary is fixed here, so that the signed bytes are the sent bytes. */
import { SigV4Error } from '../errors';
import { isBlob } from './body-kinds';

interface Read {
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
  readonly source?: Blob;
  readonly contentType: string | undefined;
}

/** A Blob above this size, in bytes, is left where it lies: it may be a file. */
const LARGE = 1_048_576;

export async function readPlatformBody(body: unknown): Promise<Read> {
  if (body instanceof URLSearchParams) {
    return { body: body.toString(), contentType: 'application/x-www-form-urlencoded;charset=UTF-8' };
  }
  if (isBlob(body)) {
    const contentType = body.type || undefined;
    if (body.size > LARGE && typeof body.stream === 'function') return { body: undefined, source: body, contentType };
    return { body: new Uint8Array(await body.arrayBuffer()), contentType };
  }
  if (typeof FormData === 'function' && body instanceof FormData) {
    // The platform's own serialiser picks the boundary; its header and its bytes are taken together, once.
    const serialised = new Response(body);
    const contentType = serialised.headers.get('content-type') ?? undefined;
    return { body: new Uint8Array(await serialised.arrayBuffer()), contentType };
  }
  throw new SigV4Error(
    'ERR_SIGV4_INVALID_BODY',
    `The body (${typeof body}) cannot be sent; give a string (JSON.stringify), bytes, URLSearchParams, Blob, FormData, a stream, or a function that opens one.`,
  );
}
