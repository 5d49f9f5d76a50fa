/** Conditions by chance, over the keys that a request by chance may have: every operator, every qualifier, missing keys. */
import type { Condition, ConditionValue } from '../../../src/gate/world/policy-document';
import type { Random } from '../../differential/random';

export const variable = (name: string): string => `$\{${name}}`;

interface KeyKind {
  readonly operators: readonly string[];
  /** What a request may have. */
  readonly found: readonly string[];
  /** What a policy may want. */
  readonly wanted: readonly ConditionValue[];
}

const STRINGS = ['Equals', 'NotEquals', 'EqualsIgnoreCase', 'NotEqualsIgnoreCase', 'Like', 'NotLike'].map(
  (name) => `String${name}`,
);
const ordered = (kind: string) =>
  ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(
    (name) => `${kind}${name}`,
  );

const VARIABLES = [
  variable('aws:username'),
  variable('aws:PrincipalTag/team'),
  variable("aws:PrincipalTag/team, 'blue'"),
  variable("aws:PrincipalTag/none, 'blue'"),
  `bud${variable('*')}`,
  `${variable('aws:PrincipalTag/team')}*`,
  `b${variable('?')}ue`,
];

const text: KeyKind = {
  operators: STRINGS,
  found: ['buddy', 'Buddy', 'blue', 'bud*', 'b?ue', 'red'],
  wanted: ['buddy', 'BUDDY', 'b*', '*', 'b?ue', 'bl?e', 'blue', 'red', ...VARIABLES],
};
const arn: KeyKind = {
  operators: ['ArnEquals', 'ArnNotEquals', 'ArnLike', 'ArnNotLike', 'StringLike', 'StringNotEquals'],
  found: ['arn:aws:iam::111122223333:user/buddy', 'arn:aws:iam::444455556666:role/apps/caller'],
  wanted: [
    'arn:aws:iam::111122223333:user/buddy',
    'arn:aws:iam::*:user/*',
    'arn:aws:iam::444455556666:role/*',
    'arn:aws:iam::44445555666?:role/apps/c?ller',
    'arn:*:iam::*:role/apps/caller',
    `arn:aws:iam::111122223333:user/${variable('aws:username')}`,
    `arn:aws:iam::*:user/${variable("aws:PrincipalTag/none, 'buddy'")}`,
  ],
};
const ip: KeyKind = {
  operators: ['IpAddress', 'NotIpAddress'],
  found: ['203.0.113.7', '10.1.2.3', '2001:db8::1'],
  wanted: ['203.0.113.0/24', '203.0.113.7', '10.0.0.0/8', '128.0.0.0/1', '2001:db8::/32', '203.0.113.8/30'],
};
const date: KeyKind = {
  operators: ordered('Date'),
  found: ['2026-03-01T12:00:00Z', '2026-03-02T00:00:00Z'],
  wanted: ['2026-03-01T12:00:00Z', '2026-03-01T18:00:00Z', '2026-03-02T00:00:00Z', '2027-01-01T00:00:00Z'],
};
const number: KeyKind = {
  operators: ordered('Numeric'),
  found: ['0', '300', '3600'],
  wanted: ['300', 300, 0, '299.5', '3600', -1],
};
const bool: KeyKind = { operators: ['Bool'], found: ['true', 'false'], wanted: ['true', 'false', true, false] };
const binary: KeyKind = {
  operators: ['BinaryEquals'],
  found: ['QmluYXJ5', 'YmxhY2s='],
  wanted: ['QmluYXJ5', 'YmxhY2s='],
};
const list: KeyKind = {
  operators: STRINGS,
  found: ['team', 'cost', 'Team', 'blue'],
  wanted: ['team', 'cost', 't*', '*', 'TEAM', variable('aws:PrincipalTag/team'), variable('aws:PrincipalTag/none')],
};

const KEYS: Readonly<Record<string, KeyKind>> = {
  'aws:username': text,
  'aws:PrincipalTag/team': text,
  'aws:UserAgent': text,
  'aws:PrincipalArn': arn,
  'aws:SourceIp': ip,
  'aws:CurrentTime': date,
  'aws:TokenIssueTime': date,
  'aws:MultiFactorAuthAge': number,
  'aws:SecureTransport': bool,
  'aws:MultiFactorAuthPresent': bool,
  'aws:Referer': binary,
  'aws:TagKeys': list,
};

/** The keys of a request, each of which may be missing. */
export function generateContext(random: Random): Record<string, string | string[]> {
  const context: Record<string, string | string[]> = {};
  for (const [key, { found }] of Object.entries(KEYS)) {
    if (random.once(4)) continue;
    context[key] = key === 'aws:TagKeys' ? random.several(1, 3, () => random.pick(found)) : random.pick(found);
  }
  return context;
}

/** One to three tests; half of the keys with another case. */
export function generateCondition(random: Random): Condition {
  const condition: Record<string, Record<string, ConditionValue | ConditionValue[]>> = {};
  for (const key of random.several(1, 3, () => random.pick(Object.keys(KEYS)))) {
    const { operators, wanted } = KEYS[key] as KeyKind;
    const base = random.once(6) ? 'Null' : random.pick(operators);
    const isList = key === 'aws:TagKeys';
    const set = (isList && base !== 'Null') || random.once(8) ? random.pick(['ForAllValues:', 'ForAnyValue:']) : '';
    const suffix = base !== 'Null' && random.once(4) ? 'IfExists' : '';
    const name = `${base === 'Null' ? '' : set}${base}${suffix}`;
    const values = random.several(1, 3, () => random.pick(base === 'Null' ? ['true', 'false'] : wanted));
    const block = condition[name] ?? {};
    block[random.once(2) ? key : key.toUpperCase()] = values.length === 1 ? (values[0] as ConditionValue) : values;
    condition[name] = block;
  }
  return condition;
}
