/** A world of two accounts: one owns an API, callers of the other reach it through roles, tokens and identities. */
import { type CredentialProvider, type Credentials, createSignedFetch } from 'sigv4kit';
import { type Gate, type GateOptions, type RestApi, startGate, type World } from 'sigv4kit/gate';

export const OWNER = '111122223333';
export const CALLER = '444455556666';
export const POOL = 'us-east-1:11111111-2222-3333-4444-555555555555';
export const USER_POOL = 'cognito-idp.us-east-1.amazonaws.com/us-east-1_abc';
export const CI = 'token.ci.example.com';
export const api = 'https://orders1.execute-api.us-east-1.amazonaws.com/prod/whoami';
export const roleArn = (name: string, account = OWNER) => `arn:aws:iam::${account}:role/${name}`;

/** The keys of a user of the calling account, who may assume any role. */
export const buddy = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
/** The keys of a user of the owning account, who may call its APIs. */
export const local = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPL2',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKE2',
};
/** The keys of a user who may do nothing. */
export const nobody = {
  accessKeyId: 'AKIAI44QH8DHBEXAMPLE',
  secretAccessKey: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY',
};

const invoke = { Statement: { Effect: 'Allow' as const, Action: 'execute-api:Invoke', Resource: '*' } };
const assume = {
  Statement: {
    Effect: 'Allow' as const,
    Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    Resource: '*',
  },
};
const trust = (
  Principal: Record<string, string>,
  Action: string | string[],
  Condition?: Record<string, Record<string, string | boolean>>,
) => ({
  Statement: { Effect: 'Allow' as const, Principal, Action, ...(Condition ? { Condition } : {}) },
});
const trustCaller = trust({ AWS: `arn:aws:iam::${CALLER}:root` }, [
  'sts:AssumeRole',
  'sts:TagSession',
  'sts:SetSourceIdentity',
]);

/** Tokens that open what they say; `old` has run out. */
const tokens = {
  'good-token': { sub: 'somebody', aud: 'sigv4kit' },
  'other-token': { sub: 'somebody-else', aud: 'sigv4kit' },
  'old-token': { sub: 'somebody', aud: 'sigv4kit', exp: 1_500_000_000 },
};

/** `many` roles named `role-0`, `role-1`, …, beside those that tests name. */
export const worldOf = (many = 0): World =>
  withRoutes(
    {
      'GET /whoami': {
        auth: 'AWS_IAM',
        handler: ({ requestContext }) => ({ statusCode: 200, body: String(requestContext.identity.userArn) }),
      },
    },
    many,
  );

/** The same with other routes of the API. */
export function withRoutes(routes: RestApi['routes'], many = 0): World {
  const others = Array.from(
    { length: many },
    (_, i) => [`role-${i}`, { trust: trustCaller, policies: [invoke] }] as const,
  );
  return {
    accounts: {
      [OWNER]: {
        users: { local: { accessKeys: [local], policies: [invoke] } },
        roles: {
          'api-caller': { trust: trustCaller, policies: [invoke], maxSessionDuration: 43_200 },
          partner: {
            trust: trust({ AWS: `arn:aws:iam::${CALLER}:root` }, 'sts:AssumeRole', {
              StringEquals: { 'sts:ExternalId': 'shop' },
            }),
            policies: [invoke],
          },
          secure: {
            trust: trust({ AWS: `arn:aws:iam::${CALLER}:root` }, 'sts:AssumeRole', {
              Bool: { 'aws:SecureTransport': true },
            }),
            policies: [invoke],
          },
          chained: { trust: trust({ AWS: roleArn('api-caller') }, 'sts:AssumeRole'), policies: [invoke] },
          deploy: {
            trust: trust({ Federated: `arn:aws:iam::${OWNER}:oidc-provider/${CI}` }, 'sts:AssumeRoleWithWebIdentity', {
              StringEquals: { [`${CI}:aud`]: 'sigv4kit' },
            }),
            policies: [invoke],
          },
          guest: {
            trust: trust({ Federated: 'cognito-identity.amazonaws.com' }, 'sts:AssumeRoleWithWebIdentity'),
            policies: [invoke],
          },
          instance: { trust: trust({ Service: 'ec2.amazonaws.com' }, 'sts:AssumeRole'), policies: [invoke] },
          ...Object.fromEntries(others),
        },
        oidcProviders: { [CI]: tokens },
        identityPools: {
          [POOL]: {
            allowUnauthenticated: true,
            roles: { authenticated: 'guest', unauthenticated: 'guest' },
            logins: { [USER_POOL]: tokens },
          },
          'us-east-1:99999999-2222-3333-4444-555555555555': {
            allowClassicFlow: false,
            roles: { authenticated: 'guest' },
            logins: { [USER_POOL]: tokens },
          },
        },
        apis: {
          orders1: {
            region: 'us-east-1',
            stage: 'prod',
            routes,
          },
        },
      },
      [CALLER]: {
        users: { buddy: { accessKeys: [buddy], policies: [assume] }, nobody: { accessKeys: [nobody] } },
      },
    },
    metadata: { role: roleArn('instance') },
  };
}

export const startAccounts = (many?: number, options?: GateOptions): Promise<Gate> => startGate(worldOf(many), options);

/** Who an API says that calls it, through a call signed with these credentials. */
export async function whoCalls(gate: Gate, credentials: Credentials | CredentialProvider): Promise<string> {
  const response = await createSignedFetch({ credentials, fetch: gate.fetch })(api);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  return text;
}

/** How often a service of the gate was called. */
export const callsOf = (gate: Gate, service: string, action?: string) =>
  gate.log.filter((decision) => decision.service === service && (action === undefined || decision.action === action))
    .length;
