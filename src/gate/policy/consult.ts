/**
 * What policies of one kind say to a question: the statement that denies, or else the one that allows. Pure; how the kinds
 * go together is in `judge.ts`.
 */
import type { Statement } from '../world/policy-document';
import { type Claimant, type Grade, gradeOf } from './claimants';
import { holds } from './conditions';
import { expandResource } from './expand-resource';
import type { AttachedPolicy, DecidingStatement, PolicyType, Question } from './judgement';
import { resolve } from './variables';
import { matches, matchesArn } from './wildcards';

/** A denial ends the search: there is then no `allow`. */
export interface Finding {
  readonly deny?: DecidingStatement | undefined;
  readonly allow?: DecidingStatement | undefined;
  /** How the allowing statement knows the claimant: by the closest of the names that statements allow it by. */
  readonly grade?: Grade | undefined;
}

const RANKS: Record<Grade, number> = { account: 1, role: 2, self: 3 };

/** What the policies say. `claimant`: for policies that name whom they are about. */
export function consult(policies: readonly AttachedPolicy[], question: Question, claimant?: Claimant): Finding {
  let allow: DecidingStatement | undefined;
  let grade: Grade | undefined;
  for (const policy of policies) {
    const { Statement: given, Version } = policy.document;
    const several = Array.isArray(given);
    const statements: readonly Statement[] = several ? given : [given as Statement];
    for (let i = 0; i < statements.length; i++) {
      const statement = statements[i] as Statement;
      const known = claimant ? gradeOf(statement, claimant) : 'self';
      if (known === undefined) continue;
      const isDeny = statement.Effect === 'Deny';
      // An allow that is no closer changes nothing.
      if (!isDeny && grade !== undefined && RANKS[known] <= RANKS[grade]) continue;
      if (!applies(statement, question, policy.type, Version === '2012-10-17')) continue;
      const { Sid: sid, Effect: effect } = statement;
      const at = several ? `${policy.at}.Statement[${i}]` : `${policy.at}.Statement`;
      const found: DecidingStatement = { policy: policy.type, at, ...(sid === undefined ? {} : { sid }), effect };
      if (isDeny) return { deny: found };
      allow = found;
      grade = known;
    }
  }
  return { allow, grade };
}

/** A statement with neither Resource nor NotResource is of a trust policy, which is about the one role that has it. */
function applies(
  { Action, NotAction, Resource, NotResource, Condition }: Statement,
  { action, resource, keys }: Question,
  type: PolicyType,
  variables: boolean,
): boolean {
  if (Action !== undefined ? !some(Action, ofAction) : some(NotAction, ofAction)) return false;
  if (Resource !== undefined ? !some(Resource, ofResource) : some(NotResource, ofResource)) return false;
  return Condition === undefined || holds(Condition, keys, variables);

  // Action names are compared without regard to case, resources with.
  function ofAction(pattern: string): boolean {
    return pattern === action || pattern === '*' || matches(pattern.toLowerCase(), action.toLowerCase());
  }
  function ofResource(pattern: string): boolean {
    const full = type === 'resource' ? expandResource(pattern, resource) : pattern;
    if (!variables || !full.includes('${')) return matchesArn(full, resource);
    const resolved = resolve(full, keys);
    return resolved !== undefined && matchesArn(resolved.text, resource, resolved.literals);
  }
}

function some(values: string | readonly string[] | undefined, test: (value: string) => boolean): boolean {
  if (values === undefined) return false;
  return typeof values === 'string' ? test(values) : values.some(test);
}
