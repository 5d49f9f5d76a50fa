/** The domains of SageMaker Studio of a world by their ids, so that a request needs no search. */
import type { StudioDomain } from '../world/studio';
import type { World } from '../world/world';

/** A domain, and whose it is. */
export interface DomainOwner {
  readonly accountId: string;
  readonly id: string;
  readonly domain: StudioDomain;
}

/** Of a world that has been checked. */
export function indexStudio(world: World): ReadonlyMap<string, DomainOwner> {
  const owners = Object.entries(world.accounts).flatMap(([accountId, { studioDomains = {} }]) =>
    Object.entries(studioDomains).map(([id, domain]): DomainOwner => ({ accountId, id, domain })),
  );
  return new Map(owners.map((owner) => [owner.id, owner]));
}
