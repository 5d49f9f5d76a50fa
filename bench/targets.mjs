/** The targets: a figure, its limit, and whether it is met. A report, not a gate: a missed target is printed, no more. */

/** A figure that is to stay at or below a limit. */
export const atMost = (what, limit, measured, unit = 'x') => ({
  what,
  target: `<= ${limit} ${unit}`,
  measured,
  met: measured <= limit,
});

/** A figure that is to reach a limit. */
export const atLeast = (what, limit, measured, unit = 'x') => ({
  what,
  target: `>= ${limit} ${unit}`,
  measured,
  met: measured >= limit,
});

/** A figure that the targets ask to be shown and set no limit for. */
export const noLimit = (what, measured) => ({ what, target: 'no limit', measured, met: undefined });
