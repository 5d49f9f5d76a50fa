/** What a body may be, and how the kinds are told apart. */

/** What can be hashed and sent again as often as needed. */
export type Bytes = string | Uint8Array<ArrayBuffer>;

/** What can be read but once: a web stream, a Node stream, an async generator. Pieces of text are sent as UTF-8. */
export type OnePassBody = ReadableStream | AsyncIterable<string | ArrayBufferView | ArrayBuffer>;

/** What a function that opens a body may give. */
export type OpenedBody = OnePassBody | Blob | ArrayBuffer | ArrayBufferView | string;

/**
 * Opens the same body each time it is called, `() => createReadStream(path)`: once to hash it, where it is hashed, and once
 * for each sending. It is never held in memory on Node, Deno and Bun.
 */
export type BodyOpener = () => OpenedBody | Promise<OpenedBody>;

/** Whatever can be sent: what `fetch` takes, what can be read but once, and a function that opens a body. */
export type RequestBody = RequestInit['body'] | OnePassBody | BodyOpener;

/** A body that is not held in memory. */
export type Source = OnePassBody | Blob | BodyOpener;

/** A web or Node stream, or anything else that can be read but once. */
export function isStream(body: unknown): body is OnePassBody {
  return (
    typeof body === 'object' && body !== null && ('getReader' in body || 'pipe' in body || Symbol.asyncIterator in body)
  );
}

/** By shape, since a File from another realm or library is no instance of ours. */
export function isBlob(body: unknown): body is Blob {
  return typeof (body as Blob)?.arrayBuffer === 'function' && typeof (body as Blob).size === 'number';
}
