/** What a config says of redirects, which axios leaves to a package that would carry a signature to any host. */
import type { SignedRequest } from '../client/open-signer';
import type { AxiosResponse, InternalAxiosRequestConfig } from './axios-package';

/** Asks `beforeRedirect`, and heeds `sensitiveHeaders`, where the next request goes to another URL; else it is as it was. */
export function followedBy(
  config: InternalAxiosRequestConfig,
  response: AxiosResponse,
  before: SignedRequest,
  next: SignedRequest,
): SignedRequest {
  if (!(response.status >= 300 && response.status < 400)) return next;
  const url = new URL(next.url);
  const headers: Record<string, string> = { ...next.headers };
  const { sensitiveHeaders } = config as { sensitiveHeaders?: readonly string[] };
  if (Array.isArray(sensitiveHeaders) && url.origin !== new URL(before.url).origin) {
    for (const name of sensitiveHeaders) delete headers[String(name).toLowerCase()];
  }
  const { protocol, hostname, port, pathname, search, href } = url;
  config.beforeRedirect?.(
    { protocol, hostname, port, path: pathname + search, pathname, search, href, method: next.method, headers },
    { headers: response.headers as Record<string, string>, statusCode: response.status } as never,
    { headers: { ...before.headers }, url: before.url, method: before.method } as never,
  );
  // What was signed stays as it is.
  const isOurs = (name: string) => name === 'host' || name === 'authorization' || name.startsWith('x-amz-');
  const kept = Object.entries(next.headers).filter(([name]) => isOurs(name));
  const others = Object.entries(headers).filter(([name]) => !isOurs(name.toLowerCase()));
  return {
    ...next,
    headers: Object.fromEntries([...kept, ...others.map(([name, value]) => [name.toLowerCase(), value])]),
  };
}
