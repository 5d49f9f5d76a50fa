/** Reads what a request presents of a signature, from its Authorization header or its query. Linear in its length. */
import { encodeQuery, type Parameter } from '../core/canonical-request';
import { append, badHeader, canonicalValue, checkPairs, TOKEN } from '../core/header-fields';
import { decodeEscapes } from '../core/percent-encoding';
import { MAX_EXPIRES } from '../core/presign-query';
import { formatAmzDate, parseAmzDate } from '../core/time';
import type { WireRequest } from '../types';
import type { Form, Incomplete, Refusal } from './refusal';

export interface Presented {
  readonly form: Form;
  readonly algorithm: string;
  readonly credential: string;
  /** Lower-case names, in the order listed. */
  readonly signedHeaders: readonly string[];
  /** Whether a lower-case name is among them. */
  readonly isSigned: (name: string) => boolean;
  readonly signature: string;
  /** `20150830T123600Z` */
  readonly amzDate: string;
  readonly time: number;
  /** Seconds; presigned form only. */
  readonly expires: number | undefined;
  readonly token: string | undefined;
  /** The request's own `x-amz-content-sha256`. */
  readonly payload: string | undefined;
  /** Every header of the request by lower-case name. */
  readonly fields: ReadonlyMap<string, string>;
  readonly parameters: readonly Parameter[];
}

/** What the request presents, or why it presents nothing that could be checked. */
export function readPresented(request: WireRequest): Presented | Refusal {
  const fields = new Map<string, string>();
  checkPairs(request.headers);
  for (const [field, value] of request.headers) {
    // What stands in no header could hide another one from the checks.
    if (!TOKEN.test(field)) badHeader(field, 'is not a header name');
    if (typeof value !== 'string' || value.includes('\n') || value.includes('\r')) canonicalValue(field, value);
    const name = field.toLowerCase();
    // Two of these could be read either way.
    if (name === 'authorization' && fields.has(name)) return { code: 'ERR_SIGV4_AMBIGUOUS_AUTHENTICATION' };
    append(fields, name, value);
  }
  const parameters = encodeQuery(request.query);
  const authorization = fields.get('authorization');
  const presigned = request.query.includes('X-Amz-') ? readQuery(parameters) : undefined;
  const inQuery =
    presigned !== undefined && (presigned.query.has('X-Amz-Algorithm') || presigned.query.has('X-Amz-Signature'));
  if (inQuery && authorization !== undefined) return { code: 'ERR_SIGV4_AMBIGUOUS_AUTHENTICATION' };
  if (inQuery) {
    const { query, twice } = presigned;
    if (twice !== undefined) return incomplete('query', { kind: 'duplicate', name: twice });
    return fromQuery(query, fields, parameters);
  }
  if (authorization === undefined || !authorization.startsWith('AWS4-'))
    return { code: 'ERR_SIGV4_MISSING_AUTHENTICATION' };
  return fromHeader(authorization, fields, parameters);
}

type Fields = ReadonlyMap<string, string>;
const incomplete = (form: Form, fault: Incomplete): Refusal => ({
  code: 'ERR_SIGV4_INCOMPLETE_SIGNATURE',
  form,
  fault,
});

function fromHeader(authorization: string, fields: Fields, parameters: readonly Parameter[]): Presented | Refusal {
  const space = authorization.indexOf(' ');
  const parts = new Map<string, string>();
  for (const piece of space < 0 ? [] : authorization.slice(space + 1).split(',')) {
    const equals = piece.indexOf('=');
    const name = piece.slice(0, equals).trim();
    // A second value for one name could be read either way.
    if (equals < 0 || parts.has(name)) return incomplete('header', { kind: 'syntax' });
    parts.set(name, piece.slice(equals + 1).trim());
  }
  const credential = parts.get('Credential');
  const signature = parts.get('Signature');
  const signedHeaders = parts.get('SignedHeaders');
  const date = fields.get('x-amz-date') ?? fields.get('date');
  if (!credential || !signature || !signedHeaders || !date) {
    const found = { Credential: credential, Signature: signature, SignedHeaders: signedHeaders, Date: date };
    return incomplete('header', { kind: 'missing', parts: missing(found) });
  }
  // What else stands there was added by no signer.
  if (parts.size > 3) return incomplete('header', { kind: 'extra' });
  const time = parseAmzDate(date) ?? parseHttpDate(date, fields.has('x-amz-date'));
  if (time === undefined) return incomplete('header', { kind: 'date', found: date });
  const names = signedHeaders.toLowerCase().split(';');
  return {
    fields,
    parameters,
    form: 'header',
    algorithm: space < 0 ? authorization : authorization.slice(0, space),
    credential,
    signedHeaders: names,
    isSigned: membership(names),
    signature,
    amzDate: formatAmzDate(new Date(time)),
    time,
    expires: undefined,
    token: fields.get('x-amz-security-token'),
    payload: fields.get('x-amz-content-sha256'),
  };
}

function fromQuery(query: Fields, fields: Fields, parameters: readonly Parameter[]): Presented | Refusal {
  const algorithm = query.get('X-Amz-Algorithm');
  const credential = query.get('X-Amz-Credential');
  const signature = query.get('X-Amz-Signature');
  const signedHeaders = query.get('X-Amz-SignedHeaders');
  const date = query.get('X-Amz-Date');
  const expires = query.get('X-Amz-Expires');
  if (!algorithm || !credential || !signature || !signedHeaders || !date || !expires) {
    const found = {
      Algorithm: algorithm,
      Credential: credential,
      Signature: signature,
      SignedHeaders: signedHeaders,
      Date: date,
      Expires: expires,
    };
    return incomplete('query', { kind: 'missing', parts: missing(found) });
  }
  const time = parseAmzDate(date);
  if (time === undefined) return incomplete('query', { kind: 'date', found: date });
  const seconds = /^\d{1,6}$/.test(expires) ? Number(expires) : 0;
  if (seconds < 1 || seconds > MAX_EXPIRES) return incomplete('query', { kind: 'expires', found: expires });
  const names = signedHeaders.toLowerCase().split(';');
  return {
    fields,
    parameters,
    form: 'query',
    algorithm,
    credential,
    signedHeaders: names,
    isSigned: membership(names),
    signature,
    amzDate: date,
    time,
    expires: seconds,
    token: query.get('X-Amz-Security-Token'),
    payload: fields.get('x-amz-content-sha256') ?? query.get('X-Amz-Content-Sha256'),
  };
}

/** A few names are found faster by looking through them, many by a set. */
function membership(names: readonly string[]): (name: string) => boolean {
  if (names.length <= 16) return (name) => names.includes(name);
  const set = new Set(names);
  return (name) => set.has(name);
}

const missing = (found: Record<string, string | undefined>) => Object.keys(found).filter((name) => !found[name]);

const SIGNING_PARAMETER =
  /^X-Amz-(?:Algorithm|Content-Sha256|Credential|Date|Expires|Security-Token|Signature|SignedHeaders)$/;

/** The parameters of a presigned URL, decoded. A value that is not UTF-8 stays as it is and matches nothing. */
function readQuery(parameters: readonly Parameter[]): { query: Fields; twice: string | undefined } {
  const query = new Map<string, string>();
  let twice: string | undefined;
  for (const [name, value] of parameters) {
    if (!SIGNING_PARAMETER.test(name)) continue;
    // Two values for one name could be read either way.
    if (query.has(name)) twice = name;
    query.set(name, decodeEscapes(value));
  }
  return { query, twice };
}

/** The `Date` header of a client that sends no `X-Amz-Date` (RFC 9110 section 5.6.7). */
function parseHttpDate(text: string, isAmzDate: boolean): number | undefined {
  if (isAmzDate || !/^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
