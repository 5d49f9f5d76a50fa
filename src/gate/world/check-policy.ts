/** Finds what is wrong with a policy, or not emulated, whatever it is attached to. */
import type { PolicyType } from '../policy/judgement';
import { conditionFaults, variableFaults } from './check-condition';
import { principalFaults } from './check-principal';
import { fault, list } from './checks';
import type { PolicyDocument, Statement } from './policy-document';
import { isEmpty, isObject, type PolicyFault, type PolicyFaults, unknownParts } from './policy-fault';

/** The first fault of a policy; undefined for one that can be evaluated. */
export function findPolicyFault(policy: unknown, use: PolicyType): PolicyFault | undefined {
  // Each check comes after those it relies on, and none runs after the first fault.
  for (const found of faults(policy, use)) return found;
  return undefined;
}

/** Rejects a policy with a fault, `ERR_SIGV4_INVALID_WORLD`, by its path; `at` is that of the policy. */
export function checkPolicy(at: string, policy: unknown, use: PolicyType): void {
  const found = findPolicyFault(policy, use);
  if (found) fault(`${at}${found.at}`, found.what);
}

/** Rejects a list of policies that has one with a fault. */
export function checkPolicies(at: string, policies: unknown, use: PolicyType): void {
  for (const [i, policy] of list(at, policies).entries()) checkPolicy(`${at}[${i}]`, policy, use);
}

function* faults(policy: unknown, use: PolicyType): PolicyFaults {
  if (!isObject(policy)) return yield { at: '', what: 'is not an object' };
  const document = policy as unknown as PolicyDocument;
  yield* unknownParts('', document, ['Version', 'Id', 'Statement']);
  const { Version, Id = '', Statement: given } = document;
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17')
    yield { at: '.Version', what: 'is neither "2012-10-17" nor "2008-10-17"' };
  if (typeof Id !== 'string') yield { at: '.Id', what: 'is not a text' };
  const variables = Version === '2012-10-17';
  if (!Array.isArray(given)) return yield* statementFaults('.Statement', given, use, variables);
  for (const [i, statement] of given.entries()) yield* statementFaults(`.Statement[${i}]`, statement, use, variables);
}

/** Policies that name whom they are about; those of a trust name no resource, which is their role. */
const NAMING: Partial<Record<PolicyType, readonly string[]>> = {
  trust: ['Principal'],
  resource: ['Principal', 'NotPrincipal', 'Resource', 'NotResource'],
  endpoint: ['Principal', 'NotPrincipal', 'Resource', 'NotResource'],
};
const COMMON = ['Sid', 'Effect', 'Action', 'NotAction', 'Condition'];

function* statementFaults(at: string, given: unknown, use: PolicyType, variables: boolean): PolicyFaults {
  if (!isObject(given)) return yield { at, what: 'is not an object' };
  const statement = given as unknown as Statement;
  const { Sid = '', Effect, Action, NotAction, Resource, NotResource, Condition } = statement;
  const own = NAMING[use] ?? ['Resource', 'NotResource'];
  yield* unknownParts(at, statement, [...COMMON, ...own]);
  if (typeof Sid !== 'string') yield { at: `${at}.Sid`, what: 'is not a text' };
  if (Effect !== 'Allow' && Effect !== 'Deny') yield { at: `${at}.Effect`, what: 'is neither "Allow" nor "Deny"' };
  if ((Action === undefined) === (NotAction === undefined)) yield { at, what: 'needs either Action or NotAction' };
  if (own.includes('Resource') && (Resource === undefined) === (NotResource === undefined))
    yield { at, what: 'needs either Resource or NotResource' };
  for (const [part, patterns] of Object.entries({ Action, NotAction }))
    if (patterns !== undefined) yield* actionFaults(`${at}.${part}`, [patterns].flat());
  for (const [part, patterns] of Object.entries({ Resource, NotResource }))
    if (patterns !== undefined) yield* resourceFaults(`${at}.${part}`, [patterns].flat(), use, variables);
  if (own.includes('Principal')) yield* namingFaults(at, statement, own.includes('NotPrincipal'));
  yield* conditionFaults(`${at}.Condition`, Condition, variables);
}

function* namingFaults(at: string, { Effect, Principal, NotPrincipal }: Statement, mayExclude: boolean): PolicyFaults {
  if (NotPrincipal === undefined) {
    if (Principal === undefined && mayExclude) yield { at, what: 'needs either Principal or NotPrincipal' };
    return yield* principalFaults(`${at}.Principal`, Principal);
  }
  if (Principal !== undefined) yield { at, what: 'has both Principal and NotPrincipal' };
  if (Effect === 'Allow') yield { at: `${at}.NotPrincipal`, what: 'is for "Deny" alone' };
  yield* principalFaults(`${at}.NotPrincipal`, NotPrincipal);
}

function* textFaults(at: string, patterns: readonly unknown[]): PolicyFaults {
  if (patterns.length === 0 || patterns.includes('')) yield isEmpty(at);
  if (!patterns.every((text) => typeof text === 'string')) yield { at, what: 'is neither a text nor a list of texts' };
}

function* actionFaults(at: string, patterns: readonly string[]): PolicyFaults {
  yield* textFaults(at, patterns);
  if (patterns.some((text) => text.includes('${'))) yield { at, what: 'holds a policy variable, which no action may' };
  if (!patterns.every((text) => /^(?:\*|[\w*?-]+:[\w*?-]+)$/.test(text)))
    yield { at, what: 'is neither "*" nor a service, ":" and an action' };
}

/** Everything, an ARN, or the start of one that ends in `*`. */
const ARN = /^(?:\*|arn(?::[^:]*){4}:.+|arn(?::[^:]*){0,3}:[^:]*\*)$/;

function* resourceFaults(at: string, patterns: readonly string[], use: PolicyType, variables: boolean): PolicyFaults {
  yield* textFaults(at, patterns);
  const isShort = (text: string) => use === 'resource' && text.startsWith('execute-api:/');
  for (const text of patterns) {
    const variable = variables ? text.indexOf('${') : -1;
    if (variable >= 0 && !isShort(text) && text.slice(0, variable).split(':').length < 6)
      yield { at, what: 'holds a policy variable before the sixth part of its ARN' };
    if (!isShort(text) && !ARN.test(text)) yield { at, what: 'is neither "*" nor an ARN of six parts' };
    if (variable >= 0) yield* variableFaults(at, text);
  }
}
