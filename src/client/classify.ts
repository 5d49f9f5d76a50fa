/**
 * What an answer, or the lack of one, means for the call: a pure table over status, error code and message. What follows of
 * it is decided in `retry`, `skew` and `redirect`.
 */

/** What came of an attempt. */
export type Verdict =
  /** An answer for the caller, also a refusal that no repetition would change. */
  | 'final'
  | 'redirect'
  /** Too many requests: it was not carried out, whatever its method. */
  | 'throttled'
  /** A fault of the service, or of what stands before it; it may have been carried out. */
  | 'transient'
  /** No answer: the connection failed, and it may have been carried out. */
  | 'network'
  /** The signature's time was refused: a clock is wrong. */
  | 'clock-skew'
  /** The session token has ended, or the keys are not known (any more). */
  | 'rejected-credentials';

/** An error of a service, as far as it can be read. */
export interface ServiceError {
  /** Without namespace or tail: `ExpiredTokenException`. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** Sources: the retry classification of the AWS SDKs (smithy's service-error-classification, botocore's legacy and standard modes). */
const THROTTLED = new Set(
  'BandwidthLimitExceeded EC2ThrottledException LimitExceededException PriorRequestNotComplete ProvisionedThroughputExceededException RequestLimitExceeded RequestThrottled RequestThrottledException SlowDown ThrottledException Throttling ThrottlingException TooManyRequestsException TransactionInProgressException'.split(
    ' ',
  ),
);
const TRANSIENT = new Set('IDPCommunicationError InternalError RequestTimeout RequestTimeoutException'.split(' '));
const SKEWED = new Set('RequestTimeTooSkewed RequestInTheFuture RequestExpired'.split(' '));
/** These stand for a wrong signature as well; the message tells. */
const SIGNATURE = new Set(
  'InvalidSignatureException SignatureDoesNotMatch AuthFailure AccessDeniedException AccessDenied'.split(' '),
);
const CREDENTIALS = new Set(
  'ExpiredToken ExpiredTokenException InvalidAccessKeyId InvalidClientTokenId InvalidToken TokenRefreshRequired UnrecognizedClientException'.split(
    ' ',
  ),
);
/** The words of AWS's front end for a time that is too far off, either way. */
const OF_TIME = /^Signature (?:expired|not yet current): |^Request has expired|RequestTimeTooSkewed/;

const REDIRECTS = [301, 302, 303, 307, 308];
const TRANSIENT_STATUS = [500, 502, 503, 504];
/** What a service answers to a signature or key that it does not take. */
const OF_CALLER = [400, 401, 403];

/** True where the body must be read to know more: what a refusal means is in its code. */
export const needsReading = (status: number): boolean => status >= 400 && status !== 429 && status !== 404;

/** True for a code that means something of its own only with its message. */
export const needsMessage = (code: string): boolean => SIGNATURE.has(code) || SKEWED.has(code);

/** The words of a refusal of time, whatever stands beside them. */
export const isOfTime = (message = ''): boolean =>
  /^Signature (?:expired|not yet current): \d{8}T\d{6}Z is /.test(message);

/** The verdict on an answer. */
export function classify(status: number, hasLocation: boolean, error: ServiceError): Verdict {
  if (status < 300) return 'final';
  if (status < 400) return hasLocation && REDIRECTS.includes(status) ? 'redirect' : 'final';
  const { code = '', message = '' } = error;
  if (status === 429 || THROTTLED.has(code)) return 'throttled';
  if (OF_CALLER.includes(status)) {
    if (SKEWED.has(code) || (SIGNATURE.has(code) && OF_TIME.test(message))) return 'clock-skew';
    if (CREDENTIALS.has(code)) return 'rejected-credentials';
  }
  if (TRANSIENT_STATUS.includes(status) || TRANSIENT.has(code)) return 'transient';
  return 'final';
}

/** Faults of the call itself, or of a certificate: another attempt would end the same way. */
const PERMANENT =
  /^(?:ERR_INVALID_|ERR_TLS_|ERR_SSL_|ERR_SIGV4_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|UND_ERR_INVALID_ARG|UND_ERR_NOT_SUPPORTED|UND_ERR_REQ_)/;

/**
 * The verdict on what `fetch` threw. undici and Node put a `code` on the error or its cause, Deno and Bun a `name` or
 * `code`, and browsers throw a TypeError for whatever kept the answer away. An error of none of these shapes is the
 * caller's own.
 */
export function classifyError(error: unknown): 'network' | 'final' {
  if (typeof error !== 'object' || error === null) return 'final';
  const { name, code, cause } = error as { name?: unknown; code?: unknown; cause?: unknown };
  if (name === 'AbortError' || name === 'TimeoutError') return 'final';
  const inner = typeof cause === 'object' && cause !== null ? (cause as { code?: unknown; name?: unknown }) : {};
  const codes = [code, inner.code].filter((text) => typeof text === 'string');
  if (codes.some((text) => PERMANENT.test(text))) return 'final';
  if (codes.length > 0) return 'network';
  return name === 'TypeError' ? (isOfArguments(error as Error) ? 'final' : 'network') : 'final';
}

/** A TypeError without a code is a browser's for the network, or anybody's for an argument that cannot be. */
const isOfArguments = ({ message }: Error) =>
  !/fetch|network|load failed|connection|socket|terminated|error sending request/i.test(message);
