/** Reads header fields in any form that `fetch` takes them. */
import { SigV4Error } from '../errors';

const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const LINE_BREAK = /[\0\r\n]/;

/** By lower-case name; fields that differ only in case are one, joined with `,` in order. Rejects what no header can hold. */
export function readHeaders(given: RequestInit['headers'] | undefined): Map<string, string> {
  const headers = new Map<string, string>();
  const add = (field: unknown, value: unknown) => {
    const name = String(field).toLowerCase();
    if (!FIELD_NAME.test(name)) {
      throw new SigV4Error(
        'ERR_SIGV4_INVALID_HEADER',
        'A header name is empty or holds a character that header names cannot have.',
      );
    }
    if (value === undefined || value === null) {
      throw new SigV4Error('ERR_SIGV4_INVALID_HEADER', `Header "${name}" has no value; leave it out or give a string.`);
    }
    const text = String(value);
    if (LINE_BREAK.test(text)) {
      throw new SigV4Error('ERR_SIGV4_INVALID_HEADER', `Header "${name}" holds a line break or NUL; remove it.`);
    }
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? text : `${earlier},${text}`);
  };
  if (!given) return headers;
  if (typeof (given as Headers).forEach === 'function' && !Array.isArray(given)) {
    (given as Headers).forEach((value, name) => {
      add(name, value);
    });
  } else if (Symbol.iterator in given) {
    for (const [name, value] of given as Iterable<readonly [string, string]>) add(name, value);
  } else {
    for (const name of Object.keys(given)) add(name, (given as Record<string, unknown>)[name]);
  }
  return headers;
}
