/** Has the token of an identity provider judged by the world: its claims, or why it is no good. */
import type { Claims, TokenJudge } from '../world/issuers';
import { own } from '../world/own';

/** The claims of a token that is good, or why it is not. */
export type Judged =
  | { readonly claims: Claims }
  /** The provider does not know it. */
  | { readonly fault: 'unknown' }
  | { readonly fault: 'expired'; readonly expired: number; readonly now: number }
  /** The judge threw, or gave what are no claims. */
  | { readonly fault: 'provider'; readonly cause: unknown };

/** `now` in milliseconds; the times in what it gives are seconds, as tokens have them. */
export async function judgeToken(judge: TokenJudge, token: string, now: number): Promise<Judged> {
  let claims: Claims | undefined;
  try {
    claims = typeof judge === 'function' ? await judge(token) : own(judge, token);
    if (claims !== undefined && (typeof claims !== 'object' || claims === null || typeof claims.sub !== 'string'))
      throw new TypeError('The judge of a token gave what are no claims: they have a "sub", which is a text.');
  } catch (cause) {
    return { fault: 'provider', cause };
  }
  if (!claims) return { fault: 'unknown' };
  const seconds = Math.floor(now / 1000);
  // Written so that an expiration that is no number refuses.
  if (claims.exp !== undefined && !(claims.exp > seconds))
    return { fault: 'expired', expired: claims.exp, now: seconds };
  return { claims };
}

/** Claims as any token may have them; one of several values is a list. */
export type TokenClaims = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** The claims as condition keys, `provider:sub`. */
export function claimKeys(provider: string, claims: TokenClaims): Record<string, string | readonly string[]> {
  const present = Object.entries(claims).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    present.map(([name, value]) => [
      `${provider}:${name}`,
      typeof value === 'number' ? String(value) : (value as string),
    ]),
  );
}

/** The claims that stay condition keys of a session: who it is, for whom, and how it was authenticated. */
export function sessionClaims(provider: string, { aud, sub, amr }: TokenClaims): ReturnType<typeof claimKeys> {
  return claimKeys(provider, { aud, sub, amr });
}
