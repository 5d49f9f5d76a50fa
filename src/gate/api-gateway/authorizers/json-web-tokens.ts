/**
 * Verifies JSON Web Tokens against the keys of their issuer: signature, issuer and times. What else their claims must say is
 * for the authorizer that asks. Needs `jose`, which is loaded when a world first needs it.
 */
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { SigV4Error } from '../../../errors';
import type { Realm } from '../../realm';
import type { Authorizer } from '../../world/authorizer';
import type { JsonWebKeySet } from '../../world/issuers';

/** What a token says; only `exp` is there for certain. */
export type JwtClaims = JWTPayload;

/** What does not hold. */
export type TokenFault = 'malformed' | 'algorithm' | 'key' | 'signature' | 'claims' | 'issuer' | 'not-yet' | 'expired';

/** The claims of a token that holds, or what does not. */
export type Verified =
  | { readonly claims: JwtClaims }
  | { readonly fault: TokenFault }
  /** The keys could not be had. */
  | { readonly fault: 'keys'; readonly cause: unknown };

interface Expected {
  readonly keys: JsonWebKeySet | string;
  readonly issuer: string;
  readonly algorithms: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

type Jose = typeof import('jose');
let loading: Promise<Jose> | undefined;

/** The package; rejects with `ERR_SIGV4_INVALID_WORLD` when it is not installed. */
function load(): Promise<Jose> {
  loading ??= import('jose').catch((cause) => {
    loading = undefined;
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_WORLD',
      'An authorizer of tokens needs the package "jose", which cannot be loaded: install it (npm install --save-dev jose).',
      { cause },
    );
  });
  return loading;
}

/** Loads the package for a gate with an authorizer that verifies tokens, so that it does not start without. */
export async function preloadTokens({ index }: Realm): Promise<void> {
  const authorizers = [...index.apis.values()].flatMap(({ api }) => Object.values<Authorizer>(api.authorizers ?? {}));
  if (authorizers.some(({ type }) => type === 'COGNITO_USER_POOLS' || type === 'JWT')) await load();
}

/** What a token says its issuer is, before anything of it is verified; undefined for one that cannot be read. */
export async function readIssuer(token: string): Promise<string | undefined> {
  const { decodeJwt } = await load();
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** The claims of a token that holds, or the first thing that does not. A token without `exp` does not hold. */
export async function verifyToken(realm: Realm, token: string, expected: Expected): Promise<Verified> {
  const jose = await load();
  const { keys, issuer, algorithms, now } = expected;
  try {
    // The key must be the one that the token names; an issuer with a single key would do without.
    if (typeof jose.decodeProtectedHeader(token).kid !== 'string') return { fault: 'key' };
  } catch {
    return { fault: 'malformed' };
  }
  try {
    const { payload } = await jose.jwtVerify(token, keySet(jose, realm, keys), {
      algorithms: [...algorithms],
      currentDate: new Date(now),
      issuer,
      requiredClaims: ['exp'],
    });
    return payload.iat !== undefined && payload.iat > now / 1000 ? { fault: 'not-yet' } : { claims: payload };
  } catch (cause) {
    return toFault(cause as { code?: string; claim?: string });
  }
}

function toFault(error: { readonly code?: string; readonly claim?: string }): Verified {
  switch (error.code) {
    case 'ERR_JWT_EXPIRED':
      return { fault: 'expired' };
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      return { fault: error.claim === 'iss' ? 'issuer' : error.claim === 'nbf' ? 'not-yet' : 'claims' };
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
      return { fault: 'signature' };
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
    case 'ERR_JOSE_NOT_SUPPORTED':
      return { fault: 'algorithm' };
    case 'ERR_JWKS_NO_MATCHING_KEY':
    case 'ERR_JWKS_MULTIPLE_MATCHING_KEYS':
      return { fault: 'key' };
    case 'ERR_JWS_INVALID':
    case 'ERR_JWT_INVALID':
      return { fault: 'malformed' };
    default:
      return { fault: 'keys', cause: error };
  }
}

const keySets = new WeakMap<Realm, Map<JsonWebKeySet | string, JWTVerifyGetKey>>();

/** One for each issuer of a gate: it fetches keys once, and again when a token names one that it does not have. */
function keySet(jose: Jose, realm: Realm, keys: JsonWebKeySet | string): JWTVerifyGetKey {
  const sets = keySets.get(realm) ?? new Map<JsonWebKeySet | string, JWTVerifyGetKey>();
  keySets.set(realm, sets);
  const known = sets.get(keys);
  if (known) return known;
  const made =
    typeof keys === 'string' ? jose.createRemoteJWKSet(new URL(keys)) : jose.createLocalJWKSet(keys as never);
  sets.set(keys, made);
  return made;
}
