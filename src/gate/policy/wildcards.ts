/** Patterns with `*` and `?`, as policies write them for actions, resources and condition values. */

/** Where a pattern's `*` and `?` are no wildcards but themselves, because a policy variable put them there. */
export type Literals = ReadonlySet<number>;

/** `*` for any run of characters, `?` for one. Never backtracks over more than the last `*`. */
export function matches(pattern: string, text: string, literals?: Literals): boolean {
  return matchesPart(pattern, 0, pattern.length, text, 0, text.length, literals);
}

/**
 * Wildcards stay within a colon-separated segment of an ARN; the sixth holds all the rest. Of a pattern with fewer segments,
 * whose last ends in `*`, those that are missing are `*`. Unconfirmed: the last rule.
 */
export function matchesArn(pattern: string, arn: string, literals?: Literals): boolean {
  if (pattern === '*' && !literals) return true;
  let p = 0;
  let t = 0;
  for (let segment = 0; segment < 5; segment++) {
    const patternEnd = pattern.indexOf(':', p);
    const end = arn.indexOf(':', t);
    if (end < 0) return false;
    if (patternEnd < 0) return pattern.endsWith('*') && matchesPart(pattern, p, pattern.length, arn, t, end, literals);
    if (!matchesPart(pattern, p, patternEnd, arn, t, end, literals)) return false;
    p = patternEnd + 1;
    t = end + 1;
  }
  return matchesPart(pattern, p, pattern.length, arn, t, arn.length, literals);
}

function matchesPart(
  pattern: string,
  from: number,
  to: number,
  text: string,
  start: number,
  end: number,
  literals: Literals | undefined,
): boolean {
  const isWild = (at: number, wildcard: string) => at < to && pattern[at] === wildcard && !literals?.has(at);
  let p = from;
  let star = -1;
  let resume = start;
  for (let t = start; t < end; ) {
    if (isWild(p, '*')) {
      star = p++;
      resume = t;
    } else if (p < to && (pattern[p] === text[t] || isWild(p, '?'))) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (isWild(p, '*')) p++;
  return p === to;
}
