/**
 * The gate's engine against an evaluator that others wrote, on generated requests and policies: the same verdict, or a
 * difference that the documentation explains. `SIGV4KIT_SEED` runs the same cases again.
 */
import { describe, expect, test } from 'vitest';
import type { Condition, PolicyDocument, Statement } from '../../../src/gate/world/policy-document';
import { createRandom, readSeed } from '../../differential/random';
import { faultOf, judge, testify, type Verdict } from './evaluators';
import { type Case, generateCase, HOME } from './generated-cases';
import { variable } from './generated-conditions';
import { RULES, type RuleName, restate, withoutSessionLimit } from './restate';
import { shrink } from './shrink';

const seed = readSeed();
const CASES = 6000;

/** The verdict of the witness once the case is told as the documentation has it. */
async function testifyByTheBook(given: Case): Promise<Verdict> {
  const told = restate(given, RULES);
  return (await isGrantedItself(told))
    ? (await testify(withoutSessionLimit(told))).verdict
    : (await testify(told)).verdict;
}

/** Whether the resource's policy alone allows the caller by its own name, or as everybody. */
async function isGrantedItself(given: Case): Promise<boolean> {
  if (!given.caller || given.caller.accountId !== given.ownerId || !given.session) return false;
  const { verdict, grades } = await testify({ ...given, identity: [], boundary: undefined, session: undefined });
  return verdict === 'Allowed' && grades.includes('Match');
}

test('every difference from the other evaluator is one that the documentation explains', async () => {
  const verdicts: Record<Verdict, number> = { Allowed: 0, ExplicitlyDenied: 0, ImplicitlyDenied: 0 };
  let explained = 0;
  for (let number = 0; number < CASES; number++) {
    const given = generateCase(createRandom(seed, number));
    const about = `Case ${number}, SIGV4KIT_SEED=${seed}`;
    expect(faultOf(given), about).toBeUndefined();
    const verdict = judge(given);
    verdicts[verdict]++;
    if ((await testify(given)).verdict !== verdict) explained++;
    if ((await testifyByTheBook(given)) === verdict) continue;
    const smallest = await shrink(given, async (smaller) => (await testifyByTheBook(smaller)) !== judge(smaller));
    expect.fail(`${about}: ${judge(smallest)} here, not there: ${JSON.stringify(smallest, undefined, 1)}`);
  }
  console.log(`${CASES} cases, SIGV4KIT_SEED=${seed}: ${JSON.stringify(verdicts)}, ${explained} differences explained`);
  expect(Math.min(...Object.values(verdicts))).toBeGreaterThan(CASES / 10);
  expect(explained).toBeLessThan(CASES / 10);
}, 120_000);

const user = { type: 'User', accountId: HOME, arn: `arn:aws:iam::${HOME}:user/buddy` } as const;
const session = {
  type: 'AssumedRole',
  accountId: HOME,
  arn: `arn:aws:sts::${HOME}:assumed-role/caller/test`,
  iamArn: `arn:aws:iam::${HOME}:role/caller`,
} as const;
const resource = `arn:aws:execute-api:us-east-1:${HOME}:abc123/prod/GET/pets`;
const allow = (more: Partial<Statement> = {}, Version: '2012-10-17' | '2008-10-17' = '2012-10-17'): PolicyDocument => ({
  Version,
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', ...more }],
});
const asking = (parts: Partial<Case>): Case => ({
  caller: { ...user, iamArn: user.arn },
  action: 'execute-api:Invoke',
  resource,
  ownerId: HOME,
  context: {},
  identity: [],
  controls: [],
  ...parts,
});
const excluding = { Effect: 'Deny', Action: '*' } as const;
const when = (Condition: Condition, context: Case['context'], Version?: '2008-10-17') =>
  asking({ identity: [allow({ Condition }, Version)], context });

describe('where the evaluators differ, the documentation decides', () => {
  test.each<[RuleName, Case, Verdict, Verdict]>([
    [
      'versions',
      when(
        { StringEquals: { 'aws:UserAgent': variable("aws:username, 'x'") } },
        { 'aws:UserAgent': 'x' },
        '2008-10-17',
      ),
      'ImplicitlyDenied',
      'Allowed',
    ],
    [
      'escapes',
      when({ StringEquals: { 'aws:UserAgent': variable('*') } }, { 'aws:UserAgent': '*' }),
      'Allowed',
      'ImplicitlyDenied',
    ],
    [
      'families',
      when({ NotIpAddress: { 'aws:SourceIp': '203.0.113.7' } }, { 'aws:SourceIp': '2001:db8::1' }),
      'Allowed',
      'ImplicitlyDenied',
    ],
    [
      'families',
      when(
        { NotIpAddress: { 'aws:VPCSourceIp': '10.0.1.2' }, IpAddress: { 'aws:VpcSourceIp': '2001:db8::/32' } },
        { 'aws:VpcSourceIp': '2001:db8::1' },
      ),
      'Allowed',
      'ImplicitlyDenied',
    ],
    [
      'unresolved',
      when({ StringNotEquals: { 'aws:UserAgent': variable('aws:username') } }, { 'aws:UserAgent': 'x' }),
      'Allowed',
      'ImplicitlyDenied',
    ],
    [
      'unresolved',
      asking({
        identity: [
          allow(),
          { ...allow(), Statement: { ...excluding, NotResource: `${resource}/${variable('aws:username')}` } },
        ],
      }),
      'ExplicitlyDenied',
      'Allowed',
    ],
    [
      'if-exists',
      when({ 'ForAnyValue:StringEqualsIfExists': { 'aws:TagKeys': 'team' } }, {}),
      'Allowed',
      'ImplicitlyDenied',
    ],
    [
      'wildcards',
      asking({ identity: [allow({ Resource: `arn:aws:execute-api:us-east-1:${HOME}:*/pets` })] }),
      'Allowed',
      'ImplicitlyDenied',
    ],
    [
      'not-principal',
      asking({
        caller: session,
        identity: [allow()],
        resourcePolicy: allow({ Effect: 'Deny', NotPrincipal: { AWS: [session.arn] } }),
      }),
      'ExplicitlyDenied',
      'Allowed',
    ],
  ])('by the rule of %s (%#)', async (name, given, here, there) => {
    const rules = RULES.filter((rule) => rule.name === name);
    const told = restate(JSON.parse(JSON.stringify(given)), rules);
    expect([judge(given), (await testify(given)).verdict, (await testify(told)).verdict]).toEqual([here, there, here]);
  });

  // IAM, evaluation logic: what a resource's policy gives to the session itself, its session policy does not limit.
  test('a session that is named is not limited by what its session policy leaves out', async () => {
    const given = asking({
      caller: session,
      session: allow({ Action: 's3:*' }),
      resourcePolicy: allow({ Principal: { AWS: session.arn } }),
    });
    expect([judge(given), (await testify(given)).verdict]).toEqual(['Allowed', 'ImplicitlyDenied']);
    expect(await testifyByTheBook(given)).toBe('Allowed');
  });

  // RFC 4632: a prefix of no bits is every address.
  test('the block 0.0.0.0/0 is every address', async () => {
    const given = when({ NotIpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, { 'aws:SourceIp': '203.0.113.7' });
    expect([judge(given), (await testify(given)).verdict]).toEqual(['ImplicitlyDenied', 'Allowed']);
  });
});
