/** The tokens of Cognito Identity's GetOpenIdToken, which STS takes in exchange for a role: JSON Web Tokens under the gate's key. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** The provider's name in trust policies and condition keys. */
export const COGNITO_PROVIDER = 'cognito-identity.amazonaws.com';

/** What such a token says. */
export interface OpenIdClaims {
  readonly iss: string;
  /** The identity id. */
  readonly sub: string;
  /** The identity pool id. */
  readonly aud: string;
  /** How the identity was proven: `unauthenticated`, or `authenticated` and the names of its providers. */
  readonly amr: readonly string[];
  /** Seconds since the epoch. */
  readonly iat: number;
  readonly exp: number;
}

interface OpenIdTokens {
  write(claims: OpenIdClaims): string;
  /** Undefined for a token that the gate has not written. Says nothing of its expiration. */
  read(token: string): OpenIdClaims | undefined;
}

/** Cognito signs with a key pair; nobody but the gate reads these. */
const HEADER = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWS' })).toString('base64url');

/** Under a key: what another key has signed is not read. */
export function openIdTokens(key: Buffer): OpenIdTokens {
  const sign = (text: string) => createHmac('sha256', key).update(`open id\0${text}`).digest();
  return {
    write(claims) {
      const text = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
      return `${text}.${sign(text).toString('base64url')}`;
    },
    read(token) {
      const [header, payload = '', signature = '', ...more] = token.split('.');
      const found = Buffer.from(signature, 'base64url');
      if (header !== HEADER || more.length > 0 || found.length !== 32) return undefined;
      if (!timingSafeEqual(found, sign(`${header}.${payload}`))) return undefined;
      return JSON.parse(Buffer.from(payload, 'base64url').toString());
    },
  };
}
