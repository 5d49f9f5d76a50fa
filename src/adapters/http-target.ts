/** Where a request of Node goes, as its `ClientRequest` finds it out, and how it is told so again. */

import { ownHostOf } from '../client/fetchable';
import type { SignedRequest } from '../client/open-signer';
import { SigV4Error } from '../errors';
import type { RequestOptions } from './node-http';
import { serverNameOf } from './server-name';

/** What `http.request` and `https.request` take. */
export type HttpRequestInput = RequestOptions | URL | string;

/** Whether a request is given as options, not as a URL. */
export const isOption = (input: HttpRequestInput): input is RequestOptions =>
  typeof input === 'object' && input !== null && !(input instanceof URL);

/** The URL of a request. A path alone, for an endpoint to be joined to, where there is no host. */
export function targetOf(input: HttpRequestInput): string | URL {
  if (!isOption(input)) return input;
  const { hostname, host, socketPath } = input;
  const path = input.path || '/';
  if (!/^[/?]/.test(path)) {
    throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'The path of the request does not start with a slash.');
  }
  const name = hostname || host || (socketPath && 'localhost');
  if (!name) return path;
  const protocol = protocolOf(input);
  const port = input.port ?? input.defaultPort;
  const authority = /:.*:/.test(name) && !name.startsWith('[') ? `[${name}]` : name;
  return `${protocol}//${authority}${port ? `:${port}` : ''}${path.startsWith('/') ? '' : '/'}${path}`;
}

/** That of the function that will be called cannot be known; AWS's is the other. */
function protocolOf({ protocol, agent, port, defaultPort }: RequestOptions): string {
  const ofAgent = typeof agent === 'object' ? (agent as { protocol?: string }).protocol : undefined;
  return protocol ?? ofAgent ?? (Number(port ?? defaultPort) === 80 ? 'http:' : 'https:');
}

/** The path of a signed URL, as options. */
export function targetIn(url: string): RequestOptions {
  const { pathname, search } = new URL(url);
  return { path: pathname + search };
}

/** All of the URL, as options. */
export function addressIn(url: string): RequestOptions {
  const { protocol, hostname, port } = new URL(url);
  const name = hostname.replace(/^\[|\]$/g, '');
  // What was given of these is of another host.
  const nobody = { defaultPort: undefined, socketPath: undefined };
  return {
    ...nobody,
    protocol: protocol.replace('ws', 'http'),
    hostname: name,
    host: name,
    port: port === '' ? undefined : port,
    ...targetIn(url),
  };
}

/** The option `servername`, where it is needed: Node would ask TLS for the name in a Host that is not the connection's. */
export const servernameFor = (signed: SignedRequest, given: RequestOptions): RequestOptions =>
  ownHostOf(signed) === undefined || 'servername' in given ? {} : { servername: serverNameOf(signed.url) };
