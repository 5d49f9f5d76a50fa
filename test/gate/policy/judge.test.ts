/** The decisions of all policies together, a row for each rule of API Gateway's and IAM's documentation. */
import { describe, expect, test } from 'vitest';
import { conditionKeys } from '../../../src/gate/policy/condition-keys';
import { judgeAuthorizer, judgeCaller, judgeEndpoint, judgeUnsigned } from '../../../src/gate/policy/judge';
import type { AttachedPolicy, Judgement, PolicyType } from '../../../src/gate/policy/judgement';
import { judgeAssumption, judgeTrust } from '../../../src/gate/policy/trust';
import { type Principal, toPrincipal } from '../../../src/gate/principals/principals';
import type { PolicyDocument, Statement } from '../../../src/gate/world/policy-document';
import type { World } from '../../../src/gate/world/world';

const HOME = '111122223333';
const AWAY = '444455556666';
const resource = `arn:aws:execute-api:us-east-1:${HOME}:abc123/prod/GET/pets`;
const question = { action: 'execute-api:Invoke', resource, keys: conditionKeys({ 'aws:PrincipalAccount': HOME }) };

const policy = (type: PolicyType, ...statements: Partial<Statement>[]): AttachedPolicy => ({
  type,
  at: type,
  document: {
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...statement })),
  },
});
const allow: Partial<Statement> = { Effect: 'Allow' };
const deny: Partial<Statement> = { Effect: 'Deny' };
const silent: Partial<Statement> = { Action: 's3:*' };
const to = (name: string): Partial<Statement> => ({ Principal: { AWS: name } });
const everyone: Partial<Statement> = { Principal: '*' };

/** A judgement as the log tells it: what, which policies, and the path of the statement. */
function told(judgement: Judgement): string {
  if (judgement.allowed) return ['allow', judgement.statement?.at].join(' ').trim();
  const { explicit, policy, statement } = judgement;
  return [explicit ? 'explicit-deny' : 'implicit-deny', policy, statement?.at].join(' ').trim();
}

const user = (accountId = HOME): Principal => ({
  type: 'User',
  accountId,
  arn: `arn:aws:iam::${accountId}:user/staff/buddy`,
  iamArn: `arn:aws:iam::${accountId}:user/staff/buddy`,
  userId: 'AIDAIOSFODNN7EXAMPLE',
  userName: 'buddy',
  policies: [],
  tags: {},
  temporary: false,
});
const roleArn = (accountId = HOME) => `arn:aws:iam::${accountId}:role/apps/caller`;
const session = (accountId = HOME): Principal => ({
  ...user(accountId),
  type: 'AssumedRole',
  arn: `arn:aws:sts::${accountId}:assumed-role/caller/test`,
  iamArn: roleArn(accountId),
  session: { roleArn: roleArn(accountId), name: 'test', issued: 0, expiration: 0 },
  temporary: true,
});

const world: World = { accounts: { [HOME]: {}, [AWAY]: {} } };
const judge = (principal: Principal, resourcePolicy?: AttachedPolicy, in_: World = world) =>
  told(judgeCaller(in_, principal, question, { accountId: HOME, policies: resourcePolicy ? [resourcePolicy] : [] }));

type Part = Partial<Statement>;

describe('a caller with IAM', () => {
  test.each<[identity: Part, resource: Part | undefined, table_a: string, table_b: string]>([
    [allow, allow, 'allow resource.Statement[0]', 'allow resource.Statement[0]'],
    [allow, silent, 'allow identity.Statement[0]', 'implicit-deny resource'],
    [allow, undefined, 'allow identity.Statement[0]', 'implicit-deny resource'],
    [silent, allow, 'allow resource.Statement[0]', 'implicit-deny identity'],
    [silent, silent, 'implicit-deny identity', 'implicit-deny identity'],
    [silent, undefined, 'implicit-deny identity', 'implicit-deny identity'],
    [deny, allow, 'explicit-deny identity identity.Statement[0]', 'explicit-deny identity identity.Statement[0]'],
    [deny, silent, 'explicit-deny identity identity.Statement[0]', 'explicit-deny identity identity.Statement[0]'],
    [allow, deny, 'explicit-deny resource resource.Statement[0]', 'explicit-deny resource resource.Statement[0]'],
    [silent, deny, 'explicit-deny resource resource.Statement[0]', 'explicit-deny resource resource.Statement[0]'],
  ])('%j and a resource policy that says %j: %s in one account, %s between two', (identity, ofResource, a, b) => {
    const given = (accountId: string) => ({ ...user(accountId), policies: [policy('identity', identity)] });
    const attached = (arn: string) => ofResource && policy('resource', { ...ofResource, ...to(arn) });
    expect(judge(given(HOME), attached(user(HOME).arn))).toBe(a);
    expect(judge(given(AWAY), attached(user(AWAY).arn))).toBe(b);
  });

  const both = (policies: Part[]) => ({ ...user(), policies: policies.map((part) => policy('identity', part)) });
  test.each<[string, Principal, AttachedPolicy | undefined, string]>([
    [
      'a deny in another of its policies',
      both([allow, deny]),
      undefined,
      'explicit-deny identity identity.Statement[0]',
    ],
    [
      'a deny behind an allow in one policy',
      { ...user(), policies: [policy('identity', allow, silent, { ...deny, Sid: 'No' })] },
      undefined,
      'explicit-deny identity identity.Statement[2]',
    ],
    ['no policy at all', user(), undefined, 'implicit-deny identity'],
    [
      'a deny of everything but this action',
      { ...user(), policies: [policy('identity', allow, { ...deny, Action: undefined, NotAction: 'execute-api:*' })] },
      undefined,
      'allow identity.Statement[0]',
    ],
    [
      'an allow of all resources but this one',
      { ...user(), policies: [policy('identity', { ...allow, Resource: undefined, NotResource: resource })] },
      undefined,
      'implicit-deny identity',
    ],
  ])('%s', (_, principal, attached, expected) => {
    expect(judge(principal, attached)).toBe(expected);
  });

  test('a statement that is no list has no number', () => {
    const document: PolicyDocument = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
    const principal = {
      ...user(),
      policies: [{ type: 'identity', at: 'accounts.1.users.u.policies[0]', document }],
    } as const;
    expect(judge(principal)).toBe('allow accounts.1.users.u.policies[0].Statement');
  });
});

describe('the names of a caller in a resource policy', () => {
  const other = `arn:aws:iam::${HOME}:user/other`;
  test.each<[name: string, ofUser: string, ofSession: string]>([
    ['*', 'allow', 'allow'],
    [HOME, 'implicit-deny identity', 'implicit-deny identity'],
    [`arn:aws:iam::${HOME}:root`, 'implicit-deny identity', 'implicit-deny identity'],
    [user().arn, 'allow', 'implicit-deny identity'],
    [`arn:aws:iam::${HOME}:user/buddy`, 'implicit-deny identity', 'implicit-deny identity'],
    [`arn:aws:iam::${HOME}:user/staff/Buddy`, 'implicit-deny identity', 'implicit-deny identity'],
    [roleArn(), 'implicit-deny identity', 'allow'],
    [`arn:aws:iam::${HOME}:role/caller`, 'implicit-deny identity', 'implicit-deny identity'],
    [session().arn, 'implicit-deny identity', 'allow'],
    [`arn:aws:sts::${HOME}:assumed-role/caller/other`, 'implicit-deny identity', 'implicit-deny identity'],
    [`arn:aws:sts::${HOME}:federated-user/buddy`, 'implicit-deny identity', 'implicit-deny identity'],
    [AWAY, 'implicit-deny identity', 'implicit-deny identity'],
    [other, 'implicit-deny identity', 'implicit-deny identity'],
  ])(
    'in one account, without a policy of its own, an allow to %s is %s for a user and %s for a session',
    (name, ...expected) => {
      const attached = policy('resource', to(name));
      const seen = [judge(user(), attached), judge(session(), attached)];
      expect(seen.map((text) => text.replace(' resource.Statement[0]', ''))).toEqual(expected);
    },
  );

  test.each<[name: string, ofUser: string, ofSession: string]>([
    ['*', 'allow', 'allow'],
    [AWAY, 'allow', 'allow'],
    [`arn:aws:iam::${AWAY}:root`, 'allow', 'allow'],
    [user(AWAY).arn, 'allow', 'implicit-deny resource'],
    [roleArn(AWAY), 'implicit-deny resource', 'allow'],
    [session(AWAY).arn, 'implicit-deny resource', 'allow'],
    [HOME, 'implicit-deny resource', 'implicit-deny resource'],
  ])('between accounts an allow to %s is %s for a user who may call it, and %s for a session', (name, ...expected) => {
    const attached = policy('resource', to(name));
    const policies = [policy('identity', allow)];
    const seen = [user(AWAY), session(AWAY)].map((principal) => judge({ ...principal, policies }, attached));
    expect(seen.map((text) => text.replace(' resource.Statement[0]', ''))).toEqual(expected);
  });

  test('of several names that a policy allows the closest counts, in any order', () => {
    const parts = [to(HOME), to(roleArn()), to(session().arn)];
    const principal = { ...session(), sessionPolicy: policy('session', silent) };
    expect(judge(principal, policy('resource', ...parts))).toBe('allow resource.Statement[2]');
    expect(judge(principal, policy('resource', ...[...parts].reverse()))).toBe('allow resource.Statement[0]');
    expect(judge(principal, policy('resource', ...parts.slice(0, 2)))).toBe('implicit-deny session');
  });

  test.each([HOME, `arn:aws:iam::${HOME}:root`, roleArn(), session().arn, '*'])(
    'a deny to %s is for a session too',
    (name) => {
      const principal = { ...session(), policies: [policy('identity', allow)] };
      expect(judge(principal, policy('resource', { ...deny, ...to(name) }))).toMatch(/^explicit-deny resource/);
    },
  );

  test.each<[Statement['Principal'], string]>([
    [{ Service: 'apigateway.amazonaws.com' }, 'implicit-deny identity'],
    [{ Federated: 'cognito-identity.amazonaws.com' }, 'implicit-deny identity'],
    [{ Service: 'apigateway.amazonaws.com', AWS: [other, user().arn] }, 'allow resource.Statement[0]'],
    ['*', 'allow resource.Statement[0]'],
  ])('%j is %s for a user', (Principal, expected) => {
    expect(judge(user(), policy('resource', { Principal }))).toBe(expected);
  });

  const left = 'allow identity.Statement[0]';
  const denied = 'explicit-deny resource resource.Statement[0]';
  test.each<[string[], string, string]>([
    [[user().arn, HOME], left, denied],
    [[user().arn, `arn:aws:iam::${HOME}:root`], left, denied],
    [[user().arn], denied, denied],
    [[HOME], denied, denied],
    [[session().arn, roleArn(), HOME], denied, left],
    [[session().arn, roleArn()], denied, denied],
    [[session().arn, HOME], denied, denied],
    [[roleArn(), HOME], denied, denied],
    [['*'], left, left],
  ])('a deny to everyone but %j', (names, ofUser, ofSession) => {
    const attached = policy('resource', { ...deny, NotPrincipal: { AWS: names } });
    const policies = [policy('identity', allow)];
    expect([judge({ ...user(), policies }, attached), judge({ ...session(), policies }, attached)]).toEqual([
      ofUser,
      ofSession,
    ]);
    const boundary = policy('boundary', allow);
    expect(judge({ ...user(), policies, boundary }, attached)).toBe(denied);
  });
});

describe('what limits a caller', () => {
  const may = [policy('identity', allow)];
  const limited = (limit: 'boundary' | 'sessionPolicy', part: Part): Principal => ({
    ...session(),
    [limit]: policy(limit === 'boundary' ? 'boundary' : 'session', part),
  });

  test.each<[string, Principal, string]>([
    ['a boundary that allows', { ...limited('boundary', allow), policies: may }, 'allow identity.Statement[0]'],
    ['a boundary that does not', { ...limited('boundary', silent), policies: may }, 'implicit-deny boundary'],
    [
      'a boundary that denies',
      { ...limited('boundary', deny), policies: may },
      'explicit-deny boundary boundary.Statement[0]',
    ],
    ['a boundary alone', limited('boundary', allow), 'implicit-deny identity'],
    [
      'a session policy that allows',
      { ...limited('sessionPolicy', allow), policies: may },
      'allow identity.Statement[0]',
    ],
    ['a session policy that does not', { ...limited('sessionPolicy', silent), policies: may }, 'implicit-deny session'],
    [
      'a session policy that denies',
      { ...limited('sessionPolicy', deny), policies: may },
      'explicit-deny session session.Statement[0]',
    ],
    ['a session policy alone', limited('sessionPolicy', allow), 'implicit-deny identity'],
    [
      'a boundary and a session policy of which one does not allow',
      { ...limited('sessionPolicy', silent), boundary: policy('boundary', allow), policies: may },
      'implicit-deny session',
    ],
  ])('%s', (_, principal, expected) => {
    expect(judge(principal)).toBe(expected);
  });

  const past = 'allow resource.Statement[0]';
  test.each<[name: string, boundary: string, sessionPolicy: string]>([
    [session().arn, past, past],
    ['*', past, past],
    [roleArn(), 'implicit-deny boundary', 'implicit-deny session'],
    [HOME, 'implicit-deny identity', 'implicit-deny identity'],
  ])('what a resource gives to %s of its account, past a limit that says nothing', (name, ...expected) => {
    const attached = policy('resource', to(name));
    expect([judge(limited('boundary', silent), attached), judge(limited('sessionPolicy', silent), attached)]).toEqual(
      expected,
    );
    expect(judge(limited('boundary', deny), attached)).toMatch(/^explicit-deny boundary/);
  });

  test('what a resource gives to a user of its account is not limited by what its boundary leaves out', () => {
    const principal = { ...user(), boundary: policy('boundary', silent) };
    expect(judge(principal, policy('resource', to(user().arn)))).toBe(past);
    expect(judge(principal, policy('resource', { ...everyone }))).toBe(past);
  });

  test('between accounts a boundary limits whatever a resource gives', () => {
    const principal = { ...session(AWAY), policies: may, boundary: policy('boundary', silent) };
    expect(judge(principal, policy('resource', to(session(AWAY).arn)))).toBe('implicit-deny boundary');
  });

  const document = (...parts: Part[]) => policy('organization', ...parts).document;
  const org = (all: PolicyDocument[], own: PolicyDocument[] = [], managementAccount?: string): World => ({
    accounts: { [HOME]: { organization: 'o-example', serviceControlPolicies: own } },
    organizations: { 'o-example': { serviceControlPolicies: all, managementAccount } },
  });
  const everywhere = 'organizations.o-example.serviceControlPolicies';
  test.each<[string, World, string]>([
    ['none', org([]), 'allow'],
    ['one that allows', org([document(allow)]), 'allow'],
    ['one that says nothing', org([document(silent)]), 'implicit-deny organization'],
    ['one of two that allows', org([document(silent), document(allow)]), 'allow'],
    [
      'one that denies',
      org([document(allow), document(silent, deny)]),
      `explicit-deny organization ${everywhere}[1].Statement[1]`,
    ],
    ['each level allows', org([document(allow)], [document(allow)]), 'allow'],
    ["the account's own say nothing", org([document(allow)], [document(silent)]), 'implicit-deny organization'],
    ["the organization's say nothing", org([document(silent)], [document(allow)]), 'implicit-deny organization'],
    [
      "the account's own deny",
      org([document(allow)], [document(allow, deny)]),
      `explicit-deny organization accounts.${HOME}.serviceControlPolicies[0].Statement[1]`,
    ],
    ['the management account is not limited', org([document(deny)], [document(deny)], HOME), 'allow'],
    [
      'another account manages',
      org([document(deny)], [], AWAY),
      `explicit-deny organization ${everywhere}[0].Statement[0]`,
    ],
  ])('service control policies: %s', (_, in_, expected) => {
    const seen = judge({ ...user(), policies: may }, undefined, in_);
    expect(seen.replace(' identity.Statement[0]', '')).toBe(expected);
  });

  test('service control policies limit what a resource gives, and no caller of another organization', () => {
    const in_ = org([document(silent)]);
    expect(judge(user(), policy('resource', to(user().arn)), in_)).toBe('implicit-deny organization');
    const stranger = { ...user(AWAY), policies: may };
    expect(judge(stranger, policy('resource', to(AWAY)), in_)).toBe('allow resource.Statement[0]');
  });
});

describe('a caller without IAM', () => {
  test.each<[string, AttachedPolicy | undefined, string]>([
    ['no policy', undefined, 'allow'],
    ['everyone', policy('resource', everyone), 'allow resource.Statement[0]'],
    ['everyone as an account', policy('resource', to('*')), 'allow resource.Statement[0]'],
    ['an account', policy('resource', to(HOME)), 'implicit-deny resource'],
    ['a user', policy('resource', to(user().arn)), 'implicit-deny resource'],
    ['something else', policy('resource', { ...everyone, ...silent }), 'implicit-deny resource'],
    [
      'everyone, and a deny',
      policy('resource', everyone, { ...everyone, ...deny }),
      'explicit-deny resource resource.Statement[1]',
    ],
    [
      'everyone, and a deny to all but a user',
      policy('resource', everyone, { ...deny, NotPrincipal: { AWS: user().arn } }),
      'explicit-deny resource resource.Statement[1]',
    ],
  ])('%s', (_, attached, expected) => {
    expect(told(judgeUnsigned(question, attached))).toBe(expected);
  });
});

describe("a Lambda authorizer's policy", () => {
  test.each<[authorizer: Part, resource: Part | undefined, string]>([
    [allow, undefined, 'allow authorizer.Statement[0]'],
    [allow, allow, 'allow authorizer.Statement[0]'],
    [allow, silent, 'allow authorizer.Statement[0]'],
    [silent, allow, 'allow resource.Statement[0]'],
    [silent, silent, 'implicit-deny authorizer'],
    [silent, undefined, 'implicit-deny authorizer'],
    [deny, allow, 'explicit-deny authorizer authorizer.Statement[0]'],
    [deny, undefined, 'explicit-deny authorizer authorizer.Statement[0]'],
    [allow, deny, 'explicit-deny resource resource.Statement[0]'],
    [deny, deny, 'explicit-deny resource resource.Statement[0]'],
  ])('%j with a resource policy that says %j: %s', (authorizer, ofResource, expected) => {
    const attached = ofResource && policy('resource', { ...ofResource, ...everyone });
    expect(told(judgeAuthorizer(question, policy('authorizer', authorizer), attached))).toBe(expected);
  });

  test('a deny of all but one path passes where the resource policy allows', () => {
    const path = (name: string) => `arn:aws:execute-api:*:*:*/*/GET/${name}`;
    const only = (name: string) => policy('authorizer', { ...deny, Resource: undefined, NotResource: path(name) });
    const attached = policy('resource', everyone);
    expect(told(judgeAuthorizer(question, only('pets'), attached))).toBe('allow resource.Statement[0]');
    expect(told(judgeAuthorizer(question, only('alice'), attached))).toMatch(/^explicit-deny authorizer/);
    expect(told(judgeAuthorizer(question, only('pets'), undefined))).toBe('implicit-deny authorizer');
  });
});

describe('a VPC endpoint policy', () => {
  test.each<[string, Part | undefined, signed: string, anonymous: string]>([
    ['none', undefined, 'allow', 'allow'],
    ['to everyone', everyone, 'allow endpoint.Statement[0]', 'allow endpoint.Statement[0]'],
    ['to an account', to(HOME), 'allow endpoint.Statement[0]', 'implicit-deny endpoint'],
    ['to a role', to(roleArn()), 'allow endpoint.Statement[0]', 'implicit-deny endpoint'],
    ['to a user', to(user().arn), 'implicit-deny endpoint', 'implicit-deny endpoint'],
    [
      'not to everyone',
      { ...everyone, ...deny },
      'explicit-deny endpoint endpoint.Statement[0]',
      'explicit-deny endpoint endpoint.Statement[0]',
    ],
    [
      'where the caller has an account',
      { ...everyone, Condition: { StringEquals: { 'aws:PrincipalAccount': HOME } } },
      'allow endpoint.Statement[0]',
      'allow endpoint.Statement[0]',
    ],
  ])('%s', (_, part, signed, anonymous) => {
    const attached = part && policy('endpoint', part);
    expect(told(judgeEndpoint(session(), question, attached))).toBe(signed);
    expect(told(judgeEndpoint(undefined, question, attached))).toBe(anonymous);
  });
});

describe('resources', () => {
  const expanded = 'allow resource.Statement[0]';
  test.each<[pattern: string, string]>([
    ['execute-api:/*', expanded],
    ['execute-api:/prod/GET/pets', expanded],
    ['execute-api:/prod/*/p?ts', expanded],
    ['execute-api:/prod/POST/pets', 'implicit-deny resource'],
    ['execute-api:/*/GET/', 'implicit-deny resource'],
    [`arn:aws:execute-api:us-east-1:${HOME}:*`, expanded],
    ['arn:*:execute-api:*:*:*', expanded],
    ['arn:aws:execute-api:*', expanded],
    ['arn:aws:s3:*', 'implicit-deny resource'],
    [`arn:aws:execute-api:us-east-1:${HOME}:abc123/*/pets`, expanded],
    [`arn:aws:execute-api:us-east-1:${HOME}:abc123/prod/get/pets`, 'implicit-deny resource'],
    [`arn:aws:execute-api:us-*:abc123/prod/GET/pets`, 'implicit-deny resource'],
  ])('a resource policy on %s: %s', (Resource, expected) => {
    expect(told(judgeUnsigned(question, policy('resource', { ...everyone, Resource })))).toBe(expected);
  });

  test('the short form is for resource policies, NotResource too', () => {
    const short = { NotResource: 'execute-api:/prod/GET/pets', Resource: undefined };
    expect(told(judgeUnsigned(question, policy('resource', { ...everyone, ...short })))).toBe('implicit-deny resource');
    const principal = { ...user(), policies: [policy('identity', { Resource: 'execute-api:/*' })] };
    expect(judge(principal)).toBe('implicit-deny identity');
  });

  test.each<[key: string, value: string]>([
    ['aws:ResourceAccount', HOME],
    ['aws:RequestedRegion', 'us-east-1'],
  ])('%s is told by the ARN', (key, value) => {
    const attached = policy('resource', { ...everyone, Condition: { StringEquals: { [key]: value } } });
    expect(told(judgeUnsigned(question, attached))).toBe('allow resource.Statement[0]');
  });
});

describe('who may assume a role', () => {
  const target = `arn:aws:iam::${HOME}:role/target`;
  const trust = (...statements: Part[]): PolicyDocument => ({
    Statement: statements.map((statement) => ({ Effect: 'Allow', Action: 'sts:*', ...statement })),
  });
  const assume = (principal: Principal, document: PolicyDocument, both = false) => {
    const found = { arn: target, partition: 'aws', accountId: HOME, name: 'target', role: { trust: document } };
    return told(judgeAssumption(world, principal, found, 'sts:AssumeRole', conditionKeys({}), both));
  };
  const may = [policy('identity', allow)];
  const at = `accounts.${HOME}.roles.target.trust.Statement[0]`;

  test.each<[string, Principal, Part, string]>([
    ['a user who is named', user(), to(user().arn), `allow ${at}`],
    ['anybody of the account, by "*"', user(), to('*'), `allow ${at}`],
    ['a user of an account that is', user(), to(HOME), 'implicit-deny identity'],
    ['one who may', { ...user(), policies: may }, to(HOME), `allow ${at}`],
    ['one who is not trusted', { ...user(), policies: may }, to(AWAY), 'implicit-deny trust'],
    ['one whom it denies', { ...user(), policies: may }, { ...deny, ...to(HOME) }, `explicit-deny trust ${at}`],
    ['a user of another account, alone', user(AWAY), to(user(AWAY).arn), 'implicit-deny identity'],
    ['a user of another account who may', { ...user(AWAY), policies: may }, to(AWAY), `allow ${at}`],
    ['one of another account who is not trusted', { ...user(AWAY), policies: may }, to(HOME), 'implicit-deny trust'],
    ['a session whose role is named', session(), to(roleArn()), `allow ${at}`],
    [
      'a session whose role is named, and whose policy says nothing',
      { ...session(), sessionPolicy: policy('session', silent) },
      to(roleArn()),
      'implicit-deny session',
    ],
    [
      'a session that is named, and whose policy says nothing',
      { ...session(), sessionPolicy: policy('session', silent) },
      to(session().arn),
      `allow ${at}`,
    ],
    [
      'a session whose role is named, past its boundary',
      { ...session(), boundary: policy('boundary', silent) },
      to(roleArn()),
      'implicit-deny boundary',
    ],
    [
      'one whose own policies deny it',
      { ...user(), policies: [policy('identity', deny)] },
      to(user().arn),
      'explicit-deny identity identity.Statement[0]',
    ],
    ['a service', user(), { Principal: { Service: 'ec2.amazonaws.com' } }, 'implicit-deny trust'],
  ])('%s', (_, principal, part, expected) => {
    expect(assume(principal, trust(part))).toBe(expected);
  });

  test('session tags and a source identity ask both sides, in one account too', () => {
    expect(assume(user(), trust(to(user().arn)), true)).toBe('implicit-deny identity');
    expect(assume({ ...user(), policies: may }, trust(to(user().arn)), true)).toBe(`allow ${at}`);
  });

  test.each<[kind: 'Federated' | 'Service', name: string, Statement['Principal'], boolean]>([
    ['Service', 'ec2.amazonaws.com', { Service: ['a.amazonaws.com', 'ec2.amazonaws.com'] }, true],
    ['Service', 'ec2.amazonaws.com', { Service: 'a.amazonaws.com' }, false],
    ['Service', 'ec2.amazonaws.com', { AWS: '*' }, false],
    ['Service', 'ec2.amazonaws.com', '*', false],
    ['Federated', 'example.com', '*', false],
    ['Federated', 'example.com', { Federated: 'example.com' }, true],
    ['Federated', 'example.com', { Service: 'example.com' }, false],
  ])('a %s %s by %j: %s', (kind, name, Principal, expected) => {
    const found = {
      arn: target,
      partition: 'aws',
      accountId: HOME,
      name: 'target',
      role: { trust: trust({ Principal }) },
    };
    expect(judgeTrust(found, { kind, exact: [name] }, 'sts:AssumeRole', conditionKeys({})).allowed).toBe(expected);
  });
});

test.each<[Statement['Principal']]>([['*'], [{ AWS: '*' }], [{ AWS: [HOME, '*'] }]])(
  'a deny to %j is one to holders of tokens and to services too',
  (Principal) => {
    const named = { Principal: { Federated: 'example.com', Service: 'ec2.amazonaws.com' }, Action: 'sts:*' };
    const document: PolicyDocument = {
      Statement: [
        { Effect: 'Allow', ...named },
        { Effect: 'Deny', Principal, Action: 'sts:*' },
      ],
    };
    const found = {
      arn: `arn:aws:iam::${HOME}:role/target`,
      partition: 'aws',
      accountId: HOME,
      name: 'target',
      role: { trust: document },
    };
    for (const [kind, name] of [
      ['Federated', 'example.com'],
      ['Service', 'ec2.amazonaws.com'],
    ] as const)
      expect(judgeTrust(found, { kind, exact: [name] }, 'sts:AssumeRole', conditionKeys({}))).toMatchObject({
        allowed: false,
        explicit: true,
      });
  },
);

test('the policies of a session are those of its role, with their paths', () => {
  const document = policy('identity', allow).document;
  const in_: World = {
    accounts: {
      [HOME]: { roles: { caller: { path: '/apps/', trust: document, policies: [document], boundary: document } } },
    },
  };
  const issued = { roleArn: roleArn(), name: 'test', issued: 0, expiration: 0, policy: document };
  const { policies, boundary, sessionPolicy } = toPrincipal(in_, issued) as Principal;
  expect([...policies, boundary, sessionPolicy].map((attached) => [attached?.type, attached?.at])).toEqual([
    ['identity', `accounts.${HOME}.roles.caller.policies[0]`],
    ['boundary', `accounts.${HOME}.roles.caller.boundary`],
    ['session', 'session policy'],
  ]);
});
