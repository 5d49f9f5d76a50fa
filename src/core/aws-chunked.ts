/**
 * `aws-chunked`, the encoding of Amazon S3 for bodies that are read but once: the body in pieces of 64 KiB, each signed over
 * the one before, so that the request can be signed before its body is known. Pure: the pieces come in, the frames go out.
 * The rules: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and `…/sigv4-streaming-trailers.html`
 */
import { hash } from '#hash';
import { SigV4Error } from '../errors';
import type { Checksum } from './checksum';
import { EMPTY_SHA256 } from './payload';
import type { SigningKey } from './signing-key';

/** What the chain of signatures hangs on: the signature of the request's headers, and what that was made with. */
export interface Seed extends SigningKey {
  /** `20130524T000000Z` */
  readonly amzDate: string;
  /** 64 hex digits. */
  readonly signature: string;
}

export interface ChunkedForm {
  /** Bytes of the body itself; a body of another length is an error. */
  readonly length: number;
  /** Without one the pieces are not signed. */
  readonly seed?: Seed | undefined;
  /** Sent behind the body, and signed where the pieces are. */
  readonly checksum?: Checksum | undefined;
}

/** What `x-amz-content-sha256` says of such a body. S3 knows no form that has neither signatures nor a checksum. */
export const chunkedPayload = (isSigned: boolean, hasChecksum: boolean): string =>
  isSigned
    ? `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${hasChecksum ? '-TRAILER' : ''}`
    : 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

const PIECE = 65_536;
const SIGNATURE = ';chunk-signature=';
const TRAILER_SIGNATURE = 'x-amz-trailer-signature:';
const CRLF = '\r\n';

/** Bytes on the wire, which `content-length` counts. */
export function chunkedLength(length: number, isSigned: boolean, checksum: Checksum | undefined): number {
  const frame = (size: number) =>
    size.toString(16).length + (isSigned ? SIGNATURE.length + 64 : 0) + CRLF.length + size + CRLF.length;
  const rest = length % PIECE;
  const trailer = checksum
    ? // A CRC of four bytes is eight digits of base64.
      checksum.name.length + 1 + 8 + CRLF.length + (isSigned ? TRAILER_SIGNATURE.length + 64 + CRLF.length : 0)
    : 0;
  return Math.floor(length / PIECE) * frame(PIECE) + (rest > 0 ? frame(rest) : 0) + frame(0) + trailer;
}

/**
 * The frames of a body, one at a time, whatever the pieces it comes in. Rejects a body that is shorter or longer than its
 * length (`ERR_SIGV4_INVALID_BODY`).
 */
export async function* awsChunked(
  pieces: AsyncIterable<Uint8Array>,
  { length, seed, checksum }: ChunkedForm,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let previous = seed?.signature;
  const sign = async (kind: 'PAYLOAD' | 'TRAILER', ...lines: string[]) => {
    const { amzDate, scope, key } = seed as Seed;
    previous = await hash.hmac(key, [`AWS4-HMAC-SHA256-${kind}`, amzDate, scope, previous, ...lines].join('\n'));
    return previous;
  };
  const head = async (bytes: Uint8Array) => {
    const size = bytes.length.toString(16);
    if (!seed) return size + CRLF;
    const digest = bytes.length === 0 ? EMPTY_SHA256 : await hash.sha256(bytes);
    return size + SIGNATURE + (await sign('PAYLOAD', EMPTY_SHA256, digest)) + CRLF;
  };

  for await (const bytes of recut(pieces, length)) {
    checksum?.update(bytes);
    yield frameOf(await head(bytes), bytes, CRLF);
  }
  const last = await head(NOTHING);
  let tail = '';
  if (checksum) {
    const line = `${checksum.name}:${checksum.digest()}`;
    tail = line + CRLF;
    if (seed) tail += TRAILER_SIGNATURE + (await sign('TRAILER', await hash.sha256(`${line}\n`))) + CRLF;
  }
  yield frameOf(last, NOTHING, tail + CRLF);
}

const NOTHING = new Uint8Array();

/** The same bytes in pieces of one size, but for the last. */
async function* recut(pieces: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(Math.min(PIECE, length));
  let filled = 0;
  let seen = 0;
  for await (let bytes of pieces) {
    seen += bytes.length;
    if (seen > length) wrongLength(length, 'more');
    while (bytes.length > 0) {
      const part = bytes.subarray(0, piece.length - filled);
      piece.set(part, filled);
      filled += part.length;
      bytes = bytes.subarray(part.length);
      if (filled === piece.length) {
        yield piece;
        filled = 0;
      }
    }
  }
  if (seen < length) wrongLength(length, `${seen}`);
  if (filled > 0) yield piece.subarray(0, filled);
}

function wrongLength(length: number, found: string): never {
  throw new SigV4Error('ERR_SIGV4_INVALID_BODY', `The body was to be of ${length} bytes and has ${found}.`);
}

const encoder = new TextEncoder();

function frameOf(head: string, bytes: Uint8Array, tail: string): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(head.length + bytes.length + tail.length);
  encoder.encodeInto(head, frame);
  frame.set(bytes, head.length);
  encoder.encodeInto(tail, frame.subarray(head.length + bytes.length));
  return frame;
}
