/** The results of Lambda authorizers that a gate keeps, each for the time its authorizer says, and no more than so many. */
import type { Realm } from '../../realm';
import type { Given } from './authorizer-result';

interface Kept {
  readonly given: Given;
  /** Milliseconds since the epoch, by the gate's clock. */
  readonly since: number;
  readonly until: number;
}

/** For all APIs of a gate together. */
const MOST = 1_000;

const stores = new WeakMap<Realm, Map<string, Kept>>();

/** The result that is kept by a key, if its time is not over. */
export function recall(realm: Realm, key: string, now: number): Given | undefined {
  const store = stores.get(realm);
  const kept = store?.get(key);
  if (!kept) return undefined;
  // A clock that was turned back is no reason to keep it longer.
  if (now >= kept.since && now < kept.until) return kept.given;
  store?.delete(key);
  return undefined;
}

/** Keeps a result for so many seconds; the oldest goes when there are too many. */
export function keep(realm: Realm, key: string, given: Given, now: number, seconds: number): void {
  const store = stores.get(realm) ?? new Map<string, Kept>();
  stores.set(realm, store);
  store.delete(key);
  store.set(key, { given, since: now, until: now + seconds * 1000 });
  if (store.size <= MOST) return;
  const [oldest] = store.keys();
  store.delete(oldest as string);
}
