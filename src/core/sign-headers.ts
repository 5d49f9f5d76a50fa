/**
 * Signature Version 4 in the header form.
 * The rule: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
import type { SigningContext, WireRequest } from '../types';
import { canonicalQuery, encodeQuery, sortHeaders } from './canonical-request';
import { ALGORITHM, complete, prepare, type Signature } from './draft';
import { EMPTY_SHA256, isHash } from './payload';
import type { ServiceRule } from './service-rules';

/** What {@link signHeaders} resolves. */
export interface SignedHeaders extends Signature {
  /**
   * The headers to add, lower-case: `x-amz-date`, `authorization` and, where they apply, `x-amz-security-token` and
   * `x-amz-content-sha256`. Each replaces every header of that name in any case; a stale `x-amz-security-token` must go
   * even when there is none to replace it.
   */
  readonly headers: [name: string, value: string][];
  readonly authorization: string;
}

/**
 * Signs a request with headers. Resolves what was signed and the headers to add.
 *
 * @example
 * const { headers } = await signHeaders(
 *   { method: 'GET', path: '/', query: '', headers: [['host', 'api.example.com']] },
 *   { credentials, region: 'us-east-1', service: 'execute-api', date: new Date() },
 * );
 *
 * Rejects with a {@link SigV4Error}: `ERR_SIGV4_NO_CREDENTIALS`, `ERR_SIGV4_INVALID_CREDENTIALS`, `ERR_SIGV4_NO_REGION`,
 * `ERR_SIGV4_NO_SERVICE`, `ERR_SIGV4_INVALID_OPTION`, `ERR_SIGV4_INVALID_DATE`, `ERR_SIGV4_INVALID_URL`,
 * `ERR_SIGV4_INVALID_HEADER`, `ERR_SIGV4_INVALID_BODY`.
 */
export async function signHeaders(request: WireRequest, context: SigningContext): Promise<SignedHeaders> {
  const prepared = prepare(request, context, 'payload');
  const draft = prepared instanceof Promise ? await prepared : prepared;
  const { rule, signed, amzDate, scope, payloadHash, accessKeyId, token } = draft;

  const headers: [string, string][] = [['x-amz-date', amzDate]];
  signed.push(['x-amz-date', amzDate]);
  if (token !== undefined) {
    headers.push(['x-amz-security-token', token]);
    if (draft.signToken) signed.push(['x-amz-security-token', token]);
  }
  if (draft.declared || (context.contentSha256Header ?? needsHashHeader(rule, payloadHash))) {
    headers.push(['x-amz-content-sha256', payloadHash]);
    signed.push(['x-amz-content-sha256', payloadHash]);
  }

  const signing = complete(draft, request.method, canonicalQuery(encodeQuery(request.query)), sortHeaders(signed));
  const result = signing instanceof Promise ? await signing : signing;
  const authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${result.signedHeaders}, Signature=${result.signature}`;
  headers.push(['authorization', authorization]);
  return {
    headers,
    authorization,
    canonicalRequest: result.canonicalRequest,
    stringToSign: result.stringToSign,
    signature: result.signature,
  };
}

function needsHashHeader(rule: ServiceRule, payloadHash: string): boolean {
  if (rule.contentSha256 === 'with-body') return payloadHash !== EMPTY_SHA256;
  // Words such as UNSIGNED-PAYLOAD mean nothing to a service that is not told of them.
  return rule.contentSha256 === 'always' || !isHash(payloadHash);
}
