/** One axios request, from the moment axios hands it to its adapter: signed, sent by the adapter axios would have taken, and followed. */

import { checkFetchable } from '../client/fetchable';
import type { OpenSigner, SignedRequest } from '../client/open-signer';
import type { RetryPolicy } from '../client/retry';
import { sendSigned } from '../client/send';
import type { LoopOptions } from '../client/signed-fetch';
import { type Answer, classifyAxiosError, discard, toView } from './axios-answer';
import { type AdapterChoice, type AxiosEngine, kindOf } from './axios-engine';
import type { AxiosResponse, InternalAxiosRequestConfig } from './axios-package';
import { followedBy } from './axios-redirect';
import { canSendHost, toRequest, toSentConfig } from './axios-request';

/** How requests of an instance are sent. */
export interface AxiosSending {
  readonly engine: AxiosEngine;
  readonly policy: RetryPolicy;
  /** False: nothing is sent again. */
  readonly mayRepeat: boolean;
  readonly redirect: LoopOptions['redirect'];
}

/** Sends a config; resolves and rejects as an adapter of axios does, and with our own errors. */
export async function sendByAxios(
  signer: OpenSigner,
  config: InternalAxiosRequestConfig,
  adapter: AdapterChoice,
  { engine, policy, mayRepeat, redirect = 'strip' }: AxiosSending,
): Promise<AxiosResponse> {
  const kind = kindOf(adapter);
  const url = engine.urlOf(config);
  const canSetHost = canSendHost(kind, config, url);
  const request = await signer.read(toRequest(config, url, kind), canSetHost);
  const deadline = config.timeout ? performance.now() + config.timeout : undefined;
  const { signal, done } = cancelOf(config);
  const answers = new WeakMap<Response, Answer>();
  let last: { readonly answer: Answer; readonly signed: SignedRequest } | undefined;

  async function send(given: SignedRequest): Promise<Response> {
    const signed = last ? followedBy(config, last.answer.response, last.signed, given) : given;
    if (kind === 'fetch' || kind === 'xhr') checkFetchable(signed);
    discard(last?.answer);
    // The caller's limit is for the whole call.
    const left = deadline === undefined || !last ? undefined : Math.max(1, Math.ceil(deadline - performance.now()));
    const sent = toSentConfig(config, signed, kind, left);
    // Early versions of its fetch adapter do not heed a token.
    const answer = await ask(signal ? { ...sent, signal } : sent);
    last = { answer, signed };
    const view = await toView(answer, kind, mayRepeat);
    answers.set(view, answer);
    return view;
  }

  async function ask(sent: InternalAxiosRequestConfig): Promise<Answer> {
    try {
      return { response: await engine.send(sent, adapter) };
    } catch (error) {
      const { response } = (error ?? {}) as { response?: AxiosResponse };
      if (typeof response?.status === 'number') return { response, error };
      throw withConfig(error, config);
    }
  }

  try {
    const view = await sendSigned(signer, request, {
      send,
      policy: deadline === undefined ? policy : { ...policy, maxTime: Math.min(policy.maxTime, config.timeout ?? 0) },
      mayRepeat,
      redirect: config.maxRedirects === 0 ? 'manual' : (ofFetch(config) ?? redirect),
      maxHops: config.maxRedirects,
      canSetHost,
      classifyError: classifyAxiosError,
      signal,
      onEvent: signer.onEvent,
    });
    const { response, error } = answers.get(view) as Answer;
    withConfig(response, config);
    if (error !== undefined) throw withConfig(error, config);
    return response;
  } catch (failure) {
    // An answer that ended the call, but is not the caller's to read.
    if (failure !== last?.answer.error) discard(last?.answer);
    throw failure;
  } finally {
    done();
  }
}

/** What was sent holds a signature; the caller gets back what it gave, which can be sent again. */
function withConfig<T>(held: T, config: InternalAxiosRequestConfig): T {
  if (typeof held !== 'object' || held === null || !('config' in held)) return held;
  held.config = config;
  const { data, cause } = held as { data?: unknown; cause?: unknown };
  // Early versions wrap errors of their own.
  if (cause !== held) withConfig(cause, config);
  for (const [holder, name] of [[held, 'request'] as const, [data, 'req'] as const]) unlist(holder, name);
  return held;
}

/** Stays where it is, and is not printed with the rest: it shows its headers. */
function unlist(holder: unknown, name: string): void {
  if (typeof holder !== 'object' || holder === null) return;
  const { value, configurable } = Object.getOwnPropertyDescriptor(holder, name) ?? {};
  if (value !== undefined && configurable)
    Object.defineProperty(holder, name, { value, writable: true, configurable, enumerable: false });
}

const ofFetch = ({ fetchOptions }: { fetchOptions?: unknown }): 'manual' | 'error' | undefined => {
  const mode = (fetchOptions as { redirect?: unknown } | undefined)?.redirect;
  return mode === 'manual' || mode === 'error' ? mode : undefined;
};

/** The config's signal and its cancel token as one; axios itself says how a cancelled call ends. */
function cancelOf({ signal, cancelToken }: InternalAxiosRequestConfig): {
  signal: AbortSignal | undefined;
  done(): void;
} {
  const given = signal as AbortSignal | undefined;
  if (!cancelToken) return { signal: given, done: () => {} };
  const controller = new AbortController();
  const stop = () => controller.abort(cancelToken.reason ?? given?.reason);
  const token = cancelToken as unknown as Record<'subscribe' | 'unsubscribe', (listener: () => void) => void>;
  token.subscribe(stop);
  if (given?.aborted) stop();
  given?.addEventListener('abort', stop);
  return {
    signal: controller.signal,
    done() {
      token.unsubscribe(stop);
      given?.removeEventListener('abort', stop);
    },
  };
}
