/** A world with user pools, one of cognito-local and one of keys alone, and the SDK's client that reaches a gate of it by real names. */
import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { type Gate, startGate, type UserPool, type World } from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { startUserPools, type UserPools } from '../../examples/studio-presigned-url/user-pool';
import { createKeys } from './tokens';

export const ACCOUNT = '111122223333';
export const POOL = 'us-east-1_Example';
export const KEYS_ALONE = 'us-east-1_Keys';
export const DUBLIN = 'eu-west-1_Dublin';
export const CLIENT = 'app1';
export const admin = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
export const nobody = { ...admin, accessKeyId: 'AKIAIOSFODNN7EXAMPLF' };
export const poolArn = (id = POOL, region = 'us-east-1') => `arn:aws:cognito-idp:${region}:${ACCOUNT}:userpool/${id}`;
export const issuer = createKeys('kept');

export const worldOf = (userPools: Readonly<Record<string, UserPool>>): World => ({
  accounts: {
    [ACCOUNT]: {
      users: {
        admin: {
          accessKeys: [admin],
          policies: [
            {
              Statement: {
                Effect: 'Allow',
                Action: 'cognito-idp:Admin*',
                Resource: [poolArn(), poolArn(KEYS_ALONE), poolArn(DUBLIN, 'eu-west-1')],
              },
            },
          ],
        },
        nobody: { accessKeys: [nobody] },
      },
      userPools,
      apis: {
        orders1: {
          region: 'us-east-1',
          stage: 'prod',
          authorizers: { people: { type: 'COGNITO_USER_POOLS', userPools: Object.keys(userPools) } },
          routes: {
            'GET /': {
              auth: 'people',
              handler: ({ requestContext }) => ({
                statusCode: 200,
                body: JSON.stringify(requestContext.authorizer?.claims),
              }),
            },
          },
        },
      },
    },
  },
});

let gate: Gate | undefined;
/** Starts cognito-local and the gate before the tests of a file and closes them after them; gives the gate. */
export function useGate(): () => Gate {
  let cognito: UserPools | undefined;
  beforeAll(async () => {
    cognito = await startUserPools('us-east-1', { [POOL]: [CLIENT] });
    gate = await startGate(
      worldOf({ [POOL]: { server: cognito.url }, [KEYS_ALONE]: { jwks: { keys: [issuer.jwk] } } }),
    );
  });
  afterAll(async () => {
    await gate?.close();
    await cognito?.close();
  });
  afterEach(() => gate?.faults.clear());
  return () => gate as Gate;
}

type Command = Parameters<CognitoIdentityProviderClient['send']>[0];
type Answer = { AuthenticationResult?: { AccessToken?: string; IdToken?: string } };

/** By the real hostname. */
export async function send(
  command: unknown,
  config: CognitoIdentityProviderClientConfig = {},
  to = gate as Gate,
): Promise<Answer> {
  const undo = to.intercept();
  try {
    const client = new CognitoIdentityProviderClient({
      region: 'us-east-1',
      credentials: admin,
      maxAttempts: 1,
      ...config,
    });
    return (await client.send(command as Command)) as Answer;
  } finally {
    undo();
  }
}
export const createUser = (UserPoolId = POOL, Username = 'carol') =>
  new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: 'SUPPRESS' });
export const signIn = (USERNAME: string, PASSWORD: string) =>
  new InitiateAuthCommand({ ClientId: CLIENT, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME, PASSWORD } });
export const url = (path: string, region = 'us-east-1') => `https://cognito-idp.${region}.amazonaws.com/${path}`;
