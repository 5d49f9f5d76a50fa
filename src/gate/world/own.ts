/** Looks a name up in a table of the world, whose names are anybody's to choose. */
import type { World } from './world';

/** Not what every object has: `constructor` is a name like any other. Undefined also where there is no table. */
export function own<T>(table: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return table && Object.hasOwn(table, name) ? table[name] : undefined;
}

/** The id of the organization that an account belongs to. */
export const organizationOf = (world: World, accountId: string): string | undefined =>
  own(world.accounts, accountId)?.organization;
