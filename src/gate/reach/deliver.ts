/** Brings a request of `node:http`, as it would have gone over the wire, to a gate, and the answer back. */
import { Agent, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { isIPv6 } from 'node:net';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { headersFor, type Lead } from './lead';

/** A request that has not been sent yet. */
export interface Outgoing {
  readonly method: string;
  /** With its query, as it is to stand in the request line. */
  readonly path: string;
  /** `https://host` */
  readonly origin: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Readable | undefined;
  /** Where it comes from: told when it may go on, and when it is given up. */
  readonly source: ClientRequest | undefined;
}

/**
 * What a client would have sent: of its own request where that is known, since a URL has another path and headers have
 * other forms once they have been parsed.
 */
export function readRequest(request: Request, source: ClientRequest | undefined, body: Readable | undefined): Outgoing {
  const { pathname, search } = new URL(request.url);
  const { method } = request;
  // Internal, but of the same form in every version of Node: the head of the request as text.
  const head = (source as { _header?: unknown } | undefined)?._header;
  const [line, ...lines] = typeof head === 'string' ? head.split('\r\n').filter((text) => text !== '') : [];
  const [, path = `${pathname}${search}`] = line?.split(' ') ?? [];
  const headers = lines.map((text): [string, string] => {
    const colon = text.indexOf(':');
    return [text.slice(0, colon), text.slice(colon + 1).trim()];
  });
  const web = request.body as ReadableStream | null;
  return {
    method: source?.method ?? method,
    path,
    origin: originOf(request, source),
    headers: headers.length > 0 ? headers : [...request.headers],
    body: body ?? (web ? Readable.fromWeb(web) : undefined),
    source,
  };
}

/** `https://host`, without its port. A path that begins with `//` would be taken for a host in a URL. */
export function originOf(request: Request, source: ClientRequest | undefined): string {
  const { protocol, hostname } = source ? { protocol: source.protocol, hostname: source.host } : new URL(request.url);
  return `${protocol}//${isIPv6(hostname) ? `[${hostname}]` : hostname}`.toLowerCase();
}

/** Belong to one connection, RFC 9110, section 7.6.1; `expect` has been met when the body comes. */
const HOP = /^(?:connection|keep-alive|proxy-connection|te|upgrade|expect)$/i;

/** Rejects with what broke the connection. */
export function deliverToGate(
  send: (options: RequestOptions, listener: (incoming: IncomingMessage) => void) => ClientRequest,
  lead: Lead,
  { method, path, origin, headers, body, source }: Outgoing,
): Promise<Response> {
  const { hostname, port } = new URL(lead.origin);
  const kept = headers.filter(([name]) => !HOP.test(name));
  // Without Host the gate takes that of the origin.
  return new Promise((resolve, reject) => {
    const options = {
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port,
      method,
      path,
      headers: [...kept, ...headersFor(lead, origin)].flat(),
      // One connection for each, so that none is left.
      agent: new Agent(),
    };
    const outgoing = send(options, (incoming) => resolve(toResponse(incoming, method)));
    outgoing.on('error', reject);
    source?.once('close', () => outgoing.destroy());
    // Not now: the client is still writing its head.
    if (headers.some(([name]) => /^expect$/i.test(name))) setImmediate(() => source?.emit('continue'));
    if (body) body.on('error', (error) => outgoing.destroy(error)).pipe(outgoing);
    else outgoing.end();
  });
}

function toResponse(incoming: IncomingMessage, method: string): Response {
  const headers = new Headers();
  const { rawHeaders, statusCode: status = 502, statusMessage: statusText = '' } = incoming;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    if (!/^(?:connection|keep-alive|transfer-encoding)$/i.test(name)) headers.append(name, value);
  }
  const hasBody = method !== 'HEAD' && ![204, 205, 304].includes(status);
  if (!hasBody) incoming.resume();
  const body = hasBody ? (Readable.toWeb(incoming) as unknown as BodyInit) : null;
  return new Response(body, { status, statusText, headers });
}
