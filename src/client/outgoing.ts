/**
 * A body that is not held in memory, or goes out in signed pieces: decides what the signature says of it, from the caller's
 * option and the service's rule, and gives what is sent once the request is signed.
 */
import { awsChunked, chunkedLength, chunkedPayload } from '../core/aws-chunked';
import { type Checksum, checksumOf } from '../core/checksum';
import { hashPieces } from '../core/hash-pieces';
import { badHeader } from '../core/header-fields';
import { isHash, UNSIGNED_PAYLOAD } from '../core/payload';
import { ruleOf } from '../core/service-rules';
import { signingKey } from '../core/signing-key';
import { formatAmzDate } from '../core/time';
import { SigV4Error } from '../errors';
import type { SigningContext } from '../types';
import { type BodyOpener, type Bytes, isBlob, isStream, type OpenedBody, type Source } from './body-kinds';
import { checkUnread, noBody, readPieces, toReplayableBlob, toReplayableStream, toStream } from './streams';

/** What the signature may say of a body; see `SignerOptions.payload`. */
export type PayloadPolicy = 'auto' | 'hash' | 'unsigned' | 'streaming' | 'streaming-unsigned';

/** What is decided of a body. */
export interface Outgoing {
  /** The payload line; undefined: the request declares it. */
  readonly payloadHash: string | undefined;
  /** What is signed and sent in place of the request's own. */
  readonly headers?: Map<string, string>;
  /** Bytes on the wire, where they are known and the sender cannot count them. */
  readonly length?: number | undefined;
  /** Opens what is sent. Each opened body is sent once; to send again, sign again. */
  open(signature: string, context: SigningContext): OutgoingBody | Promise<OutgoingBody>;
}

type OutgoingBody = Bytes | Blob | ReadableStream;

/** The parts of a request that are read here. */
export interface WithBody {
  readonly url: URL;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Bytes | undefined;
  readonly source: Source | undefined;
  readonly givenLength: string | undefined;
}

/** What decides it, beside the request. */
export interface Terms {
  readonly payload: PayloadPolicy | undefined;
  readonly service: string;
  /** The part of the service's rule: a URL is signed without its body. */
  readonly form: 'payload' | 'presignedPayload';
  readonly signal: AbortSignal | undefined;
}

/** Reads the body if it must be hashed. The request stays as it is, so that it can be planned for again. */
export async function planBody(request: WithBody, terms: Terms): Promise<Outgoing> {
  const body = (request.source ?? request.body) as Source | Bytes;
  if (isStream(body)) checkUnread(body);
  const manner = choose(request, body, terms);
  switch (manner) {
    case 'hash':
      return hashed(request, body as Blob | BodyOpener, terms.signal);
    case 'unsigned':
    case 'declared': {
      const payloadHash = manner === 'unsigned' ? UNSIGNED_PAYLOAD : undefined;
      return { payloadHash, length: lengthOf(request, body), open: () => openOnce(body) };
    }
    case 'streaming':
    case 'streaming-unsigned':
      return chunked(request, body, manner === 'streaming');
    default:
      return manner satisfies never;
  }
}

type Manner = Exclude<PayloadPolicy, 'auto'> | 'declared';

function choose({ url, headers, givenLength }: WithBody, body: Source | Bytes, terms: Terms): Manner {
  const { payload = 'auto', service, form } = terms;
  const rule = ruleOf(service);
  if (payload === 'unsigned') return payload;
  if (payload === 'hash') return isStream(body) ? unsupported(UNREADABLE) : payload;
  // A URL has no signature that pieces could follow.
  if (payload !== 'auto' && form === 'payload') {
    if (!rule.chunks) unsupported(`The service "${service}" takes no body in pieces (payload: '${payload}').`);
    return payload;
  }
  const declared = headers.get('x-amz-content-sha256');
  // As for bytes: a hash counts only where the body cannot be looked at.
  if (declared !== undefined && (isStream(body) || !isHash(declared))) return 'declared';
  if (rule[form] === 'unsigned') return 'unsigned';
  if (!isStream(body)) return 'hash';
  if (form === 'payload' && rule.chunks && givenLength !== undefined) return 'streaming';
  // Nothing but TLS protects such a body.
  if (form === 'payload' && rule.payload === 'either' && url.protocol === 'https:') return 'unsigned';
  return unsupported(UNREADABLE);
}

const UNREADABLE =
  'A stream cannot be read both to sign it and to send it. Give a function that opens it, body: () => createReadStream(path), ' +
  "or bytes; for S3 its content-length; or set payload: 'unsigned' where the service allows it.";

function unsupported(message: string): never {
  throw new SigV4Error('ERR_SIGV4_UNSUPPORTED_BODY', message);
}

/** The body's own size, or what the caller says of it. */
function lengthOf({ givenLength }: WithBody, body: Source | Bytes): number | undefined {
  if (isBlob(body)) return body.size;
  if (givenLength === undefined) return undefined;
  const length = /^\d+$/.test(givenLength) ? Number(givenLength) : Number.NaN;
  return Number.isSafeInteger(length) ? length : badHeader('content-length', 'is no number of bytes');
}

/** What was found when a body was hashed. */
interface Hashed {
  readonly payloadHash: string;
  readonly length: number;
  readonly opened: OpenedBody;
}

/** Of calls that may be signed again: a large body is hashed once for all attempts. */
const known = new WeakMap<WithBody, Hashed>();

async function hashed(request: WithBody, body: Blob | BodyOpener, signal: AbortSignal | undefined): Promise<Outgoing> {
  const found = known.get(request) ?? (await hash(body, signal));
  known.set(request, found);
  const { payloadHash, length, opened } = found;
  const again = async () => {
    const next = await openBody(body as BodyOpener);
    if (next !== opened) return readPieces(next);
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_BODY',
      'The body function gave the same stream twice; open a new one each time.',
    );
  };
  return { payloadHash, length, open: () => (isStream(opened) ? toReplayableStream(again) : asSent(opened)) };
}

async function hash(body: Blob | BodyOpener, signal: AbortSignal | undefined): Promise<Hashed> {
  const opened = typeof body === 'function' ? await openBody(body) : body;
  const { pieces } = readPieces(opened);
  try {
    return { ...(await hashPieces(pieces, signal)), opened };
  } catch (cause) {
    throw signal?.aborted ? cause : unreadable(cause);
  }
}

/** What is sent of a body that is not read here; also for who sends it without a signature. */
export async function openOnce(body: Source | Bytes): Promise<OutgoingBody> {
  const opened = typeof body === 'function' ? await openBody(body) : (body as OpenedBody);
  if (!isStream(opened)) return asSent(opened);
  checkUnread(opened);
  // As it is: the runtime may know a faster way with a stream of its own.
  return 'getReader' in opened ? opened : toStream(() => readPieces(opened));
}

function asSent(opened: OpenedBody): Bytes | Blob {
  if (typeof opened === 'string') return opened;
  if (isBlob(opened)) return toReplayableBlob(opened);
  if (opened instanceof ArrayBuffer) return new Uint8Array(opened);
  if (!ArrayBuffer.isView(opened)) noBody(typeof opened);
  return new Uint8Array(opened.buffer as ArrayBuffer, opened.byteOffset, opened.byteLength);
}

async function openBody(open: BodyOpener): Promise<OpenedBody> {
  try {
    return await open();
  } catch (cause) {
    throw unreadable(cause);
  }
}

const unreadable = (cause: unknown) =>
  new SigV4Error('ERR_SIGV4_INVALID_BODY', 'The body could not be opened or read; see the cause.', { cause });

/** The body in pieces, with the headers that say so. */
function chunked(request: WithBody, body: Source | Bytes, isSigned: boolean): Outgoing {
  const headers = new Map(request.headers);
  const source = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const length = source instanceof Uint8Array ? source.length : lengthOf(request, source);
  if (length === undefined) {
    unsupported('A body that is signed in pieces needs its length; give it as the header content-length.');
  }
  const trailer = headers.get('x-amz-trailer') ?? (isSigned ? undefined : 'x-amz-checksum-crc32');
  const encodings = (headers.get('content-encoding') ?? '').split(',').map((name) => name.trim());
  const others = encodings.filter((name) => name !== '' && name !== 'aws-chunked');
  headers.set('content-encoding', ['aws-chunked', ...others].join(','));
  headers.set('x-amz-decoded-content-length', String(length));
  if (trailer !== undefined) headers.set('x-amz-trailer', trailer);
  const checksum = () => (trailer === undefined ? undefined : checksumFor(trailer));
  return {
    payloadHash: chunkedPayload(isSigned, trailer !== undefined),
    headers,
    length: chunkedLength(length, isSigned, checksum()),
    async open(signature, { credentials, region, service, date }) {
      const amzDate = formatAmzDate(date);
      const seed = isSigned
        ? { amzDate, signature, ...(await signingKey(credentials, amzDate.slice(0, 8), region, service)) }
        : undefined;
      const streamOf = isStream(source) ? toStream : toReplayableStream;
      return streamOf(async () => {
        const reading = readPieces(typeof source === 'function' ? await openBody(source) : source);
        return { pieces: awsChunked(reading.pieces, { length, seed, checksum: checksum() }), stop: reading.stop };
      });
    },
  };
}

function checksumFor(trailer: string): Checksum {
  const name = trailer.trim().toLowerCase();
  return checksumOf(name) ?? badHeader('x-amz-trailer', 'names neither x-amz-checksum-crc32 nor x-amz-checksum-crc32c');
}
