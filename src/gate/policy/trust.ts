/** Trust policies: whether a role lets somebody assume it, and by which of its names it knows them. */

import type { Principal } from '../principals/principals';
import type { FoundRole } from '../principals/roles';
import type { PolicyDocument, Statement } from '../world/policy-document';
import { authorize, type IdentityDenial, limitOf } from './authorize';
import type { ConditionKeys } from './conditions';
import { evaluate, type PolicyResult } from './policy';

/** Who asks for a role, by the names that a Principal element could call it. */
export interface Claimant {
  readonly kind: 'AWS' | 'Federated' | 'Service';
  /** Names that mean this one and no other. */
  readonly exact: readonly string[];
  /** The role of a session. */
  readonly role?: string | undefined;
  /** The account, which then decides by its own policies. */
  readonly account?: readonly string[] | undefined;
}

type Grade = 'exact' | 'role' | 'account';
const GRADES: readonly Grade[] = ['exact', 'role', 'account'];

/** How a trust policy lets a claimant in: the closest name it is allowed by, or why it is not. */
export function trusts(
  trust: PolicyDocument,
  claimant: Claimant,
  action: string,
  resource: string,
  keys: ConditionKeys,
): Grade | Exclude<PolicyResult, 'allow'> {
  const graded = [trust.Statement].flat().map((statement) => ({ statement, grade: gradeOf(statement, claimant) }));
  const resultOf = (grades: readonly Grade[]) => {
    const named = graded.filter(({ grade }) => grade !== undefined && grades.includes(grade));
    return evaluate([{ Statement: named.map(({ statement }) => statement) }], action, resource, keys);
  };
  if (resultOf(GRADES) === 'explicit-deny') return 'explicit-deny';
  return GRADES.find((grade) => resultOf([grade]) === 'allow') ?? 'implicit-deny';
}

function gradeOf({ Principal }: Statement, { kind, exact, role, account }: Claimant): Grade | undefined {
  if (Principal === undefined) return undefined;
  // Unconfirmed: that this names holders of tokens and services too, as it does in a Deny.
  if (Principal === '*') return 'exact';
  const names = [Principal[kind] ?? []].flat();
  // In an Allow this is everybody, named as such.
  if (names.some((name) => exact.includes(name) || (kind === 'AWS' && name === '*'))) return 'exact';
  if (role !== undefined && names.includes(role)) return 'role';
  return names.some((name) => account?.includes(name)) ? 'account' : undefined;
}

/** A caller as a trust policy may name it. */
function claimantOf({ arn, iamArn, accountId, session }: Principal): Claimant {
  const partition = arn.split(':')[1];
  return {
    kind: 'AWS',
    exact: [arn],
    role: session && iamArn,
    account: [accountId, `arn:${partition}:iam::${accountId}:root`],
  };
}

/** Why a role cannot be assumed. */
export type TrustDenial = IdentityDenial | 'trust-explicit-deny' | 'no-trust';

/**
 * Whether a caller may do an action with a role, by the rules of AssumeRole: from another account, both the trust policy and
 * the caller's own must allow. In one account, a trust policy that names the caller is enough (its role: within the limits
 * of the session), and one that names the account leaves it to the caller's own policies. `both` asks for both always.
 */
export function mayAssume(
  principal: Principal,
  { role, arn, accountId }: FoundRole,
  action: string,
  keys: ConditionKeys,
  both: boolean,
): 'allow' | TrustDenial {
  const trust = trusts(role.trust, claimantOf(principal), action, arn, keys);
  const identity = authorize(principal, action, arn, keys);
  if (identity === 'explicit-deny' || identity === 'session-explicit-deny') return identity;
  if (trust === 'explicit-deny') return 'trust-explicit-deny';
  if (trust === 'implicit-deny') return 'no-trust';
  const named = !both && principal.accountId === accountId;
  if (named && trust === 'exact') return 'allow';
  if (named && trust === 'role') {
    return limitOf(principal, action, arn, keys) === 'allow' ? 'allow' : 'no-session-policy';
  }
  return identity;
}
