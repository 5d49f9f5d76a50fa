/** The user pools of a world, by id and by what their tokens name as issuer. */
import { partitionOf } from '../../../endpoint/partitions';
import type { UserPool } from '../../world/issuers';
import { own } from '../../world/own';
import type { World } from '../../world/world';

/** A user pool, and the `iss` of its tokens. */
export interface FoundPool {
  readonly pool: UserPool;
  readonly issuer: string;
}

/** The pool with an id, whichever account has it. */
export function findPool(world: World, id: string): FoundPool | undefined {
  for (const { userPools = {} } of Object.values(world.accounts)) {
    const pool = own(userPools, id);
    if (pool) return { pool, issuer: pool.issuer ?? defaultIssuer(id) };
  }
  return undefined;
}

/** The pool whose tokens name an issuer. */
export function findIssuer(world: World, issuer: string): FoundPool | undefined {
  const ids = Object.values(world.accounts).flatMap(({ userPools = {} }) => Object.keys(userPools));
  return ids.map((id) => findPool(world, id)).find((found) => found?.issuer === issuer);
}

function defaultIssuer(id: string): string {
  const region = id.slice(0, id.indexOf('_'));
  return `https://cognito-idp.${region}.${partitionOf(region).domain}/${id}`;
}
