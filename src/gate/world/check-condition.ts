/** Finds what is wrong with the Condition of a policy and with its variables, by the condition keys that the gate gives. */
import { keyName } from '../policy/condition-keys';
import { type Operator, readOperator, texts } from '../policy/conditions';
import { variablesIn } from '../policy/variables';
import type { Condition } from './policy-document';
import { foreign, isEmpty, isObject, type PolicyFaults } from './policy-fault';

/** `variables`: the policy is of a version that has them. */
export function* conditionFaults(at: string, condition: Condition | undefined, variables: boolean): PolicyFaults {
  if (condition === undefined) return;
  if (!isObject(condition)) return yield { at, what: 'is not an object' };
  for (const [name, block] of Object.entries(condition)) {
    const here = `${at}.${name}`;
    const operator = readOperator(name);
    if (!operator) return yield { at: here, what: 'is not an operator that this version knows' };
    if (!isObject(block)) return yield { at: here, what: 'is not an object' };
    // Nothing to hold would always hold.
    if (Object.keys(block).length === 0) yield isEmpty(here);
    for (const [key, values] of Object.entries(block))
      yield* testFaults(`${here}["${key}"]`, operator, key, values as Condition[string][string], variables);
  }
}

function* testFaults(
  at: string,
  operator: Operator,
  key: string,
  given: Condition[string][string],
  variables: boolean,
): PolicyFaults {
  const values = [given].flat() as unknown[];
  if (!isEmulated(key)) yield foreign(at);
  if (isMultivalued(key) && operator.set === undefined && !operator.isNull)
    yield { at, what: 'is of several values, which need ForAllValues or ForAnyValue' };
  if (values.length === 0 || !values.every((value) => ['string', 'number', 'boolean'].includes(typeof value)))
    yield { at, what: 'is neither a value nor a list of values' };
  if (!texts(given).every(operator.accepts)) yield { at, what: 'holds a value that the operator cannot compare' };
  if (!variables || !operator.variables) return;
  for (const text of texts(given)) yield* variableFaults(at, text);
}

/** The variables of a text, each of which must be a key of one value. */
export function* variableFaults(at: string, text: string): PolicyFaults {
  const names = variablesIn(text);
  if (names === undefined) return yield { at, what: 'holds "${" that begins no policy variable' };
  for (const name of names) {
    if (name === '*' || name === '?' || name === '$') continue;
    if (!/^[^:]+:.+$/.test(name)) yield { at, what: `holds the policy variable ${name}, which is no condition key` };
    if (!isEmulated(name)) yield foreign(at, `holds the policy variable ${name}, which this version does not emulate`);
    if (isMultivalued(name)) yield { at, what: `holds the policy variable ${name}, which is a key of several values` };
  }
}

/**
 * The keys of every service (`aws:…`) and of those that the gate answers for, as far as it gives them to a request that has
 * them. What it would never give, a negated operator would take for a match. Keys of other services are of requests that the
 * gate does not answer.
 */
function isEmulated(key: string): boolean {
  const name = keyName(key);
  if (NOT_GIVEN.has(name)) return false;
  if (!/^(?:aws|sts|execute-api|sagemaker):/.test(name)) return true;
  // Profiles of a world have no tags, as those that nobody has tagged.
  return KEYS.has(name) || /^(?:aws:(?:requesttag|principaltag|resourcetag)|sagemaker:resourcetag)\/./.test(name);
}

const isMultivalued = (key: string): boolean => MULTIVALUED.has(keyName(key)) || key.endsWith(':amr');

const names = (...lines: string[]) => new Set(lines.join(' ').split(' ').map(keyName));

const KEYS = names(
  'aws:CurrentTime aws:EpochTime aws:SourceIp aws:SecureTransport aws:UserAgent aws:Referer',
  'aws:SourceVpc aws:SourceVpce aws:VpcSourceIp',
  'aws:PrincipalArn aws:PrincipalAccount aws:PrincipalOrgID aws:PrincipalType aws:userid aws:username',
  'aws:PrincipalIsAWSService aws:TokenIssueTime aws:MultiFactorAuthPresent aws:SourceIdentity aws:TagKeys',
  'aws:FederatedProvider aws:ViaAWSService aws:ResourceAccount aws:ResourceOrgID aws:RequestedRegion',
  // Never there: no caller of the gate is a service, acts through one, or has a second factor of known age.
  'aws:SourceArn aws:SourceAccount aws:SourceOrgID aws:CalledVia aws:CalledViaFirst aws:CalledViaLast',
  'aws:PrincipalServiceName aws:PrincipalServiceNamesList aws:MultiFactorAuthAge',
  'sts:ExternalId sts:RoleSessionName sts:SourceIdentity sts:TransitiveTagKeys',
);

/** Keys of other services that AWS gives to requests which the gate answers. */
const NOT_GIVEN = names('ec2:SourceInstanceARN ec2:RoleDelivery lambda:SourceFunctionArn');

const MULTIVALUED = names(
  'aws:TagKeys sts:TransitiveTagKeys aws:CalledVia aws:PrincipalServiceNamesList aws:PrincipalOrgPaths',
);
