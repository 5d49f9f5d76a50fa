/** The user pools of a world, by id and by what their tokens name as issuer. */
import { partitionOf } from '../../../endpoint/partitions';
import type { UserPool } from '../../world/issuers';
import type { World } from '../../world/world';

/** A user pool, and the `iss` of its tokens. */
interface FoundUserPool {
  readonly id: string;
  readonly pool: UserPool;
  readonly issuer: string;
}

/** The pool with an id, whichever account has it. */
export const findPool = (world: World, id: string): FoundUserPool | undefined =>
  poolsIn(world).find((pool) => pool.id === id);

/** The pool whose tokens name an issuer. */
export const findIssuer = (world: World, issuer: string): FoundUserPool | undefined =>
  poolsIn(world).find((pool) => pool.issuer === issuer);

function poolsIn(world: World): FoundUserPool[] {
  const pools = Object.values(world.accounts).flatMap(({ userPools = {} }) => Object.entries(userPools));
  return pools.map(([id, pool]) => ({ id, pool, issuer: pool.issuer ?? defaultIssuer(id) }));
}

function defaultIssuer(id: string): string {
  const region = id.slice(0, id.indexOf('_'));
  return `https://cognito-idp.${region}.${partitionOf(region).domain}/${id}`;
}
