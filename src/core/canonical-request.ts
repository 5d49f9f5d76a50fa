/**
 * The one canonicaliser. Signer, verifier and everything that explains a refusal come through here; each says which
 * headers are signed, and nothing else differs between them. Pure, and linear but for sorting.
 */
import { SigV4Error } from '../errors';
import type { HeaderPairs } from '../types';
import { encodeText, normalizeEscapes } from './percent-encoding';

/** Signed headers by lower-case name, their values as the canonical request writes them. */
export type CanonicalHeaders = Map<string, string>;

export interface CanonicalRequest {
  readonly text: string;
  /** The names, sorted and joined with `;`. */
  readonly signedHeaders: string;
}

/** Puts the parts of a canonical request together; path and query must be canonical already. */
export function canonicalRequest(
  method: string,
  path: string,
  query: string,
  headers: CanonicalHeaders,
  payloadHash: string,
): CanonicalRequest {
  const names = [...headers.keys()].sort();
  const signedHeaders = names.join(';');
  let lines = '';
  for (const name of names) lines += `${name}:${headers.get(name)}\n`;
  return { text: `${method}\n${path}\n${query}\n${lines}\n${signedHeaders}\n${payloadHash}`, signedHeaders };
}

const PLAIN_PATH = /^(?:\/[\w.~-]*)+$/;
const NOT_NORMAL = /\/\/|\/\./;

/** The canonical path of a path as sent. `normalize` collapses `//`, `.` and `..`; `encodeTwice` treats `%` as any other byte. */
export function canonicalPath(path: string, normalize: boolean, encodeTwice: boolean): string {
  if (path === '' || path === '/') return '/';
  if (path[0] !== '/') {
    throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'The path to sign does not start with "/".');
  }
  const normal = normalize && NOT_NORMAL.test(path) ? removeDotSegments(path) : path;
  if (PLAIN_PATH.test(normal)) return normal;
  return normal
    .split('/')
    .map(encodeTwice ? encodeText : normalizeEscapes)
    .join('/');
}

function removeDotSegments(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const normal = `/${kept.join('/')}`;
  return kept.length > 0 && path.endsWith('/') ? `${normal}/` : normal;
}

/** A query parameter, name and value percent-encoded. */
export type Parameter = readonly [name: string, value: string];

/**
 * The parameters of a query as sent, in the order given, each in the form that no server can misread: `+` means a space
 * and becomes `%20`, a name without `=` has an empty value, empty pieces go.
 */
export function encodeQuery(query: string): Parameter[] {
  const parameters: Parameter[] = [];
  if (query === '') return parameters;
  for (const piece of query.split('&')) {
    if (piece === '') continue;
    const text = piece.includes('+') ? piece.replaceAll('+', '%20') : piece;
    const equals = text.indexOf('=');
    if (equals < 0) parameters.push([normalizeEscapes(text), '']);
    else parameters.push([normalizeEscapes(text.slice(0, equals)), normalizeEscapes(text.slice(equals + 1))]);
  }
  return parameters;
}

/** Encoded parameters as a query, in their order. */
export function joinQuery(parameters: readonly Parameter[]): string {
  let query = '';
  for (const [name, value] of parameters) query += query === '' ? `${name}=${value}` : `&${name}=${value}`;
  return query;
}

/** The canonical query of encoded parameters: sorted by name, then value. All are ASCII, so any order of code units will do. */
export function canonicalQuery(parameters: readonly Parameter[]): string {
  const inOrder = parameters.every(
    (parameter, i) => i === 0 || byNameThenValue(parameters[i - 1] as Parameter, parameter) <= 0,
  );
  return joinQuery(inOrder ? parameters : [...parameters].sort(byNameThenValue));
}

function byNameThenValue(a: Parameter, b: Parameter): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  if (a[1] === b[1]) return 0;
  return a[1] < b[1] ? -1 : 1;
}

/** A header name: a token of RFC 9110 section 5.6.2, in lower case. */
export const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const NEEDS_CARE = /[\0-\x1f\x7f\ud800-\udfff]| {2}|^ | $/;

/** Collects the headers that `isSigned` (asked with lower-case names) chooses; repeated ones joined with `,` in order. */
export function canonicalHeaders(headers: HeaderPairs, isSigned: (name: string) => boolean): CanonicalHeaders {
  const chosen: CanonicalHeaders = new Map();
  for (const [field, value] of headers) {
    const name = field.toLowerCase();
    if (!isSigned(name)) continue;
    if (!FIELD_NAME.test(name)) {
      throw new SigV4Error(
        'ERR_SIGV4_INVALID_HEADER',
        'A header name is empty or holds a character that header names cannot have.',
      );
    }
    const earlier = chosen.get(name);
    const text = canonicalValue(name, value);
    if (earlier !== undefined && name === 'host') {
      throw new SigV4Error('ERR_SIGV4_INVALID_HEADER', 'The request has more than one "host" header; keep one.');
    }
    chosen.set(name, earlier === undefined ? text : `${earlier},${text}`);
  }
  return chosen;
}

function canonicalValue(name: string, value: string): string {
  if (typeof value !== 'string') {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_HEADER',
      `Header "${name}" has a value of type ${typeof value}; give a string.`,
    );
  }
  if (!NEEDS_CARE.test(value)) return value;
  // A line folded as in RFC 9112 section 5.2 is one line; any other line break would end the header.
  const unfolded = value.replace(/\r?\n(?=[ \t])/g, ' ');
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(unfolded)) {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_HEADER',
      `Header "${name}" holds a line break or control character; remove it.`,
    );
  }
  if (/\p{Surrogate}/u.test(unfolded)) {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_HEADER',
      `Header "${name}" holds a lone surrogate, which has no UTF-8 form.`,
    );
  }
  return unfolded.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '');
}
