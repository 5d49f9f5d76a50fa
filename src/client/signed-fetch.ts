/** `fetch` that signs: reads the call once, signs it, and sends exactly what was signed. */
import { signingFetches } from '../credentials/signing-fetches';
import { SigV4Error } from '../errors';
import { isStream } from './body';
import { bodyOf, isRequest, type RequestLike } from './request';
import { createSigner, type Signer, type SignerOptions } from './signer';

/** A signer's options, and what sends. */
export interface SignedFetchOptions extends SignerOptions {
  /** What sends the signed request. Default: the global `fetch`, looked up at each call. */
  readonly fetch?: typeof fetch | undefined;
}

/** The `init` of a signed fetch. */
export interface SignedRequestInit extends RequestInit {
  /** Options for this call alone, over those of the signed fetch. */
  readonly aws?: SignedFetchOptions | undefined;
}

/** `fetch` that signs; fits wherever a `fetch` is asked for. */
export type SignedFetch = (input: string | URL | Request, init?: SignedRequestInit) => Promise<Response>;

/**
 * Makes a `fetch` that signs each request. It resolves with the `Response` whatever its status, and rejects with a
 * `SigV4Error` when the request cannot be signed, as {@link Signer.sign} does. Redirects are handed back, not followed
 * (`redirect: 'manual'`): a signature holds for one URL, and following would carry the session token to the next host. In a
 * browser such a response is opaque: status 0, no `Location`.
 *
 * @example
 * const fetch = createSignedFetch({ credentials });
 * const response = await fetch('https://abc123.execute-api.us-east-1.amazonaws.com/prod/orders');
 */
export function createSignedFetch(settings: SignedFetchOptions = {}): SignedFetch {
  // A copy, for the same reason that the signer takes one.
  const options = { ...settings, allowHosts: settings?.allowHosts?.slice() };
  const signer = createSigner(options);
  const signedFetch: SignedFetch = async (input, init) => {
    const { aws, ...rest } = init ?? {};
    const call = await toCall(input, rest);
    const chosen: Signer = aws ? createSigner({ ...options, ...given(aws) }) : signer;
    const { url, method, headers, body } = await chosen.sign(call, {
      signal: rest.signal ?? (isRequest(input) ? input.signal : undefined),
    });
    const { host, ...sent } = headers;
    if (host !== hostOf(url)) {
      throw new SigV4Error(
        'ERR_SIGV4_INVALID_HEADER',
        'fetch cannot send a Host of your own; use the host of the URL.',
      );
    }
    if (body !== null && (method === 'GET' || method === 'HEAD')) {
      throw new SigV4Error('ERR_SIGV4_INVALID_BODY', `fetch cannot send a body with ${method}.`);
    }
    const send = aws?.fetch ?? options.fetch ?? globalThis.fetch;
    if (typeof send !== 'function' || signingFetches.has(send)) {
      throw new SigV4Error(
        'ERR_SIGV4_INVALID_OPTION',
        'The fetch to send with is no function, or signs itself; set the option "fetch".',
      );
    }
    return send(url, {
      ...(isRequest(input) ? settingsOf(input) : undefined),
      ...rest,
      method,
      headers: sent,
      body,
      redirect: (rest.redirect ?? (isRequest(input) ? input.redirect : undefined)) === 'error' ? 'error' : 'manual',
      ...(isStream(body) ? { duplex: 'half' } : undefined),
    } as RequestInit);
  };
  signingFetches.add(signedFetch);
  return signedFetch;
}

/** The options that a call really gives: an undefined one lifts nothing. */
const given = (aws: SignedFetchOptions): SignedFetchOptions =>
  Object.fromEntries(Object.entries(aws).filter(([, value]) => value !== undefined));

let shared: SignedFetch | undefined;

/** {@link createSignedFetch} with the defaults: keys and region from the environment, service from the hostname. */
export const signedFetch: SignedFetch = (input, init) => {
  shared ??= createSignedFetch();
  return shared(input, init);
};

/** As `fetch` reads its arguments: what `init` gives replaces what the Request had. */
async function toCall(input: string | URL | Request, init: RequestInit): Promise<Request | RequestLike> {
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
] as const;

/** What a Request says of how it is to be sent; runtimes leave out what they do not have. */
function settingsOf(request: Request): RequestInit {
  return Object.fromEntries(
    SETTINGS.filter((name) => request[name] !== undefined).map((name) => [name, request[name]]),
  );
}

const hostOf = (url: string) => url.slice(url.indexOf('//') + 2).split(/[/?]/, 1)[0];
