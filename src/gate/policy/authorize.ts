/** What the policies of a caller say: those of the user or role, and that of the session, which must both allow. */

import type { Principal } from '../principals/principals';
import type { ConditionKeys } from './conditions';
import { evaluate, type PolicyResult } from './policy';

/** Why a caller's own policies do not let it. */
export type IdentityDenial = 'explicit-deny' | 'implicit-deny' | 'session-explicit-deny' | 'no-session-policy';

/** What the session policy says; a caller without one is not limited by it. */
export function limitOf(principal: Principal, action: string, resource: string, keys: ConditionKeys): PolicyResult {
  const policy = principal.session?.policy;
  return policy === undefined ? 'allow' : evaluate([policy], action, resource, keys);
}

export function authorize(
  principal: Principal,
  action: string,
  resource: string,
  keys: ConditionKeys,
): 'allow' | IdentityDenial {
  const identity = evaluate(principal.policies, action, resource, keys);
  const limit = limitOf(principal, action, resource, keys);
  if (identity === 'explicit-deny') return 'explicit-deny';
  if (limit === 'explicit-deny') return 'session-explicit-deny';
  if (identity === 'implicit-deny') return 'implicit-deny';
  return limit === 'allow' ? 'allow' : 'no-session-policy';
}
