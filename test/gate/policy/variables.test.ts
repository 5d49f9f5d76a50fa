/** Policy variables: in resources and in conditions, escapes, defaults, and those that have no value. */
import { describe, expect, test } from 'vitest';
import { conditionKeys } from '../../../src/gate/policy/condition-keys';
import { consult } from '../../../src/gate/policy/consult';
import type { Condition, PolicyDocument, Statement } from '../../../src/gate/world/policy-document';

const keys = conditionKeys({
  'aws:username': 'buddy',
  'aws:PrincipalTag/team': 'blue',
  'aws:PrincipalTag/wild': '*',
  'aws:PrincipalTag/empty': '',
  'aws:PrincipalTag/odd': 'a?b:c',
  'aws:PrincipalArn': 'arn:aws:iam::111122223333:user/buddy',
  'aws:TagKeys': ['one'],
  'aws:UserAgent': 'buddy*blue$',
});
const v = (name: string) => `$\{${name}}`;
const bucket = 'arn:aws:s3:::bucket';

function applies(
  statement: Partial<Statement>,
  resource = bucket,
  Version?: PolicyDocument['Version'] | null,
): boolean {
  const document: PolicyDocument = {
    ...(Version === null ? {} : { Version: Version ?? '2012-10-17' }),
    Statement: { Effect: 'Allow', Action: '*', ...statement },
  };
  return (
    consult([{ type: 'identity', at: '', document }], { action: 's3:GetObject', resource, keys }).allow !== undefined
  );
}

describe('in a resource', () => {
  test.each<[pattern: string, rest: string, boolean]>([
    [v('aws:username'), 'buddy', true],
    [v('aws:username'), 'other', false],
    [v('AWS:UserName'), 'buddy', true],
    [`home/${v('aws:username')}/*`, 'home/buddy/a/b', true],
    [`${v('aws:username')}-${v('aws:PrincipalTag/team')}`, 'buddy-blue', true],
    [`${v("aws:PrincipalTag/team, 'red'")}`, 'blue', true],
    [`${v("aws:PrincipalTag/none, 'red'")}`, 'red', true],
    [`${v("aws:PrincipalTag/none,'company-wide'")}`, 'company-wide', true],
    [`${v("aws:PrincipalTag/none, ''")}x`, 'x', true],
    [`${v("aws:PrincipalTag/none, '*'")}`, 'anything', false],
    [v('aws:PrincipalTag/none'), v('aws:PrincipalTag/none'), false],
    [`a*${v('aws:PrincipalTag/none')}`, 'abc', false],
    [v('aws:TagKeys'), 'one', false],
    [v('aws:PrincipalTag/wild'), '*', true],
    [v('aws:PrincipalTag/wild'), 'anything', false],
    [`${v('aws:PrincipalTag/wild')}*`, '*anything', true],
    [`*${v('aws:PrincipalTag/wild')}`, 'any*', true],
    [`*${v('aws:PrincipalTag/wild')}`, 'any', false],
    [v('aws:PrincipalTag/odd'), 'a?b:c', true],
    [v('aws:PrincipalTag/odd'), 'axb:c', false],
    [`x${v('aws:PrincipalTag/empty')}y`, 'xy', true],
    [v('*'), '*', true],
    [v('*'), 'a', false],
    [`a${v('?')}`, 'a?', true],
    [`a${v('?')}`, 'ab', false],
    [`${v('$')}{aws:username}`, v('aws:username'), true],
  ])('%s and %s: %s', (pattern, rest, expected) => {
    expect(applies({ Resource: `${bucket}/${pattern}` }, `${bucket}/${rest}`)).toBe(expected);
    expect(applies({ Resource: ['arn:aws:s3:::x', `${bucket}/${pattern}`] }, `${bucket}/${rest}`)).toBe(expected);
  });

  test('one without a value is of no resource, and excludes none', () => {
    const element = `${bucket}/${v('aws:PrincipalTag/none')}`;
    expect(applies({ Resource: element })).toBe(false);
    expect(applies({ NotResource: element })).toBe(true);
    expect(applies({ NotResource: [element, bucket] })).toBe(false);
  });

  test.each([null, '2008-10-17'] as const)('of a policy of version %s it is a text like any other', (version) => {
    const statement = { Resource: `${bucket}/${v('aws:username')}` };
    expect(applies(statement, `${bucket}/buddy`, version)).toBe(false);
    expect(applies(statement, `${bucket}/${v('aws:username')}`, version)).toBe(true);
    const condition = { StringEquals: { 'aws:username': v('aws:username') } };
    expect(applies({ Resource: '*', Condition: condition }, bucket, version)).toBe(false);
  });
});

describe('in a condition', () => {
  test.each<[Condition, boolean]>([
    [{ StringEquals: { 'aws:username': v('aws:username') } }, true],
    [{ StringEquals: { 'aws:username': [v('aws:PrincipalTag/team'), v('aws:username')] } }, true],
    [{ StringEquals: { 'aws:username': v('aws:PrincipalTag/none') } }, false],
    [{ StringNotEquals: { 'aws:username': v('aws:PrincipalTag/none') } }, true],
    [{ StringNotEquals: { 'aws:username': [v('aws:PrincipalTag/none'), 'buddy'] } }, false],
    [{ StringNotLike: { 'aws:username': `*${v('aws:PrincipalTag/none')}` } }, true],
    [{ StringEquals: { 'aws:UserAgent': `${v('aws:username')}${v('*')}blue${v('$')}` } }, true],
    [{ StringLike: { 'aws:UserAgent': `${v('aws:username')}${v('*')}*` } }, true],
    [{ StringLike: { 'aws:UserAgent': v('aws:PrincipalTag/wild') } }, false],
    [{ StringEqualsIgnoreCase: { 'aws:username': `BUD${v("x:none, 'DY'")}` } }, true],
    [{ ArnEquals: { 'aws:PrincipalArn': v('aws:PrincipalArn') } }, true],
    [{ ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::*:user/${v('aws:username')}` } }, true],
    [{ ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::*:user/${v('aws:PrincipalTag/wild')}` } }, false],
    [{ ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::*:user/${v('aws:PrincipalTag/none')}` } }, true],
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': v("aws:PrincipalTag/none, 'one'") } }, true],
  ])('%j: %s', (Condition, expected) => {
    expect(applies({ Resource: '*', Condition })).toBe(expected);
  });
});
