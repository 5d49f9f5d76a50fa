/**
 * The canonicalisation rule as the AWS documentation tells it, byte by byte and with no eye to speed. It says what a
 * request means where a witness has to be handed an equal one, and proves that a change to a request is none.
 */

const ENCODED = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9._~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

function encode(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += ENCODED[byte];
  return text;
}

/** The bytes that a piece of a URL stands for. */
export function decodeBytes(piece: string): Uint8Array {
  const bytes = Buffer.from(piece, 'utf8');
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const digits = bytes[i] === 0x25 ? bytes.toString('latin1', i + 1, i + 3) : '';
    const isEscape = /^[\da-fA-F]{2}$/.test(digits);
    bytes[length++] = isEscape ? Number.parseInt(digits, 16) : (bytes[i] as number);
    if (isEscape) i += 2;
  }
  return bytes.subarray(0, length);
}

/** Percent-encoded once, whatever was encoded already. */
export const encodeOnce = (text: string) =>
  text
    .split('/')
    .map((piece) => encode(decodeBytes(piece)))
    .join('/');

/** `//`, `.` and `..` taken out. */
export function removeDots(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return kept.length > 0 && path.endsWith('/') ? `/${kept.join('/')}/` : `/${kept.join('/')}`;
}

export function plainPath(path: string, normalize: boolean, doubleEncode: boolean): string {
  const given = path === '' ? '/' : path;
  const normal = normalize ? removeDots(given) : given;
  if (!doubleEncode) return encodeOnce(normal);
  return normal
    .split('/')
    .map((segment) => encode(Buffer.from(segment, 'utf8')))
    .join('/');
}

/** The pieces of a query that hold anything, each split at its first `=`. */
export function splitQuery(query: string): [name: string, value: string][] {
  return query
    .split('&')
    .filter((piece) => piece !== '')
    .map((piece) => {
      const [name = '', ...rest] = piece.split('=');
      return [name, rest.join('=')];
    });
}

/** The decoded name of a parameter, one character a byte. */
export const nameOf = (name: string) => Buffer.from(decodeBytes(name.replaceAll('+', ' '))).toString('latin1');

/** The canonical query of the parameters whose decoded name `isSigned` wants. */
export function plainQuery(query: string, isSigned: (name: string) => boolean = () => true): string {
  return splitQuery(query)
    .filter(([name]) => isSigned(nameOf(name)))
    .map((parameter) => parameter.map((part) => encode(decodeBytes(part.replaceAll('+', '%20')))) as [string, string])
    .sort(
      ([a, x], [b, y]) =>
        Buffer.compare(Buffer.from(a), Buffer.from(b)) || Buffer.compare(Buffer.from(x), Buffer.from(y)),
    )
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** A header value as the canonical request writes it; a line break is white space only where it folds a line. */
export const plainValue = (value: string) =>
  value
    .replace(/\r?\n(?=[ \t])/g, ' ')
    .split(/[ \t]+/)
    .filter((word) => word !== '')
    .join(' ');

/** The header lines of a canonical request. */
export function plainHeaders(headers: Iterable<readonly [string, string]>, signed: ReadonlySet<string>): string {
  const values = new Map<string, string[]>();
  for (const [field, value] of headers) {
    const name = field.toLowerCase();
    if (signed.has(name)) values.set(name, [...(values.get(name) ?? []), plainValue(value)]);
  }
  return [...values]
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, list]) => `${name}:${list.join(',')}\n`)
    .join('');
}
