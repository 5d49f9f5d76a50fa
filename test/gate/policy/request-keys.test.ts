/** Which condition keys a request has, and which not, by who calls and on which way. */
import { describe, expect, test } from 'vitest';
import type { Arrival } from '../../../src/gate/arrival';
import { requestKeys } from '../../../src/gate/policy/request-keys';
import { withResourceKeys } from '../../../src/gate/policy/resource-keys';
import { type Principal, toPrincipal } from '../../../src/gate/principals/principals';
import type { World } from '../../../src/gate/world/world';

const HOME = '111122223333';
const document = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } as const;
const world: World = {
  accounts: {
    [HOME]: {
      organization: 'o-exampleorgid',
      roles: { caller: { path: '/apps/', trust: document, tags: { Team: 'red' } } },
    },
    '444455556666': {},
  },
};
const arrival: Arrival = {
  request: {
    method: 'GET',
    path: '/',
    query: '',
    headers: [
      ['User-Agent', 'curl'],
      ['referer', 'https://example.com/'],
    ],
  },
  host: 'abc123.execute-api.us-east-1.amazonaws.com',
  target: 'abc123.execute-api.us-east-1.amazonaws.com',
  awsName: 'abc123.execute-api.us-east-1.amazonaws.com',
  isSecure: true,
  sourceIp: '203.0.113.7',
  vpc: undefined,
  requestId: 'id',
  now: Date.parse('2026-03-01T12:00:00Z'),
};
const arn = `arn:aws:iam::${HOME}:user/staff/buddy`;
const user: Principal = {
  type: 'User',
  accountId: HOME,
  arn,
  iamArn: arn,
  userId: 'AIDAIOSFODNN7EXAMPLE',
  userName: 'buddy',
  policies: [],
  tags: { team: 'blue' },
  temporary: false,
};
const federation = {
  provider: 'cognito-identity.amazonaws.com',
  claims: { 'cognito-identity.amazonaws.com:sub': 'me' },
};
const session = toPrincipal(world, {
  roleArn: `arn:aws:iam::${HOME}:role/apps/caller`,
  name: 'test',
  issued: Date.parse('2026-03-01T11:00:00Z'),
  expiration: 0,
  tags: { team: 'green' },
  sourceIdentity: 'alice',
  federation,
}) as Principal;
const passage = { id: 'vpce-0a1b', endpoint: { vpc: 'vpc-1' } };

const get = (name: string, principal?: Principal, through?: typeof passage) =>
  requestKeys(world, arrival, principal, {}, through).get(name.toLowerCase());

describe('a key', () => {
  test.each<[name: string, ofUser: unknown, ofSession: unknown, ofNobody: unknown]>([
    ['aws:PrincipalArn', arn, `arn:aws:iam::${HOME}:role/apps/caller`, undefined],
    ['aws:PrincipalAccount', HOME, HOME, 'anonymous'],
    ['aws:PrincipalOrgID', 'o-exampleorgid', 'o-exampleorgid', undefined],
    ['aws:PrincipalType', 'User', 'AssumedRole', 'Anonymous'],
    ['aws:PrincipalIsAWSService', 'false', 'false', undefined],
    ['aws:ViaAWSService', 'false', 'false', undefined],
    ['aws:PrincipalTag/team', 'blue', 'green', undefined],
    ['aws:userid', 'AIDAIOSFODNN7EXAMPLE', session.userId, undefined],
    ['aws:username', 'buddy', undefined, undefined],
    ['aws:TokenIssueTime', undefined, '2026-03-01T11:00:00.000Z', undefined],
    ['aws:MultiFactorAuthPresent', undefined, 'false', undefined],
    ['aws:SourceIdentity', undefined, 'alice', undefined],
    ['aws:FederatedProvider', undefined, federation.provider, undefined],
    ['cognito-identity.amazonaws.com:sub', undefined, 'me', undefined],
    ['aws:CurrentTime', '2026-03-01T12:00:00.000Z', '2026-03-01T12:00:00.000Z', '2026-03-01T12:00:00.000Z'],
    ['aws:EpochTime', '1772366400', '1772366400', '1772366400'],
    ['aws:SecureTransport', 'true', 'true', 'true'],
    ['aws:UserAgent', 'curl', 'curl', 'curl'],
    ['aws:Referer', 'https://example.com/', 'https://example.com/', 'https://example.com/'],
    ['aws:SourceArn', undefined, undefined, undefined],
    ['aws:CalledVia', undefined, undefined, undefined],
    ['aws:MultiFactorAuthAge', undefined, undefined, undefined],
  ])('%s is %s of a user, %s of a session, %s of an anonymous caller', (name, ...expected) => {
    expect([get(name, user), get(name, session), get(name)]).toEqual(expected);
  });

  test('of the organization is not there for an account of none', () => {
    expect(get('aws:PrincipalOrgID', { ...user, accountId: '444455556666' })).toBeUndefined();
  });

  test.each<[name: string, outside: string | undefined, inside: string | undefined]>([
    ['aws:SourceIp', '203.0.113.7', undefined],
    ['aws:VpcSourceIp', undefined, '203.0.113.7'],
    ['aws:SourceVpce', undefined, 'vpce-0a1b'],
    ['aws:sourceVpce', undefined, 'vpce-0a1b'],
    ['aws:SourceVpc', undefined, 'vpc-1'],
  ])('%s is %s from outside, and %s through a VPC endpoint', (name, outside, inside) => {
    expect([get(name, user), get(name, user, passage), get(name, undefined, passage)]).toEqual([
      outside,
      inside,
      inside,
    ]);
  });

  test.each<[name: string, value: string | undefined]>([
    ['aws:ResourceAccount', '444455556666'],
    ['aws:ResourceOrgID', undefined],
    ['aws:RequestedRegion', 'eu-west-1'],
  ])('%s is of what is called: %s', (name, value) => {
    const resource = 'arn:aws:execute-api:eu-west-1:444455556666:abc123/prod/GET/';
    const { keys } = withResourceKeys({ action: '', resource, keys: requestKeys(world, arrival, user) });
    expect(keys.get(name.toLowerCase())).toBe(value);
    const home = {
      action: '',
      resource: resource.replace('444455556666', HOME),
      keys: requestKeys(world, arrival, user),
    };
    expect(withResourceKeys(home).keys.get('aws:resourceorgid')).toBe('o-exampleorgid');
  });

  test('that a call gives itself does not go before what the gate knows of its caller', () => {
    const keys = requestKeys(world, arrival, user, { 'aws:username': 'mallory', 'sts:ExternalId': 'x' });
    expect([keys.get('aws:username'), keys.get('sts:externalid')]).toEqual(['buddy', 'x']);
  });
});
