/** What `fetch` cannot send, though it can be signed: refused, since it would be dropped silently and break the signature. */
import { SigV4Error } from '../errors';
import type { SignedRequest } from './open-signer';

/** Throws for a Host that is not the URL's (`ERR_SIGV4_INVALID_HEADER`) and for a body with GET or HEAD (`ERR_SIGV4_INVALID_BODY`). */
export function checkFetchable(signed: SignedRequest): void {
  if (ownHostOf(signed) !== undefined) {
    throw new SigV4Error('ERR_SIGV4_INVALID_HEADER', 'fetch cannot send a Host of your own; use the host of the URL.');
  }
  const { method, body } = signed;
  if (body !== null && (method === 'GET' || method === 'HEAD')) {
    throw new SigV4Error('ERR_SIGV4_INVALID_BODY', `fetch cannot send a body with ${method}.`);
  }
}

/** The Host of a signed request, where it is not that of its URL. */
export function ownHostOf({ url, headers: { host } }: SignedRequest): string | undefined {
  return host === url.slice(url.indexOf('//') + 2).split(/[/?]/, 1)[0] ? undefined : host;
}
