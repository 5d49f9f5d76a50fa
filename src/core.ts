/**
 * `sigv4kit/core`: Signature Version 4 as pure functions over what goes on the wire, for those who need only
 * canonicalisation and signatures. No clock, no network, no environment.
 */
export { type PresignedQuery, presignQuery } from './core/presign-query';
export { type SignedHeaders, signHeaders } from './core/sign-headers';
export { isSigV4Error, SigV4Error, type SigV4ErrorCode } from './errors';
export type { Credentials, HeaderPairs, SignedHeadersPolicy, SigningContext, WireRequest } from './types';
