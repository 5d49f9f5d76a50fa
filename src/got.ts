/**
 * `sigv4kit/got`: signs what got sends, by promises and streams.
 *
 * @example
 * import got from 'got';
 * import { gotSigV4 } from 'sigv4kit/got';
 *
 * const client = got.extend(gotSigV4(), { prefixUrl: 'https://abc123.execute-api.us-east-1.amazonaws.com/prod' });
 * const orders = await client('orders').json();
 */
export { gotSigV4 } from './adapters/got';
export type { Signer } from './client/open-signer';
export type { SignerOptions } from './client/signer-options';
export { isSigV4Error, SigV4Error, type SigV4ErrorCode } from './errors';
