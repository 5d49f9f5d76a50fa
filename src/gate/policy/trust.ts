/** Trust policies: whether a role lets somebody assume it, which they decide as a resource's policies do, but must. */
import type { Principal } from '../principals/principals';
import type { FoundRole } from '../principals/roles';
import type { World } from '../world/world';
import { type Claimant, claimantOf } from './claimants';
import type { ConditionKeys } from './condition-keys';
import { consult, type Finding } from './consult';
import { combine, conclude } from './judge';
import type { Judgement, Question } from './judgement';
import { withResourceKeys } from './resource-keys';

/** Whether a role trusts somebody who has no policies of IAM: the holder of a token, a service. */
export function judgeTrust(found: FoundRole, claimant: Claimant, action: string, keys: ConditionKeys): Judgement {
  const question = withResourceKeys({ action, resource: found.arn, keys });
  return conclude(consultTrust(found, claimant, question), 'trust');
}

/**
 * Whether a caller may do an action with a role, by the rules of AssumeRole: from another account, both the trust policy and
 * the caller's own must allow. In one account, a trust policy that names the caller is enough (its role: within the limits
 * of boundary and session), and one that names the account leaves it to the caller's own policies. `both` asks for both
 * always.
 */
export function judgeAssumption(
  world: World,
  principal: Principal,
  found: FoundRole,
  action: string,
  keys: ConditionKeys,
  both: boolean,
): Judgement {
  const question = withResourceKeys({ action, resource: found.arn, keys });
  const grant = consultTrust(found, claimantOf(principal), question);
  const rule = both || principal.accountId !== found.accountId ? 'both' : 'named';
  return combine(world, principal, question, { type: 'trust', grant, rule });
}

function consultTrust({ accountId, name, role }: FoundRole, claimant: Claimant, question: Question): Finding {
  const policy = { type: 'trust', at: `accounts.${accountId}.roles.${name}.trust`, document: role.trust } as const;
  return consult([policy], question, claimant);
}
