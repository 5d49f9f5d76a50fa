/** `sigv4kit`: sign and send requests to HTTP APIs guarded by AWS IAM. */

export type { BodyOpener, OnePassBody, OpenedBody, RequestBody } from './client/body-kinds';
export type { SigV4Event } from './client/events';
export type { PresignOptions, SignedRequest, Signer, SignOptions } from './client/open-signer';
export type { RequestLike } from './client/request';
export type { RetryOptions } from './client/retry';
export {
  createSignedFetch,
  type LoopOptions,
  type SignedFetch,
  type SignedFetchOptions,
  type SignedRequestInit,
  signedFetch,
} from './client/signed-fetch';
export { createSigner } from './client/signer';
export type { SignerOptions } from './client/signer-options';
export { type AssumeRoleOptions, assumeRole } from './credentials/assume-role';
export { cachedCredentials } from './credentials/cache';
export type { CacheOptions } from './credentials/cache-options';
export type { CachedCredentialProvider, CredentialRequest } from './credentials/cached-provider';
export {
  type CognitoIdentityOptions,
  type CognitoIdentityProvider,
  cognitoIdentity,
  type IdentityStorage,
  type Logins,
} from './credentials/cognito-identity';
export type { CredentialSnapshot } from './credentials/snapshot';
export type { StsClient } from './credentials/sts-client';
export type { TokenSource } from './credentials/sts-web-identity';
export { type WebIdentityOptions, webIdentity } from './credentials/web-identity';
export type { Endpoint } from './endpoint/endpoint';
export { type PrivateApiOptions, type PrivateApiRoute, privateApi } from './endpoint/private-api';
export { isSigV4Error, SigV4Error, type SigV4ErrorCode } from './errors';
export type { CredentialProvider, Credentials, SignedHeadersPolicy } from './types';
