/** The parameters of a call to STS, held against its limits (service model of 2011-06-15). */
import type { WireRequest } from '../../types';
import { findPolicyFault } from '../world/check-policy';
import type { PolicyDocument } from '../world/policy-document';
import { MAX_POLICY, tooLarge } from './packed-size';
import { type StsRefusal, stsRefusal, validationError } from './sts-answers';

/** By name, as the Query protocol flattens them: `Tags.member.1.Key`. */
export type Parameters = ReadonlyMap<string, string>;

/** The parameters of a query and of a form; the form's go first. */
export function readParameters({ query, body = '' }: WireRequest): Parameters {
  const form = typeof body === 'string' ? body : new TextDecoder().decode(body);
  return new Map([...new URLSearchParams(query), ...new URLSearchParams(form)]);
}

interface Limits {
  readonly min: number;
  readonly max: number;
  /** As STS writes it. */
  readonly pattern?: string;
  readonly required?: boolean;
}

const NAME = '[\\w+=,.@-]*';
const LIMITS = {
  roleArn: { min: 20, max: 2048, required: true },
  roleSessionName: { min: 2, max: 64, pattern: NAME, required: true },
  externalId: { min: 2, max: 1224, pattern: '[\\w+=,.@:\\/-]*' },
  sourceIdentity: { min: 2, max: 64, pattern: NAME },
  webIdentityToken: { min: 4, max: 20_000, required: true },
  policy: { min: 1, max: Number.POSITIVE_INFINITY },
  key: { min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' },
  value: { min: 0, max: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' },
} satisfies Record<string, Limits>;

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
    ...check('roleArn', get('RoleArn'), LIMITS.roleArn),
    ...check('roleSessionName', get('RoleSessionName'), LIMITS.roleSessionName),
    ...(withToken ? check('webIdentityToken', get('WebIdentityToken'), LIMITS.webIdentityToken) : []),
    ...checkDuration(duration),
    ...check('externalId', get('ExternalId'), LIMITS.externalId),
    ...check('sourceIdentity', get('SourceIdentity'), LIMITS.sourceIdentity),
    ...check('policy', get('Policy'), LIMITS.policy),
    ...checkCount('tags', tags.length),
    ...checkCount('transitiveTagKeys', transitive.length),
    ...tags.flatMap(({ Key, Value }, i) => [
      ...check(`tags.${i + 1}.member.key`, Key, { ...LIMITS.key, required: true }),
      ...check(`tags.${i + 1}.member.value`, Value, { ...LIMITS.value, required: true }),
    ]),
    ...transitive.flatMap((key, i) => check(`transitiveTagKeys.${i + 1}.member`, key, LIMITS.key)),
  ];
  if (violations.length > 0) {
    const count = violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`;
    return validationError(`${count} detected: ${violations.join('; ')}`);
  }
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

const violation = (at: string, shown: string, limit: string) =>
  `Value ${shown} at '${at}' failed to satisfy constraint: Member must ${limit}`;

function check(at: string, value: string | undefined, { min, max, pattern, required }: Limits): string[] {
  // Unconfirmed: the text for what is missing.
  if (value === undefined) return required ? [violation(at, 'null', 'not be null')] : [];
  // A token is a secret.
  const shown = at === 'webIdentityToken' ? "''" : `'${value}'`;
  const found: string[] = [];
  if (value.length < min) found.push(violation(at, shown, `have length greater than or equal to ${min}`));
  if (value.length > max) found.push(violation(at, shown, `have length less than or equal to ${max}`));
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value))
    found.push(violation(at, shown, `satisfy regular expression pattern: ${pattern}`));
  return found;
}

function checkDuration(value: string): string[] {
  const seconds = Number(value);
  if (seconds < 900) return [violation('durationSeconds', `'${value}'`, 'have value greater than or equal to 900')];
  return seconds > 43_200 ? [violation('durationSeconds', `'${value}'`, 'have value less than or equal to 43200')] : [];
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
