/**
 * RFC 3986 percent-encoding as Signature Version 4 wants it: only `A-Z a-z 0-9 - . _ ~` stay, hex digits are upper case.
 * Works on what is on the wire, so an encoded byte that is not UTF-8 survives. Linear in the length of the text.
 */
import { SigV4Error } from '../errors';

const UNRESERVED = /^[\w.~-]*$/;
/** A character, or an escape, in its one form already: escapes are upper case, and of bytes that need one. */
const NORMAL_ONE = '(?:[\\w.~-]|%(?:[0189A-F][\\dA-F]|2[\\dABCF]|3[A-F]|40|5[B-E]|60|7[BCDF]))';
const NORMAL = new RegExp(`^${NORMAL_ONE}*$`);
/** The same of a whole query, `?` included. */
const NORMAL_QUERY = new RegExp(`^(?:[?&]${NORMAL_ONE}+=${NORMAL_ONE}*)*$`);
/** Case by case: ignoring it would count the long s and the Kelvin sign among the letters. */
const ESCAPE_OR_OTHER = /%[\da-fA-F]{2}|[^\w.~-]/gu;

/** The text as percent-encoded UTF-8. Rejects a lone surrogate, which has no UTF-8 form. */
export function encodeText(text: string): string {
  if (UNRESERVED.test(text)) return text;
  try {
    // Five characters that encodeURIComponent leaves as they are.
    return encodeURIComponent(text).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  } catch {
    throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'The URL holds a lone surrogate; remove it.');
  }
}

/**
 * A piece of a URL as it is on the wire, in the one form that every server reads alike: needless escapes undone (`%7E`
 * becomes `~`), needed ones made or upper-cased. Rejects a `%` that starts no escape.
 */
export function normalizeEscapes(piece: string): string {
  return UNRESERVED.test(piece) || NORMAL.test(piece) ? piece : piece.replace(ESCAPE_OR_OTHER, normalizeOne);
}

function normalizeOne(match: string): string {
  if (match === '%')
    throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'The URL holds a "%" that starts no escape; write "%25".');
  if (match.length < 3) return encodeText(match);
  const character = String.fromCharCode(Number.parseInt(match.slice(1), 16));
  return UNRESERVED.test(character) ? character : match.toUpperCase();
}

/** A path, each segment by {@link normalizeEscapes} or {@link encodeText}. */
export function encodePath(path: string, encode: (segment: string) => string): string {
  return PLAIN_PATH.test(path) ? path : path.split('/').map(encode).join('/');
}

const PLAIN_PATH = /^[\w./~-]*$/;

/** The text of a piece of a URL; a piece whose bytes are no UTF-8 stays as it is. */
export function decodeEscapes(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}

/** A query, `?` included, that is in its one form already, as most are. */
export const isNormalQuery = (search: string): boolean => NORMAL_QUERY.test(search);
