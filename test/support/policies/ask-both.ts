/** Asks one policy everything that is near it, of the gate's engine and of the other evaluator. */
import type { PolicyDocument } from 'sigv4kit/gate';
import { judgeTrust } from '../../../src/gate/policy/trust';
import { judge, type Verdict } from '../../gate/policy/evaluators';
import type { Case } from '../../gate/policy/generated-cases';
import { isService, questionsTo, without } from './questions';
import { askWitness, inFull } from './witness';

export interface Asked {
  /** Cases that both answered. */
  cases: number;
  readonly differences: string[];
  /** Statements without which no answer would be another, by their numbers. */
  readonly idle: number[];
}

/** `witnessed`: what the other evaluator is given in place of it. */
export async function askBoth(document: PolicyDocument, witnessed: PolicyDocument = document): Promise<Asked> {
  const asked: Asked = { cases: 0, differences: [], idle: [] };
  const deciding = new Set<number>();
  const count = [document.Statement].flat().length;
  for (const given of questionsTo(document)) {
    const there = await answer(replace(given, document, witnessed));
    if (there === undefined) continue;
    asked.cases++;
    const here = judgeHere(given);
    if (here !== there) asked.differences.push(`${here} here, ${there} there: ${JSON.stringify(given)}`);
    for (let i = 0; i < count; i++) if (judgeHere(without(given, document, i)) !== here) deciding.add(i);
  }
  for (let i = 0; i < count; i++) if (!deciding.has(i)) asked.idle.push(i);
  return asked;
}

const replace = (given: Case, document: PolicyDocument, other: PolicyDocument): Case => ({
  ...given,
  identity: given.identity.map((policy) => (policy === document ? other : policy)),
  resourcePolicy: given.resourcePolicy === document ? other : given.resourcePolicy,
});

/** Undefined for an action that there is not on such a resource, which the other evaluator does not answer for. */
async function answer(given: Case): Promise<Verdict | undefined> {
  const { resourcePolicy } = given;
  try {
    return await askWitness({ ...given, resourcePolicy: resourcePolicy && inFull(resourcePolicy, given.resource) });
  } catch (error) {
    if (/"resultType":"wildcard"|no\.resource\.types|must\.use\.wildcard/.test((error as Error).message))
      return undefined;
    throw error;
  }
}

function judgeHere(given: Case): Verdict {
  if (!isService(given)) return judge(given);
  const { caller, resource, ownerId, resourcePolicy } = given;
  const role = { trust: resourcePolicy as PolicyDocument };
  const found = { arn: resource, partition: 'aws', accountId: ownerId, name: 'some', role };
  const claimant = { kind: 'Service', exact: [caller?.arn ?? ''] } as const;
  const judgement = judgeTrust(found, claimant, given.action, { get: () => undefined });
  if (judgement.allowed) return 'Allowed';
  return judgement.explicit ? 'ExplicitlyDenied' : 'ImplicitlyDenied';
}
