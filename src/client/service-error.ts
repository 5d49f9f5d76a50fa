/**
 * Reads the error of a service's answer without taking the answer from the caller: the code from its header, else from a
 * bounded look at its JSON or XML.
 */
import { within } from '../credentials/wait';
import { isOfTime, needsMessage, type ServiceError } from './classify';

/** No error of AWS's is longer, but for the canonical request that follows the first lines of some. */
export const MAX_PEEK = 16_384;

/** Milliseconds for the first bytes of a body that says why: one that comes in drops holds nobody up. */
export const PEEK_TIME = 1_000;

/** What the work gives; undefined where it fails, or takes longer than {@link PEEK_TIME}. */
export const unlessLate = <T>(work: Promise<T>): Promise<T | undefined> =>
  within(work, PEEK_TIME, false, () => undefined).catch(() => undefined);

/**
 * The error of an answer, whose body stays whole. `isFronted`: what answers behind the service is an application of anybody's,
 * whose own codes are not AWS's; there the header alone is believed, and the words of a refusal of time.
 */
export async function readServiceError(response: Response, isFronted: boolean): Promise<ServiceError> {
  const header = response.headers.get('x-amzn-errortype');
  const code = header ? plainCode(header) : undefined;
  if (code !== undefined && !needsMessage(code)) return { code };
  return readErrorText(header, await peek(response), isFronted);
}

/** The error of an answer whose body, or its beginning, has been read. `header`: its `x-amzn-errortype`. */
export function readErrorText(header: string | null, text: string, isFronted: boolean): ServiceError {
  const code = header ? plainCode(header) : undefined;
  if (code !== undefined && !needsMessage(code)) return { code };
  const error = fromText(code, text);
  if (code !== undefined || !isFronted) return error;
  return isOfTime(error.message) ? { code: 'InvalidSignatureException', message: error.message } : {};
}

async function peek(response: Response): Promise<string> {
  // Not every fetch gives web streams; a clone of another kind would hold up its original.
  if (typeof response.body?.getReader !== 'function' || response.bodyUsed) return '';
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let text = '';
  const read = async () => {
    reader = (response.clone().body as ReadableStream<Uint8Array>).getReader();
    const decoder = new TextDecoder();
    while (text.length < MAX_PEEK) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
    }
  };
  // What it has said by then, it has said.
  await unlessLate(read());
  // The caller's own copy goes on.
  reader?.cancel().catch(() => {});
  return text;
}

function fromText(header: string | undefined, text: string): ServiceError {
  const { code, message } = text.trimStart().startsWith('<') ? fromXml(text) : fromJson(text);
  return { code: header ?? code, message };
}

function fromXml(xml: string): ServiceError {
  const textOf = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return { code: textOf('Code'), message: textOf('Message') };
}

function fromJson(text: string): ServiceError {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  const { __type, code, Code, message, Message } = value as Record<string, unknown>;
  const type = [__type, code, Code].find((part) => typeof part === 'string');
  const words = [message, Message].find((part) => typeof part === 'string');
  return { code: type === undefined ? undefined : plainCode(type as string), message: words as string | undefined };
}

/** `aws.protocoltests#FooError:http://internal…` is `FooError`. */
const plainCode = (text: string) => (text.split(':', 1)[0] as string).replace(/^.*#/, '').trim();
