/**
 * Every policy of the examples, by the gate and by an evaluator that others wrote: the calls that somebody can make in each
 * example's world, by the running gate; and the policies of its infrastructure, by what stands in them and next to it.
 */
import type { Gate, PolicyDocument, World } from 'sigv4kit/gate';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EXAMPLES } from '../support/examples';
import { askBoth } from '../support/policies/ask-both';
import { collectPolicies } from '../support/policies/collect';
import { compareWorld } from '../support/policies/compare';
import { documentsOf } from '../support/policies/documents';
import { openExample } from '../support/policies/open-example';
import type { Compared } from '../support/policies/scene';
import { temporaryFolder } from '../support/temporary-folder';

/** Milliseconds for an example. */
const PATIENCE = 300_000;

/** Tokens that authorizers of an example read: of who can sign in there. */
const TOKENS: Readonly<Record<string, (gate: Gate) => Promise<Record<string, string>>>> = {
  async 'studio-presigned-url'(gate) {
    const { signIn } = await import('../../examples/studio-presigned-url/studio-url');
    const { ENVIRONMENT, PASSWORDS, REGION } = await import('../../examples/studio-presigned-url/world');
    const entries = Object.entries(PASSWORDS).map(async ([username, password]) => {
      const token = await signIn(REGION, { clientId: ENVIRONMENT.CLIENT_ID, username, password }, gate.fetch);
      return [username, token] as const;
    });
    return { ...Object.fromEntries(await Promise.all(entries)), nobody: 'no.such.token' };
  },
};

// Functions of the examples say there why they refuse.
beforeEach(() => {
  for (const method of ['error', 'warn'] as const) vi.spyOn(console, method).mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

test.each(EXAMPLES)(
  'the gate and the other evaluator decide the same on every call in the world of $name',
  async (example) => {
    const { world, close } = await openExample(example);
    try {
      const compared = await compareWorld(world, { tokens: TOKENS[example.name] });
      console.log(summary(example.name, compared));
      expect(compared.differences).toEqual([]);
      expect(
        compared.documents.filter((path) => !compared.consulted.has(path)),
        'policies no call comes to',
      ).toEqual([]);
      expect(compared.closed, 'roles whose keys nobody gets').toEqual([]);
      expect(Math.min(compared.verdicts.Allowed, compared.verdicts.ImplicitlyDenied)).toBeGreaterThan(0);
    } finally {
      await close();
    }
  },
  PATIENCE,
);

function summary(name: string, { calls, verdicts, documents }: Compared): string {
  const { Allowed, ExplicitlyDenied, ImplicitlyDenied } = verdicts;
  const cases = Allowed + ExplicitlyDenied + ImplicitlyDenied;
  return `${name}: ${cases} cases of ${calls} calls, ${Allowed} allowed, ${ExplicitlyDenied + ImplicitlyDenied} denied (${ExplicitlyDenied} explicitly), ${documents.length} policies`;
}

test.each(EXAMPLES)(
  'every statement in $name, in its world and in its infrastructure code, decides the same in both',
  async (example) => {
    const { world, close } = await openExample(example);
    await close();
    const ofWorld = [...documentsOf(world)].map(([at, document]) => ({ at: `world ${at}`, document }));
    const ofCode = await collectPolicies(example);
    expect(ofCode.length).toBeGreaterThan(0);
    let cases = 0;
    for (const { at, document } of [...ofWorld, ...ofCode]) {
      const asked = await askBoth(document);
      cases += asked.cases;
      expect(asked.differences.slice(0, 3), at).toEqual([]);
      expect(asked.idle, `statements of ${at} that decide nothing`).toEqual([]);
    }
    console.log(
      `${example.name}: ${cases} cases on ${ofWorld.length} policies of the world and ${ofCode.length} of the infrastructure`,
    );
  },
  PATIENCE,
);

describe('what is compared', () => {
  const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
  const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement }) as PolicyDocument;
  const allow = (Action: string, Resource: string, more = {}) => ({ Effect: 'Allow', Action, Resource, ...more });
  const trust = (Principal: object, more = {}) =>
    document({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more });
  const API = 'arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5';
  const ROLE = 'arn:aws:iam::111122223333:role/caller';
  const world = {
    accounts: {
      '111122223333': {
        organization: 'o-exampleorgid',
        users: { buddy: { accessKeys: [keys], policies: [document(allow('sts:AssumeRole', ROLE))] } },
        roles: {
          caller: {
            trust: trust({ AWS: '111122223333' }, { Condition: { StringEquals: { 'sts:ExternalId': 'abc' } } }),
            policies: [document(allow('execute-api:Invoke', `${API}/prod/GET/`))],
            boundary: document(allow('execute-api:*', '*')),
          },
          runner: {
            trust: trust({ Service: 'ec2.amazonaws.com' }),
            policies: [document(allow('execute-api:Invoke', `${API}/*`))],
          },
        },
        vpcEndpoints: {
          'vpce-0a1b2c3d4e5f60718': {
            region: 'us-east-1',
            vpc: 'vpc-1a2b3c4d',
            dnsName: 'vpce-0a1b2c3d4e5f60718-abcdefgh',
            policy: document(
              allow('execute-api:Invoke', '*', {
                Principal: '*',
                Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
              }),
            ),
          },
        },
        apis: {
          a1b2c3d4e5: {
            region: 'us-east-1',
            endpoint: 'PRIVATE',
            stage: 'prod',
            vpcEndpoints: ['vpce-0a1b2c3d4e5f60718'],
            policy: document(allow('execute-api:Invoke', 'execute-api:/*', { Principal: { AWS: '111122223333' } }), {
              ...allow('execute-api:Invoke', 'execute-api:/*/GET/closed', { Principal: '*' }),
              Effect: 'Deny',
            }),
            routes: {
              'GET /': { auth: 'AWS_IAM', handler: { statusCode: 200 } },
              'GET /closed': { auth: 'AWS_IAM', handler: { statusCode: 200 } },
              'GET /open': { handler: { statusCode: 200 } },
            },
          },
        },
      },
    },
    organizations: { 'o-exampleorgid': { serviceControlPolicies: [document(allow('*', '*'))] } },
  } as unknown as World;

  test('reaches every policy of a world that has one of each kind, and finds no difference', async () => {
    const compared = await compareWorld(world);
    expect(compared.differences).toEqual([]);
    expect(compared.closed).toEqual([]);
    expect([...compared.documents].sort()).toEqual(
      [...compared.documents].filter((path) => compared.consulted.has(path)).sort(),
    );
    expect(compared.documents).toHaveLength(9);
    expect(Math.min(...Object.values(compared.verdicts))).toBeGreaterThan(0);
  });

  /** The world with one text in place of another, from the n-th policy on. */
  const altered = (text: string, other: string): World => {
    const before = JSON.stringify(world);
    expect(before).toContain(text);
    return JSON.parse(before.replace(text, other));
  };
  test.each([
    ['an identity policy', `${API}/prod/GET/"`, `${API}/prod/PUT/"`],
    ['a boundary', '"execute-api:*"', '"execute-api:ManageConnections"'],
    ['a trust policy', '"sts:ExternalId":"abc"', '"sts:ExternalId":"abd"'],
    ['the trust in a service', 'ec2.amazonaws.com', 's3.amazonaws.com'],
    ['an endpoint policy', '"aws:PrincipalOrgID":"o-exampleorgid"', '"aws:PrincipalOrgID":"o-otherorgid0"'],
    ['a resource policy', 'GET/closed","Principal"', 'GET/close","Principal"'],
    [
      'a service control policy',
      '"organizations":{"o-exampleorgid":{"serviceControlPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*"',
      '"organizations":{"o-exampleorgid":{"serviceControlPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*"',
    ],
  ])('finds %s that the other evaluator is given otherwise', async (_, text, other) => {
    const compared = await compareWorld(world, { witnessed: altered(text, other) });
    expect(compared.differences.length).toBeGreaterThan(0);
  });

  test('tells of a policy that no call comes to, and of a role whose keys nobody gets', async () => {
    const [account] = Object.values(world.accounts);
    const lost = { trust: trust({ Service: 's3.amazonaws.com' }), policies: [document(allow('s3:GetObject', '*'))] };
    const roles = { ...account?.roles, lost };
    const compared = await compareWorld({ ...world, accounts: { '111122223333': { ...account, roles } } } as World);
    expect(compared.documents.filter((path) => !compared.consulted.has(path))).toEqual([
      'accounts.111122223333.roles.lost.policies[0]',
    ]);
    expect(compared.closed).toEqual(['arn:aws:iam::111122223333:role/lost']);
  });

  const STATEMENTS: readonly [title: string, policy: PolicyDocument, other: PolicyDocument][] = [
    [
      'a resource',
      document(allow('s3:GetObject', 'arn:aws:s3:::some/*')),
      document(allow('s3:GetObject', 'arn:aws:s3:::other/*')),
    ],
    ['a trusted service', trust({ Service: 'ec2.amazonaws.com' }), trust({ Service: 's3.amazonaws.com' })],
    ['a trusted user', trust({ AWS: `${ROLE.replace('role', 'user')}` }), trust({ AWS: '444455556666' })],
    [
      'a condition',
      document(
        allow('execute-api:Invoke', `${API}/*`, {
          Principal: '*',
          Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
        }),
      ),
      document(
        allow('execute-api:Invoke', `${API}/*`, {
          Principal: '*',
          Condition: { IpAddress: { 'aws:SourceIp': '203.0.112.0/24' } },
        }),
      ),
    ],
  ];
  test.each(STATEMENTS)('asks a policy about %s so that another is found out', async (_, policy, other) => {
    expect(await askBoth(policy)).toMatchObject({ differences: [], idle: [] });
    expect((await askBoth(policy, other)).differences.length).toBeGreaterThan(0);
  });

  test('tells of a statement that decides nothing', async () => {
    const twice = allow('s3:GetObject', 'arn:aws:s3:::some/*');
    expect((await askBoth(document(twice, twice))).idle).toEqual([0, 1]);
  });

  test('collects what is in Terraform and in templates', async () => {
    const folder = temporaryFolder({
      'main.tf': '',
      'policies/call.json.tftpl': JSON.stringify(document(allow('execute-api:Invoke', `\${api_arn}/*`))),
      'stack.yaml': `Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: ${JSON.stringify(trust({ Service: 'ec2.amazonaws.com' }))}\n`,
    });
    const collected = await collectPolicies({ folder });
    expect(collected.map(({ at }) => at)).toEqual([
      'policies/call.json.tftpl',
      'stack.yaml Resources.Role.Properties.AssumeRolePolicyDocument',
    ]);
    expect(JSON.stringify(collected[0]?.document)).toContain(`${API}/*`);
  });
});
