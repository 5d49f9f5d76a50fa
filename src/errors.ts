/**
 * The one error root. A code is a contract and never changes its meaning; a message says what was being done, what was
 * found and what to do, and never holds a secret, a token, a signature or a body.
 */

/** Every code a {@link SigV4Error} can carry. */
export type SigV4ErrorCode =
  // Input that cannot be signed.
  /** Not absolute, of another scheme, with a user name, a malformed escape, a lone surrogate, or presigned already. */
  | 'ERR_SIGV4_INVALID_URL'
  /** Not an HTTP method name. */
  | 'ERR_SIGV4_INVALID_METHOD'
  /** A name or value that no header can have, no host or two, or a host that fetch cannot send. */
  | 'ERR_SIGV4_INVALID_HEADER'
  /** A body that cannot be sent as it is: used, locked, transferred, of no known kind, or text that is not well formed. */
  | 'ERR_SIGV4_INVALID_BODY'
  /** A stream where the body must be signed. */
  | 'ERR_SIGV4_UNSUPPORTED_BODY'
  /** The time to sign with is no Date of the years 0 to 9999. */
  | 'ERR_SIGV4_INVALID_DATE'
  /** An option that cannot work. */
  | 'ERR_SIGV4_INVALID_OPTION'
  /** The life of a presigned URL is not 1 to 604800 whole seconds. */
  | 'ERR_SIGV4_INVALID_EXPIRES'
  /** Neither the options nor the hostname tell the service. */
  | 'ERR_SIGV4_NO_SERVICE'
  /** Neither the options, the hostname nor the environment tell the region. */
  | 'ERR_SIGV4_NO_REGION'
  /** The host is that of a VPC endpoint for API Gateway, and nothing says which API is meant. */
  | 'ERR_SIGV4_NO_API_ID'
  /** `allowHosts` does not have the host. */
  | 'ERR_SIGV4_HOST_NOT_ALLOWED'
  // Credentials.
  /** There are none, or their provider failed (see `cause`). */
  | 'ERR_SIGV4_NO_CREDENTIALS'
  /** Half a pair, white space, or an expiration that is no Date. */
  | 'ERR_SIGV4_INVALID_CREDENTIALS'
  /** Keys that were given, are in the environment, come from a provider, or were to assume a role, are past their expiration. */
  | 'ERR_SIGV4_EXPIRED_CREDENTIALS'
  // What STS and Cognito Identity answer. The message is the service's own; the `cause` has its code as `name`, and `status`.
  /** The caller may not (AccessDenied): the role's trust policy or the caller's own policies do not allow it. */
  | 'ERR_SIGV4_ACCESS_DENIED'
  /** The keys that were to assume a role do not exist, or their signature does not hold. */
  | 'ERR_SIGV4_REJECTED_CREDENTIALS'
  /** The identity token is expired, malformed, or not one that the role or pool trusts. */
  | 'ERR_SIGV4_INVALID_IDENTITY_TOKEN'
  /** Too many calls; all attempts were throttled. */
  | 'ERR_SIGV4_THROTTLED'
  /** No usable answer: unreachable, an error of the service's own, or an answer that is none; all attempts failed. */
  | 'ERR_SIGV4_SERVICE_UNAVAILABLE'
  /** Any other refusal. */
  | 'ERR_SIGV4_SERVICE_REFUSED'
  // A call that cannot go on.
  /** A redirect that may not, or cannot, be followed. */
  | 'ERR_SIGV4_REDIRECT'
  /** The connection failed or the service redirects, and the body can be sent but once (see `cause`). */
  | 'ERR_SIGV4_UNREPEATABLE_BODY'
  // A request that a verifier refuses.
  /** The request is not signed with Signature Version 4. */
  | 'ERR_SIGV4_MISSING_AUTHENTICATION'
  /** The request is signed twice, or has two Authorization headers. */
  | 'ERR_SIGV4_AMBIGUOUS_AUTHENTICATION'
  /** A part of the signature is missing, malformed or there twice. */
  | 'ERR_SIGV4_INCOMPLETE_SIGNATURE'
  /** The request cannot be canonicalised (see `cause`), or is no request. */
  | 'ERR_SIGV4_MALFORMED_REQUEST'
  /** Signed with another algorithm than AWS4-HMAC-SHA256. */
  | 'ERR_SIGV4_UNSUPPORTED_ALGORITHM'
  /** Signed too long ago, or a presigned URL past its life. */
  | 'ERR_SIGV4_SIGNATURE_EXPIRED'
  /** Signed in the future. */
  | 'ERR_SIGV4_SIGNATURE_NOT_YET_CURRENT'
  /** `host` or an `x-amz-*` header is not covered. */
  | 'ERR_SIGV4_HEADER_NOT_SIGNED'
  /** Signed for another region, service or day. */
  | 'ERR_SIGV4_SCOPE_MISMATCH'
  /** The lookup has no such key. */
  | 'ERR_SIGV4_UNKNOWN_ACCESS_KEY'
  /** The session token is missing, or is not that of the key. */
  | 'ERR_SIGV4_INVALID_TOKEN'
  /** The temporary credentials have expired. */
  | 'ERR_SIGV4_EXPIRED_TOKEN'
  /** The body is left out of the signature where the service does not allow it, or is streamed. */
  | 'ERR_SIGV4_UNSUPPORTED_PAYLOAD'
  /** The body is not the one whose hash the request declares. */
  | 'ERR_SIGV4_PAYLOAD_MISMATCH'
  /** The signature is not that of this request. */
  | 'ERR_SIGV4_SIGNATURE_MISMATCH'
  // The gate.
  /** A gate's world is wrong, or asks for what is not emulated; the message names the path. */
  | 'ERR_SIGV4_INVALID_WORLD';

// A registered symbol: each door is a bundle of its own and a process may hold two versions of the package, so that there
// is more than one class of this name.
const BRAND = Symbol.for('sigv4kit.error');

/** What every function of this package throws or rejects with; `code` says which case it is. */
export class SigV4Error extends Error {
  override readonly name = 'SigV4Error';
  readonly code: SigV4ErrorCode;

  constructor(code: SigV4ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  get [BRAND](): true {
    return true;
  }

  /** True for an error of any copy of this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isSigV4Error(value);
  }
}

/** True for a {@link SigV4Error}, also for one made by another copy of this package. */
export function isSigV4Error(value: unknown): value is SigV4Error {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** Refuses an option: "The option …". */
export function refuseOption(says: string): never {
  throw new SigV4Error('ERR_SIGV4_INVALID_OPTION', `The option ${says}.`);
}
