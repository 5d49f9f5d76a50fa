/** The same policies through a running gate: calls that are really signed, and the statement that decided each. */

import { createSignedFetch } from 'sigv4kit';
import { type Gate, type PolicyDocument, startGate, type World } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Keys } from '../../support/gate-world';

const HOME = '111122223333';
const keys = (accessKeyId: string): Keys => ({
  accessKeyId,
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
});
const v = (name: string) => `$\{${name}}`;
const allow = (Action: string, more: object = {}): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Some', Effect: 'Allow', Action, Resource: '*', ...more }],
});
const trust = (Principal: object | '*'): PolicyDocument => ({
  Statement: { Effect: 'Allow', Principal, Action: 'sts:*' } as never,
});
const role = (name: string) => `arn:aws:iam::${HOME}:role/${name}`;
const owner = (name: string) => `arn:aws:iam::${HOME}:user/${name}`;
const ofTeam: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'sts:*', Resource: `arn:aws:iam::*:role/${v('aws:PrincipalTag/team')}-*` },
    { Effect: 'Deny', Action: 'sts:*', Resource: role('blue-secret') },
  ],
};

const world: World = {
  organizations: {
    'o-example': {
      serviceControlPolicies: [
        allow('*'),
        {
          Statement: [
            {
              Effect: 'Deny',
              Action: '*',
              Resource: '*',
              Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
            },
          ],
        },
      ],
    },
  },
  accounts: {
    [HOME]: {
      organization: 'o-example',
      users: {
        buddy: { accessKeys: [keys('AKIAIOSFODNN7EXAMPLE')], tags: { team: 'blue' }, policies: [ofTeam] },
        bound: { accessKeys: [keys('AKIABOUNDEXAMPLE0000')], policies: [allow('sts:*')], boundary: allow('s3:*') },
      },
      roles: {
        'blue-app': { trust: trust({ AWS: HOME }), tags: { team: 'blue' } },
        'blue-secret': { trust: trust({ AWS: HOME }) },
        'red-app': { trust: trust({ AWS: HOME }) },
        direct: { trust: trust({ AWS: owner('bound') }) },
      },
    },
  },
};

let gate: Gate;
beforeAll(async () => {
  gate = await startGate(world);
});
afterAll(() => gate.close());

async function assume(accessKeyId: string, name: string, region = 'us-east-1') {
  const fetch = createSignedFetch({ credentials: keys(accessKeyId), fetch: gate.fetch });
  const query = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: role(name),
    RoleSessionName: 'test',
  });
  const response = await fetch(`https://sts.${region}.amazonaws.com/?${query}`);
  const [, message = ''] = /<Message>(.*)<\/Message>/.exec(await response.text()) ?? [];
  const { reason, policy, statement } = gate.log.at(-1) ?? ({} as never);
  return { status: response.status, message, decided: [reason, policy, statement?.at].filter(Boolean).join(' ') };
}

const refusal = (user: string, name: string, reason = '') =>
  `User: ${owner(user)} is not authorized to perform: sts:AssumeRole on resource: ${role(name)}${reason}`;

describe('AssumeRole', () => {
  test.each<[string, string, string, string, string]>([
    ['AKIAIOSFODNN7EXAMPLE', 'buddy', 'blue-app', '', `accounts.${HOME}.roles.blue-app.trust.Statement`],
    ['AKIAIOSFODNN7EXAMPLE', 'buddy', 'red-app', refusal('buddy', 'red-app'), 'implicit-deny identity'],
    [
      'AKIAIOSFODNN7EXAMPLE',
      'buddy',
      'blue-secret',
      refusal('buddy', 'blue-secret', ' with an explicit deny in an identity-based policy'),
      `explicit-deny identity accounts.${HOME}.users.buddy.policies[0].Statement[1]`,
    ],
    ['AKIABOUNDEXAMPLE0000', 'bound', 'blue-app', refusal('bound', 'blue-app'), 'implicit-deny boundary'],
    ['AKIABOUNDEXAMPLE0000', 'bound', 'direct', '', `accounts.${HOME}.roles.direct.trust.Statement`],
  ])('by %s of %s for %s', async (accessKeyId, _, name, message, decided) => {
    expect(await assume(accessKeyId, name)).toEqual({ status: message === '' ? 200 : 403, message, decided });
  });

  test('where a service control policy denies the region', async () => {
    expect(await assume('AKIAIOSFODNN7EXAMPLE', 'blue-app', 'eu-west-1')).toEqual({
      status: 403,
      message: refusal('buddy', 'blue-app', ' with an explicit deny in a service control policy'),
      decided: 'explicit-deny organization organizations.o-example.serviceControlPolicies[1].Statement[0]',
    });
  });
});
