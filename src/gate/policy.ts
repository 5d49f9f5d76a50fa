/** Evaluates identity policies: an explicit deny wins, then an allow, and what nobody allows is denied. */
import type { PolicyDocument, Statement } from './world';

export type PolicyResult = 'allow' | 'explicit-deny' | 'implicit-deny';

export function evaluate(policies: readonly PolicyDocument[], action: string, resource: string): PolicyResult {
  let allowed = false;
  for (const statement of policies.flatMap((policy) => policy.Statement)) {
    if (!applies(statement, action, resource)) continue;
    if (statement.Effect === 'Deny') return 'explicit-deny';
    allowed = true;
  }
  return allowed ? 'allow' : 'implicit-deny';
}

function applies(statement: Statement, action: string, resource: string): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  // Action names are compared without regard to case, resources with.
  const ofAction = (pattern: string) => matches(pattern.toLowerCase(), action.toLowerCase());
  const ofResource = (pattern: string) => matchesArn(pattern, resource);
  return (
    (Action !== undefined ? [Action].flat().some(ofAction) : ![NotAction ?? []].flat().some(ofAction)) &&
    (Resource !== undefined ? [Resource].flat().some(ofResource) : ![NotResource ?? []].flat().some(ofResource))
  );
}

/** Wildcards stay within a colon-separated segment of an ARN; the sixth holds all the rest. */
function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const patterns = segments(pattern);
  const parts = segments(arn);
  return patterns.length === parts.length && patterns.every((segment, i) => matches(segment, parts[i] as string));
}

function segments(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** `*` for any run of characters, `?` for one. Never backtracks over more than the last `*`. */
function matches(pattern: string, text: string): boolean {
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
