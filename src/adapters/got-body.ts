/** Bodies as got has them when a request is about to be sent, and what is signed of them. */
import { toBuffer } from '#node-modules';
import type { RequestBody } from '../client/body-kinds';
import type { SignedRequest } from '../client/open-signer';
import { SigV4Error } from '../errors';
import type { GotOptions } from './got-package';
import { isFormDataStream, readFormDataStream } from './node-bodies';

/** Forms whose bytes are still to come. */
const forms = new WeakMap<object, Response>();

/** Takes a form before got makes a stream of it, which could not be signed. Its boundary is fixed here. */
export function takeForm(options: GotOptions): void {
  const body = options.body as unknown;
  if (typeof FormData === 'function' && body instanceof FormData) {
    const serialised = new Response(body);
    const pieces = (async function* () {
      yield toBuffer(new Uint8Array(await serialised.arrayBuffer()));
    })();
    forms.set(pieces, serialised);
    options.body = pieces as typeof options.body & object;
    options.headers['content-type'] = serialised.headers.get('content-type') ?? undefined;
  } else if (isFormDataStream(body)) {
    const bytes = readFormDataStream(body);
    if (!(bytes instanceof Uint8Array)) return;
    options.body = toBuffer(bytes) as typeof options.body & object;
    options.headers['content-type'] ??= body.getHeaders()['content-type'];
  }
}

/** What is signed; what is in memory in another form than bytes is made bytes of, also for got. */
export async function readGotBody(options: GotOptions): Promise<RequestBody> {
  const body = options.body as unknown;
  if (body === undefined) return isPiped(options) ? PIPED : undefined;
  const form = forms.get(body as object);
  if (form) return give(options, new Uint8Array(await form.arrayBuffer()));
  if (isFormDataStream(body)) {
    const bytes = readFormDataStream(body);
    return bytes instanceof Uint8Array ? give(options, bytes) : bytes;
  }
  const isBytes = typeof body === 'string' || ArrayBuffer.isView(body);
  if (!isBytes && Symbol.iterator in (body as object)) return give(options, collect(body as Iterable<unknown>));
  return body as RequestBody;
}

function give(options: GotOptions, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  options.body = toBuffer(bytes) as typeof options.body & object;
  options.headers['content-length'] = String(bytes.length);
  return bytes;
}

function collect(pieces: Iterable<unknown>): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const piece of pieces) {
    if (typeof piece === 'string') parts.push(new TextEncoder().encode(piece));
    else if (piece instanceof Uint8Array) parts.push(piece);
    else
      throw new SigV4Error(
        'ERR_SIGV4_INVALID_BODY',
        `The body gives a piece that is neither text nor bytes (${typeof piece}).`,
      );
  }
  const bytes = new Uint8Array(parts.reduce((length, { length: more }) => length + more, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}

/** Stands for what somebody will write into a stream of got's; it is never read. */
const PIPED: AsyncIterable<Uint8Array> = {
  // biome-ignore lint/correctness/useYield: there is nothing to give.
  async *[Symbol.asyncIterator]() {
    throw new Error('A body that is written into the request cannot be read.');
  },
};

/** True where got waits for what is written into the request. */
function isPiped({ isStream, method, allowGetBody, headers }: GotOptions): boolean {
  const cannotHaveBody = method === 'HEAD' || (method === 'GET' && !allowGetBody);
  return isStream && !cannotHaveBody && String(headers['content-length']) !== '0';
}

/** Whether what was signed can be sent but once. */
export const isOnePass = (body: RequestBody): boolean =>
  typeof body === 'object' && body !== null && !ArrayBuffer.isView(body);

/** Gives got what is sent in place of the body, where that is another: a body in signed pieces. */
export function replaceBody(options: GotOptions, given: RequestBody, { body, headers }: SignedRequest): void {
  if (headers['x-amz-decoded-content-length'] === undefined || !isOnePass(given)) return;
  if (given === PIPED) {
    throw new SigV4Error(
      'ERR_SIGV4_UNSUPPORTED_BODY',
      "What is written into a request cannot be signed in pieces: give the stream as body, or set payload: 'unsigned'.",
    );
  }
  // Not every version takes a stream of the web.
  const pieces = (async function* () {
    yield* body as unknown as AsyncIterable<Uint8Array>;
  })();
  options.body = pieces as typeof options.body & object;
}
