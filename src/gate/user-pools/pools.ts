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

/** The user pools of a world, so that a request needs no search. */
export interface UserPoolIndex {
  readonly all: readonly FoundUserPool[];
  readonly byId: ReadonlyMap<string, FoundUserPool>;
  readonly byIssuer: ReadonlyMap<string, FoundUserPool>;
}

/** Whichever accounts have them. */
export function indexPools(world: World): UserPoolIndex {
  const all = Object.entries(world.accounts).flatMap(([accountId, { userPools = {} }]) =>
    Object.entries(userPools).map(([id, pool]): FoundUserPool => {
      const keys = pool.jwks ?? `${toOrigin(pool.server)}/${id}/.well-known/jwks.json`;
      return { id, accountId, pool, issuer: pool.issuer ?? poolUrl(id), keys };
    }),
  );
  return {
    all,
    byId: new Map(all.map((pool) => [pool.id, pool])),
    byIssuer: new Map(all.map((pool) => [pool.issuer, pool])),
  };
}

const toOrigin = (server: string | undefined) => (server === undefined ? '' : new URL(server).origin);

/** The region of a pool, which its id begins with. */
export const regionOf = (id: string): string => id.slice(0, id.indexOf('_'));

/** Where Cognito has a pool's keys, and what its tokens name as issuer. */
export const poolUrl = (id: string): string =>
  `https://cognito-idp.${regionOf(id)}.${partitionOf(regionOf(id)).domain}/${id}`;
