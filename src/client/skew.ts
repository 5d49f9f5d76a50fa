/** What a refusal of a signature's time says of the server's clock. */
import { readServerTime } from '../core/time';
import type { Clock } from '../credentials/clock';
import type { ServiceError } from './classify';

/** Seconds are all that a `Date` tells. */
const SAME = 2_000;

/**
 * The server's time; undefined where it cannot be known. A `Date` that a cache gave out (`Age`), or that lies before the
 * last one, tells nothing: an old date taken for the time would break every signature to come. Unless it is nearer to the
 * machine's own clock than what was taken for the time so far: then that was wrong.
 */
export function serverTimeOf(
  headers: Pick<Headers, 'get'>,
  error: ServiceError,
  clock: Pick<Clock, 'now' | 'offset'>,
  lastSeen: number,
): number | undefined {
  const isCached = Number(headers.get('age') ?? 0) > 0;
  const date = isCached ? null : headers.get('date');
  const time = Date.parse(date ?? '');
  const isBackwards = time < lastSeen - SAME && Math.abs(time - (clock.now() - clock.offset)) >= Math.abs(clock.offset);
  return readServerTime(isBackwards ? null : date, error.message);
}
