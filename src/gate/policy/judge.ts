/**
 * Decides by all policies that a request meets. An explicit deny wins wherever it stands; then service control policies, the
 * resource's, the caller's own, its permissions boundary and its session's, in the order of IAM's documentation.
 */
import type { Principal } from '../principals/principals';
import type { World } from '../world/world';
import { ANONYMOUS, claimantOf } from './claimants';
import { consult, type Finding } from './consult';
import type { AttachedPolicy, DecidingStatement, Denied, Judgement, PolicyType, Question } from './judgement';
import { withResourceKeys } from './resource-keys';
import { serviceControls } from './service-controls';

/**
 * Whether a caller may, by tables A and B of API Gateway (in one account either of resource and caller allows, between two
 * both must) and what IAM evaluates around them: service control policies, boundary, session policy. `owner.policies`: the
 * resource-based ones; none for an API without.
 */
export function judgeCaller(
  world: World,
  principal: Principal,
  question: Question,
  owner: { readonly accountId: string; readonly policies: readonly AttachedPolicy[] },
): Judgement {
  const asked = withResourceKeys(question);
  return combine(world, principal, asked, {
    type: 'resource',
    grant: consult(owner.policies, asked, claimantOf(principal)),
    rule: principal.accountId === owner.accountId ? 'either' : 'both',
  });
}

/** A caller without IAM: the resource policy alone, which must explicitly allow. Without a policy: allowed. */
export function judgeUnsigned(question: Question, policy: AttachedPolicy | undefined): Judgement {
  return policy === undefined
    ? { allowed: true }
    : conclude(consult([policy], withResourceKeys(question), ANONYMOUS), policy.type);
}

/** What a resource policy denies, which a Lambda authorizer is not asked about; undefined where it denies nothing. */
export function denyAhead(question: Question, resource: AttachedPolicy | undefined): Denied | undefined {
  const found = resource && consult([resource], withResourceKeys(question), ANONYMOUS).deny;
  return found && denied(found);
}

/** A Lambda authorizer's policy with the resource policy: explicit deny of either first, then table A. */
export function judgeAuthorizer(
  question: Question,
  authorizer: AttachedPolicy,
  resource: AttachedPolicy | undefined,
): Judgement {
  const asked = withResourceKeys(question);
  const around = resource ? consult([resource], asked, ANONYMOUS) : {};
  if (around.deny) return denied(around.deny);
  const own = consult([authorizer], asked);
  return own.deny || own.allow || !around.allow ? conclude(own, authorizer.type) : allowed(around.allow);
}

/** A VPC endpoint policy for a caller or for an anonymous one; undefined policy is full access. */
export function judgeEndpoint(
  principal: Principal | undefined,
  question: Question,
  policy: AttachedPolicy | undefined,
): Judgement {
  if (policy === undefined) return { allowed: true };
  return conclude(
    consult([policy], withResourceKeys(question), principal ? claimantOf(principal) : ANONYMOUS),
    policy.type,
  );
}

/** What the policy of a resource or role says of a caller, and how it goes together with the caller's own. */
interface Grant {
  readonly type: 'resource' | 'trust';
  readonly grant: Finding;
  /**
   * `either` of them allows, as in one account. `named`: the grant must, and is enough where it names the caller or its
   * role, as in the trust of a role of the same account. `both` must, as between accounts.
   */
  readonly rule: 'either' | 'named' | 'both';
}

/** Decides for a caller who is known. */
export function combine(world: World, principal: Principal, question: Question, given: Grant): Judgement {
  const { type, grant, rule } = given;
  const controls = serviceControls(world, principal.accountId).map((level) => consult(level, question));
  const identity = consult(principal.policies, question);
  const boundary = principal.boundary && consult([principal.boundary], question);
  const session = principal.sessionPolicy && consult([principal.sessionPolicy], question);

  const deny = [...controls, grant, identity, boundary, session].find((finding) => finding?.deny)?.deny;
  if (deny) return denied(deny);
  if (!controls.every((finding) => finding.allow)) return notAllowed('organization');
  if (type === 'trust' && !grant.allow) return notAllowed('trust');
  if (rule !== 'both' && grant.allow && grant.grade === 'self') return allowed(grant.allow);

  const byRole = rule !== 'both' && grant.grade === 'role' ? grant.allow : undefined;
  const own = identity.allow ?? byRole;
  if (!own) return notAllowed('identity');
  if (boundary && !boundary.allow) return notAllowed('boundary');
  if (session && !session.allow) return notAllowed('session');
  if (rule === 'both' && !grant.allow) return notAllowed('resource');
  return allowed(rule === 'either' ? own : (grant.allow ?? own));
}

const allowed = (statement: DecidingStatement): Judgement => ({ allowed: true, statement });
const denied = (statement: DecidingStatement): Denied => ({
  allowed: false,
  explicit: true,
  policy: statement.policy,
  statement,
});
/** Nothing denies it, and no policy of a type allows it: also what there is no policy for must be said so. */
export const notAllowed = (policy: PolicyType): Denied => ({ allowed: false, explicit: false, policy });

/** What policies of one type decide alone. */
export function conclude({ deny, allow }: Finding, type: PolicyType): Judgement {
  if (deny) return denied(deny);
  return allow ? allowed(allow) : notAllowed(type);
}
