/** Bodies as clients of Node have them: what is in memory is made bytes, so that it can be signed. */
import { nodeModule } from '#node-modules';
import type { OnePassBody } from '../client/body-kinds';
import { SigV4Error } from '../errors';

/** A form of the package `form-data`, which is a stream of the old kind. */
export interface FormDataStream {
  getHeaders(): Record<string, string>;
  getBuffer(): Uint8Array<ArrayBuffer>;
  pipe<T>(to: T): T;
}

/** Whether a body is a form of that package. */
export const isFormDataStream = (body: unknown): body is FormDataStream =>
  isNodeStream(body) && typeof (body as Partial<FormDataStream>).getBuffer === 'function' && 'getHeaders' in body;

/** Whether a body is a stream of Node's, also one of the old kind. */
export const isNodeStream = (body: unknown): body is { pipe<T>(to: T): T } =>
  typeof (body as { pipe?: unknown } | null | undefined)?.pipe === 'function';

/** Its bytes, where all its parts are in memory; else a stream of them. */
export function readFormDataStream(form: FormDataStream): Uint8Array<ArrayBuffer> | OnePassBody {
  try {
    return form.getBuffer();
  } catch {
    // One of its parts is a stream.
    return { [Symbol.asyncIterator]: () => form.pipe(new (stream().PassThrough)())[Symbol.asyncIterator]() };
  }
}

/** A Node stream of a web stream. */
export const toNodeStream = (body: ReadableStream) =>
  stream().Readable.fromWeb(body as Parameters<ReturnType<typeof stream>['Readable']['fromWeb']>[0]);

function stream() {
  const found = nodeModule('stream');
  if (found) return found;
  throw new SigV4Error(
    'ERR_SIGV4_UNSUPPORTED_BODY',
    'A body of this kind can be sent on Node 20.16 or newer; give bytes.',
  );
}
