/** The conditions of a policy, operator by operator: what holds, and what does not. */
import { describe, expect, test } from 'vitest';
import { conditionKeys } from '../../src/gate/policy/condition-keys';
import { holds } from '../../src/gate/policy/conditions';
import { consult } from '../../src/gate/policy/consult';
import type { Condition } from '../../src/gate/world/policy-document';

const keys = conditionKeys({
  'aws:username': 'buddy',
  'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/apps/caller',
  'aws:SourceIp': '203.0.113.7',
  'aws:CurrentTime': '2026-03-01T12:00:00Z',
  'aws:EpochTime': '1772366400',
  'aws:SecureTransport': 'false',
  'aws:TagKeys': ['team', 'cost'],
  'aws:RequestTag/team': 'blue',
  none: [],
  six: '2001:db8::1',
  zoned: 'fe80::1%lo',
  mapped: '::ffff:7f00:1',
  'mapped in full': '0:0:0:0:0:ffff:127.0.0.1',
  empty: '',
  'empty set': [''],
  'half empty': ['', 'team'],
  count: '10',
  binary: 'QmluYXJ5VmFsdWVJbkJhc2U2NA==',
  word: 'ten',
});

type Row = readonly [operator: string, key: string, values: Condition[string][string], expected: boolean];

describe('an operator', () => {
  test.each<Row>([
    ['StringEquals', 'aws:username', 'buddy', true],
    ['StringEquals', 'AWS:UserName', 'buddy', true],
    ['StringEquals', 'aws:username', 'Buddy', false],
    ['StringEquals', 'aws:username', ['other', 'buddy'], true],
    ['StringEquals', 'aws:username', 'bud*', false],
    ['StringNotEquals', 'aws:username', ['other', 'buddy'], false],
    ['StringNotEquals', 'aws:username', ['other', 'another'], true],
    ['StringEqualsIgnoreCase', 'aws:username', 'BUDDY', true],
    ['StringNotEqualsIgnoreCase', 'aws:username', 'BUDDY', false],
    ['StringLike', 'aws:username', 'b?dd*', true],
    ['StringLike', 'aws:username', 'B*', false],
    ['StringLike', 'aws:PrincipalArn', 'arn:*caller', true],
    ['StringNotLike', 'aws:username', 'x*', true],
    ['ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::111122223333:role/*', true],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/apps/c?ller', true],
    ['ArnLike', 'aws:PrincipalArn', 'arn:*:role/apps/caller', false],
    ['ArnLike', 'aws:username', '*', false],
    ['ArnNotEquals', 'aws:PrincipalArn', 'arn:aws:iam::111122223333:user/*', true],
    ['ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/*', false],
    ['Bool', 'aws:SecureTransport', 'false', true],
    ['Bool', 'aws:SecureTransport', false, true],
    ['Bool', 'aws:SecureTransport', 'True', false],
    ['NumericEquals', 'count', '10.0', true],
    ['NumericEquals', 'count', 10, true],
    ['NumericNotEquals', 'count', 10, false],
    ['NumericLessThan', 'count', 10, false],
    ['NumericLessThanEquals', 'count', 10, true],
    ['NumericGreaterThan', 'count', '9', true],
    ['NumericGreaterThanEquals', 'count', '11', false],
    ['NumericLessThan', 'word', '11', false],
    ['DateLessThan', 'aws:CurrentTime', '2026-03-01T12:00:01Z', true],
    ['DateLessThan', 'aws:CurrentTime', '2026-03-01T12:00:00+01:00', false],
    ['DateGreaterThan', 'aws:CurrentTime', '2026-03-01', true],
    ['DateGreaterThan', 'aws:CurrentTime', '2027', false],
    ['DateEquals', 'aws:EpochTime', '2026-03-01T12:00:00Z', true],
    ['DateNotEquals', 'aws:CurrentTime', 1_772_366_400, false],
    ['DateLessThanEquals', 'aws:CurrentTime', '1772366400', true],
    ['DateGreaterThanEquals', 'aws:CurrentTime', '1772366401', false],
    ['IpAddress', 'aws:SourceIp', '203.0.113.0/24', true],
    ['IpAddress', 'aws:SourceIp', '203.0.113.7', true],
    ['IpAddress', 'aws:SourceIp', ['198.51.100.0/24', '0.0.0.0/0'], true],
    ['IpAddress', 'aws:SourceIp', '203.0.113.8/30', false],
    ['IpAddress', 'aws:SourceIp', '::/0', false],
    ['IpAddress', 'six', '2001:db8::/32', true],
    ['IpAddress', 'six', '2001:db9::/32', false],
    ['IpAddress', 'zoned', 'fe80::/10', true],
    ['NotIpAddress', 'zoned', 'fe80::1', false],
    ['IpAddress', 'mapped', '127.0.0.0/8', true],
    ['NotIpAddress', 'mapped', '127.0.0.1', false],
    ['IpAddress', 'mapped', '127.0.0.2', false],
    ['IpAddress', 'mapped in full', '127.0.0.1', true],
    ['IpAddress', 'aws:SourceIp', '::ffff:203.0.113.0/120', true],
    ['IpAddress', 'aws:SourceIp', '::ffff:cb00:7107', true],
    ['IpAddress', 'aws:SourceIp', '::ffff:198.51.100.0/120', false],
    ['IpAddress', 'six', '2001:db8::0.0.0.1', true],
    ['NotIpAddress', 'aws:SourceIp', '203.0.113.0/24', false],
    ['NotIpAddress', 'aws:SourceIp', '198.51.100.0/24', true],
    ['Null', 'aws:username', 'false', true],
    ['Null', 'aws:username', true, false],
    ['Null', 'none', 'true', true],
    ['BinaryEquals', 'binary', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', true],
    ['BinaryEquals', 'binary', 'QmluYXJ5', false],
    ['NoSuchOperator', 'aws:username', 'buddy', false],
  ])('%s of %s and %j is %j', (operator, key, values, expected) => {
    expect(holds({ [operator]: { [key]: values } }, keys)).toBe(expected);
  });

  test.each<Row>([
    ['StringEquals', 'absent', 'a', false],
    ['StringNotEquals', 'absent', 'a', true],
    ['StringNotLike', 'absent', '*', true],
    ['StringEqualsIfExists', 'absent', 'a', true],
    ['StringNotEqualsIfExists', 'absent', 'a', true],
    ['StringEqualsIfExists', 'aws:username', 'a', false],
    ['BoolIfExists', 'absent', 'true', true],
    ['Bool', 'absent', 'false', false],
    ['NumericLessThan', 'absent', 5, false],
    ['NumericNotEquals', 'absent', 5, true],
    ['DateNotEquals', 'absent', '2026', true],
    ['IpAddress', 'absent', '0.0.0.0/0', false],
    ['NotIpAddress', 'absent', '0.0.0.0/0', true],
    ['ArnNotLike', 'absent', '*', true],
    ['Null', 'absent', 'true', true],
    ['Null', 'absent', 'false', false],
  ])('%s of a key that is not there (%s, %j) is %j', (operator, key, values, expected) => {
    expect(holds({ [operator]: { [key]: values } }, keys)).toBe(expected);
  });

  test.each<Row>([
    ['ForAllValues:StringEquals', 'aws:TagKeys', ['team', 'cost', 'more'], true],
    ['ForAllValues:StringEquals', 'aws:TagKeys', ['team'], false],
    ['ForAllValues:StringEquals', 'absent', 'a', true],
    ['ForAllValues:StringEquals', 'none', 'a', true],
    ['ForAllValues:StringEquals', 'empty', 'a', true],
    ['ForAllValues:StringEquals', 'empty set', 'a', true],
    ['ForAllValues:StringNotEquals', 'empty', '', true],
    ['ForAllValues:StringEquals', 'half empty', 'a', false],
    ['ForAnyValue:StringEquals', 'empty', 'a', false],
    ['ForAllValues:StringNotEquals', 'aws:TagKeys', ['secret'], true],
    ['ForAllValues:StringNotEquals', 'aws:TagKeys', ['cost'], false],
    ['ForAnyValue:StringEquals', 'aws:TagKeys', ['cost'], true],
    ['ForAnyValue:StringLike', 'aws:TagKeys', 'c*', true],
    ['ForAnyValue:StringEquals', 'aws:TagKeys', ['other'], false],
    ['ForAnyValue:StringNotEquals', 'aws:TagKeys', ['cost'], true],
    ['ForAnyValue:StringNotEquals', 'aws:TagKeys', ['cost', 'team'], false],
    ['ForAnyValue:StringEquals', 'absent', 'a', false],
    ['ForAnyValue:StringNotEquals', 'absent', 'a', false],
    ['ForAnyValue:StringEqualsIfExists', 'absent', 'a', true],
    ['ForAnyValue:StringEquals', 'aws:username', 'buddy', true],
    ['ForAnyValue:StringNotEquals', 'empty', 'a', false],
    ['StringNotEquals', 'aws:TagKeys', ['other'], false],
    ['StringEquals', 'aws:TagKeys', ['cost'], false],
  ])('%s of the set %s and %j is %j', (operator, key, values, expected) => {
    expect(holds({ [operator]: { [key]: values } }, keys)).toBe(expected);
  });
});

describe('a condition', () => {
  test('joins operators and keys with AND', () => {
    const both = (team: string, username: string) =>
      holds({ StringEquals: { 'aws:RequestTag/team': team, 'aws:username': username } }, keys);
    expect([both('blue', 'buddy'), both('red', 'buddy'), both('blue', 'x')]).toEqual([true, false, false]);
    const operators = (address: string) =>
      holds({ StringEquals: { 'aws:username': 'buddy' }, IpAddress: { 'aws:SourceIp': address } }, keys);
    expect([operators('203.0.113.7'), operators('203.0.113.8')]).toEqual([true, false]);
  });

  test('that is empty, or not there, holds', () => {
    expect([holds({}, keys), holds(undefined, keys)]).toEqual([true, true]);
  });

  test('takes a caller of version 4 on a version 6 socket for what it is', () => {
    const mapped = conditionKeys({ 'aws:SourceIp': '::ffff:127.0.0.1' });
    expect(holds({ IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, mapped)).toBe(true);
  });

  test('decides of a statement whether it applies, an Allow as a Deny', () => {
    const statement = (Effect: 'Allow' | 'Deny', username: string) => ({
      Statement: {
        Effect,
        Action: '*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:username': username } },
      },
    });
    const resultOf = (...documents: ReturnType<typeof statement>[]) => {
      const policies = documents.map((document, i) => ({ type: 'identity', at: `[${i}]`, document }) as const);
      const { deny, allow } = consult(policies, { action: 's3:GetObject', resource: 'arn', keys });
      return (deny ?? allow)?.effect;
    };
    expect(resultOf(statement('Allow', 'buddy'))).toBe('Allow');
    expect(resultOf(statement('Allow', 'other'))).toBeUndefined();
    expect(resultOf(statement('Allow', 'buddy'), statement('Deny', 'other'))).toBe('Allow');
    expect(resultOf(statement('Allow', 'buddy'), statement('Deny', 'buddy'))).toBe('Deny');
  });
});
