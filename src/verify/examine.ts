/**
 * Examines the signature of a request: what it presents, whether it is current and in scope, whose it is, and whether it is
 * that of this request. The checks come in the order that AWS's front end makes them, as observed on several services.
 */
import { hash } from '#hash';
import {
  type CanonicalRequest,
  canonicalHeaders,
  canonicalPath,
  canonicalQuery,
  canonicalRequest,
  sortHeaders,
} from '../core/canonical-request';
import { ALGORITHM, toStringToSign } from '../core/draft';
import { hashBody, isHash, UNSIGNED_PAYLOAD } from '../core/payload';
import { ruleOf, type ServiceRule } from '../core/service-rules';
import { signingKey } from '../core/signing-key';
import { isSigV4Error } from '../errors';
import type { Credentials, WireRequest } from '../types';
import { type Presented, readPresented } from './presented';
import type { Refusal, ScopeFault } from './refusal';

export interface ExamineOptions {
  /** The credentials of an access key id. What it rejects with, the examination rejects with. */
  readonly lookup: (accessKeyId: string) => Credentials | undefined | Promise<Credentials | undefined>;
  readonly region: string;
  readonly service: string;
  /** Milliseconds the caller's clock may be off, either way. */
  readonly maxSkew: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A request whose signature holds. */
export interface VerifiedRequest {
  readonly accessKeyId: string;
  /** `20150830/us-east-1/execute-api/aws4_request` */
  readonly scope: string;
  /** Lower-case names; only these headers are vouched for. */
  readonly signedHeaders: readonly string[];
  /** When it was signed. */
  readonly date: Date;
  /** True when the signature is in the query. */
  readonly presigned: boolean;
}

/** Resolves who signed the request, or why it is refused. */
export function examine(request: WireRequest, options: ExamineOptions): Promise<VerifiedRequest | Refusal> {
  return examineWellFormed(request, options).catch((cause) => {
    // The canonicaliser's refusals are about the request; any other error is the lookup's or ours.
    if (isSigV4Error(cause) && FAULTS_OF_THE_REQUEST.has(cause.code))
      return { code: 'ERR_SIGV4_MALFORMED_REQUEST', cause };
    throw cause;
  });
}

const FAULTS_OF_THE_REQUEST = new Set(['ERR_SIGV4_INVALID_URL', 'ERR_SIGV4_INVALID_HEADER', 'ERR_SIGV4_INVALID_BODY']);

async function examineWellFormed(request: WireRequest, options: ExamineOptions): Promise<VerifiedRequest | Refusal> {
  const presented = readPresented(request);
  if ('code' in presented) return presented;
  const { signedHeaders, amzDate, form } = presented;

  const refusal = checkTime(presented, options) ?? checkSignedHeaders(presented);
  if (refusal) return refusal;
  if (presented.algorithm !== ALGORITHM)
    return { code: 'ERR_SIGV4_UNSUPPORTED_ALGORITHM', algorithm: presented.algorithm };
  const parts = presented.credential.split('/') as [string, string, string, string, string];
  const [accessKeyId, day, region, service, terminator] = parts;
  if (parts.length !== 5 || parts.includes('')) {
    return { code: 'ERR_SIGV4_INCOMPLETE_SIGNATURE', form, fault: { kind: 'credential', found: presented.credential } };
  }
  const faults = scopeFaults({ day, region, service, terminator }, amzDate, options);
  if (faults.length > 0) return { code: 'ERR_SIGV4_SCOPE_MISMATCH', date: amzDate, faults };

  const found = options.lookup(accessKeyId);
  const credentials = found && 'then' in found ? await found : found;
  if (!credentials) return { code: 'ERR_SIGV4_UNKNOWN_ACCESS_KEY' };

  const rule = ruleOf(service);
  const payload = payloadOf(presented, rule);
  if (payload !== undefined && !isHash(payload) && !(payload === UNSIGNED_PAYLOAD && mayBeUnsigned(presented, rule))) {
    return { code: 'ERR_SIGV4_UNSUPPORTED_PAYLOAD', payload };
  }
  const hashing = payload === UNSIGNED_PAYLOAD ? UNSIGNED_PAYLOAD : hashBody(request.body);
  const bodyHash = hashing instanceof Promise ? await hashing : hashing;

  const canonical = canonicalise(request, presented, rule, payload ?? bodyHash);
  const hashed = hash.sha256(canonical.text);
  const scope = `${day}/${region}/${service}/${terminator}`;
  const stringToSign = toStringToSign(amzDate, scope, typeof hashed === 'string' ? hashed : await hashed);
  const derived = signingKey(credentials, day, region, service);
  const { key } = derived instanceof Promise ? await derived : derived;
  const signing = hash.hmac(key, stringToSign);
  const expected = typeof signing === 'string' ? signing : await signing;
  if (!sameText(expected, presented.signature)) {
    return { code: 'ERR_SIGV4_SIGNATURE_MISMATCH', canonicalRequest: canonical.text, stringToSign };
  }
  if (payload !== undefined && payload !== bodyHash) return { code: 'ERR_SIGV4_PAYLOAD_MISMATCH' };
  const tokenRefusal = checkToken(presented.token, credentials, options.now);
  if (tokenRefusal) return tokenRefusal;
  return {
    accessKeyId,
    scope,
    signedHeaders,
    date: new Date(presented.time),
    presigned: form === 'query',
  };
}

function checkTime({ time, amzDate, expires }: Presented, { now, maxSkew }: ExamineOptions): Refusal | undefined {
  const window = expires === undefined ? maxSkew : expires * 1000;
  // Written so that a time that is no number refuses.
  if (!(time + window >= now)) return { code: 'ERR_SIGV4_SIGNATURE_EXPIRED', date: amzDate, now, window };
  if (!(time - maxSkew <= now))
    return { code: 'ERR_SIGV4_SIGNATURE_NOT_YET_CURRENT', date: amzDate, now, window: maxSkew };
  return undefined;
}

/** Signed by none, or bound to the signature by another way: the payload line, the token check, a front end that adds them. */
const NEED_NOT_BE_SIGNED = new Set(['x-amz-content-sha256', 'x-amz-security-token', 'x-amz-date', 'x-amz-cf-id']);

function checkSignedHeaders({ form, signedHeaders, isSigned, fields }: Presented): Refusal | undefined {
  if (!isSigned('host')) return { code: 'ERR_SIGV4_HEADER_NOT_SIGNED', header: 'host' };
  for (const name of signedHeaders) {
    if (!fields.has(name)) return { code: 'ERR_SIGV4_INCOMPLETE_SIGNATURE', form, fault: { kind: 'header', name } };
  }
  // An x-amz-* header tells a service what to do; one that is not signed could be anybody's.
  for (const name of fields.keys()) {
    if (name.startsWith('x-amz-') && !isSigned(name) && !NEED_NOT_BE_SIGNED.has(name)) {
      return { code: 'ERR_SIGV4_HEADER_NOT_SIGNED', header: name };
    }
  }
  return undefined;
}

function scopeFaults(
  scope: { day: string; region: string; service: string; terminator: string },
  amzDate: string,
  options: ExamineOptions,
): ScopeFault[] {
  const faults: ScopeFault[] = [
    { part: 'region', found: scope.region, expected: options.region },
    { part: 'service', found: scope.service, expected: options.service },
    { part: 'terminator', found: scope.terminator, expected: 'aws4_request' },
    { part: 'date', found: scope.day, expected: amzDate.slice(0, 8) },
  ];
  return faults.filter(({ found, expected }) => found !== expected);
}

/** What the request says of its body; undefined: its hash is the payload line. */
function payloadOf({ payload, form }: Presented, rule: ServiceRule): string | undefined {
  if (payload !== undefined) return payload;
  const unsigned = form === 'query' ? rule.presignedPayload === 'unsigned' : rule.payload === 'unsigned';
  return unsigned ? UNSIGNED_PAYLOAD : undefined;
}

const mayBeUnsigned = ({ form }: Presented, rule: ServiceRule) =>
  rule.payload !== undefined || (form === 'query' && rule.presignedPayload === 'unsigned');

function canonicalise(
  request: WireRequest,
  presented: Presented,
  rule: ServiceRule,
  payloadHash: string,
): CanonicalRequest {
  const outside = rule.tokenAfterSigning ? ['X-Amz-Signature', 'X-Amz-Security-Token'] : ['X-Amz-Signature'];
  const parameters =
    presented.form === 'query'
      ? presented.parameters.filter(([name]) => !outside.includes(name))
      : presented.parameters;
  return canonicalRequest(
    request.method,
    canonicalPath(request.path, !rule.plainPath, !rule.plainPath),
    canonicalQuery(parameters),
    sortHeaders(canonicalHeaders(request.headers, presented.isSigned)),
    payloadHash,
  );
}

function checkToken(token: string | undefined, credentials: Credentials, now: number): Refusal | undefined {
  // No constant time needed: the signature has proven the secret, and who has that has the token.
  if ((credentials.sessionToken ?? '') !== (token ?? '')) return { code: 'ERR_SIGV4_INVALID_TOKEN' };
  if (credentials.expiration && !(new Date(credentials.expiration).getTime() > now))
    return { code: 'ERR_SIGV4_EXPIRED_TOKEN' };
  return undefined;
}

/** Compares in a time that does not tell where two texts of one length differ. */
function sameText(expected: string, found: string): boolean {
  if (expected.length !== found.length) return false;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) difference |= expected.charCodeAt(i) ^ found.charCodeAt(i);
  return difference === 0;
}
