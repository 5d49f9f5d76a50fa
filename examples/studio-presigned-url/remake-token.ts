/** Tokens that nobody gets by signing in: what the walkthrough and the tests hold up to the authorizer. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import { decodeJwt, decodeProtectedHeader, type JWTPayload, SignJWT } from 'jose';

/** The key that every cognito-local signs with, which is in its package for all to see. On AWS nobody has the pool's. */
export const POOL_KEY: KeyObject = createPrivateKey(
  createRequire(import.meta.url)('cognito-local/lib/keys/cognitoLocal.private.json').pem,
);

/** Claims that make a token one whose time is over. */
export function expiredClaims(now = Math.floor(Date.now() / 1000)): JWTPayload {
  return { iat: now - 3700, auth_time: now - 3700, exp: now - 100 };
}

/** The same token with other claims, signed by the pool. */
export const remakeToken = (token: string, claims: JWTPayload, key: KeyObject = POOL_KEY): Promise<string> =>
  new SignJWT({ ...decodeJwt(token), ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: decodeProtectedHeader(token).kid as string })
    .sign(key);

/** The same token with other claims, signed by somebody who names the pool's key and does not have it. */
export const forgeToken = (token: string, claims: JWTPayload): Promise<string> =>
  remakeToken(token, claims, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
