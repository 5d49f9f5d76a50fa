/** The access keys of a world's users, and whom they stand for. */
import type { World } from '../world/world';
import { type Identified, type KeyOwner, toUser } from './principals';

/** By key id, the user in a partition; each is put together once. */
export type AccessKeys = ReadonlyMap<string, (partition: string) => Identified>;

/** Of a world that has been checked. */
export function indexAccessKeys(world: World): AccessKeys {
  const keys = new Map<string, (partition: string) => Identified>();
  for (const [accountId, { users = {} }] of Object.entries(world.accounts)) {
    for (const [userName, user] of Object.entries(users)) {
      for (const key of user.accessKeys ?? [])
        keys.set(key.accessKeyId, byPartition({ accountId, userName, user, key }));
    }
  }
  return keys;
}

function byPartition(owner: KeyOwner): (partition: string) => Identified {
  const made = new Map<string, Identified>();
  return (partition) => {
    const identified = made.get(partition) ?? toUser(owner, partition);
    made.set(partition, identified);
    return identified;
  };
}
