/** What the policies mean: by the gate's engine, and by an evaluator that nobody here wrote. */
import { readFileSync } from 'node:fs';
import type { PolicyDocument } from 'sigv4kit/gate';
import { describe, expect, test } from 'vitest';
import { judge, testify } from '../../test/gate/policy/evaluators';
import { createAuthorizer } from './functions/authorize';

const ACCOUNT = '111122223333';
const account = JSON.parse(readFileSync(new URL('world.json', import.meta.url), 'utf8')).accounts[ACCOUNT];

interface Asked {
  readonly action: string;
  readonly resource: string;
  readonly identity: readonly PolicyDocument[];
  readonly resourcePolicy?: PolicyDocument;
  readonly context: Readonly<Record<string, string>>;
}

/** The verdict that both come to. */
async function decide(asked: Asked): Promise<string> {
  const session = {
    type: 'AssumedRole',
    accountId: ACCOUNT,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/studio-create-url/studio-create-url`,
    iamArn: `arn:aws:iam::${ACCOUNT}:role/studio-create-url`,
  } as const;
  const given = { ...asked, caller: session, ownerId: ACCOUNT, controls: [] };
  const { verdict } = await testify(given);
  expect(judge(given)).toBe(verdict);
  return verdict;
}

describe('the function, asking SageMaker or having its URL opened', () => {
  const [studio] = account.roles['studio-create-url'].policies as [PolicyDocument];
  const SHARED = 'vpce-0e4f5a6b7c8d9e0f1';
  const PLACES: Readonly<Record<string, Asked['context']>> = {
    'from an address of the VPC, by any endpoint': { 'aws:VpcSourceIp': '10.16.4.20', 'aws:SourceVpce': SHARED },
    'from an address of the company': { 'aws:SourceIp': '203.0.113.7' },
    'through the endpoint of SageMaker': {
      'aws:VpcSourceIp': '192.168.10.25',
      'aws:SourceVpce': 'vpce-0c2d3e4f5a6b7c8d9',
    },
    'through the endpoint of Studio': {
      'aws:VpcSourceIp': '192.168.10.25',
      'aws:SourceVpce': 'vpce-0d3e4f5a6b7c8d9e0',
    },
  };
  const NOWHERE: Readonly<Record<string, Asked['context']>> = {
    'from home': { 'aws:SourceIp': '198.51.100.9' },
    'from elsewhere, by any endpoint': { 'aws:VpcSourceIp': '10.99.4.20', 'aws:SourceVpce': SHARED },
    'with an address of the VPC for a public one': { 'aws:SourceIp': '10.16.4.20' },
    'with one of the company for one in a VPC': { 'aws:VpcSourceIp': '203.0.113.7', 'aws:SourceVpce': SHARED },
  };
  const ask = (context: Asked['context'], policy = studio, domain = 'd-abcdef123456') =>
    decide({
      action: 'sagemaker:CreatePresignedDomainUrl',
      resource: `arn:aws:sagemaker:us-east-1:${ACCOUNT}:user-profile/${domain}/alice`,
      identity: [policy],
      context,
    });

  test.each(Object.entries(PLACES))('is allowed %s, and for no other domain', async (_, context) => {
    expect(await ask(context)).toBe('Allowed');
    expect(await ask(context, studio, 'd-another123456')).toBe('ImplicitlyDenied');
  });

  test.each(Object.entries(NOWHERE))('is not allowed %s', async (_, context) => {
    expect(await ask(context)).toBe('ImplicitlyDenied');
  });

  test('would be allowed nowhere, were the three conditions in one statement', async () => {
    const statements = [studio.Statement].flat();
    const Condition = {
      IpAddress: { ...statements[0]?.Condition?.IpAddress, ...statements[1]?.Condition?.IpAddress },
      StringEquals: { ...statements[2]?.Condition?.StringEquals },
    };
    const all = { ...studio, Statement: [{ ...statements[0], Condition }] } as PolicyDocument;
    for (const context of Object.values(PLACES)) expect(await ask(context, all)).toBe('ImplicitlyDenied');
  });
});

describe('an employee, by the policy of the authorizer and that of the API', () => {
  const STAGE = `arn:aws:execute-api:us-east-1:${ACCOUNT}:abc1234567/dev`;
  const { policy } = account.apis.abc1234567;
  // What API Gateway makes of the short form when it saves the policy.
  const [statement] = policy.Statement;
  const resourcePolicy = { ...policy, Statement: [{ ...statement, Resource: STAGE.replace(/dev$/, '*') }] };
  const authorize = createAuthorizer({ verify: async (username) => ({ username }) });

  async function ask(
    username: string,
    request: string,
    change: (document: PolicyDocument) => PolicyDocument = (same) => same,
  ) {
    const event = { headers: { authorization: `Bearer ${username}` }, methodArn: `${STAGE}/GET/whatever` };
    const { policyDocument } = await authorize(event as never);
    return decide({
      action: 'execute-api:Invoke',
      resource: `${STAGE}/${request}`,
      identity: [change(policyDocument as PolicyDocument)],
      resourcePolicy,
      context: { 'aws:SourceVpce': 'vpce-0a1b2c3d4e5f60718' },
    });
  }

  test.each(['GET/alice', 'GET/alice/apps'])('may have %s', async (request) => {
    expect(await ask('alice', request)).toBe('Allowed');
  });

  test.each(['GET/bob', 'GET/alice2', 'GET/alic', 'GET/Alice', 'GET/bob/alice', 'POST/alice', 'DELETE/bob'])(
    'is denied %s',
    async (request) => {
      expect(await ask('alice', request)).toBe('ExplicitlyDenied');
    },
  );

  test.each(['*', 'bob/../alice', 'al?ce'])('is denied everything under the name %j', async (username) => {
    for (const request of ['GET/alice', 'GET/bob']) expect(await ask(username, request)).toBe('ExplicitlyDenied');
  });

  test('would have every path, were there no Deny: the policy of the API allows it', async () => {
    const allowAlone = (document: PolicyDocument): PolicyDocument => ({
      ...document,
      Statement: [document.Statement].flat().filter(({ Effect }) => Effect === 'Allow'),
    });
    expect(await ask('alice', 'GET/bob', allowAlone)).toBe('Allowed');
  });
});
