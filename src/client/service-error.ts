/**
 * Reads the error of a service's answer without taking the answer from the caller: the code from its header, else from a
 * bounded look at its JSON or XML.
 */
import type { ServiceError } from './classify';

/** No error of AWS's is longer, but for the canonical request that follows the first lines of some. */
const MAX_PEEK = 16_384;

/** The error of an answer, whose body stays whole. */
export async function readServiceError(response: Response): Promise<ServiceError> {
  const header = response.headers.get('x-amzn-errortype') ?? undefined;
  return fromText(header && plainCode(header), await peek(response));
}

async function peek(response: Response): Promise<string> {
  if (response.body === null || response.bodyUsed) return '';
  try {
    const reader = (response.clone().body as ReadableStream<Uint8Array>).getReader();
    const decoder = new TextDecoder();
    let text = '';
    while (text.length < MAX_PEEK) {
      const { done, value } = await reader.read();
      if (done) return text;
      text += decoder.decode(value, { stream: true });
    }
    // The caller's own copy goes on.
    void reader.cancel();
    return text;
  } catch {
    // A body that broke off says nothing; the caller will see that it did.
    return '';
  }
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
