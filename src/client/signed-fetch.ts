/** `fetch` that signs: reads the call once, signs it, and sends exactly what was signed. */
import { senderOf, signingFetches } from '../credentials/signing-fetches';
import { unlessAborted } from '../credentials/wait';
import { refuseOption } from '../errors';
import { isStream, type RequestBody } from './body';
import { checkFetchable } from './fetchable';
import type { OpenSigner, SignedRequest, Signer } from './open-signer';
import { copyOf, withoutUndefined } from './per-call';
import { checkRedirect } from './redirect';
import { bodyOf, isRequest, type RequestLike } from './request';
import { type RetryOptions, retryPolicy } from './retry';
import { type Sending, sendSigned } from './send';
import { openSigner, toOpenSigner } from './signer';
import { readOptions, type SignerOptions } from './signer-options';

/** How a call goes on when the first answer is not the last. */
export interface LoopOptions {
  /** What sends the signed request. Default: the global `fetch`, looked up at each call. */
  readonly fetch?: typeof fetch | undefined;
  /**
   * How often and when a request is sent again, signed afresh each time; see {@link RetryOptions}. `false`: a plain call, which is
   * sent once, whatever its answer. Default: three attempts, of which only those after the first may wait.
   */
  readonly retry?: RetryOptions | false | undefined;
  /**
   * Redirects to the same origin, and to hosts that `allowHosts` names, are followed and signed for the new URL, 20 at most. To
   * any other host the call goes without Authorization, token, cookies and all other `x-amz-*` headers (`'strip'`, the
   * default), or not at all (`'refuse'`). `'manual'`: the redirect is handed back, as `init.redirect: 'manual'` does for one call.
   * In a browser a redirect cannot be seen: the call is refused.
   */
  readonly redirect?: 'strip' | 'refuse' | 'manual' | undefined;
  /** Milliseconds a call may take until its answer begins, all attempts together. Default: none. */
  readonly timeout?: number | undefined;
}

/** A signer's options, and how its calls are sent. */
export interface SignedFetchOptions extends SignerOptions, LoopOptions {
  /**
   * What signs, in place of the signer's options, of which `onEvent` alone goes with it: one of `createSigner`, or that of an
   * SDK (`fromSmithySigner` of `sigv4kit/smithy`). Default: none.
   */
  readonly signer?: Signer | undefined;
}

/** The `init` of a signed fetch. */
export interface SignedRequestInit extends Omit<RequestInit, 'body'> {
  readonly body?: RequestBody | undefined;
  /** Options for this call alone, over those of the signed fetch. */
  readonly aws?: SignedFetchOptions | undefined;
}

/** `fetch` that signs; fits wherever a `fetch` is asked for. */
export type SignedFetch = (input: string | URL | Request, init?: SignedRequestInit) => Promise<Response>;

/**
 * Makes a `fetch` that signs each request. It resolves with the `Response` whatever its status, and rejects with a
 * `SigV4Error` when the request cannot be signed, as {@link Signer.sign} does, with `ERR_SIGV4_REDIRECT` or
 * `ERR_SIGV4_UNREPEATABLE_BODY` when the call cannot go on, and with whatever the network threw at the last attempt.
 *
 * A request is sent again, signed afresh, when it was throttled; when the network failed or the service answered 5xx and its
 * method is idempotent; once when the service refuses the time of the signature (the clock is set right by the
 * service's, for all calls to come); and once when it refuses the keys and their source has others.
 *
 * @example
 * const fetch = createSignedFetch({ credentials });
 * const response = await fetch('https://abc123.execute-api.us-east-1.amazonaws.com/prod/orders');
 */
export function createSignedFetch(settings: SignedFetchOptions = {}): SignedFetch {
  // A copy, for the same reason that the signer takes one.
  const options: SignedFetchOptions = copyOf(readOptions<SignedFetchOptions>(settings));
  const signer = openGiven(options);
  const loop = readLoop(options);
  const signedFetch: SignedFetch = async (input, init) => {
    const aws = init?.aws;
    if (!init || aws === undefined || aws === null) return call(signer, loop, input, init ?? NOTHING);
    readOptions<SignedFetchOptions>(aws);
    // A signer of the call's own stands in for all that the options say of signing.
    const own = { ...(aws.signer ? loopOptionsOf(options) : options), ...withoutUndefined(aws) };
    return call(openGiven(own, aws.now ? undefined : signer), readLoop(own), input, init);
  };
  signingFetches.add(signedFetch);
  return signedFetch;
}

const NOTHING: SignedRequestInit = {};

const OF_LOOP = ['signer', 'fetch', 'retry', 'redirect', 'timeout', 'onEvent'];

const loopOptionsOf = (options: SignedFetchOptions): SignedFetchOptions =>
  Object.fromEntries(Object.entries(options).filter(([name]) => OF_LOOP.includes(name)));

/** `base`: whose clock is shared. */
function openGiven(options: SignedFetchOptions, base?: OpenSigner): OpenSigner {
  const { signer } = options;
  if (signer === undefined) return openSigner(options, base?.clock);
  if (typeof signer?.sign !== 'function') refuseOption('signer is none: give one of createSigner or fromSmithySigner');
  const other = Object.entries(options).find(([name, value]) => value !== undefined && !OF_LOOP.includes(name));
  // Which of the two is meant, nobody can tell.
  if (other) refuseOption(`${other[0]} goes to what makes the signer, not beside the option signer`);
  return toOpenSigner(signer);
}

interface Loop extends Required<Pick<Sending, 'policy' | 'mayRepeat' | 'redirect' | 'onEvent'>> {
  readonly fetch: typeof fetch | undefined;
  readonly timeout: number | undefined;
}

function readLoop({ fetch, retry, redirect = 'strip', onEvent, timeout }: SignedFetchOptions): Loop {
  checkRedirect(redirect);
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout > 0))
    refuseOption('timeout must be milliseconds, more than 0');
  return { fetch, policy: retryPolicy(retry), mayRepeat: retry !== false, redirect, onEvent, timeout };
}

async function call(
  signer: OpenSigner,
  loop: Loop,
  input: string | URL | Request,
  init: SignedRequestInit,
): Promise<Response> {
  const send = senderOf(loop.fetch);
  const ofRequest = isRequest(input) ? settingsOf(input) : undefined;
  const mode = init.redirect ?? ofRequest?.redirect;
  // As fetch has it, null takes a Request's signal away.
  const givenSignal = init.signal === undefined ? ofRequest?.signal : init.signal;
  const { signal, done } = withTimeout(givenSignal ?? undefined, loop.timeout);
  // Copied once, where it is sent.
  const settings = ofRequest ? { ...ofRequest, ...init } : init;
  try {
    const reading = toCall(input, init).then(signer.read);
    const read = await (signal ? unlessAborted(reading, signal) : reading);
    return await sendSigned(signer, read, {
      policy: loop.policy,
      mayRepeat: loop.mayRepeat,
      redirect: mode === 'manual' || mode === 'error' ? mode : loop.redirect,
      onEvent: loop.onEvent,
      signal,
      send: (request) => send(request.url, toInit(request, settings as RequestInit, signal)),
    });
  } finally {
    done?.();
  }
}

/**
 * Exactly what was signed, as `fetch` is told it. The Host stays among the headers, since taking it out costs as much as a
 * hash: it is the URL's own, which every `fetch` sends or leaves out.
 */
function toInit(signed: SignedRequest, settings: RequestInit, signal: AbortSignal | undefined): RequestInit {
  const { method, headers, body } = signed;
  checkFetchable(signed);
  const init = { ...settings } as Mutable<RequestInit> & { duplex?: 'half'; aws?: unknown };
  // Keys are nothing for whoever sends, and may log what it is given.
  if (init.aws !== undefined) init.aws = undefined;
  init.method = method;
  init.headers = headers;
  init.body = body as BodyInit | null;
  init.redirect = 'manual';
  if (signal) init.signal = signal;
  if (isStream(body)) init.duplex = 'half';
  return init;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The caller's signal, and the time that is left. */
function withTimeout(
  signal: AbortSignal | undefined,
  timeout: number | undefined,
): { readonly signal: AbortSignal | undefined; readonly done?: () => void } {
  if (timeout === undefined || timeout >= 2 ** 31) return { signal };
  const controller = new AbortController();
  const late = () => controller.abort(new DOMException(`The call took more than ${timeout} ms.`, 'TimeoutError'));
  const timer = setTimeout(late, timeout);
  const done = () => clearTimeout(timer);
  if (!signal) return { signal: controller.signal, done };
  if (typeof AbortSignal.any === 'function') return { signal: AbortSignal.any([signal, controller.signal]), done };
  // The answer's body stays the caller's to abort, so the listener stays; it goes with the signal.
  const giveUp = () => controller.abort(signal.reason);
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  return { signal: controller.signal, done };
}

let shared: SignedFetch | undefined;

/** {@link createSignedFetch} with the defaults: keys and region from the environment, service from the hostname. */
export const signedFetch: SignedFetch = (input, init) => {
  shared ??= createSignedFetch();
  return shared(input, init);
};

/** As `fetch` reads its arguments: what `init` gives replaces what the Request had. */
async function toCall(
  input: string | URL | Request,
  init: Omit<SignedRequestInit, 'aws'>,
): Promise<Request | RequestLike> {
  if (!isRequest(input)) return { url: input, method: init.method, headers: init.headers, body: init.body };
  if (init.method === undefined && init.headers === undefined && init.body === undefined) return input;
  const { body } = init.body === undefined ? await bodyOf(input) : init;
  return { url: input.url, method: init.method ?? input.method, headers: init.headers ?? input.headers, body };
}

const SETTINGS = [
  'signal',
  'cache',
  'credentials',
  'integrity',
  'keepalive',
  'mode',
  'referrer',
  'referrerPolicy',
  'redirect',
] as const;

/** What a Request says of how it is to be sent; runtimes leave out what they do not have. */
function settingsOf(request: Request): RequestInit {
  return Object.fromEntries(
    SETTINGS.filter((name) => request[name] !== undefined).map((name) => [name, request[name]]),
  );
}
