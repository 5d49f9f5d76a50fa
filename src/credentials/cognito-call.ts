/** The operations of Amazon Cognito Identity that give credentials: JSON 1.1, unsigned. Source: its service model, 2014-06-30. */
import type { Credentials } from '../types';
import { type CallOptions, callService } from './service-call';
import { type ServiceOptions, serviceEndpoint } from './service-endpoint';
import type { Refusal } from './service-refusals';

/** Which pool, and where it is called. */
export interface PoolOptions extends ServiceOptions {
  /** `us-east-1:guid`; its region is the default of `region`. */
  readonly identityPoolId: string;
}

/** By provider name, the token it issued; empty for a guest. */
export type Tokens = Readonly<Record<string, string>>;

/** The region of a pool is in its id. */
export const withRegion = (options: PoolOptions): ServiceOptions => ({
  ...options,
  region: options.region ?? (options.identityPoolId.split(':', 1)[0] as string),
});

/** The id of the tokens' identity; a new one for a guest. */
export const getId = (options: PoolOptions, tokens: Tokens, call: CallOptions): Promise<string> =>
  callCognito(
    options,
    'GetId',
    { IdentityPoolId: options.identityPoolId },
    tokens,
    (answer) => textOf(answer.IdentityId),
    call,
  );

/** A token that says who the identity is, for STS; good for 10 minutes. */
export const getOpenIdToken = (options: PoolOptions, id: string, tokens: Tokens, call: CallOptions): Promise<string> =>
  callCognito(options, 'GetOpenIdToken', { IdentityId: id }, tokens, (answer) => textOf(answer.Token), call);

/** The identity's keys, of the pool's role for it or of another that its token allows. */
export const getCredentials = (
  options: PoolOptions & { readonly customRoleArn?: string | undefined },
  id: string,
  tokens: Tokens,
  call: CallOptions,
): Promise<Credentials> =>
  // What is undefined is not sent.
  callCognito(
    options,
    'GetCredentialsForIdentity',
    { IdentityId: id, CustomRoleArn: options.customRoleArn },
    tokens,
    readKeys,
    call,
  );

function callCognito<T>(
  options: PoolOptions,
  operation: string,
  input: object,
  tokens: Tokens,
  read: (answer: Record<string, unknown>) => T | undefined,
  call: CallOptions,
): Promise<T> {
  const { url } = serviceEndpoint('cognito-identity', withRegion(options));
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AWSCognitoIdentityService.${operation}`,
  };
  const secrets = Object.values(tokens);
  const body = JSON.stringify(secrets.length > 0 ? { ...input, Logins: tokens } : input);
  return callService(
    {
      what: `get an identity of the pool ${options.identityPoolId} (${operation})`,
      url,
      hasToken: secrets.length > 0,
      secrets,
      message: () => ({ headers, body }),
      read: (text) => {
        const answer = parse(text);
        return answer && read(answer);
      },
      readRefusal,
    },
    call,
  );
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function readRefusal(text: string): Refusal | undefined {
  const { __type: type, message, Message } = parse(text) ?? {};
  // "com.amazonaws.cognito.identity.model#NotAuthorizedException"
  if (typeof type !== 'string') return undefined;
  return { code: type.slice(type.indexOf('#') + 1), message: String(message ?? Message ?? '') };
}

const textOf = (value: unknown) => (typeof value === 'string' && value ? value : undefined);

function readKeys(answer: Record<string, unknown>): Credentials | undefined {
  const { AccessKeyId, SecretKey, SessionToken, Expiration } = (answer.Credentials ?? {}) as Record<string, unknown>;
  const [accessKeyId, secretAccessKey, sessionToken] = [AccessKeyId, SecretKey, SessionToken].map(textOf);
  if (!accessKeyId || !secretAccessKey || !sessionToken || typeof Expiration !== 'number') return undefined;
  return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(Expiration * 1000) };
}
