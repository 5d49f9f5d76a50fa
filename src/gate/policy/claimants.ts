/** Who asks, by the names that the Principal element of a policy could call it, and how close such a name comes. */
import type { Principal } from '../principals/principals';
import type { PrincipalElement, PrincipalKind, Statement } from '../world/policy-document';

/** Who asks for something, or for a role. */
export interface Claimant {
  readonly kind: PrincipalKind;
  /** Names that mean this one and no other; an anonymous one has none. */
  readonly exact: readonly string[];
  /** The role of a session. */
  readonly role?: string | undefined;
  /** The account, which then decides by its own policies. */
  readonly account?: readonly string[] | undefined;
  /** Whether it has a permissions boundary. */
  readonly bounded?: boolean | undefined;
}

/**
 * By which of its names a statement knows a claimant: as itself (or as everybody), past what its boundary and its session
 * policy leave out; as a session of its role, within them; as one of its account, whose own policies then decide.
 */
export type Grade = 'self' | 'role' | 'account';

/** A caller who did not sign. */
export const ANONYMOUS: Claimant = { kind: 'AWS', exact: [] };

/** A caller as a policy may name it. */
export function claimantOf({ arn, iamArn, accountId, session, boundary }: Principal): Claimant {
  const partition = arn.slice(4, arn.indexOf(':', 4));
  return {
    kind: 'AWS',
    exact: [arn],
    role: session && iamArn,
    account: [accountId, `arn:${partition}:iam::${accountId}:root`],
    bounded: boundary !== undefined,
  };
}

/** How a statement knows a claimant; undefined when it is not about it. */
export function gradeOf({ Effect, Principal, NotPrincipal }: Statement, claimant: Claimant): Grade | undefined {
  // A deny to everybody is one to holders of tokens and to services too.
  if (Effect === 'Deny' && Principal !== undefined && isEverybody(Principal)) return 'self';
  if (Principal !== undefined) return nameIn(Principal, claimant);
  if (NotPrincipal === undefined) return undefined;
  return isLeftOut(NotPrincipal, claimant) ? undefined : 'self';
}

/** `"*"` and `{ "AWS": "*" }` are the same (IAM's reference of the Principal element). */
const isEverybody = (element: PrincipalElement): boolean =>
  element === '*' || (element.AWS !== undefined && [element.AWS].flat().includes('*'));

function nameIn(element: PrincipalElement, { kind, exact, role, account }: Claimant): Grade | undefined {
  // Unconfirmed: that an Allow to everybody is none to holders of tokens and to services, who are named by their kind.
  if (isEverybody(element) && kind === 'AWS') return 'self';
  if (element === '*') return undefined;
  const names = element[kind];
  if (names === undefined) return undefined;
  const has = (name: string) => (typeof names === 'string' ? names === name : names.includes(name));
  if (exact.some(has)) return 'self';
  if (role !== undefined && has(role)) return 'role';
  return account?.some(has) ? 'account' : undefined;
}

/**
 * A claimant is left out by all of its names only: a session by its own, its role's and its account's. One who has a
 * permissions boundary never is (IAM's reference of the NotPrincipal element).
 */
function isLeftOut(element: PrincipalElement, { kind, exact, role, account, bounded }: Claimant): boolean {
  const isNamed = (names: readonly string[]) => nameIn(element, { kind, exact: names }) !== undefined;
  if (bounded) return false;
  return isNamed(exact) && (role === undefined || isNamed([role])) && (account === undefined || isNamed(account));
}
