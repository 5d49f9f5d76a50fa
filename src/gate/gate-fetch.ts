/** A `fetch` that leads the hosts of a gate there, and every other host to where it is. */
import { headersFor, type Lead } from './reach/lead';

const MAX_REDIRECTS = 20;

/** What stands in for `fetch`; `send` is the one it sends with. */
export function gateFetch(lead: Lead, send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    // Another server may redirect to what leads to the gate: the platform would follow it to the real AWS.
    if (!isLed(lead, request.url) && request.redirect !== 'follow') return send(request);
    const isStream = init?.body instanceof ReadableStream;
    return follow((url, settings) => deliver(send, lead, url, settings), request, await readBody(request, isStream));
  };
}

type Body = Uint8Array<ArrayBuffer> | ReadableStream | undefined;

/** Read once, so that a redirect can send it again; a stream can be sent but once, as `fetch` has it. */
async function readBody(request: Request, isStream: boolean): Promise<Body> {
  if (request.body === null) return undefined;
  return isStream ? request.body : new Uint8Array(await request.arrayBuffer());
}

type Send = (url: string, init: RequestInit & { duplex?: 'half' }) => Promise<Response>;

const isLed = ({ leads }: Lead, url: string) => leads(new URL(url).hostname);

/** What a Request says of how it is sent; what else there is means nothing outside of pages. */
const settingsOf = ({ signal, cache, integrity, keepalive, referrerPolicy }: Request): RequestInit => ({
  signal,
  cache,
  integrity,
  keepalive,
  referrerPolicy,
});

/** Follows redirects by the rules of the fetch standard; the platform would follow them past the gate to the real AWS. */
async function follow(send: Send, first: Request, firstBody: Body): Promise<Response> {
  const { redirect } = first;
  const settings = settingsOf(first);
  let { method, url } = first;
  let body = firstBody;
  const headers = new Headers(first.headers);
  for (let hops = 0; ; hops++) {
    const isStream = body instanceof ReadableStream;
    const init = { ...settings, method, headers, body: body ?? null, redirect: 'manual' as const };
    const response = await send(url, isStream ? { ...init, duplex: 'half' } : init);
    const location = response.headers.get('location');
    if (redirect === 'manual' || location === null || ![301, 302, 303, 307, 308].includes(response.status))
      return hops > 0 ? Object.defineProperty(response, 'redirected', { value: true }) : response;
    if (redirect === 'error' || hops === MAX_REDIRECTS) throw new TypeError('fetch failed: a redirect too many');
    await response.body?.cancel();
    const next = new URL(location, url);
    // A signature and its token are for the host they were made for.
    if (next.origin !== new URL(url).origin) {
      for (const name of [...headers.keys()])
        if (['authorization', 'cookie', 'proxy-authorization'].includes(name) || name.startsWith('x-amz-'))
          headers.delete(name);
    }
    if ((response.status === 303 && method !== 'HEAD') || (response.status < 303 && method === 'POST')) {
      method = 'GET';
      body = undefined;
      for (const name of ['content-type', 'content-length', 'content-encoding', 'content-language'])
        headers.delete(name);
    }
    if (body instanceof ReadableStream) throw new TypeError('fetch failed: a stream cannot be sent to a redirect');
    url = next.href;
  }
}

async function deliver(send: Send, lead: Lead, url: string, init: RequestInit): Promise<Response> {
  if (!isLed(lead, url)) return send(url, init);
  const { origin, pathname, search } = new URL(url);
  const headers = new Headers(init.headers);
  // Host itself is a header that `fetch` cannot set.
  for (const [name, value] of headersFor(lead, origin)) headers.set(name, value);
  const response = await send(`${lead.origin}${pathname}${search}`, { ...init, headers });
  // To the caller the answer is from where the request was sent.
  return Object.defineProperty(response, 'url', { value: url });
}
