/** One small call of a credential service, tried again where the fault may pass by itself. */

import { readServerTime } from '../core/time';
import { isSigV4Error, SigV4Error } from '../errors';
import type { Clock } from './clock';
import { isOfTime, isPassingStatus, meaningOf, type Refusal, refusalError } from './service-refusals';
import { senderOf } from './signing-fetches';
import { pause, within } from './wait';

/** What is sent. */
export interface Message {
  readonly headers: Record<string, string>;
  readonly body: string;
}

export interface ServiceCall<T> {
  /** What it is for, as an error says it: "assume the role arn:…". */
  readonly what: string;
  readonly url: URL;
  /** Made anew for each attempt, since a signature does not last. */
  readonly message: () => Message | Promise<Message>;
  /** The answer; undefined for a text that is none. */
  readonly read: (text: string) => T | undefined;
  /** The refusal; undefined for a text that is none. */
  readonly readRefusal: (text: string) => Refusal | undefined;
  /** What is sent and must not come back in an error. */
  readonly secrets: readonly string[];
  /** An identity token goes with the call, in place of a signature. */
  readonly hasToken: boolean;
}

export interface CallOptions {
  readonly fetch?: typeof fetch | undefined;
  /** Of one attempt, in milliseconds. Default 5,000. */
  readonly timeout?: number | undefined;
  /** One attempt, without a pause. */
  readonly background: boolean;
  /** What the call is signed by; set right where the service finds it wrong. */
  readonly clock?: Clock | undefined;
}

const ATTEMPTS = 4;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 4_000;

/** Resolves the answer, or rejects with the last attempt's error. */
export async function callService<T>(call: ServiceCall<T>, options: CallOptions): Promise<T> {
  let isSet = false;
  for (let attempt = 1; ; attempt++) {
    const { answer, error, isPassing, serverTime } = await tryOnce(call, options);
    if (answer !== undefined) return answer;
    if (serverTime !== undefined && options.clock && !isSet) {
      isSet = true;
      options.clock.set(serverTime);
      continue;
    }
    if (!isPassing || options.background || attempt === ATTEMPTS) throw error;
    // All of it by chance, so that callers who were throttled together do not come back together.
    await pause(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt) * Math.random());
  }
}

interface Outcome<T> {
  readonly answer?: T;
  readonly error?: SigV4Error;
  readonly isPassing?: boolean;
  /** The service's clock, where it refused a signature for its time. */
  readonly serverTime?: number;
}

async function tryOnce<T>(call: ServiceCall<T>, { fetch: given, timeout = 5_000 }: CallOptions): Promise<Outcome<T>> {
  const { what, url, secrets, hasToken } = call;
  const { headers, body } = await call.message();
  const send = senderOf(given);
  let status: number;
  let date: string | null;
  let text: string;
  const controller = new AbortController();
  const sendAndRead = async () => {
    // Never followed: what is sent is for this host alone.
    const settings = { method: 'POST', headers, body, redirect: 'manual', signal: controller.signal } as const;
    const response = await send(url.href, settings);
    return { status: response.status, date: response.headers.get('date'), text: await readText(response) };
  };
  try {
    // A fetch that does not know signals is given up all the same.
    const late = () => new Error(`no answer within ${timeout} ms`);
    ({ status, date, text } = await within(sendAndRead(), timeout, false, late));
  } catch (cause) {
    controller.abort();
    if (isSigV4Error(cause)) throw cause;
    return { error: unavailable(what, `${url.origin} could not be reached, or broke off`, cause), isPassing: true };
  }
  const answer = status === 200 ? call.read(text) : undefined;
  if (answer !== undefined) return { answer };
  const refusal = status === 200 ? undefined : call.readRefusal(text);
  if (refusal) {
    const { code, isPassing } = meaningOf(refusal, status, hasToken);
    const serverTime = isOfTime(refusal) ? readServerTime(date, refusal.message) : undefined;
    return { error: refusalError(what, refusal, status, code, secrets), isPassing, ...(serverTime && { serverTime }) };
  }
  if (status === 429) return { error: throttled(what), isPassing: true };
  const error = unavailable(what, `${url.origin} answered with what is no answer of the service (status ${status})`);
  // Half an answer, or that of something on the way; a 404 is that of another server, and will be.
  return { error, isPassing: status === 200 || isPassingStatus(status) };
}

/** No answer of these services is longer; one without an end would fill the memory. */
const MAX_ANSWER = 1_000_000;

async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader?.();
  // Not every runtime shows the body as a stream.
  if (!reader) return response.text();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    if (text.length > MAX_ANSWER) {
      await reader.cancel();
      return '';
    }
  }
}

const unavailable = (what: string, fault: string, cause?: unknown) =>
  new SigV4Error('ERR_SIGV4_SERVICE_UNAVAILABLE', `Could not ${what}: ${fault}.`, { cause });

const throttled = (what: string) => new SigV4Error('ERR_SIGV4_THROTTLED', `Could not ${what}: too many requests.`);
