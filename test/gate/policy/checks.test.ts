/** What a world is refused for: policies by their use, what they are attached to, and where callers stand. */
import { describe, expect, test } from 'vitest';
import type { PolicyType } from '../../../src/gate/policy/judgement';
import { findPolicyFault } from '../../../src/gate/world/check-policy';
import { checkWorld } from '../../../src/gate/world/check-world';
import type { PolicyDocument, Statement } from '../../../src/gate/world/policy-document';

const v = (name: string) => `$\{${name}}`;
const HOME = '111122223333';
const AWAY = '444455556666';

const statement = (more: object = {}): Statement => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more });
const stating = (more: object, Version: PolicyDocument['Version'] = '2012-10-17'): PolicyDocument => ({
  Version,
  Statement: statement(more),
});
const faultOf = (policy: unknown, use: PolicyType = 'identity') => {
  const fault = findPolicyFault(policy, use);
  return fault && `${fault.at} ${fault.what}`;
};

describe('a policy', () => {
  const uses: PolicyType[] = [
    'identity',
    'resource',
    'endpoint',
    'boundary',
    'session',
    'organization',
    'trust',
    'authorizer',
  ];
  const naming = new Set<PolicyType>(['resource', 'endpoint', 'trust']);

  test.each(uses)('of a kind (%s) has the elements of this kind alone', (use) => {
    const named = { Principal: '*', ...(use === 'trust' ? { Resource: undefined } : {}) };
    const good = JSON.parse(JSON.stringify(stating(naming.has(use) ? named : {})));
    expect(faultOf(good, use)).toBeUndefined();
    const turned = naming.has(use) ? stating({}) : stating({ Principal: '*' });
    expect(faultOf(JSON.parse(JSON.stringify(turned)), use)).toMatch(/^\.Statement/);
  });

  test.each<[PolicyType, object, string | undefined]>([
    ['resource', { Principal: { AWS: HOME } }, undefined],
    ['resource', { Effect: 'Deny', NotPrincipal: { AWS: [HOME] } }, undefined],
    ['resource', { NotPrincipal: { AWS: [HOME] } }, '.Statement.NotPrincipal is for "Deny" alone'],
    ['resource', { Principal: '*', NotPrincipal: '*' }, '.Statement has both Principal and NotPrincipal'],
    ['resource', {}, '.Statement needs either Principal or NotPrincipal'],
    ['resource', { Principal: '*', Resource: 'execute-api:/prod/GET/*' }, undefined],
    [
      'endpoint',
      { Principal: '*', Resource: 'execute-api:/*' },
      '.Statement.Resource is neither "*" nor an ARN of six parts',
    ],
    ['endpoint', { Effect: 'Deny', NotPrincipal: '*' }, undefined],
    [
      'endpoint',
      { Effect: 'Deny', NotPrincipal: { AWS: 'buddy' } },
      '.Statement.NotPrincipal.AWS holds "buddy", which is no principal this version knows',
    ],
    [
      'organization',
      { Effect: 'Deny', NotPrincipal: '*' },
      '.Statement.NotPrincipal is not known to this version of the gate',
    ],
    ['authorizer', { Action: 'execute-api:Invoke' }, undefined],
    ['identity', { Resource: 'arn:aws:execute-api:*' }, undefined],
    ['identity', { Resource: 'arn:aws:execute-api' }, '.Statement.Resource is neither "*" nor an ARN of six parts'],
    ['identity', { Sid: 5 }, '.Statement.Sid is not a text'],
    ['resource', { Principal: { AWS: 'arn:aws:sts::111122223333:federated-user/buddy' } }, undefined],
    [
      'resource',
      { Principal: { AWS: 'arn:aws:sts::111122223333:assumed-role/caller/*' } },
      '.Statement.Principal.AWS holds "arn:aws:sts::111122223333:assumed-role/caller/*", which is no principal this version knows',
    ],
    [
      'resource',
      { Effect: 'Deny', Principal: { AWS: 'arn:aws:iam::111122223333:role/ad*min' } },
      '.Statement.Principal.AWS holds "arn:aws:iam::111122223333:role/ad*min", which is no principal this version knows',
    ],
    [
      'resource',
      { Effect: 'Deny', Principal: { AWS: 'arn:aws:iam::111122223333:user/staff/b?ddy' } },
      '.Statement.Principal.AWS holds "arn:aws:iam::111122223333:user/staff/b?ddy", which is no principal this version knows',
    ],
    [
      'identity',
      { Effect: 'Deny', Action: 'execute-api:Invoke ' },
      '.Statement.Action is neither "*" nor a service, ":" and an action',
    ],
    [
      'identity',
      { Effect: 'Deny', Action: ' execute-api:Invoke' },
      '.Statement.Action is neither "*" nor a service, ":" and an action',
    ],
    ['identity', { Action: ['*:*', 'execute-api:Inv?ke', 'sts:*'] }, undefined],
    [
      'resource',
      { Principal: { CanonicalUser: 'a' } },
      '.Statement.Principal.CanonicalUser is not known to this version of the gate',
    ],
  ])('as %s with %j: %s', (use, more, expected) => {
    expect(faultOf(stating(more), use)).toBe(expected);
  });

  const when = (Condition: object) => ({ Condition });
  test.each<[object, string | undefined]>([
    [{ Resource: `arn:aws:s3:::b/${v('aws:username')}` }, undefined],
    [{ NotResource: [`arn:aws:s3:::b/${v("aws:PrincipalTag/team, 'x'")}`], Resource: undefined }, undefined],
    [{ Resource: `arn:aws:s3:::b/${v('*')}${v('?')}${v('$')}` }, undefined],
    [
      { Resource: `arn:aws:s3:${v('aws:RequestedRegion')}::b` },
      '.Statement.Resource holds a policy variable before the sixth part of its ARN',
    ],
    [
      { Resource: v('aws:PrincipalArn') },
      '.Statement.Resource holds a policy variable before the sixth part of its ARN',
    ],
    [{ Resource: 'arn:aws:s3:::b/${aws:username' }, '.Statement.Resource holds "${" that begins no policy variable'],
    [
      { Resource: `arn:aws:s3:::b/${v('username')}` },
      '.Statement.Resource holds the policy variable username, which is no condition key',
    ],
    [
      { Resource: `arn:aws:s3:::b/${v('aws:TagKeys')}` },
      '.Statement.Resource holds the policy variable aws:TagKeys, which is a key of several values',
    ],
    [
      { Resource: `arn:aws:s3:::b/${v('aws:PrincipalOrgPaths')}` },
      '.Statement.Resource holds the policy variable aws:PrincipalOrgPaths, which this version does not emulate',
    ],
    [{ Action: `s3:${v('aws:username')}` }, '.Statement.Action holds a policy variable, which no action may'],
    [when({ StringLike: { 'aws:userid': `${v('aws:username')}*` } }), undefined],
    [when({ ArnLike: { 'aws:PrincipalArn': v('aws:PrincipalArn') } }), undefined],
    [
      when({ StringLike: { 'aws:userid': v('aws:VpceOrgID') } }),
      '.Statement.Condition.StringLike["aws:userid"] holds the policy variable aws:VpceOrgID, which this version does not emulate',
    ],
    [
      when({ NumericEquals: { 'aws:MultiFactorAuthAge': v('aws:EpochTime') } }),
      '.Statement.Condition.NumericEquals["aws:MultiFactorAuthAge"] holds a value that the operator cannot compare',
    ],
    [
      when({ StringEquals: { 'aws:TagKeys': 'a' } }),
      '.Statement.Condition.StringEquals["aws:TagKeys"] is of several values, which need ForAllValues or ForAnyValue',
    ],
    [when({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'a' }, Null: { 'aws:TagKeys': 'false' } }), undefined],
    [
      when({ StringEquals: { 'aws:PrincipalOrgPaths': 'o-a/*' } }),
      '.Statement.Condition.StringEquals["aws:PrincipalOrgPaths"] is not emulated by this version of the gate',
    ],
    [
      when({ StringEquals: { 'execute-api:viaDomainArn': 'a' } }),
      '.Statement.Condition.StringEquals["execute-api:viaDomainArn"] is not emulated by this version of the gate',
    ],
    [
      when({ ArnEquals: { 'ec2:SourceInstanceARN': 'arn:aws:ec2:us-east-1:111122223333:instance/i-1' } }),
      '.Statement.Condition.ArnEquals["ec2:SourceInstanceARN"] is not emulated by this version of the gate',
    ],
    [
      when({
        StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' },
        Bool: { 'lambda:InvokedViaFunctionUrl': true },
      }),
      undefined,
    ],
    [when({ StringEquals: { 'sagemaker:ResourceTag/team': 'a' } }), undefined],
    [
      when({ StringNotEquals: { 'sagemaker:DomainId': 'd-a' } }),
      '.Statement.Condition.StringNotEquals["sagemaker:DomainId"] is not emulated by this version of the gate',
    ],
    [when({ StringEquals: {} }), '.Statement.Condition.StringEquals is empty'],
    [when({}), undefined],
    [when({ StringNotEqualsIfExists: { 'aws:ResourceOrgID': v('aws:PrincipalOrgID') } }), undefined],
    [when({ BinaryEquals: { key: 'QmluYXJ5' } }), undefined],
    [
      when({ BinaryEquals: { key: 'not base 64' } }),
      '.Statement.Condition.BinaryEquals["key"] holds a value that the operator cannot compare',
    ],
  ])('%j: %s', (more, expected) => {
    expect(faultOf(JSON.parse(JSON.stringify(stating(more))))).toBe(expected);
  });

  test('of an older version may hold what is no variable there', () => {
    expect(faultOf(stating({ Resource: `arn:aws:s3:::b/${v('anything')}` }, '2008-10-17'))).toBeUndefined();
  });

  test('of several statements tells which', () => {
    const policy = { Statement: [statement(), statement({ Effect: 'allow' })] };
    expect(faultOf(policy)).toBe('.Statement[1].Effect is neither "Allow" nor "Deny"');
  });
});

describe('a world', () => {
  const account = (parts: object, more: object = {}) => ({ accounts: { [HOME]: parts }, ...more });
  const wrong = stating({ Effect: 'Maybe' });
  const trust = { Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' } };
  const endpoint = (more: object = {}, id = 'vpce-0a1b') =>
    account({ vpcEndpoints: { [id]: { region: 'us-east-1', vpc: 'vpc-1', ...more } } });
  const at = `accounts.${HOME}`;
  const place = { region: 'us-east-1', vpc: 'vpc-1' };
  const stsEndpoint = { 'vpce-0a1b': { service: 'sts', region: 'us-east-1', vpc: 'vpc-1' } };
  const api = { region: 'us-east-1', stage: 'prod', endpoint: 'PRIVATE', routes: {} };
  const studio = (more: object, id = 'd-abc') =>
    account({ studioDomains: { [id]: { region: 'us-east-1', userProfiles: ['alice'], ...more } } });
  const pool = (parts: object) => account({ userPools: { 'us-east-1_A': parts } });

  test.each<[object, string | undefined]>([
    [endpoint(), undefined],
    [endpoint({ policy: stating({ Principal: '*' }), privateDns: false, dnsName: 'vpce-0a1b-xyz' }), undefined],
    [
      endpoint({}, 'vpce-xyz'),
      `${at}.vpcEndpoints.vpce-xyz is not the id of a VPC endpoint, "vpce-" and hexadecimal digits`,
    ],
    [
      endpoint({ vpc: 'home' }),
      `${at}.vpcEndpoints.vpce-0a1b.vpc is not the id of a VPC, "vpc-" and letters and digits`,
    ],
    [endpoint({ region: 5 }), `${at}.vpcEndpoints.vpce-0a1b.region is not a region`],
    [endpoint({ privateDns: 'no' }), `${at}.vpcEndpoints.vpce-0a1b.privateDns is neither true nor false`],
    [
      endpoint({ dnsName: 'vpce-9-xyz' }),
      `${at}.vpcEndpoints.vpce-0a1b.dnsName is not the first label of a DNS name, which begins with "vpce-0a1b-"`,
    ],
    [
      endpoint({ policy: stating({}) }),
      `${at}.vpcEndpoints.vpce-0a1b.policy.Statement needs either Principal or NotPrincipal`,
    ],
    ...['execute-api', 'sts', 'sagemaker.api', 'studio'].map((service): [object, undefined] => [
      endpoint({ service }),
      undefined,
    ]),
    [
      endpoint({ service: 's3' }),
      `${at}.vpcEndpoints.vpce-0a1b.service is "s3", and not "execute-api", "sts", "sagemaker.api", "studio"`,
    ],
    [
      account({ vpcEndpoints: stsEndpoint, apis: { abc: { ...api, vpcEndpoints: ['vpce-0a1b'] } } }),
      `${at}.apis.abc.vpcEndpoints[0] is not a VPC endpoint for execute-api`,
    ],
    [
      account({
        vpcEndpoints: stsEndpoint,
        apis: { abc: { ...api, domainNames: { 'a.example.com': { vpcEndpoints: ['vpce-0a1b'] } } } },
      }),
      `${at}.apis.abc.domainNames["a.example.com"].vpcEndpoints[0] is not a VPC endpoint for execute-api`,
    ],
    [
      account({ vpcEndpoints: { 'vpce-1a': place, 'vpce-2b': place } }),
      `${at}.vpcEndpoints.vpce-2b has private DNS for a service that another endpoint of its VPC has it for`,
    ],
    [
      account({
        vpcEndpoints: {
          'vpce-1a': place,
          'vpce-2b': { ...place, privateDns: false },
          'vpce-3c': { ...place, service: 'sts' },
          'vpce-4d': { ...place, vpc: 'vpc-2' },
        },
      }),
      undefined,
    ],
    [studio({}), undefined],
    [studio({ authMode: 'SSO' }), undefined],
    [studio({ region: 'home' }), `${at}.studioDomains.d-abc.region is not a region`],
    [studio({ userProfiles: 'alice' }), `${at}.studioDomains.d-abc.userProfiles is not a list`],
    [
      studio({ userProfiles: ['alice', 'al ice'] }),
      `${at}.studioDomains.d-abc.userProfiles[1] is not the name of a user profile, letters, digits and inner hyphens`,
    ],
    [
      studio({ userProfiles: ['a'.repeat(64)] }),
      `${at}.studioDomains.d-abc.userProfiles[0] is not the name of a user profile, letters, digits and inner hyphens`,
    ],
    [studio({ authMode: 'NONE' }), `${at}.studioDomains.d-abc.authMode is "NONE"; it is "IAM" or "SSO"`],
    [studio({ name: 'x' }), `${at}.studioDomains.d-abc.name is not known to this version of the gate`],
    [
      studio({}, 'abc'),
      `${at}.studioDomains.abc is not the id of a domain, "d-" and lower-case letters, digits and hyphens`,
    ],
    [
      { accounts: { [HOME]: studio({}).accounts[HOME], [AWAY]: studio({}).accounts[HOME] } },
      `accounts.${AWAY}.studioDomains.d-abc is the id of another domain too`,
    ],
    ...['http://127.0.0.1:9229', 'http://localhost:9229/', 'https://[::1]:9229'].map((server): [object, undefined] => [
      pool({ server }),
      undefined,
    ]),
    [pool({ server: 'http://127.0.0.1:9229', jwks: { keys: [] } }), undefined],
    [pool({}), `${at}.userPools["us-east-1_A"].jwks is missing, and there is no server that has the keys`],
    [pool({ server: 'http://127.0.0.1:9229', jwks: 'keys' }), `${at}.userPools["us-east-1_A"].jwks is not a URL`],
    [
      pool({ jwks: 'https://me:secret@example.com/keys' }),
      `${at}.userPools["us-east-1_A"].jwks holds a user name or a password`,
    ],
    ...[5, '127.0.0.1:9229', 'http://example.com', 'http://127.0.0.1.example.com', 'ftp://127.0.0.1'].map(
      (server): [object, string] => [
        pool({ server }),
        `${at}.userPools["us-east-1_A"].server is not the URL of a server on this machine, "http://127.0.0.1:9229"`,
      ],
    ),
    ...[
      'http://127.0.0.1:9229/pools',
      'http://127.0.0.1:9229/?a',
      'http://me@127.0.0.1:9229',
      'http://:me@127.0.0.1:9229',
    ].map((server): [object, string] => [
      pool({ server }),
      `${at}.userPools["us-east-1_A"].server holds more than scheme, host and port`,
    ]),
    [endpoint({ subnets: [] }), `${at}.vpcEndpoints.vpce-0a1b.subnets is not known to this version of the gate`],
    [
      { accounts: { [HOME]: endpoint().accounts[HOME], [AWAY]: endpoint().accounts[HOME] } },
      `accounts.${AWAY}.vpcEndpoints.vpce-0a1b is the id of another VPC endpoint too`,
    ],
    [account({ users: { u: { boundary: stating({}), tags: { team: 'blue' } } } }), undefined],
    // As the user "bob" of the path "/staff/" would be called.
    [account({ users: { 'staff/bob': {} } }), `${at}.users.staff/bob is not a user name`],
    [account({ users: { 'b*b': {} } }), `${at}.users.b*b is not a user name`],
    [
      account({ users: { u: { boundary: wrong } } }),
      `${at}.users.u.boundary.Statement.Effect is neither "Allow" nor "Deny"`,
    ],
    [account({ users: { u: { tags: { team: 5 } } } }), `${at}.users.u.tags.team is not a text`],
    [
      account({ users: { u: { tags: { team: 'a', Team: 'b' } } } }),
      `${at}.users.u.tags.Team is there in another case too`,
    ],
    [
      account({ roles: { r: { trust, boundary: wrong } } }),
      `${at}.roles.r.boundary.Statement.Effect is neither "Allow" nor "Deny"`,
    ],
    [
      account({ serviceControlPolicies: [stating({}), wrong] }),
      `${at}.serviceControlPolicies[1].Statement.Effect is neither "Allow" nor "Deny"`,
    ],
    [
      account({}, { organizations: { 'o-a': { serviceControlPolicies: [wrong] } } }),
      'organizations.o-a.serviceControlPolicies[0].Statement.Effect is neither "Allow" nor "Deny"',
    ],
    [
      account({}, { organizations: { a: {} } }),
      'organizations.a is not an organization id, "o-" and lower-case letters and digits',
    ],
    [account({ organization: 'o-a' }, { organizations: { 'o-a': { managementAccount: HOME } } }), undefined],
    [
      account({ organization: 'o-b' }, { organizations: { 'o-a': { managementAccount: HOME } } }),
      'organizations.o-a.managementAccount is not the id of an account of this organization',
    ],
    [
      account({}, { organizations: { 'o-a': { units: [] } } }),
      'organizations.o-a.units is not known to this version of the gate',
    ],
    [account({}, { from: { sourceIp: '203.0.113.7', vpc: 'vpc-1' } }), undefined],
    [account({}, { from: { sourceIp: '2001:db8::1', vpc: null } }), undefined],
    [account({}, { from: { sourceIp: '203.0.113.0/24' } }), 'from.sourceIp is not an IP address'],
    [
      account({}, { from: { vpc: 'home' } }),
      'from.vpc is neither the id of a VPC, "vpc-" and letters and digits, nor null',
    ],
    [account({}, { from: { ip: '::1' } }), 'from.ip is not known to this version of the gate'],
  ])('%j: %s', (world, expected) => {
    const check = () => checkWorld(world as never);
    if (expected === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(`The gate's world is wrong: ${expected}.`);
  });
});
