/**
 * Why a request is refused, as data. The verifier words it as a `SigV4Error`; the gate words the same refusal as AWS does.
 * Nothing here holds a secret; `canonicalRequest` may hold a session token and must never reach an error or a log.
 */
import { printable } from '../core/header-fields';
import { SigV4Error } from '../errors';

export type Refusal =
  | { readonly code: 'ERR_SIGV4_AMBIGUOUS_AUTHENTICATION' }
  | { readonly code: 'ERR_SIGV4_MISSING_AUTHENTICATION' }
  | { readonly code: 'ERR_SIGV4_INCOMPLETE_SIGNATURE'; readonly form: Form; readonly fault: Incomplete }
  | { readonly code: 'ERR_SIGV4_UNSUPPORTED_ALGORITHM'; readonly algorithm: string }
  | {
      readonly code: 'ERR_SIGV4_SIGNATURE_EXPIRED' | 'ERR_SIGV4_SIGNATURE_NOT_YET_CURRENT';
      readonly date: string;
      readonly now: number;
      readonly window: number;
    }
  | { readonly code: 'ERR_SIGV4_HEADER_NOT_SIGNED'; readonly header: string }
  | { readonly code: 'ERR_SIGV4_SCOPE_MISMATCH'; readonly date: string; readonly faults: readonly ScopeFault[] }
  | { readonly code: 'ERR_SIGV4_UNKNOWN_ACCESS_KEY' }
  | { readonly code: 'ERR_SIGV4_INVALID_TOKEN' }
  | { readonly code: 'ERR_SIGV4_EXPIRED_TOKEN' }
  | { readonly code: 'ERR_SIGV4_UNSUPPORTED_PAYLOAD'; readonly payload: string }
  | { readonly code: 'ERR_SIGV4_PAYLOAD_MISMATCH' }
  | { readonly code: 'ERR_SIGV4_MALFORMED_REQUEST'; readonly cause: unknown }
  | { readonly code: 'ERR_SIGV4_SIGNATURE_MISMATCH'; readonly canonicalRequest: string; readonly stringToSign: string };

export type Form = 'header' | 'query';

/** What an `Authorization` header or presigned query lacks. */
export type Incomplete =
  /** A piece of the header that is no `key=value`. */
  | { readonly kind: 'syntax' }
  /** More parts than a signature has. */
  | { readonly kind: 'extra' }
  /** `Credential`, `Signature`, `SignedHeaders`, `Date`; in the query form also `Algorithm` and `Expires`. */
  | { readonly kind: 'missing'; readonly parts: readonly string[] }
  /** A parameter of the presigned query that comes twice. */
  | { readonly kind: 'duplicate'; readonly name: string }
  | { readonly kind: 'date'; readonly found: string }
  | { readonly kind: 'expires'; readonly found: string }
  | { readonly kind: 'credential'; readonly found: string }
  /** `SignedHeaders` names a header that the request does not have. */
  | { readonly kind: 'header'; readonly name: string };

export interface ScopeFault {
  readonly part: 'region' | 'service' | 'terminator' | 'date';
  readonly found: string;
  readonly expected: string | undefined;
}

/** The refusal in our own words. */
export function toError(refusal: Refusal): SigV4Error {
  return new SigV4Error(refusal.code, describe(refusal), 'cause' in refusal ? { cause: refusal.cause } : undefined);
}

function describe(refusal: Refusal): string {
  switch (refusal.code) {
    case 'ERR_SIGV4_AMBIGUOUS_AUTHENTICATION':
      return 'The request is signed twice, in its Authorization header and in its query; send one of them.';
    case 'ERR_SIGV4_MISSING_AUTHENTICATION':
      return 'The request has no Signature Version 4, neither in an Authorization header nor in its query; sign it.';
    case 'ERR_SIGV4_INCOMPLETE_SIGNATURE':
      return describeIncomplete(refusal.form === 'header' ? 'Authorization header' : 'presigned query', refusal.fault);
    case 'ERR_SIGV4_UNSUPPORTED_ALGORITHM':
      return 'The request is signed with an algorithm other than AWS4-HMAC-SHA256, the only one verified here.';
    case 'ERR_SIGV4_SIGNATURE_EXPIRED':
      return `The signature of ${refusal.date} is too old; sign again, and check the clock of the caller.`;
    case 'ERR_SIGV4_SIGNATURE_NOT_YET_CURRENT':
      return `The signature of ${refusal.date} is of the future; check the clock of the caller.`;
    case 'ERR_SIGV4_HEADER_NOT_SIGNED':
      return `The signature does not cover the header ${printable(refusal.header)}, which must be signed.`;
    case 'ERR_SIGV4_SCOPE_MISMATCH':
      return `The credential scope does not fit: ${refusal.faults.map(describeScope).join('; ')}.`;
    case 'ERR_SIGV4_UNKNOWN_ACCESS_KEY':
      return 'The access key of the signature is not known.';
    case 'ERR_SIGV4_INVALID_TOKEN':
      return 'The session token of the request is missing or is not that of its access key.';
    case 'ERR_SIGV4_EXPIRED_TOKEN':
      return 'The temporary credentials of the request have expired.';
    case 'ERR_SIGV4_UNSUPPORTED_PAYLOAD':
      return 'The signature leaves the body out, which this service does not allow.';
    case 'ERR_SIGV4_PAYLOAD_MISMATCH':
      return 'The body is not the one whose hash x-amz-content-sha256 gives.';
    case 'ERR_SIGV4_MALFORMED_REQUEST':
      return 'The request holds what cannot be canonicalised; its fault is the cause.';
    case 'ERR_SIGV4_SIGNATURE_MISMATCH':
      return 'The signature is not that of this request: its method, path, query, signed headers or body changed after signing, or another secret signed it.';
    default:
      return refusal satisfies never;
  }
}

const describeScope = ({ part, found, expected }: ScopeFault) => `${part} ${printable(found)}, expected "${expected}"`;

function describeIncomplete(where: string, fault: Incomplete): string {
  switch (fault.kind) {
    case 'syntax':
      return `The ${where} holds a piece that is no "key=value".`;
    case 'extra':
      return `The ${where} holds more than Credential, SignedHeaders and Signature.`;
    case 'missing':
      return `The ${where} lacks ${fault.parts.join(', ')}.`;
    case 'duplicate':
      return `The ${where} holds a parameter twice.`;
    case 'date':
      return 'The date of the signature is not in the form 20150830T123600Z.';
    case 'expires':
      return 'X-Amz-Expires is not a whole number of seconds from 1 to 604800.';
    case 'credential':
      return 'The credential is not of the form key/date/region/service/aws4_request.';
    case 'header':
      return `SignedHeaders names the header ${printable(fault.name)}, which the request does not have.`;
    default:
      return fault satisfies never;
  }
}
