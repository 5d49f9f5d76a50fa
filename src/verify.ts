/** `sigv4kit/verify`: the other side of a signature, for servers, authorizers and tests. */
export { isSigV4Error, SigV4Error, type SigV4ErrorCode } from './errors';
export type { Credentials, WireRequest } from './types';
export type { VerifiedRequest } from './verify/examine';
export { createVerifier, type ReceivedRequest, type Verifier, type VerifierOptions } from './verify/verifier';
