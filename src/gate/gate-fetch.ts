/** A `fetch` that leads the hosts of a gate there, and every other host to where it is. */
import { headersFor, type Lead } from './reach/lead';

const MAX_REDIRECTS = 20;

/** What stands in for `fetch`; `send` is the one it sends with. */
export function gateFetch(lead: Lead, send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    if (!isLed(lead, request.url)) return send(request);
    // Read once, so that a redirect can send it again.
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    return follow((url, settings) => deliver(send, lead, url, settings), request, body);
  };
}

type Send = (url: string, init: RequestInit) => Promise<Response>;

const isLed = ({ leads }: Lead, url: string) => leads(new URL(url).hostname);

/** Follows redirects by the rules of the fetch standard; the platform would follow them past the gate to the real AWS. */
async function follow(send: Send, first: Request, firstBody: Uint8Array<ArrayBuffer> | undefined): Promise<Response> {
  const { redirect, signal } = first;
  let { method, url } = first;
  let body = firstBody;
  const headers = new Headers(first.headers);
  for (let hops = 0; ; hops++) {
    const response = await send(url, { method, headers, body: body ?? null, signal, redirect: 'manual' });
    const location = response.headers.get('location');
    if (redirect === 'manual' || location === null || ![301, 302, 303, 307, 308].includes(response.status))
      return response;
    if (redirect === 'error' || hops === MAX_REDIRECTS)
      throw new TypeError('fetch failed: the gate answered with a redirect');
    await response.body?.cancel();
    const next = new URL(location, url);
    // A signature and its token are for the host they were made for.
    if (next.origin !== new URL(url).origin) {
      for (const name of [...headers.keys()])
        if (name === 'authorization' || name.startsWith('x-amz-')) headers.delete(name);
    }
    if ((response.status === 303 && method !== 'HEAD') || (response.status < 303 && method === 'POST')) {
      method = 'GET';
      body = undefined;
      for (const name of ['content-type', 'content-length', 'content-encoding', 'content-language'])
        headers.delete(name);
    }
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
