/** A world with domains of Studio, VPC endpoints on the way to it, and a role whose policies ask for the source; clients of it. */
import {
  CreatePresignedDomainUrlCommand,
  type CreatePresignedDomainUrlRequest,
  SageMakerClient,
  type SageMakerClientConfig,
} from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { type Gate, type PolicyDocument, type Standpoint, startGate, type World } from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll } from 'vitest';

export const ACCOUNT = '111122223333';
const AWAY = '444455556666';
const key = (letter: string) => ({
  accessKeyId: `AKIAIOSFODNN7EXAMPL${letter}`,
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
});
export const [buddy, nobody, outsider] = [key('E'), key('F'), key('G')];
export const DOMAIN = 'd-abcdef123456';
export const profile = (name: string, domain = DOMAIN, account = ACCOUNT, region = 'us-east-1') =>
  `arn:aws:sagemaker:${region}:${account}:user-profile/${domain}/${name}`;
export const [API, STUDIO, STRICT] = ['vpce-0a0a', 'vpce-0b0b', 'vpce-0c0c'];

const statement = (Condition: object) => ({
  Effect: 'Allow',
  Action: 'sagemaker:CreatePresignedDomainUrl',
  Resource: profile('*'),
  Condition,
});
/** Either source is enough, as three statements say it that have one condition each. */
const bySource = {
  Statement: [
    statement({ IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/16' } }),
    statement({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }),
    statement({ StringEquals: { 'aws:SourceVpce': [STUDIO, API] } }),
  ],
} as PolicyDocument;
const everything: PolicyDocument = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

export const world: World = {
  accounts: {
    [ACCOUNT]: {
      users: {
        buddy: {
          accessKeys: [buddy],
          policies: [
            everything,
            { Statement: { Sid: 'NotBob', Effect: 'Deny', Action: 'sagemaker:*', Resource: profile('bob') } },
          ],
        },
        nobody: { accessKeys: [nobody] },
      },
      roles: {
        'create-url': {
          trust: { Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' } },
          policies: [bySource],
        },
      },
      vpcEndpoints: {
        [API]: { service: 'sagemaker.api', region: 'us-east-1', vpc: 'vpc-home' },
        [STUDIO]: { service: 'studio', region: 'us-east-1', vpc: 'vpc-home' },
        [STRICT]: {
          service: 'studio',
          region: 'us-east-1',
          vpc: 'vpc-strict',
          policy: {
            Statement: {
              Effect: 'Allow',
              Principal: '*',
              Action: 'sagemaker:CreatePresignedDomainUrl',
              Resource: profile('alice'),
            },
          },
        },
      },
      studioDomains: {
        [DOMAIN]: { region: 'us-east-1', userProfiles: ['alice', 'bob', 'carol'] },
        'd-sso': { region: 'us-east-1', userProfiles: ['alice'], authMode: 'SSO' },
        'd-dublin': { region: 'eu-west-1', userProfiles: ['alice'] },
      },
    },
    [AWAY]: {
      users: { outsider: { accessKeys: [outsider], policies: [everything] } },
      studioDomains: { 'd-away': { region: 'us-east-1', userProfiles: ['alice'] } },
    },
  },
};

let gate: Gate | undefined;
let now = Date.now;
/** Starts the gate before the tests of a file and closes it after them; gives it. */
export function useGate(): () => Gate {
  beforeAll(async () => {
    gate = await startGate(world, { now: () => now() });
  });
  afterAll(() => gate?.close());
  afterEach(() => {
    now = Date.now;
    gate?.faults.clear();
  });
  return () => gate as Gate;
}
/** The gate's clock for the rest of a test. */
export function setClock(clock: () => number): void {
  now = clock;
}

export const office: Standpoint = { vpc: null, sourceIp: '203.0.113.7' };
export const inside: Standpoint = { vpc: 'vpc-home', sourceIp: '10.0.1.2' };
export const asked = (more: Partial<CreatePresignedDomainUrlRequest> = {}) =>
  new CreatePresignedDomainUrlCommand({ DomainId: DOMAIN, UserProfileName: 'alice', ...more });

export async function create(
  command = asked(),
  config: SageMakerClientConfig = {},
  from: Standpoint = office,
): Promise<string> {
  const undo = (gate as Gate).from(from).intercept();
  try {
    const client = new SageMakerClient({ region: 'us-east-1', credentials: buddy, maxAttempts: 1, ...config });
    return (await client.send(command)).AuthorizedUrl as string;
  } finally {
    undo();
  }
}
/** Keys of the role whose policies ask for the source. */
export async function session(more: Partial<AssumeRoleCommandInput> = {}) {
  const sts = new STSClient({ region: 'us-east-1', credentials: buddy, endpoint: (gate as Gate).url });
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/create-url`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'lambda', ...more }));
  return {
    accessKeyId: Credentials?.AccessKeyId as string,
    secretAccessKey: Credentials?.SecretAccessKey as string,
    sessionToken: Credentials?.SessionToken as string,
  };
}
export const buddyArn = `arn:aws:iam::${ACCOUNT}:user/buddy`;
export const denial = (caller: string, resource: string, why: string) =>
  `User: ${caller} is not authorized to perform: sagemaker:CreatePresignedDomainUrl on resource: ${resource} ${why}`;
export const unallowed = 'because no identity-based policy allows the sagemaker:CreatePresignedDomainUrl action';
export const open = (url: string, from: Standpoint = office, init: RequestInit = {}) =>
  (gate as Gate).from(from).fetch(url, { redirect: 'manual', ...init });
