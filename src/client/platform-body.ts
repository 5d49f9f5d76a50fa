/** Reads the bodies that are objects of the platform. A form's boundary is fixed here, so that the signed bytes are the sent bytes. */
import { SigV4Error } from '../errors';

interface Read {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly contentType: string | undefined;
}

export async function readPlatformBody(body: unknown): Promise<Read> {
  if (body instanceof URLSearchParams) {
    return { body: body.toString(), contentType: 'application/x-www-form-urlencoded;charset=UTF-8' };
  }
  if (isBlob(body)) return { body: new Uint8Array(await body.arrayBuffer()), contentType: body.type || undefined };
  if (typeof FormData === 'function' && body instanceof FormData) {
    // The platform's own serialiser picks the boundary; its header and its bytes are taken together, once.
    const serialised = new Response(body);
    const contentType = serialised.headers.get('content-type') ?? undefined;
    return { body: new Uint8Array(await serialised.arrayBuffer()), contentType };
  }
  throw new SigV4Error(
    'ERR_SIGV4_INVALID_BODY',
    `The body (${typeof body}) cannot be sent; give a string (JSON.stringify), bytes, URLSearchParams, Blob or FormData.`,
  );
}

/** By shape, since a File from another realm or library is no instance of ours. */
function isBlob(body: unknown): body is Blob {
  return typeof (body as Blob).arrayBuffer === 'function' && typeof (body as Blob).size === 'number';
}
