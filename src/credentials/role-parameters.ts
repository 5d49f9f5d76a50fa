/**
 * What a role is assumed with, checked before anything is sent: STS's own limits, in one table.
 * Source: AssumeRole and AssumeRoleWithWebIdentity in the STS API reference.
 */
import { variable } from '#environment';
import { refuseOption } from '../errors';
import type { StsParameters } from './sts';

/** What both ways to assume a role share. */
export interface SessionParameters {
  /** `arn:aws:iam::111122223333:role/name` */
  readonly roleArn: string;
  /** How the session is called in logs and ARNs: 2 to 64 of `A-Z a-z 0-9 _ + = , . @ -`. Default: `AWS_ROLE_SESSION_NAME`, or a name of this process. */
  readonly roleSessionName?: string | undefined;
  /** 900 to 43200, and no more than the role allows; 3600 at most where a role assumes a role. Default 3600. */
  readonly durationSeconds?: number | undefined;
  /** A policy that limits the session further: an object, or its JSON. 2048 characters at most. */
  readonly policy?: string | object | undefined;
  /** Managed policies that limit the session further, 10 at most. */
  readonly policyArns?: readonly string[] | undefined;
}

/** What a role can be assumed with. */
export interface RoleParameters extends SessionParameters {
  /** What the role's trust policy asks of callers of another organization: 2 to 1224 of `A-Z a-z 0-9 _ + = , . @ : / -`. */
  readonly externalId?: string | undefined;
  /** Who is behind the session, for logs; as a session name. */
  readonly sourceIdentity?: string | undefined;
  /** Session tags, which need `sts:TagSession`; 50 at most: names of 1 to 128 characters, unique regardless of case, with values of up to 256. */
  readonly tags?: Readonly<Record<string, string>> | readonly { Key: string; Value: string }[] | undefined;
  /** Names of tags that go on to roles assumed from this session. */
  readonly transitiveTagKeys?: readonly string[] | undefined;
  /** The MFA device, its serial number or ARN. */
  readonly serialNumber?: string | undefined;
  /** The code of the MFA device, 6 digits, or a function that asks for one; a code is good for one call. */
  readonly tokenCode?: string | (() => string | Promise<string>) | undefined;
  /** Context from trusted providers, 5 at most. */
  readonly providedContexts?: readonly { providerArn: string; contextAssertion: string }[] | undefined;
}

interface Limit {
  readonly min: number;
  readonly max: number;
  /** Of the whole value; compiled where it is used, since most programs start without it. */
  readonly pattern?: string;
  readonly says: string;
}

const LIMITS = {
  roleArn: {
    min: 20,
    max: 2048,
    // Stores that speak STS have tenants for accounts, or none.
    pattern: 'arn:[\\w-]+:iam::(?:\\d{12}|[A-Za-z_]\\w*)?:role/[!-~]+',
    says: 'an ARN as arn:aws:iam::111122223333:role/name',
  },
  roleSessionName: { min: 2, max: 64, pattern: '[\\w+=,.@-]*', says: '2 to 64 letters, digits and _+=,.@-' },
  externalId: { min: 2, max: 1224, pattern: '[\\w+=,.@:/-]*', says: '2 to 1224 letters, digits and _+=,.@:/-' },
  sourceIdentity: {
    min: 2,
    max: 64,
    pattern: '[\\w+=,.@-]*',
    says: '2 to 64 letters, digits and _+=,.@-',
  },
  policyArn: { min: 20, max: 2048, pattern: 'arn:.*', says: 'ARNs of policies' },
  tagKey: {
    min: 1,
    max: 128,
    pattern: '(?![aA][wW][sS]:)[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+',
    says: 'names of 1 to 128 letters, digits, spaces and _.:/=+-@, not beginning with "aws:"',
  },
  tagValue: {
    min: 0,
    max: 256,
    pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*',
    says: 'values of up to 256 letters, digits, spaces and _.:/=+-@',
  },
  serialNumber: {
    min: 9,
    max: 256,
    pattern: '[\\w+=/:,.@-]*',
    says: 'a serial number or ARN of 9 to 256 characters',
  },
  tokenCode: { min: 6, max: 6, pattern: '\\d*', says: '6 digits' },
  providerArn: { min: 20, max: 2048, pattern: 'arn:.*', says: 'ARNs of context providers' },
  providerId: { min: 4, max: 2048, says: 'a domain of 4 to 2048 characters' },
  contextAssertion: { min: 4, max: 2048, says: 'assertions of 4 to 2048 characters' },
} satisfies Record<string, Limit>;

function checked(option: string, value: unknown, { min, max, pattern, says }: Limit): string {
  const isGood =
    typeof value === 'string' &&
    value.length >= min &&
    value.length <= max &&
    (!pattern || new RegExp(`^(?:${pattern})$`, 'u').test(value));
  return isGood ? value : wrong(option, says);
}

function wrong(option: string, says: string): never {
  // The value is not repeated: an external id is nobody else's business.
  refuseOption(`${option} must be ${says}`);
}

/** The environment's name, else one that tells the processes of a machine apart in logs. */
function sessionName(): string {
  started ??= Date.now().toString(36);
  return variable('AWS_ROLE_SESSION_NAME') ?? `sigv4kit-${started}`;
}
let started: string | undefined;

/** The parameters both ways share. Throws `ERR_SIGV4_INVALID_OPTION`. */
export function sessionParameters(options: SessionParameters): [name: string, value: string][] {
  const { durationSeconds, policyArns = [] } = options;
  const parameters: [string, string][] = [
    ['RoleArn', checked('roleArn', options.roleArn, LIMITS.roleArn)],
    ['RoleSessionName', checked('roleSessionName', options.roleSessionName ?? sessionName(), LIMITS.roleSessionName)],
  ];
  if (durationSeconds !== undefined) {
    if (!Number.isInteger(durationSeconds) || durationSeconds < 900 || durationSeconds > 43_200)
      wrong('durationSeconds', 'whole seconds from 900 to 43200');
    parameters.push(['DurationSeconds', String(durationSeconds)]);
  }
  const policy = policyText(options.policy);
  const arns = list('policyArns', policyArns, 10);
  if (policy !== undefined && policy.length > 2048) wrong('policy', 'no longer than 2048 characters');
  if (policy !== undefined) parameters.push(['Policy', policy]);
  for (const [i, arn] of arns.entries())
    parameters.push([`PolicyArns.member.${i + 1}.arn`, checked('policyArns', arn, LIMITS.policyArn)]);
  return parameters;
}

/** What AssumeRole has beside, without the token code. Throws `ERR_SIGV4_INVALID_OPTION`. */
export function roleParameters(options: RoleParameters): StsParameters {
  const {
    externalId,
    sourceIdentity,
    serialNumber,
    tokenCode,
    transitiveTagKeys = [],
    providedContexts = [],
  } = options;
  const parameters = sessionParameters(options);
  if (externalId !== undefined) parameters.push(['ExternalId', checked('externalId', externalId, LIMITS.externalId)]);
  if (sourceIdentity !== undefined)
    parameters.push(['SourceIdentity', checked('sourceIdentity', sourceIdentity, LIMITS.sourceIdentity)]);
  const seen = new Set<string>();
  for (const [i, [key, value]] of tagList(options.tags).entries()) {
    parameters.push([`Tags.member.${i + 1}.Key`, checked('tags', key, LIMITS.tagKey)]);
    parameters.push([`Tags.member.${i + 1}.Value`, checked('tags', value, LIMITS.tagValue)]);
    if (seen.has(key.toLowerCase())) wrong('tags', 'names that differ in more than case');
    seen.add(key.toLowerCase());
  }
  for (const [i, key] of list('transitiveTagKeys', transitiveTagKeys, 50).entries())
    parameters.push([`TransitiveTagKeys.member.${i + 1}`, checked('transitiveTagKeys', key, LIMITS.tagKey)]);
  for (const [i, context] of list('providedContexts', providedContexts, 5).entries()) {
    const { providerArn, contextAssertion } = context ?? {};
    parameters.push([
      `ProvidedContexts.member.${i + 1}.ProviderArn`,
      checked('providedContexts', providerArn, LIMITS.providerArn),
    ]);
    parameters.push([
      `ProvidedContexts.member.${i + 1}.ContextAssertion`,
      checked('providedContexts', contextAssertion, LIMITS.contextAssertion),
    ]);
  }
  if (serialNumber !== undefined)
    parameters.push(['SerialNumber', checked('serialNumber', serialNumber, LIMITS.serialNumber)]);
  if ((serialNumber === undefined) !== (tokenCode === undefined))
    wrong('tokenCode', 'given together with serialNumber');
  if (tokenCode !== undefined && typeof tokenCode !== 'function') checkTokenCode(tokenCode);
  return parameters;
}

/** Throws `ERR_SIGV4_INVALID_OPTION` for what is no code of an MFA device. */
export const checkTokenCode = (code: unknown): string => checked('tokenCode', code, LIMITS.tokenCode);

/** Throws `ERR_SIGV4_INVALID_OPTION` for what is no provider of identity tokens. */
export const providerParameter = (providerId: unknown): string => checked('providerId', providerId, LIMITS.providerId);

function policyText(policy: string | object | undefined): string | undefined {
  if (policy === undefined) return undefined;
  if (typeof policy === 'string' && policy !== '') return policy;
  let text: string | undefined;
  try {
    text = typeof policy === 'object' && policy !== null ? JSON.stringify(policy) : undefined;
  } catch {
    // Said below: a circle, or a number that JSON has not.
  }
  // One that came to nothing would be a session without a limit.
  return text ?? wrong('policy', 'a policy document or its JSON');
}

function tagList(tags: RoleParameters['tags']): [key: string, value: string][] {
  if (tags === undefined) return [];
  if (typeof tags !== 'object' || tags === null) return wrong('tags', 'an object of names and values');
  const pairs = Array.isArray(tags)
    ? tags.map((tag): [string, string] => [tag?.Key, tag?.Value])
    : (Object.entries(tags) as [string, string][]);
  if (pairs.length > 50) wrong('tags', 'no more than 50');
  return pairs;
}

function list<T>(option: string, values: readonly T[], max: number): readonly T[] {
  return Array.isArray(values) && values.length <= max ? values : wrong(option, `a list of no more than ${max}`);
}
