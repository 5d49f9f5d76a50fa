/**
 * The Lambda authorizer: reads the access token that an employee was given at sign-in, and answers with a policy for the
 * employee's own path and against every other.
 */
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { FetchError, JwksValidationError, JwtBaseError } from 'aws-jwt-verify/error';
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { setting } from './environment';
import { isProfileName } from './profile-name';

/** Tells whose an access token is; rejects for one that does not hold. */
export interface AccessTokens {
  verify(token: string): Promise<{ readonly username: string }>;
}

type Authorizer = (event: APIGatewayRequestAuthorizerEvent) => Promise<APIGatewayAuthorizerResult>;

export function createAuthorizer(tokens: AccessTokens): Authorizer {
  return async ({ headers, methodArn }) => {
    const { username } = await tokens.verify(readBearer(headers)).catch(refuse);
    // arn:aws:execute-api:{region}:{account}:{api}/{stage}, without the method and path of this one call: API Gateway keeps
    // the result for all that comes with the same token, whatever it asks for.
    const stage = methodArn.split('/', 2).join('/');
    return {
      principalId: username,
      policyDocument: { Version: '2012-10-17', Statement: statementsFor(username, stage) },
      context: { profile: username },
    };
  };
}

/**
 * The Allow alone would not keep anyone from another's path: the API's resource policy allows every call that comes through
 * its VPC endpoint, and in one account either of the two may allow. Only a Deny wins against it.
 */
function statementsFor(username: string, stage: string) {
  if (!isProfileName(username)) return [statement('Deny', { Resource: `${stage}/*` })];
  const own = [`${stage}/GET/${username}`, `${stage}/GET/${username}/*`];
  return [statement('Allow', { Resource: own }), statement('Deny', { NotResource: own })];
}

const statement = <About extends object>(Effect: 'Allow' | 'Deny', about: About) => ({
  Action: 'execute-api:Invoke',
  Effect,
  ...about,
});

/** Names of headers are as the caller wrote them. */
function readBearer(headers: APIGatewayRequestAuthorizerEvent['headers']): string {
  const [, value = ''] = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  return /^Bearer +(\S+)$/i.exec(value)?.[1] ?? '';
}

/**
 * This very text makes API Gateway answer 401. Anything else is a failure of the authorizer, 500, and that is what it is when
 * the keys of the pool cannot be had.
 */
function refuse(error: unknown): never {
  const isOfToken = error instanceof JwtBaseError && !KEYS_MISSING.some((kind) => error instanceof kind);
  if (!isOfToken) throw error;
  // Its name says what is wrong with the token, and has nothing of the token in it.
  console.warn(JSON.stringify({ refused: error.constructor.name }));
  throw new Error('Unauthorized');
}

const KEYS_MISSING = [FetchError, JwksValidationError];

/** Checks the signature with the pool's keys, which it fetches once, the issuer, the use, the client and the expiry. */
const accessTokensOfPool = (): AccessTokens =>
  CognitoJwtVerifier.create({
    userPoolId: setting('USER_POOL_ID'),
    clientId: setting('CLIENT_ID'),
    tokenUse: 'access',
  });

let authorizer: Authorizer | undefined;

export const handler: Authorizer = (event) => {
  authorizer ??= createAuthorizer(accessTokensOfPool());
  return authorizer(event);
};
