/**
 * The loop: sign, send, see what came of it, and decide again. What an answer means is said by `classify`, what follows by
 * `retry`, `skew` and `redirect`; here it is done.
 */

import { openOnce } from '#cold';
import { pause, unlessAborted } from '../credentials/wait';
import { SigV4Error, type SigV4ErrorCode } from '../errors';
import { isStream } from './body';
import { classify, classifyError, needsReading, type Verdict } from './classify';
import { type Listener, tell, tellRedirect, withoutQuery } from './events';
import { isNews, type Learned, learn } from './learn';
import type { OpenSigner, SignedAttempt, SignedRequest } from './open-signer';
import { headersFor, isPresigned, readRedirect, withoutEndpoint } from './redirect';
import type { ReadRequest } from './request';
import { nextAttempt, type RetryPolicy, readRetryAfter } from './retry';
import { readServiceError } from './service-error';
import { tellSigned } from './tell-signed';

/** What a call is sent with, beside its signature. */
export interface Sending {
  readonly send: (request: SignedRequest) => Promise<Response>;
  readonly policy: RetryPolicy;
  /** False: a plain call, which is never repeated. */
  readonly mayRepeat: boolean;
  /** `'error'`: as `fetch` has it, a redirect is a failure. */
  readonly redirect: 'strip' | 'refuse' | 'manual' | 'error';
  /** Redirects that are followed at most. Default 20. */
  readonly maxHops?: number | undefined;
  /** What `send` throws means this, where it throws errors of its own kind. Default: what `fetch` throws. */
  readonly classifyError?: ((error: unknown) => 'network' | 'final') | undefined;
  readonly signal: AbortSignal | undefined;
  /** It can send a Host that is not the URL's. Default false. */
  readonly canSetHost?: boolean | undefined;
  readonly onEvent: Listener;
}

/** Sends a request until there is an answer for the caller. */
export async function sendSigned(signer: OpenSigner, first: ReadRequest, sending: Sending): Promise<Response> {
  const { send, policy, mayRepeat, signal, onEvent, maxHops = 20 } = sending;
  const began = performance.now();
  let request = first;
  let isTrusted = true;
  let hops = 0;
  const learned: Learned = new Set();

  for (let count = 1; ; count++) {
    const attempt: SignedAttempt | undefined = isTrusted
      ? await unlessAborted(signer.signRead(request, { signal }), signal)
      : undefined;
    if (attempt) tellSigned(signer, attempt, count, onEvent);
    let response: Response | undefined;
    let failure: unknown;
    try {
      response = await send(attempt?.signed ?? (await unsigned(request)));
      if (response.status < 300 && response.status > 0) return response;
    } catch (error) {
      failure = error;
    }

    let verdict: Verdict;
    if (!response) {
      if (signal?.aborted) throw failure;
      verdict = (sending.classifyError ?? classifyError)(failure);
      if (verdict === 'final') throw failure;
    } else {
      const error =
        needsReading(response.status) && mayRepeat && attempt
          ? await readServiceError(response, attempt.isFronted)
          : {};
      verdict = classify(response.status, response.headers.has('location'), error);
      if (response.type === 'opaqueredirect' || verdict === 'redirect') {
        if (sending.redirect === 'manual') return response;
        const next = await follow(signer, response, request, isTrusted, sending);
        if (!next) return response;
        if (++hops > maxHops) {
          throw new SigV4Error('ERR_SIGV4_REDIRECT', `The call was redirected more than ${maxHops} times.`);
        }
        request = next.request;
        isTrusted = next.isTrusted;
        // One budget for the whole call, whatever server asks for it.
        count--;
        continue;
      }
      if (!mayRepeat || !attempt) return response;
      if (isNews(verdict, learned)) {
        learned.add(verdict);
        const { headers } = response;
        const hasLearned = await learn(signer, attempt, verdict, { headers, error, signal, onEvent });
        // Else the answer stands: it says why.
        if (!hasLearned || !isRepeatable(request)) return response;
        await discard(response);
        continue;
      }
    }

    const status = response?.status;
    const elapsed = performance.now() - began;
    const retryAfter = response && readRetryAfter(response.headers.get('retry-after'), signer.clock.now());
    const { method } = request;
    const delay = nextAttempt(policy, { verdict, method, count, elapsed, retryAfter }, Math.random);
    if (delay === undefined) {
      if (response) return response;
      throw failure;
    }
    if (!isRepeatable(request)) {
      if (response) return response;
      throw new SigV4Error(
        'ERR_SIGV4_UNREPEATABLE_BODY',
        'The connection failed, and the body can be sent but once: give a function that opens it again, or bytes.',
        { cause: failure },
      );
    }
    tell(onEvent, 'retry', () => ({
      method,
      url: withoutQuery(request.url),
      reason: verdict,
      status,
      delay: Math.round(delay),
      attempt: count + 1,
    }));
    if (response) await discard(response);
    await pause(delay, signal);
  }
}

const isRepeatable = (request: ReadRequest) => !isStream(request.source);

/** The connection is free for the next attempt once the body is done with. */
async function discard(response: Response): Promise<void> {
  try {
    await response.body?.cancel();
  } catch {
    // It broke off by itself.
  }
}

/** As it is, without a signature: for a host that is none of ours. */
const unsigned = async ({ method, url, headers, body, source }: ReadRequest): Promise<SignedRequest> => ({
  method,
  // In its own spelling, which another's signature may be over.
  url: url.href.split('#', 1)[0] as string,
  headers: Object.fromEntries(headers),
  body: body ?? (source === undefined ? null : await openOnce(source)),
});

async function follow(
  signer: OpenSigner,
  response: Response,
  request: ReadRequest,
  wasTrusted: boolean,
  { redirect, onEvent, canSetHost }: Sending,
): Promise<{ readonly request: ReadRequest; readonly isTrusted: boolean } | undefined> {
  const refuse = async (code: SigV4ErrorCode, message: string) => {
    await discard(response);
    throw new SigV4Error(code, message);
  };
  const location = response.headers.get('location');
  if (response.type === 'opaqueredirect' || location === null) {
    return refuse(
      'ERR_SIGV4_REDIRECT',
      "The service redirects, and a page cannot see where to: it cannot be signed for. Call the URL that it redirects to, or set redirect: 'manual'.",
    );
  }
  if (redirect === 'error') {
    return refuse('ERR_SIGV4_REDIRECT', "The service redirects, which this call does not allow (redirect: 'error').");
  }
  const { status } = response;
  const current = { url: request.url.href, method: request.method };
  const next = readRedirect(status, location, current, signer.isNamed);
  if (!next) return undefined;
  if (next.keepsBody && !isRepeatable(request)) {
    return refuse(
      'ERR_SIGV4_UNREPEATABLE_BODY',
      'The service redirects, and the body can be sent but once: give a function that opens it again, or bytes.',
    );
  }
  // Who has sent us to a stranger may not send the stranger's redirect back to be signed; a presigned URL needs no more.
  const isTrusted = wasTrusted && next.isTrusted && !isPresigned(next.url);
  if (!(wasTrusted && next.isTrusted) && redirect === 'refuse') {
    return refuse(
      'ERR_SIGV4_REDIRECT',
      `The service redirects to the host "${next.url.hostname}", which this call may not go to (redirect: 'refuse').`,
    );
  }
  await discard(response);
  const given = withoutEndpoint(Object.fromEntries(request.headers), request.endpoint);
  const kept = headersFor({ ...next, isTrusted }, given);
  const body = next.keepsBody ? (request.body ?? request.source ?? null) : null;
  if (next.keepsBody && request.givenLength !== undefined) kept['content-length'] = request.givenLength;
  const read = await signer.read({ url: next.url, method: next.method, headers: kept, body }, canSetHost);
  tellRedirect(onEvent, isTrusted, { from: request.url, to: next.url, status });
  return { request: read, isTrusted };
}
