/**
 * Where the calls of a signer go: relative URLs are joined to it, and the other names of the same API lead there. Only
 * hostnames and paths are looked at; what is sent to other hosts is left alone.
 */
import { refuseOption } from '../errors';

/** An address for calls; {@link privateApi} makes those of private APIs, and a plain `{ url, headers }` is one as well. */
export interface Endpoint {
  /** Absolute, without a query. Relative URLs are joined to it, below its path: `/orders` is the stage's `/orders`. */
  readonly url: string | URL;
  /** Sent and signed with every call to the endpoint that does not have them itself. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Other hostnames of what answers there. A call to one of these goes to the endpoint, with the path it has. */
  readonly names?: readonly string[] | undefined;
  /** The Host that is sent and signed in place of the URL's, by clients that can send one; `fetch` and browsers cannot. */
  readonly host?: string | undefined;
  /** What those send that cannot; without it, their calls are refused (`ERR_SIGV4_INVALID_HEADER`). */
  readonly withoutHost?: Readonly<Record<string, string>> | undefined;
  /** What is signed for, where the hostname does not tell. */
  readonly region?: string | undefined;
  readonly service?: string | undefined;
}

/** An endpoint that has been checked. */
export interface OpenEndpoint extends Endpoint {
  readonly url: URL;
  /** Whether a host is the endpoint's own or one of its other names. */
  has(hostname: string): boolean;
  /** The absolute URL that a call goes to; that of another host is given back as it is. */
  locate(url: string | URL): string | URL;
}

/** Checks an endpoint, if there is one; throws `ERR_SIGV4_INVALID_OPTION`. */
export function openEndpoint(endpoint: Endpoint | undefined): OpenEndpoint | undefined {
  if (endpoint === undefined || endpoint === null) return undefined;
  const { names = [], headers, withoutHost, host } = endpoint;
  const url = URL.canParse(String(endpoint.url)) ? new URL(endpoint.url) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password)
    return refuseOption('endpoint needs an absolute http or https url without query, fragment or user');
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string'))
    return refuseOption('endpoint has names that are no list of host names');
  if (!areHeaders(headers) || !areHeaders(withoutHost))
    return refuseOption('endpoint has headers that are no object of names and values');
  if (
    host !== undefined &&
    !(typeof host === 'string' && /^[^\s/?#@\\]+$/.test(host) && URL.canParse(`http://${host}`))
  )
    return refuseOption('endpoint has a host that is none');
  const known = new Set(names.map((name) => name.toLowerCase()));
  const base = url.origin + url.pathname.replace(/\/+$/, '');
  const has = (hostname: string) => hostname === url.hostname || known.has(hostname);
  const originFor = (scheme: string) =>
    `${/^ws/i.test(scheme) ? url.protocol.replace('http', 'ws') : url.protocol}//${url.host}`;
  // One name has many spellings; and none of them leads an endpoint of TLS into the clear.
  const isHere = ({ protocol, hostname, port, username, password }: URL) => {
    const name = hostname.replace(/\.$/, '');
    const isOwn = name === url.hostname && port === '' && url.port === '';
    return /^(?:http|ws)s?:$/.test(protocol) && !username && !password && (isOwn || known.has(name));
  };
  return {
    ...endpoint,
    // Copies: what a caller does to its options later does not lead calls elsewhere.
    headers: { ...headers },
    withoutHost: withoutHost && { ...withoutHost },
    url,
    has,
    locate(given) {
      const text = String(given);
      const [, scheme, authority = ''] = /^([a-z][\w+.-]*):\/\/([^/?#]*)/i.exec(text) ?? [];
      if (scheme === undefined && !/^[a-z][\w+.-]*:/i.test(text))
        return base + (/^[/?#]|^$/.test(text) ? '' : '/') + text;
      if (text.startsWith(`${url.origin}/`)) return given;
      // The rest stays as it was written: it may matter to whoever signs it.
      if (scheme !== undefined && known.has(authority.replace(/:\d+$/, '').toLowerCase()))
        return originFor(scheme) + text.slice(scheme.length + 3 + authority.length);
      const parsed = URL.canParse(text) ? new URL(text) : undefined;
      return parsed && isHere(parsed) ? originFor(parsed.protocol) + parsed.pathname + parsed.search : given;
    },
  };
}

function areHeaders(given: unknown): boolean {
  if (given === undefined) return true;
  if (typeof given !== 'object' || given === null || Symbol.iterator in given) return false;
  // What else no header can have is refused with the call.
  return Object.values(given).every((value) => typeof value === 'string' && !/[\r\n]/.test(value));
}
