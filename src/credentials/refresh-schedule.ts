/**
 * When keys are renewed: arithmetic over their lifetime and chance, without a clock of its own. Times are milliseconds since
 * the epoch. Spread like this, a fleet whose processes started together asks for new keys at an even rate (see
 * `bench/fleet.mjs`), and no process asks at the last moment.
 */

export interface Schedule {
  /** A time before this one is that of a clock that has jumped back: the age of the keys is not known. */
  readonly validFrom: number;
  /** From here on somebody's call starts a renewal in the background. */
  readonly refreshAt: number;
  /** From here on a call waits for it. */
  readonly mandatoryAt: number;
  /** From here on the keys are not handed out. Infinity for keys that do not say. */
  readonly expiresAt: number;
}

/** What a caller may set of it. */
export interface Windows {
  /** Milliseconds before expiry at which renewal begins; half of the life at most, or it would never end. */
  readonly advisoryWindow?: number | undefined;
  /** Milliseconds after which keys without an expiration are read again. */
  readonly maxAge: number;
}

const MAX_ADVISORY = 3_600_000;
const MAX_MANDATORY = 60_000;
/** A renewal is not asked for before this share of the lifetime has passed. */
const EARLIEST = 0.1;

/**
 * The schedule of keys just received. First ones (those that somebody waited for, or that come after a failure) may have been
 * fetched by a whole fleet at one moment, so their renewal falls anywhere in their life; the later ones keep that
 * distance, but for a little.
 */
export function scheduleOf(
  now: number,
  expiresAt: number | undefined,
  isFirst: boolean,
  { advisoryWindow, maxAge }: Windows,
  random: () => number,
): Schedule {
  if (expiresAt === undefined) {
    return {
      validFrom: now - maxAge,
      refreshAt: now + maxAge * between(0.8, 1, random),
      mandatoryAt: now + 2 * maxAge,
      expiresAt: Infinity,
    };
  }
  const life = expiresAt - now;
  // An eighth: 2 minutes of STS's shortest session, 7.5 of an hour, an hour of 8 and more.
  const advisory = Math.min(advisoryWindow ?? Math.min(life / 8, MAX_ADVISORY), life / 2);
  const latest = life - advisory;
  const after = isFirst
    ? between(Math.min(life * EARLIEST, latest), latest, random)
    : latest * between(0.98, 1, random);
  return {
    validFrom: -Infinity,
    refreshAt: now + after,
    mandatoryAt: expiresAt - Math.min(MAX_MANDATORY, advisory / 2),
    expiresAt,
  };
}

/** When to try again after a renewal that failed or brought the old keys: in half of the time left, so never in a hurry
 * while the keys are good for long, and often enough as their end comes near. */
export function retryAt(now: number, expiresAt: number, maxAge: number, random: () => number): number {
  const left = expiresAt === Infinity ? 2 * maxAge : expiresAt - now;
  return now + Math.max(1_000, Math.min(left / 2, 300_000) * between(0.5, 1, random));
}

const between = (low: number, high: number, random: () => number) => low + (high - low) * random();
