/** An axios config and what is signed of it, both ways. */
import { nodeModule, toBuffer } from '#node-modules';
import { ownHostOf } from '../client/fetchable';
import type { SignedRequest } from '../client/open-signer';
import type { RequestLike } from '../client/request';
import { SigV4Error } from '../errors';
import type { AdapterKind } from './axios-engine';
import type { InternalAxiosRequestConfig } from './axios-package';
import { isFormDataStream, isNodeStream, readFormDataStream, toNodeStream } from './node-bodies';
import { serverNameOf } from './server-name';

/** Whether axios can send a Host of its own: by Node's http alone, and over TLS where the server's name can be given beside it. */
export function canSendHost(kind: AdapterKind, config: InternalAxiosRequestConfig, url: string): boolean {
  if (kind !== 'http' || Number((config as { httpVersion?: unknown }).httpVersion ?? 1) !== 1) return false;
  return /^http:/i.test(url) || nodeModule('https') !== undefined;
}

/** What there is to sign of a config whose transforms and interceptors have run. */
export function toRequest(config: InternalAxiosRequestConfig, url: string, kind: AdapterKind): RequestLike {
  if (config.auth) {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_OPTION',
      'The config holds "auth" (Basic authentication), whose Authorization would replace the signature; leave it out, also of the defaults.',
    );
  }
  const headers = headersOf(config);
  const body = bodyOf(config.data, headers, kind);
  // As axios does there.
  if (body === undefined && kind === 'xhr') delete headers['content-type'];
  return { url, method: (config.method ?? 'get').toUpperCase(), headers, body };
}

/** By lower-case name; those that axios does not send are none. */
function headersOf({ headers }: InternalAxiosRequestConfig): Record<string, string> {
  const shown = typeof headers?.toJSON === 'function' ? headers.toJSON(true) : (headers ?? {});
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(shown)) {
    if (value !== undefined && value !== null && value !== false) found[name.toLowerCase()] = String(value);
  }
  return found;
}

function bodyOf(data: unknown, headers: Record<string, string>, kind: AdapterKind): RequestLike['body'] {
  if (data === undefined || data === null) return undefined;
  if (isFormDataStream(data)) {
    for (const [name, value] of Object.entries(data.getHeaders())) headers[name.toLowerCase()] = value;
    return readFormDataStream(data);
  }
  // The serialiser alone knows the boundary.
  if (typeof FormData === 'function' && data instanceof FormData) delete headers['content-type'];
  // As axios's http adapter does, whatever the header says.
  else if (kind === 'http' && typeof Blob === 'function' && data instanceof Blob && data.size > 0)
    headers['content-type'] = data.type || 'application/octet-stream';
  return data as RequestLike['body'];
}

/** The config that sends what was signed, and nothing that would change it. */
export function toSentConfig(
  config: InternalAxiosRequestConfig,
  signed: SignedRequest,
  kind: AdapterKind,
  timeout: number | undefined,
): InternalAxiosRequestConfig {
  const { host: _, ...headers } = signed.headers;
  const ownHost = ownHostOf(signed);
  if (ownHost !== undefined) headers.host = ownHost;
  const withBody = ['post', 'put', 'patch'].includes(config.method ?? '');
  const sent = {
    ...config,
    url: signed.url,
    method: signed.method.toLowerCase(),
    // A type that is not there stays so.
    headers: sameKind(config.headers, withBody ? { 'content-type': false, ...headers } : headers),
    data: toData(signed, config.data, kind),
    // All of these are in the URL, were refused, or are seen to here.
    ...{ baseURL: undefined, params: undefined, paramsSerializer: undefined, auth: undefined, aws: undefined },
    ...{ adapter: undefined, maxRedirects: 0, beforeRedirect: undefined },
    fetchOptions: { ...(config.fetchOptions as object | undefined), redirect: 'manual' },
    ...(timeout === undefined ? {} : { timeout }),
    ...(ownHost !== undefined && signed.url.startsWith('https:')
      ? { transport: keepServerName(config.transport, signed.url) }
      : {}),
  };
  return sent as unknown as InternalAxiosRequestConfig;
}

/** Headers as the axios at hand knows them, whichever copy it is. */
function sameKind(headers: InternalAxiosRequestConfig['headers'], values: Record<string, string | false>) {
  if (typeof headers?.toJSON !== 'function') return values;
  return new (Object.getPrototypeOf(headers).constructor as new (values: object) => object)(values);
}

function toData({ body, headers }: SignedRequest, data: unknown, kind: AdapterKind): unknown {
  // xhr takes null for a body, of which it sends the type.
  if (body === null) return data === null ? null : undefined;
  if (body instanceof Uint8Array) return kind === 'xhr' ? body : toBuffer(body);
  // Of text a page would write the charset into the type, which is signed.
  if (typeof body === 'string' && kind === 'xhr') return new TextEncoder().encode(body);
  if (typeof body === 'string' || !('getReader' in body)) return body;
  if (kind === 'xhr') {
    throw new SigV4Error(
      'ERR_SIGV4_UNSUPPORTED_BODY',
      'A page cannot send a stream by XMLHttpRequest; give bytes or a Blob.',
    );
  }
  if (kind === 'fetch') return body;
  // Its bytes are the stream's own, unless they go out in signed pieces.
  if (isNodeStream(data) && headers['x-amz-decoded-content-length'] === undefined) return data;
  return kind === 'http' || isNodeStream(data) ? toNodeStream(body) : body;
}

interface Transport {
  request(options: object, onResponse: unknown): unknown;
}

/** Node would look for the Host's name in the certificate; it is the URL's that the server has. */
function keepServerName(transport: unknown, url: string): Transport {
  const servername = serverNameOf(url);
  return {
    request: (options, onResponse) =>
      ((transport ?? nodeModule('https')) as Transport).request({ ...options, servername }, onResponse),
  };
}
