/**
 * The one canonicaliser. Signer, verifier and everything that explains a refusal come through here; each says which
 * headers are signed, and nothing else differs between them. Pure, and linear but for sorting.
 */
import { SigV4Error } from '../errors';
import type { HeaderPairs } from '../types';
import { badHeader, canonicalValue, checkPairs } from './header-fields';
import { encodePath, encodeText, normalizeEscapes } from './percent-encoding';

/** A signed header: its lower-case name, and its value as the canonical request writes it. */
export type CanonicalHeader = readonly [name: string, value: string];

export interface CanonicalRequest {
  readonly text: string;
  /** The names, sorted and joined with `;`. */
  readonly signedHeaders: string;
}

/** Puts the parts of a canonical request together; path and query must be canonical already, the headers in their order. */
export function canonicalRequest(
  method: string,
  path: string,
  query: string,
  headers: readonly CanonicalHeader[],
  payloadHash: string,
): CanonicalRequest {
  let lines = '';
  let signedHeaders = '';
  let last: string | undefined;
  for (const [name, value] of headers) {
    if (name === last) {
      // Repeated headers are one, joined in the order they came.
      lines += `,${value}`;
      continue;
    }
    lines += `\n${name}:${value}`;
    signedHeaders += last === undefined ? name : `;${name}`;
    last = name;
  }
  return { text: `${method}\n${path}\n${query}${lines}\n\n${signedHeaders}\n${payloadHash}`, signedHeaders };
}

/** Headers by name; those of one name stay in the order they came. What is in order already costs one look. */
export function sortHeaders(headers: readonly CanonicalHeader[]): readonly CanonicalHeader[] {
  return sorted(headers, byName);
}

/** The items in their order, equal ones as they came; the list itself where it is in order already. */
function sorted<T>(items: readonly T[], compare: (a: T, b: T) => number): readonly T[] {
  const inOrder = items.every((item, i) => i === 0 || compare(items[i - 1] as T, item) <= 0);
  return inOrder ? items : [...items].sort(compare);
}

type Named = readonly [name: string, value: string];

function byName(a: Named, b: Named): number {
  if (a[0] === b[0]) return 0;
  return a[0] < b[0] ? -1 : 1;
}

/** The canonical path of a path as sent. `normalize` collapses `//`, `.` and `..`; `encodeTwice` treats `%` as any other byte. */
export function canonicalPath(path: string, normalize: boolean, encodeTwice: boolean): string {
  // Most paths are canonical as they are, and known at one look.
  if (CANONICAL_PATH.test(path)) return path;
  if (!/^(?:\/[^?#]*)?$/.test(path)) {
    throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'The path must start with "/" and hold neither "?" nor "#".');
  }
  const normal = normalize ? removeDotSegments(path) : path;
  return encodePath(normal, encodeTwice ? encodeText : normalizeEscapes) || '/';
}

/** Segments that begin with neither "." nor "/", of characters that stay. */
const CANONICAL_PATH = /^(?:\/[\w~-][\w.~-]*)+\/?$/;

function removeDotSegments(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`;
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
  return joinQuery(sorted(parameters, byNameThenValue));
}

function byNameThenValue(a: Parameter, b: Parameter): number {
  if (a[0] !== b[0] || a[1] === b[1]) return byName(a, b);
  return a[1] < b[1] ? -1 : 1;
}

/** Collects the headers that `isSigned` (asked with lower-case names) chooses, in the order they came. */
export function canonicalHeaders(headers: HeaderPairs, isSigned: (name: string) => boolean): CanonicalHeader[] {
  const chosen: CanonicalHeader[] = [];
  let hosts = 0;
  checkPairs(headers);
  for (const [field, value] of headers) {
    const name = typeof field === 'string' ? field.toLowerCase() : badHeader('', 'has a name that is not a string');
    if (!isSigned(name)) continue;
    if (name === 'host' && ++hosts > 1) badHeader(name, 'is given twice');
    chosen.push([name, canonicalValue(field, value)]);
  }
  return chosen;
}
