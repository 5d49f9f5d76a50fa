/** The two that are compared: the gate's engine, and the evaluator of @cloud-copilot/iam-simulate, each asked in its own terms. */
import { anonymousPrincipal, runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { conditionKeys } from '../../../src/gate/policy/condition-keys';
import { judgeCaller, judgeEndpoint, judgeUnsigned } from '../../../src/gate/policy/judge';
import type { AttachedPolicy, Judgement, PolicyType } from '../../../src/gate/policy/judgement';
import { judgeAssumption } from '../../../src/gate/policy/trust';
import type { Principal } from '../../../src/gate/principals/principals';
import { findPolicyFault } from '../../../src/gate/world/check-policy';
import type { PolicyDocument } from '../../../src/gate/world/policy-document';
import type { World } from '../../../src/gate/world/world';
import type { Case } from './generated-cases';

export type Verdict = 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied';

const attach = (type: PolicyType, document: PolicyDocument, i = 0): AttachedPolicy => ({
  type,
  at: `${type}[${i}]`,
  document,
});
const attachIf = (type: PolicyType, document: PolicyDocument | undefined) => document && attach(type, document);

/** What the gate decides. */
export function judge(given: Case): Verdict {
  const { caller, action, resource, ownerId, context, identity, resourcePolicy, endpoint, controls } = given;
  const question = { action, resource, keys: conditionKeys(context) };
  const world: World = {
    accounts: {
      [caller?.accountId ?? ownerId]: { organization: 'o-exampleorgid', serviceControlPolicies: controls[1] },
    },
    organizations: { 'o-exampleorgid': { serviceControlPolicies: controls[0] } },
  };
  const principal: Principal | undefined = caller && {
    ...caller,
    userId: 'AIDAIOSFODNN7EXAMPLE',
    policies: identity.map((document, i) => attach('identity', document, i)),
    boundary: attachIf('boundary', given.boundary),
    sessionPolicy: attachIf('session', given.session),
    session:
      caller.type === 'AssumedRole' ? { roleArn: caller.iamArn, name: 'test', issued: 0, expiration: 0 } : undefined,
    tags: {},
    temporary: false,
  };
  const policy = attachIf('resource', resourcePolicy);
  const ask = (): Judgement => {
    if (!principal) return judgeUnsigned(question, policy);
    if (action !== 'sts:AssumeRole')
      return judgeCaller(world, principal, question, { accountId: ownerId, policies: policy ? [policy] : [] });
    const role = { trust: resourcePolicy as PolicyDocument };
    const found = { arn: resource, partition: 'aws', accountId: ownerId, name: 'target', role };
    return judgeAssumption(world, principal, found, action, question.keys, false);
  };
  return together([judgeEndpoint(principal, question, attachIf('endpoint', endpoint)), ask()]);
}

/** All must allow. */
function together(judgements: readonly Judgement[]): Verdict {
  const denials = judgements.filter((judgement) => !judgement.allowed);
  if (denials.length === 0) return 'Allowed';
  return denials.some((denial) => !denial.allowed && denial.explicit) ? 'ExplicitlyDenied' : 'ImplicitlyDenied';
}

/** What the gate would refuse to take of a case; undefined for one that it takes. */
export function faultOf({
  action,
  identity,
  resourcePolicy,
  boundary,
  session,
  endpoint,
  controls,
}: Case): object | undefined {
  const uses: [PolicyType, readonly (PolicyDocument | undefined)[]][] = [
    ['identity', identity],
    [action === 'sts:AssumeRole' ? 'trust' : 'resource', [resourcePolicy]],
    ['boundary', [boundary]],
    ['session', [session]],
    ['endpoint', [endpoint]],
    ['organization', controls.flat()],
  ];
  for (const [use, policies] of uses) {
    for (const policy of policies) {
      const found = policy && findPolicyFault(policy, use);
      if (found) return { use, ...found, policy };
    }
  }
  return undefined;
}

/** What the witness decides, and by what it says the principal was known. */
export async function testify(given: Case): Promise<{ verdict: Verdict; grades: string[] }> {
  const { caller, action, resource, ownerId, context, identity, resourcePolicy, controls } = given;
  const named = (policies: readonly PolicyDocument[]) => policies.map((policy, i) => ({ name: `p${i}`, policy }));
  const simulation: Simulation = {
    request: {
      principal: caller?.arn ?? anonymousPrincipal,
      action,
      resource: { resource, accountId: ownerId },
      contextVariables: { ...context },
    },
    identityPolicies: named(identity),
    serviceControlPolicies: controls.map((policies, i) => ({ orgIdentifier: `level-${i}`, policies: named(policies) })),
    resourceControlPolicies: [],
    resourcePolicy,
    sessionPolicy: given.session,
    ...(given.boundary && { permissionBoundaryPolicies: named([given.boundary]) }),
    ...(given.endpoint && { vpcEndpointPolicies: named([given.endpoint]) }),
  };
  const answer = await runSimulation(simulation, {});
  if (answer.resultType !== 'single') throw new Error(JSON.stringify(answer));
  const { analysis, ignoredContextKeys = [] } = answer.result;
  if (ignoredContextKeys.length > 0) throw new Error(`The witness did not read ${ignoredContextKeys}`);
  const grades = analysis.resourceAnalysis?.allowStatements.map(({ principalMatch }) => principalMatch) ?? [];
  return { verdict: answer.overallResult, grades };
}
