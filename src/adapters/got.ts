/**
 * Signs requests of got in its last `beforeRequest` hook, which runs for each attempt and each hop; and sees to it that
 * redirects carry nothing secret to strangers, and that refusals of a wrong clock or of old keys are answered with new ones.
 */
import { tellRedirect } from '../client/events';
import { type Learned, learnFrom, mayTeach } from '../client/learn';
import { isSigner, type OpenSigner, type SignedAttempt, type Signer } from '../client/open-signer';
import { signersOf } from '../client/per-call';
import { headersFor, isPresigned, readRedirect, withoutEndpoint } from '../client/redirect';
import type { ReadRequest } from '../client/request';
import { MAX_PEEK } from '../client/service-error';
import type { SignerOptions } from '../client/signer-options';
import { tellSigned } from '../client/tell-signed';
import { SigV4Error } from '../errors';
import { coverKeys, uncoverKeys } from './covered-keys';
import { isOnePass, readGotBody, takeForm } from './got-body';
import type {
  AfterResponseHook,
  BeforeErrorHook,
  BeforeRedirectHook,
  BeforeRequestHook,
  BeforeRetryHook,
  ExtendOptions,
  GotOptions,
  GotResponse,
  HandlerFunction,
  InitHook,
} from './got-package';
import { applySigned, clearSigned, type HostSettings, takeBackHost, toGotRequest } from './got-request';
import { headerReader } from './header-pairs';

/** A call of got, over all its attempts and hops. */
interface Call extends HostSettings {
  readonly signer: OpenSigner;
  readonly learned: Learned;
  attempt: SignedAttempt | undefined;
  count: number;
  /** False once a redirect has led to a stranger. */
  isTrusted: boolean;
  /** Where it went last, if that was the signer's. */
  endpoint: ReadRequest['endpoint'];
  /** What is sent next is an attempt or a hop of it, no call of its own. */
  goesOn: boolean;
  /** Its body, where it was sent and can be sent but once. */
  spent: { readonly body: unknown } | undefined;
}

/** Hooks of ours: of several adapters in one chain the last one signs. */
const signing = new WeakSet<object>();

/** Where paging began, kept in the context of options. */
const HOME = Symbol('sigv4kit.home');

/**
 * Gives options for `got.extend`, with which an instance signs its requests: of the promise and the stream API, with `json`,
 * `form`, `searchParams`, `prefixUrl` and pagination, over HTTP/1 and HTTP/2. Other hooks, whenever they were added, run before
 * it signs. `context: { aws }` holds options of one call, over these. With an `endpoint`, `prefixUrl` is its URL (for early
 * versions of got 14 an absolute URL then needs `prefixUrl: ''`).
 *
 * got's own retries are signed afresh. A call is sent once more with the clock set right by the server's, and once more with
 * fresh keys (in the stream API the next call has them). Redirects are signed for the same origin and for hosts of
 * `allowHosts`; for others all that is secret is taken out. A next page of another host, and a call that a hook changes to one,
 * is refused (`ERR_SIGV4_HOST_NOT_ALLOWED`) unless `allowHosts` names it. What is written into a stream cannot be signed: it is refused
 * (`ERR_SIGV4_UNSUPPORTED_BODY`) where the signature must cover it.
 *
 * Errors are got's; for what cannot be signed or go on, their `code` is ours and their `cause` the `SigV4Error`. Throws
 * `ERR_SIGV4_INVALID_OPTION`.
 *
 * @example
 * const client = got.extend(gotSigV4({ region: 'us-east-1', service: 'execute-api' }));
 */
export function gotSigV4(options?: Signer | SignerOptions): ExtendOptions {
  const signerOf = signersOf(options);
  // The name in the context holds nothing itself: got prints contexts.
  const key = Symbol('sigv4kit.call');
  const calls = new WeakMap<object, Call>();
  const contextOf = (of: GotOptions) => of.context as Record<symbol, object | undefined> & { aws?: SignerOptions };
  const callOf = (of: GotOptions | undefined) => calls.get((of && contextOf(of)[key]) ?? NONE);

  const begin = (of: GotOptions): Call => {
    const context = contextOf(of);
    const call: Call = {
      signer: signerOf(context.aws && uncoverKeys(context.aws)),
      learned: new Set(),
      attempt: undefined,
      count: 0,
      isTrusted: true,
      endpoint: undefined,
      goesOn: false,
      spent: undefined,
      hasHost: false,
      hasServerName: false,
    };
    context[key] = {};
    calls.set(context[key], call);
    return call;
  };

  const sign: BeforeRequestHook = async (normalized) => {
    const current = normalized as GotOptions;
    const earlier = callOf(current);
    if (earlier) takeBackHost(current, earlier);
    const call = earlier?.goesOn ? earlier : begin(current);
    call.goesOn = false;
    if (!call.isTrusted) return;
    checkHome(current, call.signer);
    // What is written into it, its caller writes again.
    if (call.spent?.body !== undefined && call.spent.body === current.body) refuseSpent();
    const body = await readGotBody(current);
    const read = await call.signer.read(toGotRequest(current, body), true);
    const attempt = await call.signer.signRead(read, { signal: current.signal as AbortSignal | undefined });
    call.attempt = attempt;
    call.endpoint = read.endpoint;
    tellSigned(call.signer, attempt, ++call.count, call.signer.onEvent);
    applySigned(current, attempt.signed, body, call);
    call.spent = isOnePass(body) ? { body: current.body } : undefined;
  };
  signing.add(sign);

  const beforeRedirect: BeforeRedirectHook = (normalized, { statusCode, url: from }) => {
    const current = normalized as GotOptions;
    const call = callOf(current);
    if (!call) return;
    call.goesOn = true;
    takeBackHost(current, call);
    const { method } = current;
    const url = current.url as URL;
    const keepsBody = current.body !== undefined || (call.spent !== undefined && method !== 'GET');
    if (call.spent && keepsBody && call.spent.body === current.body) refuseSpent();
    const next = readRedirect(statusCode, url.href, { url: from, method }, call.signer.isNamed);
    call.isTrusted = call.isTrusted && next?.isTrusted === true && !isPresigned(url);
    if (!call.isTrusted) {
      current.headers = headersFor(
        { url, method, keepsBody, isTrusted: false },
        withoutEndpoint(current.headers as Record<string, string>, call.endpoint),
      );
    }
    tellRedirect(call.signer.onEvent, call.isTrusted, { from, to: url, status: statusCode });
  };

  const beforeRetry: BeforeRetryHook = ({ options: failed }) => {
    const call = callOf(failed as GotOptions);
    if (call) call.goesOn = true;
  };

  const learn = async (response: GotResponse, of: GotOptions): Promise<Call | undefined> => {
    const { statusCode: status, headers, rawBody } = response;
    const call = callOf(of);
    if (!call?.attempt || !call.isTrusted || !mayTeach(status)) return undefined;
    const text = new TextDecoder().decode(rawBody?.subarray(0, MAX_PEEK));
    const refusal = { status, headers: headerReader(headers), text };
    const { signer, attempt, learned } = call;
    const settings = { signal: of.signal as AbortSignal | undefined, onEvent: signer.onEvent };
    return (await learnFrom(signer, attempt, refusal, learned, settings)) ? call : undefined;
  };

  const afterResponse: AfterResponseHook = async (response, retry) => {
    const current = response.request.options as unknown as GotOptions;
    const call = await learn(response, current);
    if (!call || call.spent) return response;
    const { hooks } = current;
    const all = hooks.afterResponse;
    try {
      return retry({});
    } finally {
      // got drops the hooks that stand behind, of whomever: those of the next answer are the same.
      hooks.afterResponse = all;
    }
  };

  const beforeError: BeforeErrorHook = async (error) => {
    // A stream is not begun again, but the next call is the wiser.
    const { response, options: failed } = error;
    if (failed?.isStream && response) await learn(response, failed as GotOptions).catch(() => undefined);
    if (callOf(failed as GotOptions | undefined)) clearSigned(failed as GotOptions);
    return error;
  };

  const toTheEnd: HandlerFunction = (current, next) => {
    // Options that got refuses are none.
    if (current) {
      takeForm(current as GotOptions);
      const context = contextOf(current as GotOptions);
      if (context.aws) context.aws = coverKeys(context.aws);
      const others = current.hooks.beforeRequest.filter((hook) => !signing.has(hook));
      current.hooks.beforeRequest = [...others, sign];
    }
    return next(current);
  };

  const prefixUrl = isSigner(options) ? undefined : options?.endpoint?.url;
  return {
    ...(prefixUrl === undefined ? {} : { prefixUrl }),
    handlers: [toTheEnd],
    hooks: {
      init: [rememberHome],
      beforeRequest: [sign],
      beforeRedirect: [beforeRedirect],
      beforeRetry: [beforeRetry],
      afterResponse: [afterResponse],
      beforeError: [beforeError],
    },
  };
}

const NONE = {};

function refuseSpent(): never {
  throw new SigV4Error(
    'ERR_SIGV4_UNREPEATABLE_BODY',
    'The request is to be sent again, and its body can be sent but once: give bytes, or a new stream in a beforeRetry hook.',
  );
}

/** Options that have a URL are changed where the next page is asked for, whose URL a server names. */
const rememberHome: InitHook = (_changes, self) => {
  const { context, url } = self as GotOptions;
  if (url instanceof URL) (context as Record<symbol, unknown>)[HOME] ??= url.origin;
};

function checkHome({ context, url }: GotOptions, signer: OpenSigner): void {
  const home = (context as Record<symbol, unknown>)[HOME];
  const { origin, hostname } = url as URL;
  if (home === undefined || home === origin || signer.isNamed(hostname)) return;
  throw new SigV4Error(
    'ERR_SIGV4_HOST_NOT_ALLOWED',
    `The next page, or a changed call, leads to another host, "${hostname}", where a signature may not go: name it in allowHosts.`,
  );
}
