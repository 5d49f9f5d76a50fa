/**
 * RFC 3986 percent-encoding as Signature Version 4 wants it: only `A-Z a-z 0-9 - . _ ~` stay, hex digits are upper case.
 * Works on what is on the wire, so an encoded byte that is not UTF-8 survives. Linear in the length of the text.
 */
import { SigV4Error } from '../errors';

const UNRESERVED = /^[\w.~-]*$/;
const ESCAPE_OR_OTHER = /%[\da-fA-F]{2}|[^\w.~-]/gu;
const ENCODED_BY_NONE = /[!'()*]/g;

/** The text as percent-encoded UTF-8. Rejects a lone surrogate, which has no UTF-8 form. */
export function encodeText(text: string): string {
  if (UNRESERVED.test(text)) return text;
  return encodeWellFormed(text).replace(ENCODED_BY_NONE, escapeByte);
}

/**
 * A piece of a URL as it is on the wire, in the one form that every server reads alike: needless escapes undone (`%7E`
 * becomes `~`), needed ones made or upper-cased. Rejects a `%` that starts no escape.
 */
export function normalizeEscapes(piece: string): string {
  return UNRESERVED.test(piece) ? piece : piece.replace(ESCAPE_OR_OTHER, normalizeOne);
}

function normalizeOne(match: string): string {
  if (match.length === 3) {
    const character = String.fromCharCode(Number.parseInt(match.slice(1), 16));
    return UNRESERVED.test(character) ? character : match.toUpperCase();
  }
  if (match === '%') {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_URL',
      'A "%" in the URL is not followed by two hex digits; write it as "%25".',
    );
  }
  return encodeText(match);
}

function encodeWellFormed(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch (cause) {
    throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'The URL holds a lone surrogate, which has no UTF-8 form.', {
      cause,
    });
  }
}

const escapeByte = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
