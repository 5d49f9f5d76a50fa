/**
 * Signature Version 4 in the presigned form: the signature travels in the query.
 * The rule: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
import { SigV4Error } from '../errors';
import type { Credentials, SigningContext, WireRequest } from '../types';
import { canonicalQuery, encodeQuery, joinQuery, type Parameter, sortHeaders } from './canonical-request';
import { ALGORITHM, complete, prepare, type Signature } from './draft';
import { declaredPayload } from './payload';
import { encodeText } from './percent-encoding';

/** Seven days in seconds, the longest that a presigned URL may live. */
export const MAX_EXPIRES = 604_800;

/** What {@link presignQuery} resolves. */
export interface PresignedQuery extends Signature {
  /** The whole query, the request's own parameters first, in their order and encoded so that no server can misread them. */
  readonly query: string;
}

/**
 * Signs a request with query parameters, so that its URL can be handed to someone who has no keys. The request's headers
 * that the policy chooses are signed too, and must then be sent with it. Resolves the query; valid for
 * `context.expiresIn` seconds (1 to 604800, default 3600) or until the credentials end, whichever comes first.
 *
 * Rejects as {@link signHeaders} does, and with `ERR_SIGV4_INVALID_EXPIRES`.
 */
export async function presignQuery(request: WireRequest, context: SigningContext): Promise<PresignedQuery> {
  const { credentials, payloadHash, expiresIn = 3600 } = context ?? {};
  if (!Number.isInteger(expiresIn) || expiresIn < 1 || expiresIn > MAX_EXPIRES) {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_EXPIRES',
      `expiresIn is ${String(expiresIn)}; it must be 1 to ${MAX_EXPIRES} whole seconds.`,
    );
  }
  const parameters = encodeQuery(request?.query ?? '').filter(([name]) => !SET_BY_PRESIGNING.test(name));
  // Amazon S3 reads the payload line from the query where no header gives it.
  const inQuery = parameters.find(([name]) => name === 'X-Amz-Content-Sha256')?.[1];
  const isGiven = inQuery !== undefined && payloadHash === undefined && declaredPayload(request) === undefined;
  const prepared = prepare(request, isGiven ? { ...context, payloadHash: inQuery } : context, 'presignedPayload');
  const draft = prepared instanceof Promise ? await prepared : prepared;
  if (draft.declared) draft.signed.push(['x-amz-content-sha256', draft.payloadHash]);

  parameters.push(
    ['X-Amz-Algorithm', ALGORITHM],
    ['X-Amz-Credential', `${encodeText(draft.accessKeyId)}%2F${draft.scope.replaceAll('/', '%2F')}`],
    ['X-Amz-Date', draft.amzDate],
    ['X-Amz-Expires', String(expiresIn)],
  );
  const token: Parameter[] =
    draft.token === undefined ? [] : [['X-Amz-Security-Token', encodeToken(credentials, draft.token)]];
  if (draft.signToken) parameters.push(...token);
  const headers = sortHeaders(draft.signed);
  const names = new Set(headers.map(([name]) => encodeText(name)));
  parameters.push(['X-Amz-SignedHeaders', [...names].join('%3B')]);

  const signing = complete(draft, request.method, canonicalQuery(parameters), headers);
  const { canonicalRequest, stringToSign, signature } = signing instanceof Promise ? await signing : signing;
  parameters.push(['X-Amz-Signature', signature]);
  if (!draft.signToken) parameters.push(...token);
  return { query: joinQuery(parameters), canonicalRequest, stringToSign, signature };
}

const SET_BY_PRESIGNING = /^X-Amz-(?:Algorithm|Credential|Date|Expires|SignedHeaders|Security-Token|Signature)$/i;

const encodedTokens = new WeakMap<Credentials, readonly [token: string, encoded: string]>();

// A token is long and stays the same for thousands of URLs; encoding it costs more than hashing it.
function encodeToken(credentials: Credentials, token: string): string {
  const known = encodedTokens.get(credentials);
  if (known?.[0] === token) return known[1];
  const encoded = encodeText(token);
  encodedTokens.set(credentials, [token, encoded]);
  return encoded;
}
