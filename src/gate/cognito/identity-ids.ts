/**
 * Identity ids that need no memory: each ends in a check of the rest, its pool and its kind, so that an id tells by itself
 * whether it is of a pool, and whether a guest's. The same login gets the same id at every start of a gate.
 */
import { createHash, randomBytes } from 'node:crypto';

type Kind = 'guest' | 'login';

const digest = (...parts: string[]) => createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);

/** The region of a pool, which its id begins with. */
export const regionOf = (poolId: string): string => poolId.slice(0, poolId.indexOf(':'));

function toId(poolId: string, kind: Kind, start: string): string {
  const text = start + digest(poolId, kind, start);
  const guid = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(text)?.slice(1).join('-');
  return `${regionOf(poolId)}:${guid}`;
}

/** A new guest of a pool. */
export const guestId = (poolId: string): string => toId(poolId, 'guest', randomBytes(8).toString('hex'));

/** Who logs in to a pool with a provider. */
export const loginId = (poolId: string, provider: string, sub: string): string =>
  toId(poolId, 'login', digest(poolId, provider, sub));

/** Whether an id is of a pool, and of which kind. */
export function kindOf(poolId: string, id: string): Kind | undefined {
  const start = id
    .slice(id.indexOf(':') + 1)
    .replaceAll('-', '')
    .slice(0, 16);
  return (['guest', 'login'] as const).find((kind) => toId(poolId, kind, start) === id);
}
