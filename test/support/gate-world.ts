/** A world whose gate gives out credentials: users, roles of every kind of trust, identity providers, pools, an instance. */
import { createSignedFetch } from 'sigv4kit';
import type { Gate, PolicyDocument, Statement, World } from 'sigv4kit/gate';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const key = (accessKeyId: string): Keys => ({
  accessKeyId,
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
});
/** May assume every role, and call no API itself. */
export const buddy = key('AKIAIOSFODNN7EXAMPLE');
/** May do nothing. */
export const nobody = key('AKIAI44QH8DHBEXAMPLE');
/** Of another account of the organization; may assume every role. */
export const stranger = key('AKIAEXAMPLESTRANGER0');
/** Of a third account, of no organization; may assume every role. */
export const outsider = key('AKIAEXAMPLEOUTSIDER0');

export const HOME = '111122223333';
export const AWAY = '444455556666';
export const ELSEWHERE = '777788889999';
export const POOL = 'us-east-1:1699ebc0-7900-4099-b910-2df94f52a030';
export const NO_GUESTS_POOL = 'us-east-1:2f4ebc0a-1111-4099-b910-2df94f52a030';
export const USER_POOL = 'cognito-idp.us-east-1.amazonaws.com/us-east-1_Example';
export const OIDC = 'token.actions.githubusercontent.com';
export const roleArn = (name: string, account = HOME) => `arn:aws:iam::${account}:role/${name}`;

const allow = (Action: string | string[], Resource = '*'): PolicyDocument => ({
  Statement: { Effect: 'Allow', Action, Resource },
});
export const callApi = allow('execute-api:Invoke', `arn:aws:execute-api:us-east-1:${HOME}:abc123/*`);
const everyRole = allow('sts:*', 'arn:aws:iam::*:role/*');

const trust = (Principal: Statement['Principal'], more: Partial<Statement> = {}): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more },
});
const role = (document: PolicyDocument, more: object = {}) => ({ trust: document, policies: [callApi], ...more });
const account = (id: string) => `arn:aws:iam::${id}:root`;
const user = (name: string) => `arn:aws:iam::${HOME}:user/${name}`;
const federated = (amr: string) =>
  trust(
    { Federated: 'cognito-identity.amazonaws.com' },
    {
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { 'cognito-identity.amazonaws.com:aud': [POOL, NO_GUESTS_POOL] },
        'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': amr },
      },
    },
  );
const passing = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];

export const world: World = {
  accounts: {
    [HOME]: {
      organization: 'o-exampleorgid',
      users: {
        buddy: { accessKeys: [buddy], policies: [everyRole] },
        nobody: { accessKeys: [nobody] },
      },
      roles: {
        named: role(trust({ AWS: [user('buddy'), user('nobody')] }), { path: '/apps/', maxSessionDuration: 7200 }),
        account: role(trust({ AWS: HOME }, { Action: passing }), {
          policies: [callApi, everyRole],
          tags: { team: 'blue' },
        }),
        conditional: role(trust({ AWS: HOME }, { Action: passing }), {
          tags: { team: 'red' },
          policies: [
            {
              Statement: {
                Effect: 'Allow',
                Action: 'execute-api:*',
                Resource: '*',
                Condition: {
                  StringEquals: { 'aws:PrincipalTag/team': 'blue' },
                  IpAddress: { 'aws:SourceIp': '127.0.0.0/8' },
                  ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/conditional' },
                  StringLike: { 'aws:userid': '*:test' },
                  Bool: { 'aws:SecureTransport': 'true' },
                  DateLessThan: { 'aws:TokenIssueTime': '2100-01-01' },
                },
              },
            } satisfies PolicyDocument,
          ],
        }),
        relay: role(trust({ AWS: HOME }), { policies: [] }),
        abroad: role(trust({ AWS: [account(AWAY), account(ELSEWHERE)] })),
        external: role(trust({ AWS: AWAY }, { Condition: { StringEquals: { 'sts:ExternalId': 'a-secret-id' } } })),
        organization: role(
          trust({ AWS: '*' }, { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }),
        ),
        tagged: role(
          trust(
            { AWS: HOME },
            { Action: passing, Condition: { StringEquals: { 'aws:RequestTag/team': ['blue', 'red'] } } },
          ),
        ),
        chained: role(trust({ AWS: [roleArn('account'), roleArn('relay')] }, { Action: passing }), {
          maxSessionDuration: 43_200,
        }),
        closed: role({
          Statement: [
            { Effect: 'Allow', Principal: { AWS: HOME }, Action: 'sts:AssumeRole' },
            { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' },
          ],
        }),
        web: role(
          trust(
            { Federated: `arn:aws:iam::${HOME}:oidc-provider/${OIDC}` },
            {
              Action: 'sts:AssumeRoleWithWebIdentity',
              Condition: {
                StringEquals: { [`${OIDC}:aud`]: 'sts.amazonaws.com' },
                StringLike: { [`${OIDC}:sub`]: 'repo:example/*' },
              },
            },
          ),
        ),
        member: role(federated('authenticated')),
        guest: role(federated('unauthenticated')),
        machine: role(trust({ Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'] })),
      },
      oidcProviders: {
        [OIDC]: {
          'token-of-the-repository': { sub: 'repo:example/app', aud: 'sts.amazonaws.com' },
          'token-of-a-fork': { sub: 'repo:mallory/app', aud: 'sts.amazonaws.com' },
          'token-that-expired': { sub: 'repo:example/app', aud: 'sts.amazonaws.com', exp: 1_600_000_000 },
        },
        'down.example.com': (token) => {
          if (token === 'token-of-a-provider-that-is-down') throw new Error('cannot be reached');
          return undefined;
        },
      },
      identityPools: {
        [POOL]: {
          allowUnauthenticated: true,
          roles: { authenticated: 'member', unauthenticated: 'guest' },
          logins: {
            [USER_POOL]: {
              'token-of-alice': { sub: 'alice' },
              'token-of-bob': { sub: 'bob' },
              'token-that-expired': { sub: 'alice', exp: 1_600_000_000 },
            },
          },
        },
        [NO_GUESTS_POOL]: { roles: { authenticated: 'guest' }, logins: { [USER_POOL]: (token) => ({ sub: token }) } },
      },
      apis: {
        abc123: {
          region: 'us-east-1',
          stage: 'api',
          routes: {
            'GET /whoami': {
              auth: 'AWS_IAM',
              handler: ({ requestContext }) => ({ statusCode: 200, body: JSON.stringify(requestContext.identity) }),
            },
          },
        },
      },
    },
    [AWAY]: {
      organization: 'o-exampleorgid',
      users: { stranger: { accessKeys: [stranger], policies: [everyRole] } },
    },
    [ELSEWHERE]: { users: { outsider: { accessKeys: [outsider], policies: [everyRole] } } },
  },
  metadata: { role: roleArn('machine'), containerAuthorization: 'Bearer example' },
};

export const api = 'https://abc123.execute-api.us-east-1.amazonaws.com/api/whoami';

/** What an AWS_IAM route answers to keys: its status, and the identity it saw or why it saw none. */
export async function whoami(
  gate: Gate,
  credentials: Keys,
): Promise<{ status: number; type: string; userArn: string }> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const fetch = createSignedFetch({
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    fetch: gate.fetch,
  });
  const response = await fetch(api);
  const body = await response.json();
  return {
    status: response.status,
    type: response.headers.get('x-amzn-errortype') ?? '',
    userArn: body.userArn ?? body.message ?? body.Message,
  };
}
