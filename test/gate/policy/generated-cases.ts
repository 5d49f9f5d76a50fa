/** Requests by chance, and policies of every kind around them. */
import type { PolicyDocument, PrincipalElement, Statement } from '../../../src/gate/world/policy-document';
import type { Random } from '../../differential/random';
import { generateCondition, generateContext, variable } from './generated-conditions';

/** Who calls, as both evaluators need to know it. */
export interface Caller {
  readonly type: 'User' | 'AssumedRole';
  readonly accountId: string;
  readonly arn: string;
  /** Of the user, or of the role. */
  readonly iamArn: string;
}

/** A request and all policies around it. */
export interface Case {
  /** Undefined for an anonymous one. */
  readonly caller: Caller | undefined;
  readonly action: string;
  readonly resource: string;
  /** The account that has the resource. */
  readonly ownerId: string;
  readonly context: Readonly<Record<string, string | string[]>>;
  readonly identity: readonly PolicyDocument[];
  readonly resourcePolicy?: PolicyDocument | undefined;
  readonly boundary?: PolicyDocument | undefined;
  readonly session?: PolicyDocument | undefined;
  readonly endpoint?: PolicyDocument | undefined;
  /** The organization's and the account's own. */
  readonly controls: readonly (readonly PolicyDocument[])[];
}

export const HOME = '111122223333';
export const AWAY = '444455556666';

const CALLERS: readonly Caller[] = [HOME, AWAY].flatMap((accountId): Caller[] => {
  const user = (name: string): Caller => {
    const arn = `arn:aws:iam::${accountId}:user/${name}`;
    return { type: 'User', accountId, arn, iamArn: arn };
  };
  const session = (path: string): Caller => ({
    type: 'AssumedRole',
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/caller/test`,
    iamArn: `arn:aws:iam::${accountId}:role/${path}caller`,
  });
  return [user('buddy'), user('staff/buddy'), session(''), session('apps/')];
});

const TARGETS: readonly (readonly [action: string, resource: string])[] = [
  ['execute-api:Invoke', `arn:aws:execute-api:us-east-1:${HOME}:abc123/prod/GET/pets`],
  ['execute-api:Invoke', `arn:aws:execute-api:us-east-1:${HOME}:abc123/prod/POST/users/buddy`],
  ['execute-api:ManageConnections', `arn:aws:execute-api:us-east-1:${HOME}:abc123/prod/POST/@connections/x`],
  ['lambda:InvokeFunctionUrl', `arn:aws:lambda:us-east-1:${HOME}:function:orders`],
  ['s3:GetObject', 'arn:aws:s3:::bucket/home/buddy/a.txt'],
  ['sts:AssumeRole', `arn:aws:iam::${HOME}:role/target`],
];

export function generateCase(random: Random): Case {
  const [action, resource] = random.pick(TARGETS);
  const caller = random.once(12) && action !== 'sts:AssumeRole' ? undefined : random.pick(CALLERS);
  const statement = (part: object, more: object = {}) => ({
    ...generateStatement(random, action, resource),
    ...part,
    ...more,
  });
  const document = (make: () => object, least = 1): PolicyDocument => ({
    ...(random.once(8) ? {} : { Version: random.once(8) ? '2008-10-17' : '2012-10-17' }),
    Statement: random.several(least, 3, make) as unknown as Statement[],
  });
  const naming = () => generatePrincipal(random, caller);
  const unnamed = () => statement({});
  const isTrust = action === 'sts:AssumeRole';
  const trust = () => ({ ...statement(naming()), Resource: undefined, NotResource: undefined });
  const granting = (): PolicyDocument => {
    const policy = document(isTrust ? trust : () => statement(naming()));
    if (isTrust || !caller || !random.once(6)) return policy;
    return { ...policy, Statement: [...(policy.Statement as Statement[]), generateExclusion(random, caller)] };
  };
  // Most limits allow most, so that what lies behind them is reached too.
  const limit = (): PolicyDocument =>
    random.once(3)
      ? document(unnamed)
      : { Version: '2012-10-17', Statement: [ALL, ...(document(unnamed, 0).Statement as Statement[])] };
  return clean({
    caller,
    action,
    resource,
    ownerId: HOME,
    context: generateContext(random),
    identity: caller ? random.several(0, 2, () => document(unnamed)) : [],
    resourcePolicy: isTrust || caller === undefined || random.once(2) ? granting() : undefined,
    boundary: caller && random.once(3) ? limit() : undefined,
    session: caller?.type === 'AssumedRole' && random.once(3) ? limit() : undefined,
    // The witness knows no other principal there.
    endpoint: random.once(5) ? document(() => statement({ Principal: '*' })) : undefined,
    controls: caller && random.once(3) ? random.several(1, 2, () => [limit()]) : [],
  });
}

const ALL: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };

/** Without what is undefined. */
const clean = <T>(value: T): T => JSON.parse(JSON.stringify(value));

function generateStatement(random: Random, action: string, resource: string): object {
  const actions = random.several(1, 2, () => generateAction(random, action));
  const resources = random.several(1, 2, () => generateResource(random, resource));
  const one = <T>(values: T[]) => (values.length === 1 && random.once(2) ? values[0] : values);
  return {
    Effect: random.once(6) ? 'Deny' : 'Allow',
    [random.once(6) ? 'NotAction' : 'Action']: one(actions),
    [random.once(6) ? 'NotResource' : 'Resource']: one(resources),
    ...(random.once(3) ? { Condition: generateCondition(random) } : undefined),
  };
}

function generateAction(random: Random, action: string): string {
  const [service, name = ''] = action.split(':');
  const at = random.integer(name.length);
  return random.pick([
    action,
    '*',
    `${service}:*`,
    `${service}:${name.toUpperCase()}`,
    `${service}:${name.slice(0, at)}*`,
    `${service}:${name.slice(0, at)}?${name.slice(at + 1)}`,
    `${service}:*${name.slice(at)}`,
    's3:GetObject',
    'execute-api:Invoke',
    'sts:TagSession',
  ]);
}

function generateResource(random: Random, resource: string): string {
  const parts = resource.split(':');
  const rest = parts.slice(5).join(':');
  const start = parts.slice(0, 5).join(':');
  const at = random.integer(rest.length);
  const replaced = (index: number, value: string) =>
    [...parts.slice(0, index), value, ...parts.slice(index + 1)].join(':');
  return random.pick([
    resource,
    '*',
    `${start}:*`,
    `${start}:${rest.slice(0, at)}*`,
    `${start}:*${rest.slice(at)}`,
    `${start}:${rest.slice(0, at)}?${rest.slice(at + 1)}`,
    `${start}:${rest.slice(0, at)}*${rest.slice(-1)}`,
    replaced(1, '*'),
    replaced(3, '*'),
    replaced(4, '*'),
    replaced(4, AWAY),
    `${start}:${rest.replace('buddy', variable('aws:username'))}`,
    `${start}:${rest.replace('buddy', variable("aws:PrincipalTag/none, 'buddy'"))}`,
    `${start}:${rest.replace('prod', variable('aws:PrincipalTag/team'))}`,
    `${start}:${rest.toUpperCase()}`,
  ]);
}

function generatePrincipal(random: Random, caller: Caller | undefined): object {
  const { accountId = HOME, arn = '', iamArn = '' } = caller ?? {};
  const names = [
    '*',
    accountId,
    `arn:aws:iam::${accountId}:root`,
    ...(caller ? [arn, iamArn, arn, iamArn] : []),
    `arn:aws:iam::${accountId}:user/other`,
    `arn:aws:iam::${accountId}:role/other`,
    `arn:aws:sts::${accountId}:assumed-role/caller/other`,
    '777788889999',
  ];
  const list = random.several(1, 3, () => random.pick(names));
  const element: PrincipalElement = random.once(5)
    ? '*'
    : {
        AWS: list.length === 1 ? (list[0] as string) : list,
        ...(random.once(6) ? { Service: 'ec2.amazonaws.com' } : undefined),
      };
  return { Principal: element };
}

/** A Deny for everyone but some, who are named by all of their names or by fewer. */
function generateExclusion(random: Random, caller: Caller): Statement {
  const all = [caller.arn, caller.iamArn, caller.accountId];
  const names = random.once(2) ? all : random.several(1, 3, () => random.pick(all));
  return { Effect: 'Deny', NotPrincipal: { AWS: names }, Action: '*', Resource: '*' };
}
