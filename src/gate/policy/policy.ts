/**
 * Evaluates policies: an explicit deny wins, then an allow, and what nobody allows is denied. Pure; who a policy is attached
 * to, or names as its principal, is for those who call.
 */

import type { PolicyDocument, Statement } from '../world/policy-document';
import { type ConditionKeys, holds } from './conditions';
import { matches, matchesArn } from './wildcards';

export type PolicyResult = 'allow' | 'explicit-deny' | 'implicit-deny';

export function evaluate(
  policies: readonly PolicyDocument[],
  action: string,
  resource: string,
  keys: ConditionKeys,
): PolicyResult {
  let allowed = false;
  for (const statement of policies.flatMap((policy) => policy.Statement)) {
    if (!applies(statement, action, resource, keys)) continue;
    if (statement.Effect === 'Deny') return 'explicit-deny';
    allowed = true;
  }
  return allowed ? 'allow' : 'implicit-deny';
}

/** A statement with neither Resource nor NotResource is of a trust policy, which is about the one role that has it. */
function applies(statement: Statement, action: string, resource: string, keys: ConditionKeys): boolean {
  const { Action, NotAction, Resource, NotResource, Condition } = statement;
  // Action names are compared without regard to case, resources with.
  const ofAction = (pattern: string) => matches(pattern.toLowerCase(), action.toLowerCase());
  const ofResource = (pattern: string) => matchesArn(pattern, resource);
  return (
    (Action !== undefined ? [Action].flat().some(ofAction) : ![NotAction ?? []].flat().some(ofAction)) &&
    (Resource !== undefined ? [Resource].flat().some(ofResource) : ![NotResource ?? []].flat().some(ofResource)) &&
    holds(Condition, keys)
  );
}
