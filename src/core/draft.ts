/**
 * What the header form and the presigned form share: everything gathered before either adds its own part, and the
 * signature over what came of it. Answers at once where the hash port does, so that Node pays for no turn of the loop.
 */
import { hash } from '#hash';
import { SigV4Error } from '../errors';
import type { MaybePromise } from '../hash/port';
import type { SigningContext, WireRequest } from '../types';
import { type CanonicalHeader, canonicalHeaders, canonicalPath, canonicalRequest } from './canonical-request';
import { badHeader, TOKEN } from './header-fields';
import { declaredPayload, hashBody, isHash, UNSIGNED_PAYLOAD } from './payload';
import { ruleOf, type ServiceRule } from './service-rules';
import { headerFilter } from './signed-headers';
import { type SigningKey, signingKey } from './signing-key';
import { formatAmzDate } from './time';

export const ALGORITHM = 'AWS4-HMAC-SHA256';

export interface Signature {
  readonly canonicalRequest: string;
  readonly stringToSign: string;
  /** 64 hex digits. */
  readonly signature: string;
}

/** A request half signed: what both forms need. */
export interface Draft extends SigningKey {
  readonly rule: ServiceRule;
  readonly amzDate: string;
  readonly path: string;
  /** In no order yet; each form adds its own. */
  readonly signed: CanonicalHeader[];
  readonly payloadHash: string;
  /** The request came with an `x-amz-content-sha256` of its own. */
  readonly declared: boolean;
  readonly accessKeyId: string;
  readonly token: string | undefined;
  readonly signToken: boolean;
}

export function prepare(
  request: WireRequest,
  context: SigningContext,
  form: 'payload' | 'presignedPayload',
): MaybePromise<Draft> {
  const { method, path: givenPath, query } = request ?? {};
  if (typeof givenPath !== 'string' || typeof query !== 'string') {
    throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'The request to sign lacks a path or a query; both are strings.');
  }
  if (typeof method !== 'string' || !TOKEN.test(method)) {
    throw new SigV4Error('ERR_SIGV4_INVALID_METHOD', 'The method is not an HTTP method name.');
  }
  const { service, credentials } = context ?? {};
  // Taken before anything is awaited: a caller may change the credentials while a key is derived.
  const { accessKeyId, sessionToken: token } = credentials ?? {};
  const rule = ruleOf(service);
  const amzDate = formatAmzDate(context?.date);
  const signed = canonicalHeaders(request.headers, headerFilter(context.signedHeaders));
  if (!signed.some(([name, value]) => name === 'host' && value))
    badHeader('host', 'is missing; every signature covers it');
  const path = canonicalPath(
    givenPath,
    context.normalizePath ?? !rule.plainPath,
    context.doubleEncodePath ?? !rule.plainPath,
  );
  const declared = declaredPayload(request);
  // A URL cannot replace a header of the request, so what that declares is what is signed.
  const given = context.payloadHash ?? (form === 'presignedPayload' ? declared : undefined);
  const payload = given ?? payloadOf(request, declared, rule[form] === 'unsigned');
  if ((given ?? declared) !== undefined && !(payload instanceof Promise) && !/^[\w-]+$/.test(payload)) {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_OPTION',
      'The payload hash is neither a hash in hex nor a word such as UNSIGNED-PAYLOAD.',
    );
  }
  const key = signingKey(credentials, amzDate.slice(0, 8), context.region, service);
  const draft = (payloadHash: string, { scope, key }: SigningKey): Draft => ({
    rule,
    amzDate,
    path,
    signed,
    payloadHash,
    declared: declared !== undefined,
    accessKeyId,
    token,
    signToken: context.signSessionToken ?? !rule.tokenAfterSigning,
    scope,
    key,
  });
  if (typeof payload === 'string' && !(key instanceof Promise)) return draft(payload, key);
  return Promise.all([payload, key]).then(([payloadHash, found]) => draft(payloadHash, found));
}

function payloadOf(request: WireRequest, declared: string | undefined, unsigned: boolean): MaybePromise<string> {
  // A hash left from an earlier attempt may be of another body, so it counts only where there is no body to look at.
  if (declared !== undefined && (request.body === undefined || !isHash(declared))) return declared;
  return unsigned ? UNSIGNED_PAYLOAD : hashBody(request.body);
}

export function complete(
  draft: Draft,
  method: string,
  query: string,
  headers: readonly CanonicalHeader[],
): MaybePromise<Signature & { signedHeaders: string }> {
  const { text, signedHeaders } = canonicalRequest(method, draft.path, query, headers, draft.payloadHash);
  const withHash = (requestHash: string) => {
    const stringToSign = toStringToSign(draft.amzDate, draft.scope, requestHash);
    const done = (signature: string) => ({ canonicalRequest: text, stringToSign, signature, signedHeaders });
    const signature = hash.hmac(draft.key, stringToSign);
    return typeof signature === 'string' ? done(signature) : signature.then(done);
  };
  const requestHash = hash.sha256(text);
  return typeof requestHash === 'string' ? withHash(requestHash) : requestHash.then(withHash);
}

/** The string to sign of a canonical request, given as its hash. */
export function toStringToSign(amzDate: string, scope: string, requestHash: string): string {
  return `${ALGORITHM}\n${amzDate}\n${scope}\n${requestHash}`;
}
