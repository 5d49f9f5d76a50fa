/** The keys of a role for an identity token of somebody else's: one unsigned call of AWS STS, cached. */
import { readTextFile, variable } from '#environment';
import { SigV4Error } from '../errors';
import { createCache } from './cache';
import type { CacheOptions } from './cache-options';
import type { CachedCredentialProvider, ProviderRequest } from './cached-provider';
import { providerParameter, type SessionParameters, sessionParameters } from './role-parameters';
import { checkSender, type ServiceOptions } from './service-endpoint';
import { assumeWithToken, type TokenSource } from './sts-web-identity';

/** Which role is assumed, with which token, and where STS is called. */
export interface WebIdentityOptions extends Omit<SessionParameters, 'roleArn'>, ServiceOptions {
  /** Default on Node: `AWS_ROLE_ARN`. */
  readonly roleArn?: string | undefined;
  /** The OpenID Connect or OAuth 2.0 token, or a function that is asked for one at each renewal. */
  readonly token?: TokenSource | undefined;
  /** A file that holds the token, read again at each renewal (Node). Default, without `token`: `AWS_WEB_IDENTITY_TOKEN_FILE`. */
  readonly tokenFile?: string | undefined;
  /** For OAuth 2.0 access tokens: the domain of who issued it. */
  readonly providerId?: string | undefined;
  /** How long keys are kept. */
  readonly cache?: CacheOptions | undefined;
}

/**
 * Keys of a role for a web identity (EKS service accounts, the OIDC tokens of CI systems), cached as `cachedCredentials`
 * does. Without options it reads what EKS sets: `AWS_ROLE_ARN`, `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_SESSION_NAME`.
 *
 * Throws `ERR_SIGV4_INVALID_OPTION` for what STS would refuse by its limits. The provider rejects with
 * `ERR_SIGV4_INVALID_IDENTITY_TOKEN` and what `assumeRole` does; with what the token's function rejects with, as a cause.
 *
 * @example
 * const credentials = webIdentity({ roleArn: 'arn:aws:iam::111122223333:role/deploy', token: () => core.getIDToken('sts.amazonaws.com') });
 */
export function webIdentity(options: WebIdentityOptions = {}): CachedCredentialProvider {
  const given = { ...options };
  checkSender(given);
  const { token, tokenFile = variable('AWS_WEB_IDENTITY_TOKEN_FILE') } = given;
  const roleArn = given.roleArn ?? variable('AWS_ROLE_ARN') ?? '';
  if (token !== undefined ? typeof token !== 'string' && typeof token !== 'function' : !tokenFile) {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_OPTION',
      'Give the option token, a text or a function that gives one, or tokenFile.',
    );
  }
  const parameters = sessionParameters({ ...given, roleArn });
  if (given.providerId !== undefined) parameters.push(['ProviderId', providerParameter(given.providerId)]);
  const read = async () =>
    typeof token === 'function' ? token() : (token ?? (await readTextFile(tokenFile as string)));
  const exchange = async (request: ProviderRequest) =>
    assumeWithToken({ ...given, roleArn }, parameters, await tokenOf(read), request);
  return createCache(exchange, given.cache, { isRoleSession: true });
}

/** The token, which must be a text; that it cannot be read is the fault of the identity. */
async function tokenOf(read: () => string | Promise<string>): Promise<string> {
  let token: unknown;
  try {
    token = await read();
  } catch (cause) {
    throw new SigV4Error('ERR_SIGV4_INVALID_IDENTITY_TOKEN', 'The identity token could not be read; see the cause.', {
      cause,
    });
  }
  if (typeof token === 'string' && token.length >= 4 && token.length <= 20_000) return token;
  throw new SigV4Error(
    'ERR_SIGV4_INVALID_IDENTITY_TOKEN',
    'The identity token is not a text of 4 to 20000 characters.',
  );
}
