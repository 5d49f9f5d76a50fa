/**
 * Options of `http.request` and `https.request`, and of all that is built on them: read as Node reads them, signed, and given
 * back with nothing left open that Node would fill in otherwise.
 */

import type { Signer } from '../client/open-signer';
import { toOpenSigner } from '../client/signer';
import type { SignerOptions } from '../client/signer-options';
import { tellSigned } from '../client/tell-signed';
import { SigV4Error } from '../errors';
import { headerPairs, type NodeHeaders } from './header-pairs';
import { addressIn, type HttpRequestInput, isOption, servernameFor, targetIn, targetOf } from './http-target';
import { readNodeCall } from './node-call';
import type { RequestOptions } from './node-http';

/** What is sent with the options: text, as UTF-8, or bytes. */
export type HttpRequestBody = string | Uint8Array | null | undefined;

/** Options for `http.request` or `https.request`, signed. */
export interface SignedHttpOptions extends RequestOptions {
  hostname: string;
  path: string;
  method: string;
  /** Lower-case names; `host` among them. */
  headers: Record<string, string>;
}

/**
 * Signs a request of `node:http` or `node:https`, given as its functions take it: options, a URL or text. Gives new options for
 * the same function; the headers may be in any of Node's forms, and all that is not of the request (agent, timeout,
 * signal, socketPath, TLS) is kept. Send exactly `body` with them: `request.end(body)`; its `content-length` is set.
 *
 * - A `Host` that is not the connection's is signed and sent; `servername` is then the connection's name, unless given.
 * - Without `protocol` it is left to the function that is called, and nothing that is signed depends on it.
 * - A signature is good for five minutes: sign anew for each attempt, and for each redirect.
 *
 * Rejects as `Signer.sign` does, with `ERR_SIGV4_INVALID_OPTION` for `auth`, with `ERR_SIGV4_UNSUPPORTED_BODY` for a body that
 * is neither text nor bytes: sign without it and with `payload: 'unsigned'`, for a service that takes it so.
 *
 * @example
 * const url = 'https://abc123.execute-api.us-east-1.amazonaws.com/prod/orders';
 * const options = await signHttpRequest({ ...urlToHttpOptions(new URL(url)), method: 'POST' }, '{}');
 * https.request(options, (response) => response.pipe(process.stdout)).end('{}');
 */
export async function signHttpRequest(
  request: HttpRequestInput,
  body?: HttpRequestBody,
  options?: Signer | SignerOptions,
): Promise<SignedHttpOptions> {
  const signer = toOpenSigner(options);
  const given = isOption(request) ? request : {};
  if (given.auth) {
    throw new SigV4Error('ERR_SIGV4_INVALID_OPTION', 'The option auth would be a second Authorization; leave it out.');
  }
  if (body !== null && body !== undefined && typeof body !== 'string' && !ArrayBuffer.isView(body)) {
    throw new SigV4Error(
      'ERR_SIGV4_UNSUPPORTED_BODY',
      "The body is neither text nor bytes. Sign without it and with payload: 'unsigned', if the service takes it so, and send it with the options.",
    );
  }
  const headers = headerPairs(given.headers as NodeHeaders);
  const { method = 'GET', signal } = given;
  const read = await readNodeCall(signer, { url: targetOf(request), method, headers, body: body as string });
  const signing = await signer.signRead(read, { signal });
  tellSigned(signer, signing, 1, signer.onEvent);

  const { signed } = signing;
  // A body in chunks says its length itself; a second one is how requests are smuggled.
  const isChunked = read.headers.has('transfer-encoding');
  const counted = body ? String(new Blob([body as string]).size) : read.givenLength;
  const length = isChunked ? undefined : counted;
  return {
    ...given,
    // Options that lead nowhere else are left as open as they were.
    ...(isOption(request) && !read.endpoint ? targetIn(signed.url) : addressIn(signed.url)),
    ...servernameFor(signed, given),
    method: signed.method,
    headers: { ...signed.headers, ...(length !== undefined && { 'content-length': length }) },
  } as SignedHttpOptions;
}
