/** `sigv4kit`: sign and send requests to HTTP APIs guarded by AWS IAM. */

export type { RequestLike } from './client/request';
export {
  createSignedFetch,
  type SignedFetch,
  type SignedFetchOptions,
  type SignedRequestInit,
  signedFetch,
} from './client/signed-fetch';
export {
  createSigner,
  type PresignOptions,
  type SignedRequest,
  type Signer,
  type SignerOptions,
} from './client/signer';
export { isSigV4Error, SigV4Error, type SigV4ErrorCode } from './errors';
export type { CredentialProvider, Credentials, SignedHeadersPolicy } from './types';
