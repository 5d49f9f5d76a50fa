/** Patterns with `*` and `?`, as policies write them for actions, resources and condition values. */

/** `*` for any run of characters, `?` for one. Never backtracks over more than the last `*`. */
export function matches(pattern: string, text: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let t = 0; t < text.length; ) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (pattern[p] === '?' || pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Wildcards stay within a colon-separated segment of an ARN; the sixth holds all the rest. */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const patterns = segments(pattern);
  const parts = segments(arn);
  return patterns.length === parts.length && patterns.every((segment, i) => matches(segment, parts[i] as string));
}

function segments(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}
