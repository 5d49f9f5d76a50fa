/** What a refusal of a signature's time says of the server's clock. */
import { readServerTime } from '../core/time';
import type { ServiceError } from './classify';

/** Seconds are all that a `Date` tells. */
const SAME = 2_000;

/**
 * The server's time; undefined where it cannot be known. A `Date` that a cache gave out (`Age`), or that lies before one
 * seen earlier, tells nothing: an old date taken for the time would break every signature to come.
 */
export function serverTimeOf(headers: Headers, error: ServiceError, lastSeen: number): number | undefined {
  const isCached = Number(headers.get('age') ?? 0) > 0;
  const date = isCached ? null : headers.get('date');
  const isBackwards = date !== null && Date.parse(date) < lastSeen - SAME;
  return readServerTime(isBackwards ? null : date, error.message);
}
