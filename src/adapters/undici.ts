/**
 * undici (6.9 to 8): an interceptor that signs what is dispatched, and dispatches once more where a refusal has taught the
 * signer something. What comes back goes to the caller's handler as it came.
 */

import { isStream } from '../client/body-kinds';
import { type Learned, learnFrom } from '../client/learn';
import type { Signer } from '../client/open-signer';
import { toOpenSigner } from '../client/signer';
import type { SignerOptions } from '../client/signer-options';
import { tellSigned } from '../client/tell-signed';
import { readNodeCall } from './node-call';
import { failHandler, type Watcher, watchAnswer } from './undici-answer';
import type { Dispatcher } from './undici-package';
import { readTarget, readUndiciBody, toDispatch, type UndiciTarget } from './undici-request';
import { type Led, namesOf, rememberStrangers, type Strangers, toStranger } from './undici-strangers';

type Dispatch = Dispatcher.Dispatch;
type Options = Dispatcher.DispatchOptions & { readonly signal?: unknown };

/**
 * Gives an interceptor for `dispatcher.compose()` that signs each request, just before it is sent. A signer, or the options
 * of one. What is composed after it lies around it: undici's `retry` and `redirect` interceptors go there, and each of their
 * attempts is signed afresh.
 *
 * - A refusal of the signature's time or of the keys sets the clock right or asks for other keys, and the request is sent once
 *   more for each of the two, if its body can be.
 * - Redirects to another host are not signed, and lose tokens, cookies and `x-amz-*` headers, unless `allowHosts` or the
 *   endpoint names the host; also those that `undici.fetch` follows by itself.
 * - A `redirect` interceptor composed before it would send the signature on to other hosts: it is switched off, and the
 *   redirect answered. `maxRedirections` where there is none around it is refused (`ERR_SIGV4_INVALID_OPTION`).
 * - A `Client` or `Pool` does not tell an interceptor its origin: give the option `endpoint`, or `origin` with each request.
 * - `CONNECT` is left alone; an upgrade is signed as the GET it is.
 *
 * What cannot be signed fails the request with a `SigV4Error`, as `Signer.sign` does.
 *
 * @example
 * const dispatcher = new Agent().compose(undiciInterceptor({ region: 'us-east-1' }), interceptors.retry());
 * const { body } = await request('https://abc123.execute-api.us-east-1.amazonaws.com/prod/orders', { dispatcher });
 */
export function undiciInterceptor(options?: Signer | SignerOptions): Dispatcher.DispatcherComposeInterceptor {
  const signer = toOpenSigner(options);
  const { onEvent } = signer;
  const strangers = rememberStrangers(signer);

  return (dispatch: Dispatch) => {
    async function send(given: Options, handler: Dispatcher.DispatchHandler): Promise<void> {
      const signal = given.signal instanceof AbortSignal ? given.signal : undefined;
      const learned: Learned = new Set();

      const target = readTarget(given);
      // Before all waiting, in which others could come between.
      const led = strangers.find(target);
      if (led) {
        const sent = toStranger(given, target, led.hop, onEvent);
        return void dispatch(
          sent,
          watchAnswer(handler, { ...watchRedirects(strangers, sent, target, led), judge: undefined }),
        );
      }

      const body = await readUndiciBody(given.body, target.headers);
      const request = await readNodeCall(signer, { ...target, body });
      async function attempt(count: number): Promise<void> {
        const signing = await signer.signRead(request, { signal });
        tellSigned(signer, signing, count, onEvent);
        const sent = toDispatch(given, signing.signed);
        const again = () => void attempt(count + 1).catch((error) => failHandler(handler, error));
        const watched = watchAnswer(handler, {
          ...watchRedirects(strangers, sent, target, undefined),
          async judge(refusal) {
            try {
              const hasLearned = await learnFrom(signer, signing, refusal, learned, { signal, onEvent });
              return hasLearned && !isStream(request.source) ? again : undefined;
            } catch (error) {
              return () => failHandler(handler, error as Error);
            }
          },
        });
        dispatch(sent, watched);
      }
      await attempt(1);
    }

    return (given, handler) => {
      if (given?.method === 'CONNECT') return dispatch(given, handler);
      send(given, handler).catch((error) => failHandler(handler, error));
      // It is signed first, so that there is nothing yet to hold back for.
      return true;
    };
  };
}

/** Looks out for where the answer to what was sent leads; `led`: what has led to it, where it is not signed. */
function watchRedirects(
  strangers: Strangers,
  { origin, path, method }: Dispatcher.DispatchOptions,
  target: UndiciTarget,
  led: Led | undefined,
): Pick<Watcher, 'begins' | 'ends'> {
  let release = led?.release;
  return {
    begins(status, locations) {
      if (status < 300 || status >= 400 || locations.length === 0) return;
      const urls = [...new Set([`${origin}${path}`, ...namesOf(target.url, target.headers)])];
      const homes = led?.hop.homes ?? urls.map((url) => new URL(url).origin);
      const ends = strangers.note(locations, { urls, method, status, homes, isTrusted: !led });
      const before = release;
      release = () => {
        before?.();
        ends();
      };
    },
    ends() {
      release?.();
      release = undefined;
    },
  };
}
