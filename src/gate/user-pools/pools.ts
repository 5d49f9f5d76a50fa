/** The user pools of a world, by id and by what their tokens name as issuer. */
import { partitionOf } from '../../endpoint/partitions';
import type { JsonWebKeySet, UserPool } from '../world/issuers';
import type { World } from '../world/world';

/** A user pool, whose it is, and the `iss` of its tokens. */
export interface FoundUserPool {
  readonly id: string;
  readonly accountId: string;
  readonly pool: UserPool;
  readonly issuer: string;
  /** The public keys its tokens are signed with, or their URL. */
  readonly keys: JsonWebKeySet | string;
}

/** The pool with an id, whichever account has it. */
export const findPool = (world: World, id: string): FoundUserPool | undefined =>
  poolsIn(world).find((pool) => pool.id === id);

/** The pool whose tokens name an issuer. */
export const findIssuer = (world: World, issuer: string): FoundUserPool | undefined =>
  poolsIn(world).find((pool) => pool.issuer === issuer);

/** All of a world. */
export function poolsIn(world: World): FoundUserPool[] {
  return Object.entries(world.accounts).flatMap(([accountId, { userPools = {} }]) =>
    Object.entries(userPools).map(([id, pool]) => {
      const keys = pool.jwks ?? `${toOrigin(pool.server)}/${id}/.well-known/jwks.json`;
      return { id, accountId, pool, issuer: pool.issuer ?? poolUrl(id), keys };
    }),
  );
}

const toOrigin = (server: string | undefined) => (server === undefined ? '' : new URL(server).origin);

/** The region of a pool, which its id begins with. */
export const regionOf = (id: string): string => id.slice(0, id.indexOf('_'));

/** Where Cognito has a pool's keys, and what its tokens name as issuer. */
export const poolUrl = (id: string): string =>
  `https://cognito-idp.${regionOf(id)}.${partitionOf(regionOf(id)).domain}/${id}`;
