/** Signs JSON Web Tokens as an issuer would, and as an attacker would. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface IssuerKeys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public key, RFC 7517. */
  readonly jwk: Record<string, unknown>;
}

export function createKeys(kid: string): IssuerKeys {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } };
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** `header`: beside `typ`, `alg` and `kid`. */
export function signToken(
  { privateKey, jwk }: IssuerKeys,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): string {
  const content = `${encode({ typ: 'JWT', alg: 'RS256', kid: jwk.kid, ...header })}.${encode(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`;
}

/** Not signed at all. */
export const unsignedToken = ({ jwk }: IssuerKeys, claims: Record<string, unknown>): string =>
  `${encode({ typ: 'JWT', alg: 'none', kid: jwk.kid })}.${encode(claims)}.`;

/** Signed with what everybody has, the public key, as if it were a secret. */
export function confusedToken({ publicKey, jwk }: IssuerKeys, claims: Record<string, unknown>): string {
  const content = `${encode({ typ: 'JWT', alg: 'HS256', kid: jwk.kid })}.${encode(claims)}`;
  const secret = publicKey.export({ format: 'pem', type: 'spki' });
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}
