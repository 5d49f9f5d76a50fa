/**
 * Finds what is wrong with a policy, or not emulated, as data: a world that holds it is refused when its gate starts, a
 * session policy when it is sent.
 */
import { keyName, readOperator, texts } from '../policy/conditions';
import type { Condition, PolicyDocument, Statement } from './policy-document';

/** What a policy is attached to: a user or role, the trust of a role, one session. */
export type PolicyUse = 'identity' | 'trust' | 'session';

export interface PolicyFault {
  /** Where, from the policy on: `.Statement[0].Effect`. */
  readonly at: string;
  readonly what: string;
  /** AWS would take it; the gate does not. */
  readonly notEmulated?: true;
}

/** The first fault of a policy; undefined for one that can be evaluated. */
export function findPolicyFault(policy: unknown, use: PolicyUse): PolicyFault | undefined {
  // Each check comes after those it relies on, and none runs after the first fault.
  for (const fault of faults(policy, use)) return fault;
  return undefined;
}

type Faults = Generator<PolicyFault, void, void>;

const NOT_EMULATED = 'is not emulated by this version of the gate';
const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

function* unknownParts(at: string, value: object, known: readonly string[]): Faults {
  const stranger = Object.keys(value).find((key) => !known.includes(key));
  if (stranger !== undefined) yield { at: `${at}.${stranger}`, what: 'is not known to this version of the gate' };
}

function* faults(policy: unknown, use: PolicyUse): Faults {
  if (!isObject(policy)) return yield { at: '', what: 'is not an object' };
  const document = policy as PolicyDocument;
  yield* unknownParts('', document, ['Version', 'Id', 'Statement']);
  if (document.Version !== undefined && document.Version !== '2012-10-17' && document.Version !== '2008-10-17') {
    yield { at: '.Version', what: 'is neither "2012-10-17" nor "2008-10-17"' };
  }
  for (const [i, statement] of [document.Statement].flat().entries()) {
    yield* statementFaults(`.Statement[${i}]`, statement, use);
  }
}

const COMMON = ['Sid', 'Effect', 'Action', 'NotAction', 'Condition'];

function* statementFaults(at: string, statement: Statement | undefined, use: PolicyUse): Faults {
  if (!isObject(statement)) return yield { at, what: 'is not an object' };
  const { Effect, Action, NotAction, Resource, NotResource, Principal, Condition } = statement as Statement;
  if ('NotPrincipal' in (statement as object))
    yield { at: `${at}.NotPrincipal`, what: NOT_EMULATED, notEmulated: true };
  const own = use === 'trust' ? ['Principal'] : ['Resource', 'NotResource'];
  yield* unknownParts(at, statement as Statement, [...COMMON, ...own]);
  if (Effect !== 'Allow' && Effect !== 'Deny') yield { at: `${at}.Effect`, what: 'is neither "Allow" nor "Deny"' };
  if ((Action === undefined) === (NotAction === undefined)) yield { at, what: 'needs either Action or NotAction' };
  if (use !== 'trust' && (Resource === undefined) === (NotResource === undefined)) {
    yield { at, what: 'needs either Resource or NotResource' };
  }
  for (const [part, patterns] of Object.entries({ Action, NotAction, Resource, NotResource })) {
    if (patterns !== undefined) yield* patternFaults(`${at}.${part}`, [patterns].flat(), part.endsWith('Resource'));
  }
  if (use === 'trust') yield* principalFaults(`${at}.Principal`, Principal);
  yield* conditionFaults(`${at}.Condition`, Condition);
}

/** Everything but nothing is everything: an empty NotAction would allow whatever there is. */
const isEmpty = (at: string): PolicyFault => ({ at, what: 'is empty' });

function* patternFaults(at: string, patterns: readonly unknown[], areArns: boolean): Faults {
  if (patterns.length === 0 || patterns.includes('')) return yield isEmpty(at);
  if (!patterns.every((text) => typeof text === 'string'))
    return yield { at, what: 'is neither a text nor a list of texts' };
  if (patterns.some((text) => text.includes('${'))) yield variable(at);
  if (areArns && !patterns.every((text) => /^(?:\*|arn(?::[^:]*){4}:.+)$/.test(text))) {
    yield { at, what: 'is neither "*" nor an ARN of six parts' };
  }
  if (!areArns && !patterns.every((text) => /^(?:\*|[^:]+:.+)$/.test(text))) {
    yield { at, what: 'is neither "*" nor a service, ":" and an action' };
  }
}

const variable = (at: string): PolicyFault => ({
  at,
  what: 'holds a policy variable, which this version does not emulate',
  notEmulated: true,
});

/** What a principal may be; each kind as IAM's reference of the Principal element writes it. */
const PRINCIPALS: Record<string, RegExp> = {
  AWS: /^(?:\*|\d{12}|arn:aws[\w-]*:iam::\d{12}:(?:root|user\/\S*[^/\s*?]|role\/\S*[^/\s*?])|arn:aws[\w-]*:sts::\d{12}:assumed-role\/[^/\s*?]+\/[^/\s*?]+)$/,
  Federated: /^(?:arn:aws[\w-]*:iam::\d{12}:oidc-provider\/[^\s*?]+|[\w-]+(?:\.[\w-]+)+)$/,
  Service: /^[\w-]+(?:\.[\w-]+)+$/,
};

function* principalFaults(at: string, principal: Statement['Principal']): Faults {
  if (principal === '*') return;
  if (!isObject(principal)) return yield { at, what: 'is neither "*" nor an object' };
  yield* unknownParts(at, principal as object, Object.keys(PRINCIPALS));
  const kinds = Object.entries(principal as object);
  if (kinds.length === 0) return yield isEmpty(at);
  for (const [kind, names] of kinds) {
    if ([names].flat().length === 0) return yield isEmpty(`${at}.${kind}`);
    for (const name of [names].flat() as unknown[]) {
      if (typeof name !== 'string' || !PRINCIPALS[kind]?.test(name)) {
        yield { at: `${at}.${kind}`, what: `holds ${JSON.stringify(name)}, which is no principal this version knows` };
      }
    }
  }
}

function* conditionFaults(at: string, condition: Condition | undefined): Faults {
  if (condition === undefined) return;
  if (!isObject(condition)) return yield { at, what: 'is not an object' };
  for (const [name, block] of Object.entries(condition)) {
    const here = `${at}.${name}`;
    const operator = readOperator(name);
    if (!operator) return yield { at: here, what: 'is not an operator that this version knows' };
    if (!isObject(block)) return yield { at: here, what: 'is not an object' };
    for (const [key, given] of Object.entries(block)) {
      const values = [given].flat() as unknown[];
      if (!isEmulated(key)) yield { at: `${here}["${key}"]`, what: NOT_EMULATED, notEmulated: true };
      if (values.length === 0 || !values.every((value) => ['string', 'number', 'boolean'].includes(typeof value)))
        return yield { at: `${here}["${key}"]`, what: 'is neither a value nor a list of values' };
      if (texts(given).some((value) => value.includes('${'))) yield variable(`${here}["${key}"]`);
      if (!texts(given).every(operator.accepts))
        yield { at: `${here}["${key}"]`, what: 'holds a value that the operator cannot compare' };
    }
  }
}

/**
 * The keys of every service (`aws:…`) and of STS that the gate gives to a request that has them. What it would never give,
 * a negated operator would take for a match. Keys of other services are of requests that the gate does not answer.
 */
function isEmulated(key: string): boolean {
  const name = keyName(key);
  if (!/^(?:aws|sts):/.test(name)) return true;
  return KEYS.has(name) || /^aws:(?:requesttag|principaltag)\/./.test(name);
}

const KEYS = new Set(
  [
    'aws:CurrentTime aws:EpochTime aws:SourceIp aws:SecureTransport aws:UserAgent aws:Referer',
    'aws:PrincipalArn aws:PrincipalAccount aws:PrincipalOrgID aws:PrincipalType aws:userid aws:username',
    'aws:PrincipalIsAWSService aws:TokenIssueTime aws:MultiFactorAuthPresent aws:SourceIdentity aws:TagKeys',
    // Never there: no caller comes through a VPC endpoint, and none with a second factor of known age.
    'aws:SourceVpc aws:SourceVpce aws:VpcSourceIp aws:MultiFactorAuthAge',
    'sts:ExternalId sts:RoleSessionName sts:SourceIdentity sts:TransitiveTagKeys',
  ]
    .join(' ')
    .split(' ')
    .map(keyName),
);
