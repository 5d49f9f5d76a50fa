/**
 * `sigv4kit/http`: signed options for `node:http`, `node:https` and what is built on them, such as `ws` and the OpenSearch client.
 *
 * @example
 * import { request } from 'node:https';
 * import { signHttpRequest } from 'sigv4kit/http';
 *
 * const options = await signHttpRequest('https://abc123.execute-api.us-east-1.amazonaws.com/prod/orders');
 * request(options, (response) => response.pipe(process.stdout)).end();
 */
export { type HttpRequestBody, type SignedHttpOptions, signHttpRequest } from './adapters/http';
export type { HttpRequestInput } from './adapters/http-target';
export type { Signer } from './client/open-signer';
export type { SignerOptions } from './client/signer-options';
export { isSigV4Error, SigV4Error, type SigV4ErrorCode } from './errors';
