/**
 * Leads what goes through the dispatchers that undici keeps for a whole process: the global `fetch` of Node, and `fetch`,
 * `request` and the rest of the npm package. A call that is given a dispatcher of its own does not go through them.
 */
import type { Lead } from './lead';
import { type Dispatching, leadDispatcher } from './lead-dispatch';

/** Where undici keeps it: versions up to 7, and later ones. */
const PLACES = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')];

/** Returns the undo. `find` gives the way to a gate for a host, or undefined. */
export function leadGlobalDispatchers(find: (host: string) => Lead | undefined): () => void {
  // Node makes its own dispatcher at the first look at what belongs to `fetch`.
  void globalThis.Headers;
  const global = globalThis as unknown as Record<symbol, Dispatching | undefined>;
  const undos = PLACES.flatMap((place) => {
    const before = global[place];
    if (!before) return [];
    const led = leadDispatcher(before, find);
    global[place] = led;
    return [
      () => {
        // One that was set meanwhile is meant to stay.
        if (global[place] === led) global[place] = before;
      },
    ];
  });
  return () => {
    for (const undo of undos) undo();
  };
}
