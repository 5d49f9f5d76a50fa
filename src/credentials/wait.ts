/** Waiting: for a while, for no longer than a limit, or until the caller gives up. */

interface Timer {
  unref?: () => void;
}

/** Resolves after some milliseconds; rejects with the signal's reason when that comes first, and leaves no timer behind. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  let timer: unknown;
  const waiting = new Promise<void>((resolve) => {
    // No timer can be set for longer.
    timer = setTimeout(resolve, Math.min(milliseconds, 2 ** 31 - 1));
  });
  return unlessAborted(waiting, signal).finally(() => clearTimeout(timer as number));
}

/** As the method of signals, which not every runtime has. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw reasonOf(signal);
}

const reasonOf = (signal: AbortSignal): unknown =>
  signal.reason ?? Object.assign(new Error('The wait was aborted.'), { name: 'AbortError' });

/** What the work gives, or what `late` throws once the limit has passed. With `inBackground`, the limit keeps no process alive. */
export function within<T>(
  work: Promise<T>,
  milliseconds: number,
  inBackground: boolean,
  late: () => unknown,
): Promise<T> {
  // No timer can be set for longer; 24 days are as good as for ever.
  if (!(milliseconds < 2 ** 31)) return work;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), milliseconds);
    if (inBackground) (timer as Timer).unref?.();
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** What the work gives, unless the signal comes first; the work itself goes on for those who still wait. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = onAbort(signal, () => reject(reasonOf(signal)));
    work.then(resolve, reject).finally(stop);
  });
}

interface Waiting {
  readonly all: Set<() => void>;
  readonly listener: () => void;
}

/** Of each signal, who waits. One listener for all: a thousand calls may share a signal, and Node warns of eleven. */
const waiting = new WeakMap<AbortSignal, Waiting>();

function onAbort(signal: AbortSignal, giveUp: () => void): () => void {
  if (signal.aborted) giveUp();
  const { all, listener } = waiting.get(signal) ?? listen(signal);
  all.add(giveUp);
  return () => {
    all.delete(giveUp);
    if (all.size > 0) return;
    signal.removeEventListener('abort', listener);
    waiting.delete(signal);
  };
}

function listen(signal: AbortSignal): Waiting {
  const all = new Set<() => void>();
  const listener = () => {
    for (const giveUp of all) giveUp();
  };
  signal.addEventListener('abort', listener);
  const both = { all, listener };
  waiting.set(signal, both);
  return both;
}
