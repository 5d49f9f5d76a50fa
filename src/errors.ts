/**
 * The one error root. A code is a contract and never changes its meaning; a message says what was being done, what was
 * found and what to do, and never holds a secret, a token, a signature or a body.
 */

/** Every code a {@link SigV4Error} can carry. */
export type SigV4ErrorCode =
  // Input that cannot be signed.
  | 'ERR_SIGV4_INVALID_URL'
  | 'ERR_SIGV4_INVALID_METHOD'
  | 'ERR_SIGV4_INVALID_HEADER'
  | 'ERR_SIGV4_INVALID_BODY'
  | 'ERR_SIGV4_UNSUPPORTED_BODY'
  | 'ERR_SIGV4_INVALID_DATE'
  | 'ERR_SIGV4_INVALID_OPTION'
  | 'ERR_SIGV4_INVALID_EXPIRES'
  | 'ERR_SIGV4_NO_SERVICE'
  | 'ERR_SIGV4_NO_REGION'
  | 'ERR_SIGV4_HOST_NOT_ALLOWED'
  // Credentials.
  | 'ERR_SIGV4_NO_CREDENTIALS'
  | 'ERR_SIGV4_INVALID_CREDENTIALS'
  | 'ERR_SIGV4_EXPIRED_CREDENTIALS'
  // A request that a verifier refuses.
  | 'ERR_SIGV4_MISSING_AUTHENTICATION'
  | 'ERR_SIGV4_AMBIGUOUS_AUTHENTICATION'
  | 'ERR_SIGV4_INCOMPLETE_SIGNATURE'
  | 'ERR_SIGV4_MALFORMED_REQUEST'
  | 'ERR_SIGV4_UNSUPPORTED_ALGORITHM'
  | 'ERR_SIGV4_SIGNATURE_EXPIRED'
  | 'ERR_SIGV4_SIGNATURE_NOT_YET_CURRENT'
  | 'ERR_SIGV4_HEADER_NOT_SIGNED'
  | 'ERR_SIGV4_SCOPE_MISMATCH'
  | 'ERR_SIGV4_UNKNOWN_ACCESS_KEY'
  | 'ERR_SIGV4_INVALID_TOKEN'
  | 'ERR_SIGV4_EXPIRED_TOKEN'
  | 'ERR_SIGV4_UNSUPPORTED_PAYLOAD'
  | 'ERR_SIGV4_PAYLOAD_MISMATCH'
  | 'ERR_SIGV4_SIGNATURE_MISMATCH'
  // A gate's world that does not make sense.
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
