/** The claims of tokens as API Gateway hands them on: texts, all of them, written in one way by REST and another by HTTP APIs. */

type Claims = Readonly<Record<string, unknown>>;

/** The token behind an identity source, which may come with its scheme. */
export const withoutScheme = (value: string): string => value.replace(/^bearer +/i, '').trim();

/** The scopes of a token: of `scope`, a text with spaces, or of `scp`. */
export function scopesOf({ scope, scp }: Claims): string[] {
  const given = scope ?? scp ?? [];
  return typeof given === 'string' ? given.split(' ').filter(Boolean) : Array.isArray(given) ? given.map(String) : [];
}

/** As a REST API writes them: `exp` and `iat` as dates of Java, lists with commas. Unconfirmed: other objects. */
export function restClaims(claims: Claims): Record<string, string> {
  return write(claims, (name, value) => {
    if ((name === 'exp' || name === 'iat') && typeof value === 'number') return javaDate(value);
    return Array.isArray(value) ? value.map(text).join(',') : text(value);
  });
}

/** As an HTTP API writes them: lists as `[a b]`. */
export const httpClaims = (claims: Claims): Record<string, string> =>
  write(claims, (_, value) => (Array.isArray(value) ? `[${value.map(text).join(' ')}]` : text(value)));

const write = (claims: Claims, word: (name: string, value: unknown) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, word(name, value)]));

const text = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** `Wed Nov 29 09:09:21 UTC 2017` */
function javaDate(seconds: number): string {
  const [day, date, month, year, time] = new Date(seconds * 1000).toUTCString().split(/,? /);
  return `${day} ${month} ${date} ${time} UTC ${year}`;
}
