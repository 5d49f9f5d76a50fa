/** Header fields: what they may hold, how the canonical request writes them, and how `fetch` callers give them. */
import { SigV4Error } from '../errors';
import type { HeaderPairs } from '../types';

/** A method or header name: a token of RFC 9110 section 5.6.2. */
export const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
/** The fast way out: most values, and every long one, hold neither white space nor anything odd. */
const PRINTABLE = /^[!-~]*$/;
const NEEDS_CARE = /[\0-\x1f\x7f\ud800-\udfff]| {2}|^ | $/;

export function badHeader(name: string, fault: string): never {
  throw new SigV4Error('ERR_SIGV4_INVALID_HEADER', `The header ${printable(name)} ${fault}.`);
}

/** A name as a message may repeat it. What is no name, or longer than names are, may be a value in the wrong place. */
export const printable = (name: string): string =>
  TOKEN.test(name) && name.length < 65 ? `"${name}"` : '(name left out)';

/** Rejects what is neither an array of pairs nor a Map; an iterator could be read but once. */
export function checkPairs(headers: HeaderPairs): void {
  if (!Array.isArray(headers) && !(headers instanceof Map)) {
    throw new SigV4Error('ERR_SIGV4_INVALID_HEADER', 'The headers are neither an array of pairs nor a Map.');
  }
}

/** The value of a header as the canonical request writes it. Rejects names and values that no header can have. */
export function canonicalValue(name: string, value: string): string {
  if (!TOKEN.test(name)) badHeader(name, 'is not a header name');
  if (typeof value !== 'string')
    badHeader(
      name,
      value === undefined || value === null
        ? 'has no value; leave it out or give a string'
        : 'has a value that is not a string',
    );
  if (PRINTABLE.test(value) || !NEEDS_CARE.test(value)) return value;
  // A line folded as in RFC 9112 section 5.2 is one line; any other line break would end the header.
  const unfolded = value.replace(/\r?\n(?=[ \t])/g, ' ');
  if (/[\0-\x08\x0a-\x1f\x7f]|[\ud800-\udfff]/u.test(unfolded))
    badHeader(name, 'holds a line break, control character or lone surrogate');
  return unfolded.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '');
}

/** Headers as `fetch` takes them, by lower-case name; fields that differ only in case are one, joined with `,` in order. */
export function readHeaders(given: RequestInit['headers'] | undefined): Map<string, string> {
  const headers = new Map<string, string>();
  if (given === undefined || given === null) return headers;
  if (typeof given !== 'object') badHeader('', 'list is neither an object nor a list of pairs');
  const fields = Symbol.iterator in given ? (given as Iterable<readonly string[]>) : Object.entries(given);
  for (const pair of fields) {
    if (!Array.isArray(pair) || pair.length !== 2) badHeader('', 'is not a pair of name and value');
    const [field, value] = pair as [unknown, unknown];
    const name = String(field);
    const text = typeof value === 'number' ? `${value}` : (value as string);
    canonicalValue(name, text);
    if (/[\r\n]/.test(text)) badHeader(name, 'holds a line break');
    append(headers, name.toLowerCase(), text);
  }
  return headers;
}

/** Adds a field to those before it; there is no second host. */
export function append(headers: Map<string, string>, name: string, value: string): void {
  const earlier = headers.get(name);
  if (earlier !== undefined && name === 'host') badHeader(name, 'is given twice');
  headers.set(name, earlier === undefined ? value : `${earlier},${value}`);
}
