/** Bodies that come in pieces: read as bytes, from whatever a caller opened, and handed to `fetch` as a web stream. */
import { SigV4Error } from '../errors';
import { isBlob, isStream, type OnePassBody, type OpenedBody } from './body-kinds';

/** A body being read. */
export interface Reading {
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Gives up at once, also while a piece is awaited, and lets the source go. */
  stop(reason?: unknown): void;
}

/** Begins to read. Rejects what holds no bytes, or was read before (`ERR_SIGV4_INVALID_BODY`). */
export function readPieces(opened: OpenedBody): Reading {
  const source = isBlob(opened) ? opened.stream() : opened;
  if (typeof source === 'string' || source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return { pieces: once(toBytes(source)), stop: () => {} };
  }
  if (!isStream(source)) noBody(typeof source);
  checkUnread(source);
  if ('getReader' in source) return readWeb(source.getReader());
  return {
    pieces: asBytes(source),
    stop(reason) {
      const { destroy } = source as { destroy?: (reason?: unknown) => void };
      destroy?.call(source, reason instanceof Error ? reason : undefined);
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* asBytes(source: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const piece of source) yield toBytes(piece);
}

/** By its reader, since not every runtime has streams that can be iterated. */
function readWeb(reader: ReadableStreamDefaultReader<unknown>): Reading {
  // A stream that has failed rejects once more when it is let go.
  const stop = (reason?: unknown) => void reader.cancel(reason).catch(() => {});
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for (let step = await reader.read(); !step.done; step = await reader.read()) yield toBytes(step.value);
    } finally {
      stop();
    }
  }
  return { pieces: read(), stop };
}

/** Rejects what gives nothing any more, which would be sent as an empty body, and streams of the old kind. */
export function checkUnread(source: OnePassBody): void {
  const { locked, readableEnded, destroyed } = source as Partial<
    Record<'locked' | 'readableEnded' | 'destroyed', boolean>
  >;
  if (locked || readableEnded || destroyed) {
    throw new SigV4Error('ERR_SIGV4_INVALID_BODY', 'The stream was read, destroyed or is locked; pass a fresh one.');
  }
  if (!('getReader' in source || Symbol.asyncIterator in source)) noBody('a stream of the old kind');
}

export function noBody(found: string): never {
  throw new SigV4Error(
    'ERR_SIGV4_INVALID_BODY',
    `A body that is opened, or read in pieces, is text, bytes, a Blob, or a stream of those that can be iterated; found ${found}.`,
  );
}

const encoder = new TextEncoder();

function toBytes(piece: unknown): Uint8Array {
  if (piece instanceof Uint8Array) return piece;
  if (typeof piece === 'string') return encoder.encode(piece);
  if (piece instanceof ArrayBuffer) return new Uint8Array(piece);
  if (ArrayBuffer.isView(piece)) return new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  return noBody(`a piece that is of type ${typeof piece}`);
}

/** A web stream of what is read; nothing is opened or read before it is asked for. */
export function toStream(open: () => Reading | Promise<Reading>): ReadableStream<Uint8Array> {
  let reading: Reading | undefined;
  let pieces: AsyncIterator<Uint8Array> | undefined;
  let given: { readonly reason: unknown } | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!pieces) {
          reading = await open();
          // Given up while it was opened.
          if (given) return reading.stop(given.reason);
          pieces = reading.pieces[Symbol.asyncIterator]();
        }
        const { done, value } = await pieces.next();
        if (given) return;
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel(reason) {
        given = { reason };
        reading?.stop(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/**
 * The same for a body that can be opened again. Node's fetch divides each body in two, reads one half, and the platform keeps
 * all that was read for the other; here the other half is opened by itself, if it is ever read.
 */
export function toReplayableStream(open: () => Reading | Promise<Reading>): ReadableStream<Uint8Array> {
  let isBegun = false;
  const stream = toStream(() => {
    isBegun = true;
    return open();
  });
  const divide = stream.tee.bind(stream);
  stream.tee = () => (isBegun || stream.locked ? divide() : [stream, toReplayableStream(open)]);
  return stream;
}

/** A Blob of the same bytes whose stream is such a one; a runtime that sends Blobs in a way of its own does so. */
export function toReplayableBlob(blob: Blob): Blob {
  if (typeof blob.slice !== 'function') return blob;
  const same = blob.slice(0, blob.size, blob.type);
  return Object.defineProperty(same, 'stream', { value: () => toReplayableStream(() => readPieces(blob)) });
}
