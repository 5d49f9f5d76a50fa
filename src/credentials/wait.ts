/** Waiting: for a while, for no longer than a limit, or until the caller gives up. */

interface Timer {
  unref?: () => void;
}

/** Resolves after some milliseconds; rejects with the signal's reason when that comes first. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  let timer: unknown;
  const waiting = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return unlessAborted(waiting, signal).finally(() => clearTimeout(timer as number));
}

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
    const giveUp = () => reject(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
