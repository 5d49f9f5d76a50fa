/** The results of Lambda authorizers that a gate keeps, each for the time its authorizer says, and no more than so many. */
import type { Given } from './authorizer-result';

/** Of all the APIs of a gate together. Times are by the gate's clock. */
export interface KeptResults {
  /** The result that is kept by a key, if its time is not over. */
  recall(key: string, now: number): Given | undefined;
  /** Keeps a result for so many seconds; the oldest goes when there are too many. */
  keep(key: string, given: Given, now: number, seconds: number): void;
}

interface Kept {
  readonly given: Given;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
}

const MOST = 1_000;

/** None kept yet. */
export function createKeptResults(): KeptResults {
  const results = new Map<string, Kept>();
  return {
    recall(key, now) {
      const kept = results.get(key);
      if (!kept) return undefined;
      // A clock that was turned back is no reason to keep it longer.
      if (now >= kept.since && now < kept.until) return kept.given;
      results.delete(key);
      return undefined;
    },
    keep(key, given, now, seconds) {
      results.delete(key);
      results.set(key, { given, since: now, until: now + seconds * 1000 });
      if (results.size <= MOST) return;
      const [oldest] = results.keys();
      results.delete(oldest as string);
    },
  };
}
