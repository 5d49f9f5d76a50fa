/** VPC endpoints for STS: which way the SDK's client comes in, what its endpoint's policy lets through, and what policies see of it. */
import { request } from 'node:http';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import {
  type Gate,
  type PolicyDocument,
  type Standpoint,
  startGate,
  type VpcEndpoint,
  type World,
} from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startOwnGate } from '../support/own-gate';

const ACCOUNT = '111122223333';
const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const trust = (Condition?: object) => ({
  trust: {
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: ACCOUNT },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      ...(Condition && { Condition }),
    },
  } as PolicyDocument,
});
const allow = (Action: string, Resource = '*'): PolicyDocument => ({
  Statement: { Effect: 'Allow', Principal: '*', Action, Resource },
});

const [HOME, HOME_API, NO_DNS, NARROW, TOKENLESS] = [
  'vpce-0a0a',
  'vpce-0b0b',
  'vpce-0c0c',
  'vpce-0d0d',
  'vpce-0e0e',
] as const;
const sts = (vpc: string, more: Partial<VpcEndpoint> = {}): VpcEndpoint => ({
  service: 'sts',
  region: 'us-east-1',
  vpc,
  ...more,
});
const world: World = {
  accounts: {
    [ACCOUNT]: {
      users: {
        buddy: { accessKeys: [keys], policies: [{ Statement: { Effect: 'Allow', Action: 'sts:*', Resource: '*' } }] },
      },
      roles: {
        anywhere: trust(),
        other: trust(),
        'by-endpoint': trust({ StringEquals: { 'aws:SourceVpce': HOME, 'aws:SourceVpc': 'vpc-home' } }),
        'by-inner-address': trust({ IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/16' } }),
        'by-address': trust({ IpAddress: { 'aws:SourceIp': '10.0.0.0/16' } }),
      },
      vpcEndpoints: {
        [HOME]: sts('vpc-home'),
        [HOME_API]: { region: 'us-east-1', vpc: 'vpc-home' },
        [NO_DNS]: sts('vpc-nodns', { privateDns: false, dnsName: `${NO_DNS}-abcdefgh` }),
        [NARROW]: sts('vpc-narrow', { policy: allow('sts:AssumeRole', role('anywhere')) }),
        [TOKENLESS]: sts('vpc-tokenless', {
          policy: {
            Statement: [
              allow('sts:*').Statement as never,
              { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole', Resource: role('other') },
            ],
          },
        }),
      },
    },
  },
};

let gate: Gate;
beforeAll(async () => {
  gate = await startGate(world);
});
afterAll(() => gate.close());

/** The SDK's client, as it stands somewhere; the log's last line, and what was refused. */
async function call(from: Standpoint, config: STSClientConfig, command: AssumeRoleCommand | GetCallerIdentityCommand) {
  const undo = gate.from(from).intercept();
  try {
    const client = new STSClient({ region: 'us-east-1', credentials: keys, maxAttempts: 1, ...config });
    const error = await client.send(command as AssumeRoleCommand).then(
      () => undefined,
      (reason) => reason,
    );
    return { error, decision: gate.log.at(-1) };
  } finally {
    undo();
  }
}
const assume = (name: string, more: object = {}) =>
  new AssumeRoleCommand({ RoleArn: role(name), RoleSessionName: 'test', ...more });
const home = { vpc: 'vpc-home', sourceIp: '10.0.1.2' };
const host = (label: string, service = 'sts', region = 'us-east-1') => ({
  endpoint: `https://${label}.${service}.${region}.vpce.amazonaws.com`,
});

describe('a call of STS comes', () => {
  test.each<[from: string, standpoint: Standpoint, config: STSClientConfig, through: string | undefined]>([
    ['a VPC with an endpoint', home, {}, HOME],
    ['a VPC with an endpoint, by the name of both stacks', home, { useDualstackEndpoint: true }, HOME],
    ['the internet', { vpc: null }, {}, undefined],
    ['a VPC without an endpoint', { vpc: 'vpc-bare' }, {}, undefined],
    ['a VPC with an endpoint without private DNS', { vpc: 'vpc-nodns' }, {}, undefined],
    ['there, by the name of the endpoint', { vpc: 'vpc-nodns' }, host(`${NO_DNS}-abcdefgh`), NO_DNS],
    ['there, by the name in a zone', { vpc: 'vpc-nodns' }, host(`${NO_DNS}-abcdefgh-us-east-1b`), NO_DNS],
    ['nowhere that is said, by the name of an endpoint', {}, host(`${HOME}-x1`), HOME],
    ['a VPC with an endpoint of another region', home, { region: 'eu-west-1' }, undefined],
    ['a VPC with an endpoint, to the global name', home, { endpoint: 'https://sts.amazonaws.com' }, undefined],
    ['a VPC with an endpoint, to the name of FIPS', home, { useFipsEndpoint: true }, undefined],
  ])('from %s', async (_, standpoint, config, through) => {
    const { error, decision } = await call(standpoint, config, new GetCallerIdentityCommand({}));
    expect(error).toBeUndefined();
    expect(decision).toMatchObject({ service: 'sts', status: 200 });
    expect(decision?.vpcEndpoint).toBe(through);
  });

  test("from a VPC with an endpoint, to the gate's own address", async () => {
    const other = await startOwnGate({ ...world, from: home });
    await new STSClient({ region: 'us-east-1', credentials: keys, endpoint: other.url }).send(assume('by-endpoint'));
    expect(other.log.at(-1)).toMatchObject({ vpcEndpoint: HOME, status: 200 });
    await new STSClient({ region: 'eu-west-1', credentials: keys, endpoint: other.url }).send(assume('by-address'));
    expect(other.log.at(-1)).toMatchObject({ status: 200 });
    expect(other.log.at(-1)?.vpcEndpoint).toBeUndefined();
  });

  test.each<[to: string, standpoint: Standpoint, config: STSClientConfig]>([
    ['an endpoint of another VPC', { vpc: 'vpc-bare' }, host(`${HOME}-x1`)],
    ['an endpoint, from the internet', { vpc: null }, host(`${HOME}-x1`)],
    ['an endpoint of another DNS name', { vpc: 'vpc-nodns' }, host(`${NO_DNS}-another`)],
    ['an endpoint of another region', home, { region: 'eu-west-1', ...host(`${HOME}-x1`, 'sts', 'eu-west-1') }],
    ['the endpoint of another service', home, host(`${HOME_API}-x1`)],
    ['an endpoint by the name of another service', home, host(`${HOME}-x1`, 'execute-api')],
  ])('nowhere, to %s', async (_, standpoint, config) => {
    const { error, decision } = await call(standpoint, config, new GetCallerIdentityCommand({}));
    expect(error?.code).toBe('ECONNRESET');
    expect(decision).toMatchObject({ outcome: 'refused', reason: 'unreachable', status: 0 });
  });

  test('to no API through its endpoint, and by an endpoint for APIs to no STS', async () => {
    const way = `https://${HOME_API}-x1.execute-api.us-east-1.vpce.amazonaws.com/`;
    const { error } = await call(home, { endpoint: way }, new GetCallerIdentityCommand({}));
    expect(error.name).not.toBe('ECONNRESET');
    expect(gate.log.at(-1)).toMatchObject({ service: 'execute-api', reason: 'no-api', vpcEndpoint: HOME_API });
    const api = await gate.from(home).fetch(`https://${HOME}-x1.sts.us-east-1.vpce.amazonaws.com/`, {
      headers: { 'x-apigw-api-id': 'abc123' },
    });
    expect([api.status, await api.text()]).toEqual([400, expect.stringContaining('<Code>MissingAction</Code>')]);
  });
});

/** A request by a name to connect to (`to`) and another in Host, and what is in the log. */
async function post(to: string, host: string, vpc = 'none') {
  const { hostname, port } = new URL(gate.url);
  const headers = {
    host,
    'x-sigv4kit-gate-host': to,
    'x-sigv4kit-gate-from': `vpc=${vpc}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  await new Promise((resolve) => {
    const sent = request({ hostname, port, method: 'POST', headers }, (answer) => answer.resume().on('end', resolve));
    sent.on('error', resolve).end('Action=GetCallerIdentity&Version=2011-06-15');
  });
  return gate.log.at(-1);
}

describe('a name of AWS', () => {
  test.each([
    'x.sts.us-east-1.amazonaws.com',
    `${NARROW}-x1.sts.us-east-1.amazonaws.com`,
    'sts.us-east-1.vpce.amazonaws.com',
    `${NARROW}-x1.sts.us-east-1.vpce.api.aws`,
    'us-east-1.sts.amazonaws.com',
    'sts.dualstack.us-east-1.amazonaws.com',
    'sts.us-east-1.on.aws',
    'vpce-0a1b-x1.cognito-idp.us-east-1.vpce.amazonaws.com',
    'vpce-0a1b-x1.cognito-identity.us-east-1.vpce.amazonaws.com',
    'api.sagemaker.us-east-1.vpce.amazonaws.com',
  ])('that there is not, %s, leads past no endpoint', async (name) => {
    const decision = await post(`https://${name}`, name, 'vpc-narrow');
    expect(decision).toMatchObject({ outcome: 'not-emulated', status: 501 });
  });

  test.each([
    ['another service', 'https://api.sagemaker.us-east-1.amazonaws.com', 'sagemaker', undefined],
    ['the endpoint of another region', `https://${HOME}-x1.sts.us-east-1.vpce.amazonaws.com`, 'sts', HOME],
    ['the same service of another region', 'https://sts.us-east-1.amazonaws.com', 'sts', HOME],
    ['what the gate does not have', 'https://s3.us-east-1.amazonaws.com', 's3', undefined],
  ])('says what a request is for, whatever its Host says, that of %s', async (_, to, service, through) => {
    const decision = await post(to, 'sts.eu-west-1.amazonaws.com', 'vpc-home');
    expect(decision).toMatchObject({ service });
    expect(decision?.vpcEndpoint).toBe(through);
  });

  test("of an endpoint leads there from the gate's own address", async () => {
    const host = `${HOME}-x1.sts.us-east-1.vpce.amazonaws.com`;
    expect(await post(gate.url, host, 'vpc-home')).toMatchObject({ vpcEndpoint: HOME });
    expect(await post(gate.url, host)).toMatchObject({ reason: 'unreachable' });
  });
});

describe('policies see of a call', () => {
  test.each<[what: string, standpoint: Standpoint, name: string, status: number]>([
    ['the endpoint and its VPC', home, 'by-endpoint', 200],
    ['no endpoint over the internet', { ...home, vpc: 'vpc-bare' }, 'by-endpoint', 403],
    ['the inner address through an endpoint', home, 'by-inner-address', 200],
    ['no inner address over the internet', { ...home, vpc: null }, 'by-inner-address', 403],
    ['the address over the internet', { ...home, vpc: 'vpc-bare' }, 'by-address', 200],
    ['no address through an endpoint', home, 'by-address', 403],
  ])('%s', async (_, standpoint, name, status) => {
    expect((await call(standpoint, {}, assume(name))).decision?.status).toBe(status);
  });
});

describe("an endpoint's policy", () => {
  const user = `arn:aws:iam::${ACCOUNT}:user/buddy`;
  const reason = (action: string) => ` because no VPC endpoint policy allows the ${action} action`;
  const narrow = { vpc: 'vpc-narrow' };
  const denial = (action: string, name: string, why: string) =>
    `User: ${user} is not authorized to perform: ${action} on resource: ${role(name)}${why}`;

  test('lets through what it allows', async () => {
    expect((await call(narrow, {}, assume('anywhere'))).decision).toMatchObject({ status: 200, vpcEndpoint: NARROW });
  });

  test.each<
    [what: string, vpc: string, command: AssumeRoleCommand | GetCallerIdentityCommand, message: string, why: string]
  >([
    [
      'another role',
      'vpc-narrow',
      assume('other'),
      denial('sts:AssumeRole', 'other', reason('sts:AssumeRole')),
      'implicit-deny',
    ],
    [
      'a role that is not there, before anything is said of it',
      'vpc-narrow',
      assume('nobody-has'),
      denial('sts:AssumeRole', 'nobody-has', reason('sts:AssumeRole')),
      'implicit-deny',
    ],
    [
      'tags',
      'vpc-narrow',
      assume('anywhere', { Tags: [{ Key: 'team', Value: 'blue' }] }),
      denial('sts:TagSession', 'anywhere', reason('sts:TagSession')),
      'implicit-deny',
    ],
    [
      'what it denies',
      'vpc-tokenless',
      assume('other'),
      denial('sts:AssumeRole', 'other', ' with an explicit deny in a VPC endpoint policy'),
      'explicit-deny',
    ],
    [
      'even the question who one is',
      'vpc-narrow',
      new GetCallerIdentityCommand({}),
      `User: ${user} is not authorized to perform: sts:GetCallerIdentity${reason('sts:GetCallerIdentity')}`,
      'implicit-deny',
    ],
  ])('stops %s', async (_, vpc, command, message, why) => {
    const { error, decision } = await call({ vpc }, {}, command);
    expect([error.name, error.message]).toEqual(['AccessDenied', message]);
    expect(decision).toMatchObject({ status: 403, reason: why, policy: 'endpoint', principal: user });
  });

  test('stops a token of an identity provider that it does not let through, to it an anonymous one', async () => {
    const policy = { Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: '*', Resource: '*' } } as const;
    const [account] = Object.values(world.accounts);
    const web: PolicyDocument = {
      Statement: {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/example.com` },
        Action: 'sts:AssumeRoleWithWebIdentity',
      },
    };
    const other = await startOwnGate({
      accounts: {
        [ACCOUNT]: {
          ...account,
          roles: { web: { trust: web } },
          oidcProviders: { 'example.com': { good: { sub: 'somebody' } } },
          vpcEndpoints: { [HOME]: sts('vpc-home', { policy }), [NO_DNS]: sts('vpc-open') },
        },
      },
    });
    const input = {
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: role('web'),
      RoleSessionName: 'test',
      WebIdentityToken: 'good',
    };
    const exchange = (vpc: string) =>
      other.from({ vpc }).fetch('https://sts.us-east-1.amazonaws.com/', {
        method: 'POST',
        body: new URLSearchParams(input),
      });
    expect((await exchange('vpc-open')).status).toBe(200);
    const refused = await exchange('vpc-home');
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringContaining(
        'Not authorized to perform sts:AssumeRoleWithWebIdentity because no VPC endpoint policy allows the sts:AssumeRoleWithWebIdentity action',
      ),
    ]);
    expect(other.log.at(-1)).toMatchObject({ vpcEndpoint: HOME, policy: 'endpoint' });
    // At the gate's own address nothing tells a region: it is that of the VPC.
    const body = new URLSearchParams(input);
    await fetch(other.url, { method: 'POST', body, headers: { 'x-sigv4kit-gate-from': 'vpc=vpc-home' } });
    expect(other.log.at(-1)).toMatchObject({ vpcEndpoint: HOME, policy: 'endpoint', status: 403 });
  });
});
