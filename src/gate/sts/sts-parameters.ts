/** The parameters of a call to STS, held against its limits (service model of 2011-06-15). */
import type { WireRequest } from '../../types';
import type { Arrival } from '../arrival';
import { checkNumber, checkText, type TextLimits, toMessage, violation } from '../constraints';
import type { Passage } from '../vpc-endpoints/endpoint-index';
import { findPolicyFault } from '../world/check-policy';
import type { PolicyDocument } from '../world/policy-document';
import { MAX_POLICY, tooLarge } from './packed-size';
import { type StsRefusal, stsRefusal, validationError } from './sts-answers';

/** A call that has come in. */
export interface EnteredCall {
  readonly arrival: Arrival;
  readonly parameters: Parameters;
  /** Of the hostname; where that does not tell, any will do, and this is the one that the request is signed for. */
  readonly region: string | undefined;
  /** The VPC endpoint that it came through. */
  readonly passage: Passage | undefined;
}

/** By name, as the Query protocol flattens them: `Tags.member.1.Key`. */
export type Parameters = ReadonlyMap<string, string>;

/** The parameters of a query and of a form; the form's go first. */
export function readParameters({ query, body = '' }: WireRequest): Parameters {
  const form = typeof body === 'string' ? body : new TextDecoder().decode(body);
  return new Map([...new URLSearchParams(query), ...new URLSearchParams(form)]);
}

const NAME = '[\\w+=,.@-]*';
const LIMITS = {
  roleArn: { min: 20, max: 2048, required: true },
  roleSessionName: { min: 2, max: 64, pattern: NAME, required: true },
  externalId: { min: 2, max: 1224, pattern: '[\\w+=,.@:\\/-]*' },
  sourceIdentity: { min: 2, max: 64, pattern: NAME },
  // A token is a secret.
  webIdentityToken: { min: 4, max: 20_000, required: true, hidden: true },
  policy: { min: 1, max: Number.POSITIVE_INFINITY },
  key: { min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' },
  value: { min: 0, max: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' },
} satisfies Record<string, TextLimits>;

/** A tag as it was sent: a part that is missing is undefined. */
interface SentTag {
  readonly Key: string | undefined;
  readonly Value: string | undefined;
}

/** Whether a text could name a role; another is invalid, one that names none is merely not allowed. */
export const isRoleArn = (text: string): boolean => /^arn:aws[\w-]*:iam::\d{12}:role\/\S+$/.test(text);

/** What a call to assume a role asks for. */
export interface AssumeRoleCall {
  readonly roleArn: string;
  readonly roleSessionName: string;
  /** Seconds. */
  readonly duration: number;
  readonly externalId: string | undefined;
  readonly sourceIdentity: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Keys of tags, as the tags write them. */
  readonly transitive: readonly string[];
  readonly policy: PolicyDocument | undefined;
  /** The policy as it was sent. */
  readonly policyText: string | undefined;
  readonly token: string;
}

/** Parameters that would narrow what a session may do, or who may have it. */
const NOT_EMULATED = ['PolicyArns', 'SerialNumber', 'TokenCode', 'ProvidedContexts', 'ProviderId'];

/** The first parameter that the gate does not emulate. */
const findForeignParameter = (parameters: Parameters): string | undefined =>
  NOT_EMULATED.find((name) => [...parameters.keys()].some((key) => key === name || key.startsWith(`${name}.`)));

/** What the parameters ask for, or the refusal; a fault of `notEmulated` is no refusal of STS's. */
export function readAssumeRole(
  parameters: Parameters,
  withToken: boolean,
): AssumeRoleCall | StsRefusal | { readonly notEmulated: string } {
  const get = (name: string) => parameters.get(name);
  const foreign = findForeignParameter(parameters);
  if (foreign) return { notEmulated: `the parameter ${foreign} of sts:${get('Action')}` };
  const tags = readList(parameters, 'Tags').map(({ Key, Value }): SentTag => ({ Key, Value }));
  const transitive = readList(parameters, 'TransitiveTagKeys').map((entry) => entry[''] ?? '');
  const duration = get('DurationSeconds') ?? '3600';
  // Unconfirmed.
  if (!/^-?\d{1,10}$/.test(duration)) return stsRefusal(400, 'MalformedInput', 'Invalid number');
  const violations = [
    ...checkText('roleArn', get('RoleArn'), LIMITS.roleArn),
    ...checkText('roleSessionName', get('RoleSessionName'), LIMITS.roleSessionName),
    ...(withToken ? checkText('webIdentityToken', get('WebIdentityToken'), LIMITS.webIdentityToken) : []),
    ...checkNumber('durationSeconds', Number(duration), 900, 43_200),
    ...checkText('externalId', get('ExternalId'), LIMITS.externalId),
    ...checkText('sourceIdentity', get('SourceIdentity'), LIMITS.sourceIdentity),
    ...checkText('policy', get('Policy'), LIMITS.policy),
    ...checkCount('tags', tags.length),
    ...checkCount('transitiveTagKeys', transitive.length),
    ...tags.flatMap(({ Key, Value }, i) => [
      ...checkText(`tags.${i + 1}.member.key`, Key, { ...LIMITS.key, required: true }),
      ...checkText(`tags.${i + 1}.member.value`, Value, { ...LIMITS.value, required: true }),
    ]),
    ...transitive.flatMap((key, i) => checkText(`transitiveTagKeys.${i + 1}.member`, key, LIMITS.key)),
  ];
  if (violations.length > 0) return validationError(toMessage(violations));
  const refusal = checkTags(tags, transitive);
  if (refusal) return refusal;
  const policy = readPolicy(get('Policy'));
  if (policy && ('code' in policy || 'notEmulated' in policy)) return policy;
  // Keys of tags are the same in any case.
  const spelling = new Map(tags.map(({ Key = '' }) => [Key.toLowerCase(), Key]));
  return {
    roleArn: get('RoleArn') as string,
    roleSessionName: get('RoleSessionName') as string,
    duration: Number(duration),
    externalId: get('ExternalId'),
    sourceIdentity: get('SourceIdentity'),
    tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key as string, Value as string])),
    transitive: [...new Set(transitive.map((key) => spelling.get(key.toLowerCase()) as string))],
    policy,
    policyText: get('Policy'),
    token: get('WebIdentityToken') ?? '',
  };
}

/** Unconfirmed: how STS shows a list. */
const checkCount = (at: string, count: number) =>
  count > 50 ? [violation(at, `'[${count} members]'`, 'have length less than or equal to 50')] : [];

/** Unconfirmed: code and texts of all three. */
function checkTags(tags: readonly SentTag[], transitive: readonly string[]): StsRefusal | undefined {
  const refuse = (message: string) => stsRefusal(400, 'InvalidParameterValue', message);
  const keys = tags.map(({ Key = '' }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length)
    return refuse('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  if (keys.some((key) => key.startsWith('aws:'))) return refuse('Tag keys may not start with "aws:".');
  return transitive.every((key) => keys.includes(key.toLowerCase()))
    ? undefined
    : refuse('The specified transitive tag key must be included in the requested tags.');
}

function readPolicy(text: string | undefined): PolicyDocument | StsRefusal | { notEmulated: string } | undefined {
  if (text === undefined) return undefined;
  const malformed = (message: string) => stsRefusal(400, 'MalformedPolicyDocument', message);
  if (text.length > MAX_POLICY) return tooLarge(Math.ceil((100 * text.length) / MAX_POLICY));
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    return malformed('The policy is not in the valid JSON format.');
  }
  const fault = findPolicyFault(policy, 'session');
  if (fault?.notEmulated) return { notEmulated: `a session policy whose ${fault.at.slice(1)} ${fault.what}` };
  return fault ? malformed('Syntax errors in policy.') : (policy as PolicyDocument);
}

/** The members of a list in their order; a member that is a value has it under the empty name. */
function readList(parameters: Parameters, list: string): Record<string, string>[] {
  const members = new Map<number, Record<string, string>>();
  for (const [name, value] of parameters) {
    const [, index, part = ''] = name.startsWith(`${list}.member.`)
      ? (/^\w+\.member\.(\d{1,4})(?:\.(Key|Value))?$/.exec(name) ?? [])
      : [];
    if (index === undefined) continue;
    const member = members.get(Number(index)) ?? {};
    member[part] = value;
    members.set(Number(index), member);
  }
  return [...members].sort(([a], [b]) => a - b).map(([, member]) => member);
}
