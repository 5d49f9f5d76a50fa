/**
 * How AWS words a signature that does not hold: status, type and text, which API Gateway and STS each put in a form of their
 * own. Observed replies of API Gateway unless marked "unconfirmed": those are inferred from sister services or from the
 * documentation and not seen raw on execute-api.
 */
import { createHash } from 'node:crypto';
import { formatAmzDate } from '../core/time';
import type { Incomplete, Refusal, ScopeFault } from '../verify/refusal';

/** What the front end of a service refuses with, before the service is asked. */
interface FrontEndRefusal {
  readonly status: number;
  /** As `x-amzn-ErrorType` has it. */
  readonly errorType: string;
  readonly message: string;
}

const word = (status: number, errorType: string, message: string): FrontEndRefusal => ({ status, errorType, message });

/** Nothing that authenticates. */
export const MISSING_TOKEN = word(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** The refusal of a request whose signature does not hold. */
export function wordSignature(refusal: Refusal, authorization: string | undefined): FrontEndRefusal {
  const invalid = (message: string) => word(403, 'InvalidSignatureException', message);
  switch (refusal.code) {
    case 'ERR_SIGV4_MISSING_AUTHENTICATION':
      return authorization ? wordForeignScheme(authorization) : MISSING_TOKEN;
    case 'ERR_SIGV4_AMBIGUOUS_AUTHENTICATION':
      // Unconfirmed on execute-api: the text of DynamoDB.
      return invalid("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
    case 'ERR_SIGV4_INCOMPLETE_SIGNATURE':
      return incomplete(incompleteText(refusal.form, refusal.fault, authorization));
    case 'ERR_SIGV4_UNSUPPORTED_ALGORITHM':
      // Unconfirmed on execute-api: the text of DynamoDB.
      return incomplete(`Unsupported AWS 'algorithm': '${refusal.algorithm}' (only AWS4-HMAC-SHA256 for now). `);
    case 'ERR_SIGV4_SIGNATURE_EXPIRED':
      return invalid(`Signature expired: ${refusal.date} is now earlier than ${limit(refusal.now, -refusal.window)}`);
    case 'ERR_SIGV4_SIGNATURE_NOT_YET_CURRENT':
      // Unconfirmed: the type, taken from the reply to a date that is too old.
      return invalid(
        `Signature not yet current: ${refusal.date} is still later than ${limit(refusal.now, refusal.window)}`,
      );
    case 'ERR_SIGV4_HEADER_NOT_SIGNED':
      // Unconfirmed for headers other than Host: the documentation demands every x-amz-* header to be signed.
      return invalid(
        `'${refusal.header === 'host' ? "Host' or ':authority" : refusal.header}' must be a 'SignedHeader' in the AWS Authorization.`,
      );
    case 'ERR_SIGV4_SCOPE_MISMATCH':
      // Unconfirmed: the type, taken from sister services.
      return invalid(refusal.faults.map((fault) => scopeText(fault, refusal.date)).join(''));
    case 'ERR_SIGV4_UNKNOWN_ACCESS_KEY':
    case 'ERR_SIGV4_INVALID_TOKEN':
      return word(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.');
    case 'ERR_SIGV4_EXPIRED_TOKEN':
      // Unconfirmed: the type.
      return word(403, 'ExpiredTokenException', 'The security token included in the request is expired');
    case 'ERR_SIGV4_SIGNATURE_MISMATCH':
      return invalid(
        `${MISMATCH}\n\nThe Canonical String for this request should have been\n'${refusal.canonicalRequest}'\n\nThe String-to-Sign should have been\n'${refusal.stringToSign}'\n`,
      );
    case 'ERR_SIGV4_UNSUPPORTED_PAYLOAD':
    case 'ERR_SIGV4_PAYLOAD_MISMATCH':
      // Unconfirmed: some observed replies carry the first sentences alone.
      return invalid(MISMATCH);
    case 'ERR_SIGV4_MALFORMED_REQUEST':
      // Unconfirmed.
      return word(400, 'BadRequestException', 'Bad Request');
    default:
      return refusal satisfies never;
  }
}

const incomplete = (message: string) => word(403, 'IncompleteSignatureException', message);

/** An Authorization header that is no Signature Version 4, on a method that wants one or on none at all. */
export function wordForeignScheme(authorization: string): FrontEndRefusal {
  // "Bearer abc" is no pair; "Digest username=..." is one, and lacks all that a signature has.
  const isPair = authorization.slice(authorization.indexOf(' ') + 1).includes('=');
  return incomplete(
    isPair
      ? missingParts(['Credential', 'Signature', 'SignedHeaders', 'Date'], authorization)
      : syntaxText(authorization),
  );
}

/** The newer wording, which does not echo what may be somebody's token. */
const syntaxText = (header: string) =>
  `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${sha256Base64(header)}'.`;

const sha256Base64 = (text: string) => createHash('sha256').update(text).digest('base64');

function incompleteText(form: 'header' | 'query', fault: Incomplete, authorization = ''): string {
  switch (fault.kind) {
    case 'syntax':
      return syntaxText(authorization);
    case 'missing':
      if (form === 'query') {
        // Unconfirmed for Expires; the others are known from DynamoDB.
        return `${fault.parts.map((part) => `AWS query-string parameters must include 'X-Amz-${part}'. `).join('')}Re-examine the query-string parameters.`;
      }
      return missingParts(fault.parts, authorization);
    case 'extra':
      // Unconfirmed.
      return syntaxText(authorization);
    case 'duplicate':
      // Unconfirmed.
      return `AWS query-string parameters must include '${fault.name}' once. Re-examine the query-string parameters.`;
    case 'date':
      return `Date must be in ISO-8601 'basic format'. Got '${fault.found}'. See http://en.wikipedia.org/wiki/ISO_8601`;
    case 'expires':
      // Unconfirmed on execute-api; this is the text of Amazon S3.
      return 'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds';
    case 'credential':
      return `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${fault.found}'`;
    case 'header':
      // Unconfirmed: known from another implementation of the same checks.
      return `Authorization header requires existence of '${fault.name}' header. `;
    default:
      return fault satisfies never;
  }
}

const missingParts = (parts: readonly string[], authorization: string) =>
  `${parts.map(missingText).join('')}(Hashed with SHA-256 and encoded with Base64) Authorization=${sha256Base64(authorization)}`;

const missingText = (part: string) =>
  part === 'Date'
    ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
    : `Authorization header requires '${part}' parameter. `;

function limit(now: number, offset: number): string {
  const seconds = Math.abs(offset) / 1000;
  // Unconfirmed for a presigned URL, whose life need not be whole minutes.
  const span = seconds % 60 === 0 ? `${seconds / 60} min.` : `${seconds} sec.`;
  const sign = offset < 0 ? '-' : '+';
  return `${formatAmzDate(new Date(now + offset))} (${formatAmzDate(new Date(now))} ${sign} ${span})`;
}

function scopeText({ part, found, expected }: ScopeFault, date: string): string {
  switch (part) {
    case 'region':
      return `Credential should be scoped to a valid region, not '${found}'. `;
    case 'service':
      return `Credential should be scoped to correct service: '${expected}'. `;
    case 'terminator':
      return `Credential should be scoped with a valid terminator: 'aws4_request', not '${found}'. `;
    case 'date':
      return `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${found}' != '${expected}', from '${date}'.`;
    default:
      return part satisfies never;
  }
}
