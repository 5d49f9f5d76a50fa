/**
 * `sigv4kit/undici`: undici that signs, by an interceptor.
 *
 * @example
 * import { undiciInterceptor } from 'sigv4kit/undici';
 * import { Agent, interceptors, request } from 'undici';
 *
 * const dispatcher = new Agent().compose(undiciInterceptor({ region: 'us-east-1' }), interceptors.retry());
 * const { body } = await request('https://abc123.execute-api.us-east-1.amazonaws.com/prod/orders', { dispatcher });
 */
export { undiciInterceptor } from './adapters/undici';
export type { Signer } from './client/open-signer';
export type { SignerOptions } from './client/signer-options';
export { isSigV4Error, SigV4Error, type SigV4ErrorCode } from './errors';
