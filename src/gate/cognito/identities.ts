/** The identities of the world's pools: who comes in, and what proves an id. */
import { type JsonRefusal, jsonRefusal } from '../json-answers';
import { judgeToken } from '../principals/providers';
import type { Realm } from '../realm';
import type { IdentityPool } from '../world/issuers';
import { own } from '../world/own';
import type { Input } from './cognito-input';
import { guestId, kindOf, loginId } from './identity-ids';

/** A pool of the world, and whose it is. */
interface FoundIdentityPool {
  readonly id: string;
  readonly accountId: string;
  readonly pool: IdentityPool;
}

/** An identity that has proven itself. */
export interface Identity {
  readonly id: string;
  readonly pool: FoundIdentityPool;
  /** None for a guest. */
  readonly providers: readonly string[];
}

/** The refusal of somebody who has not proven who it is. */
const notAuthorized = (message: string): JsonRefusal => jsonRefusal('NotAuthorizedException', message);

type Logins = readonly (readonly [provider: string, token: string])[];

function poolsIn(realm: Realm, region: string | undefined): FoundIdentityPool[] {
  return Object.entries(realm.world.accounts).flatMap(([accountId, { identityPools = {} }]) =>
    Object.entries(identityPools)
      .filter(([id]) => region === undefined || id.startsWith(`${region}:`))
      .map(([id, pool]) => ({ id, accountId, pool })),
  );
}

/** The identity of a guest, or of whoever logs in (GetId). */
export async function enter(
  realm: Realm,
  region: string | undefined,
  { IdentityPoolId, AccountId }: Input,
  logins: Logins,
  now: number,
): Promise<Identity | JsonRefusal> {
  const pool = poolsIn(realm, region).find(({ id }) => id === IdentityPoolId);
  // Unconfirmed: the text, and that an AccountId which is not the pool's is told so.
  if (!pool || (AccountId !== undefined && AccountId !== null && AccountId !== pool.accountId))
    return jsonRefusal('ResourceNotFoundException', `IdentityPool '${IdentityPoolId}' not found.`);
  if (logins.length === 0)
    return pool.pool.allowUnauthenticated ? { id: guestId(pool.id), pool, providers: [] } : NO_GUESTS;
  const ids = await logIn(pool, logins, now);
  return 'type' in ids ? ids : { id: ids[0] as string, pool, providers: logins.map(([provider]) => provider) };
}

const NO_GUESTS = notAuthorized('Unauthenticated access is not supported for this identity pool.');

/** The identity of an id, if the logins prove it (the other calls). */
export async function recognise(
  realm: Realm,
  region: string | undefined,
  id: string,
  logins: Logins,
  now: number,
): Promise<Identity | JsonRefusal> {
  const pool = poolsIn(realm, region).find((candidate) => kindOf(candidate.id, id) !== undefined);
  // Unconfirmed: the text.
  if (!pool) return jsonRefusal('ResourceNotFoundException', `Identity '${id}' not found.`);
  if (logins.length === 0) {
    // Unconfirmed: the text.
    if (kindOf(pool.id, id) === 'login') return notAuthorized(`Access to Identity '${id}' is forbidden.`);
    return pool.pool.allowUnauthenticated ? { id, pool, providers: [] } : NO_GUESTS;
  }
  const ids = await logIn(pool, logins, now);
  if ('type' in ids) return ids;
  if (ids.includes(id)) return { id, pool, providers: logins.map(([provider]) => provider) };
  return notAuthorized(
    "Logins don't match. Please include at least one valid login for this identity or identity pool.",
  );
}

/** The identity id of each login, in the order of their providers' names; every login must be good. */
async function logIn({ id, pool }: FoundIdentityPool, logins: Logins, now: number): Promise<string[] | JsonRefusal> {
  const ids: string[] = [];
  for (const [provider, token] of [...logins].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const judge = own(pool.logins, provider);
    // Unconfirmed: this text, and that of a token which its provider does not know.
    if (!judge) return notAuthorized('Token is not from a supported provider of this identity pool.');
    const judged = await judgeToken(judge, token, now);
    if ('claims' in judged) ids.push(loginId(id, provider, judged.claims.sub));
    else if (judged.fault === 'unknown') return notAuthorized('Invalid login token.');
    else if (judged.fault === 'expired')
      return notAuthorized(`Invalid login token. Token expired: ${judged.now} >= ${judged.expired}`);
    else return providerFailed(judged.cause);
  }
  return ids;
}

/** Unconfirmed: the text. */
const providerFailed = (cause: unknown): JsonRefusal => ({
  ...jsonRefusal('ExternalServiceException', 'The identity provider could not be reached.'),
  reason: 'provider',
  cause,
});
