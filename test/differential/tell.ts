/**
 * What somebody who knows the rules has to tell a witness about a generated request: which headers are signed, what the
 * payload line says, how the path is treated. Written from the documentation and not from our own tables, so that an error
 * in those shows as a difference.
 */
import { createHash } from 'node:crypto';
import type { Credentials, SignedHeadersPolicy } from 'sigv4kit/core';
import type { Sample } from './generate';
import { nameOf, splitQuery } from './plain';

export interface Told {
  readonly form: Sample['form'];
  readonly method: string;
  readonly path: string;
  /** Without the parameters that presigning sets. */
  readonly query: string;
  /** Without those that signing sets. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Uint8Array | undefined;
  /** Lower-case names of the request's own headers that are signed. */
  readonly signed: ReadonlySet<string>;
  /** The last line of the canonical request. */
  readonly payload: string;
  /** `payload` is the hash of `body`. */
  readonly bodyIsHashed: boolean;
  /** `x-amz-content-sha256` goes with the request, signed. */
  readonly hashHeader: boolean;
  readonly normalize: boolean;
  readonly doubleEncode: boolean;
  readonly signToken: boolean;
  readonly credentials: Credentials;
  readonly region: string;
  readonly service: string;
  readonly date: Date;
  readonly expiresIn: number;
}

const S3_FAMILY = ['s3', 's3express', 's3-outposts', 's3-object-lambda'];
const SENDS_HASH = [...S3_FAMILY, 'aoss', 'glacier', 'vpc-lattice-svcs'];

const PAYLOAD_PARAMETER = 'X-Amz-Content-Sha256';

const SET_BY_SIGNING = ['authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'];
const SET_BY_PRESIGNING = [
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
];

export const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

export function tell({ form, request, context }: Sample): Told {
  const { service } = context;
  const headers = [...request.headers];
  const own = headers.filter(([name]) => !SET_BY_SIGNING.includes(name.toLowerCase()));
  const names = own.map(([name]) => name.toLowerCase());
  const once = S3_FAMILY.includes(service);
  const declared = headers.find(([name]) => name.toLowerCase() === 'x-amz-content-sha256')?.[1].trim();
  // Where a signer moves x-amz-* headers into a presigned query, as the AWS SDK does, this one still is the payload line.
  const inQuery =
    form === 'presigned' ? splitQuery(request.query).find(([name]) => name === PAYLOAD_PARAMETER)?.[1] : undefined;
  const { payload, bodyIsHashed } = payloadOf({ form, request, context }, declared ?? inQuery);
  return {
    form,
    method: request.method,
    // No request line holds an empty path.
    path: request.path === '' ? '/' : request.path,
    query: form === 'header' ? request.query : withoutPresigned(request.query),
    headers: own,
    body: request.body,
    signed: new Set(names.filter((name) => isSigned(name, context.signedHeaders ?? 'minimal'))),
    payload,
    bodyIsHashed,
    hashHeader:
      declared !== undefined || (form === 'header' && (context.contentSha256Header ?? sendsHash(service, payload))),
    normalize: context.normalizePath ?? !once,
    doubleEncode: context.doubleEncodePath ?? !once,
    signToken: context.signSessionToken ?? service !== 'iotdevicegateway',
    credentials: context.credentials,
    region: context.region,
    service,
    date: context.date,
    expiresIn: context.expiresIn ?? 3600,
  };
}

function payloadOf({ form, request, context }: Sample, declared: string | undefined) {
  const given = (payload: string) => ({ payload, bodyIsHashed: false });
  if (context.payloadHash !== undefined) return given(context.payloadHash);
  const isWord = declared !== undefined && !/^[\da-f]{64}$/.test(declared);
  // Headers replace a hash that an earlier attempt left; a URL cannot, so there the header stands as it is.
  if (declared !== undefined && (form === 'presigned' || isWord || request.body === undefined)) return given(declared);
  const unsigned =
    context.service === 'vpc-lattice-svcs' || (form === 'presigned' && S3_FAMILY.includes(context.service));
  if (unsigned) return given('UNSIGNED-PAYLOAD');
  return { payload: sha256(request.body ?? ''), bodyIsHashed: true };
}

function sendsHash(service: string, payload: string): boolean {
  if (service === 'lambda') return payload !== sha256('');
  return SENDS_HASH.includes(service) || !/^[\da-f]{64}$/.test(payload);
}

function withoutPresigned(query: string): string {
  const kept = splitQuery(query).filter(([name]) => !SET_BY_PRESIGNING.includes(nameOf(name).toLowerCase()));
  // `a` and `a=` are the same parameter, so the `=` may always be written.
  return kept.map(([name, value]) => `${name}=${value}`).join('&');
}

const NEVER_SIGNED =
  /^(?:authorization|connection|expect|keep-alive|te|trailer|transfer-encoding|upgrade|user-agent|x-amzn-trace-id|proxy-.*|sec-.*)$/;
const ALWAYS_SIGNED = /^(?:host|x-amz-.*)$/;
const SIGNED_IN_MINIMAL = /^(?:content-type|content-md5|x-apigw-api-id)$/;

function isSigned(name: string, policy: SignedHeadersPolicy): boolean {
  if (ALWAYS_SIGNED.test(name)) return true;
  if (policy === 'all') return !NEVER_SIGNED.test(name);
  if (policy === 'minimal') return SIGNED_IN_MINIMAL.test(name);
  return policy.some((chosen) => chosen.toLowerCase() === name);
}
