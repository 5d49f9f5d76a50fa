/** What an axios adapter answers, in the form that the loop reads: a response, or an error of axios's own. */
import { classifyError } from '../client/classify';
import { MAX_PEEK, unlessLate } from '../client/service-error';
import type { AdapterKind } from './axios-engine';
import type { AxiosResponse } from './axios-package';

/** An answer; where axios takes its status for an error, with that. */
export interface Answer {
  readonly response: AxiosResponse;
  readonly error?: unknown;
}

const HEADERS = ['location', 'retry-after', 'date', 'age', 'x-amzn-errortype'];

/** What the loop sees of an answer. Its body stays whole for the caller; `isRead`: a refusal's beginning is looked at. */
export async function toView({ response }: Answer, kind: AdapterKind, isRead: boolean): Promise<Response> {
  const { status } = response;
  if (status === 0 && kind !== 'xhr')
    return { status, type: 'opaqueredirect', headers: new Headers(), body: null } as Response;
  if (!(status >= 300 && status < 600)) return { status: 200 } as Response;
  const headers = new Headers();
  for (const name of HEADERS) {
    const value = headerOf(response, name);
    if (value !== undefined) headers.set(name, value);
  }
  const text = isRead && status >= 400 ? await beginningOf(response) : '';
  return new Response(text || null, { status, headers });
}

function headerOf({ headers }: AxiosResponse, name: string): string | undefined {
  const value: unknown = typeof headers?.get === 'function' ? headers.get(name) : headers?.[name];
  return value === undefined || value === null ? undefined : String(value);
}

async function beginningOf(response: AxiosResponse): Promise<string> {
  const { data } = response as { data: unknown };
  if (typeof data === 'string') return data.slice(0, MAX_PEEK);
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return decode(data).slice(0, MAX_PEEK);
  if (typeof data !== 'object' || data === null) return '';
  if (typeof (data as Blob).slice === 'function' && typeof (data as Blob).text === 'function')
    return (data as Blob).slice(0, MAX_PEEK).text();
  if (isWebStream(data)) {
    const [own, other] = data.tee();
    response.data = other;
    return beginningOfWeb(own);
  }
  return 'unshift' in data && 'read' in data ? beginningOfNode(data as NodeJS.ReadableStream) : '';
}

const isWebStream = (data: unknown): data is ReadableStream<Uint8Array> =>
  typeof data === 'object' && data !== null && 'getReader' in data;

async function beginningOfWeb(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  const first = await unlessLate(reader.read());
  reader.cancel().catch(() => {});
  return first?.value ? decode(first.value) : '';
}

/** Takes what has come, and puts it back. */
async function beginningOfNode(stream: NodeJS.ReadableStream): Promise<string> {
  let settle = () => {};
  const came = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const events = ['readable', 'end', 'error', 'close'];
  for (const event of events) stream.once(event, settle);
  await unlessLate(came);
  for (const event of events) stream.removeListener(event, settle);
  const piece = stream.read() as Uint8Array | string | null;
  if (piece === null) return '';
  stream.unshift(piece);
  return typeof piece === 'string' ? piece : decode(piece);
}

const decode = (bytes: ArrayBuffer | ArrayBufferView) => new TextDecoder().decode(bytes as ArrayBuffer);

/** Lets go of an answer that is followed by another. */
export function discard(answer: Answer | undefined): void {
  const data: unknown = answer?.response.data;
  const { destroy } = (data ?? {}) as { destroy?: () => void };
  if (typeof destroy === 'function') destroy.call(data);
  else if (isWebStream(data)) data.cancel().catch(() => {});
}

/** What an adapter's own error means: those of axios are faults of the call, its timeouts the caller's own limit. */
export function classifyAxiosError(error: unknown): 'network' | 'final' {
  const { code, syscall } = (error ?? {}) as { code?: unknown; syscall?: unknown };
  if (typeof code === 'string') {
    if (code.startsWith('ERR_') && code !== 'ERR_NETWORK') return 'final';
    // As a system's own these have a call that failed.
    if ((code === 'ECONNABORTED' || code === 'ETIMEDOUT') && syscall === undefined) return 'final';
  }
  return classifyError(error);
}
