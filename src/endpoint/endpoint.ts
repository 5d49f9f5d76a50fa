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

/** Checks an endpoint; throws `ERR_SIGV4_INVALID_OPTION`. */
export function openEndpoint(endpoint: Endpoint): OpenEndpoint {
  const { names = [], headers, withoutHost } = endpoint;
  const url = URL.canParse(String(endpoint.url)) ? new URL(endpoint.url) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password)
    return refuseOption('endpoint needs an absolute http or https url without query, fragment or user');
  const known = new Set(names.map((name) => name.toLowerCase()));
  const base = url.origin + url.pathname.replace(/\/+$/, '');
  const has = (hostname: string) => hostname === url.hostname || known.has(hostname);
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
      if (scheme === undefined)
        return /^[a-z][\w+.-]*:/i.test(text) ? given : base + (/^[/?#]|^$/.test(text) ? '' : '/') + text;
      if (!known.has(authority.replace(/:\d+$/, '').toLowerCase())) return given;
      // The rest stays as it was written: it may matter to whoever signs it.
      const protocol = /^ws/i.test(scheme) ? url.protocol.replace('http', 'ws') : url.protocol;
      return `${protocol}//${url.host}${text.slice(scheme.length + 3 + authority.length)}`;
    },
  };
}
