/** The keys of a Cognito identity, guest or signed in: two small unsigned calls, cached. */
import { SigV4Error } from '../errors';
import type { CredentialProvider, Credentials } from '../types';
import {
  asCached,
  type CachedCredentialProvider,
  type CacheOptions,
  cachedCredentials,
  type ProviderRequest,
  peek,
} from './cache';
import { sessionParameters } from './role-parameters';
import { type CallOptions, callService } from './service-call';
import { checkSender, type ServiceOptions, serviceEndpoint } from './service-endpoint';
import type { Refusal } from './service-refusals';
import { assumeWithToken, type Text } from './web-identity';

/** Where the id of a guest outlives a page: `localStorage`, or anything of its shape. */
export interface IdentityStorage {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** By provider name, `cognito-idp.us-east-1.amazonaws.com/us-east-1_abc`, the token it issued. */
export type Logins = Readonly<Record<string, Text>>;

/** Which identity of which pool, and where Cognito is called. */
export interface CognitoIdentityOptions extends ServiceOptions {
  /** `us-east-1:guid`; its region is the default of `region`. */
  readonly identityPoolId: string;
  /** Who is signed in; for a user pool the ID token. A function is asked at each renewal. Default: a guest. */
  readonly logins?: Logins | (() => Logins | undefined | Promise<Logins | undefined>) | undefined;
  /** An identity already known. Default: what `storage` has of a guest, else what Cognito gives. */
  readonly identityId?: string | undefined;
  /** Keeps a guest's id. Default: for as long as the provider lives. */
  readonly storage?: IdentityStorage | undefined;
  /** A role other than the pool's own, where a token allows several. */
  readonly customRoleArn?: string | undefined;
  /** The basic flow: the identity's token assumes this role at STS. */
  readonly roleArn?: string | undefined;
  /** How the session of the basic flow is called. Default `CognitoIdentityCredentials`. */
  readonly roleSessionName?: string | undefined;
  /** Seconds the keys of the basic flow last, 900 to 43200. */
  readonly durationSeconds?: number | undefined;
  /** For the basic flow: a URL to call in place of the region's STS. */
  readonly stsEndpoint?: string | URL | undefined;
  /** How long keys are kept. */
  readonly cache?: CacheOptions | undefined;
}

/** A cached provider that knows whose keys it gives. */
export interface CognitoIdentityProvider extends CachedCredentialProvider {
  /** The id of the identity; asks Cognito for one where there is none yet. */
  identityId(): Promise<string>;
}

/**
 * Keys of a Cognito identity, cached as `cachedCredentials` does. No keys are needed to ask for them, so this is how a page
 * gets its own. The identity's id is kept; one that Cognito no longer knows, or that belongs to another login, is
 * asked for anew.
 *
 * Throws `ERR_SIGV4_INVALID_OPTION`. The provider rejects with `ERR_SIGV4_ACCESS_DENIED` (the pool admits no guests),
 * `…_INVALID_IDENTITY_TOKEN`, `…_INVALID_OPTION` (no such pool), `…_THROTTLED`, `…_SERVICE_UNAVAILABLE` or `…_SERVICE_REFUSED`.
 *
 * @example
 * const credentials = cognitoIdentity({
 *   identityPoolId: 'us-east-1:11111111-2222-3333-4444-555555555555',
 *   logins: async () => ({ 'cognito-idp.us-east-1.amazonaws.com/us-east-1_abc': await idToken() }),
 * });
 */
export function cognitoIdentity(options: CognitoIdentityOptions): CognitoIdentityProvider {
  const given = { ...options };
  checkOptions(given);
  const identity = keptIdentity(given);
  const exchange = (request: ProviderRequest) => exchangeOnce(given, identity, request);
  const cached = cachedCredentials(exchange as CredentialProvider, given.cache ?? {});
  const provider = asCached((request) => cached(request), cached.invalidate, {
    isRoleSession: true,
    peek: (now) => peek(cached, now),
  });
  return Object.assign(provider, {
    identityId: async () => identity.id(await readLogins(given.logins), { fetch: given.fetch, background: false }),
  });
}

const POOL = /^[\w-]+:[0-9a-f-]+$/;

function checkOptions({
  identityPoolId,
  logins,
  storage,
  fetch,
  roleArn,
  roleSessionName,
  durationSeconds,
}: CognitoIdentityOptions): void {
  checkSender(fetch);
  const fault =
    typeof identityPoolId !== 'string' || identityPoolId.length > 55 || !POOL.test(identityPoolId)
      ? 'identityPoolId must be as us-east-1:11111111-2222-3333-4444-555555555555'
      : logins !== undefined && typeof logins !== 'function' && (typeof logins !== 'object' || logins === null)
        ? 'logins must be an object of provider names and tokens, or a function that gives one'
        : storage !== undefined && typeof storage?.getItem !== 'function'
          ? 'storage must have getItem, setItem and removeItem, as localStorage does'
          : roleArn === undefined && (roleSessionName ?? durationSeconds) !== undefined
            ? 'roleArn must be given with roleSessionName and durationSeconds, which are of the basic flow'
            : undefined;
  if (fault) throw new SigV4Error('ERR_SIGV4_INVALID_OPTION', `The option ${fault}.`);
  if (roleArn !== undefined) sessionParameters({ roleArn, roleSessionName, durationSeconds }, SESSION_NAME);
}

/** As AWS calls the sessions of the enhanced flow. */
const SESSION_NAME = 'CognitoIdentityCredentials';

type Tokens = Readonly<Record<string, string>>;

interface KeptIdentity {
  id(tokens: Tokens, call: CallOptions): Promise<string>;
  forget(tokens: Tokens): Promise<boolean>;
}

/** The identity's id: given, kept from before, or asked for. A stored id is a guest's alone, since that of a login can always be had again. */
function keptIdentity(options: CognitoIdentityOptions): KeptIdentity {
  const { identityPoolId, storage } = options;
  const key = `sigv4kit.identity.${identityPoolId}`;
  let kept: { readonly id: string; readonly isGuest: boolean } | undefined;
  const isGuestOf = (tokens: Tokens) => Object.keys(tokens).length === 0;
  return {
    async id(tokens, call) {
      if (options.identityId) return options.identityId;
      const isGuest = isGuestOf(tokens);
      if (kept?.isGuest === isGuest) return kept.id;
      const stored = isGuest ? await storage?.getItem(key) : undefined;
      // Storage is anybody's to write.
      const known = stored && POOL.test(stored) ? stored : undefined;
      const id =
        known ??
        (await callCognito<string>(
          options,
          'GetId',
          { IdentityPoolId: identityPoolId, ...logins(tokens) },
          tokens,
          readId,
          call,
        ));
      kept = { id, isGuest };
      if (isGuest && !known) await storage?.setItem(key, id);
      return id;
    },
    async forget(tokens) {
      // What the caller gave is not ours to replace.
      if (options.identityId) return false;
      kept = undefined;
      if (isGuestOf(tokens)) await storage?.removeItem(key);
      return true;
    },
  };
}

async function readLogins(given: CognitoIdentityOptions['logins']): Promise<Tokens> {
  try {
    const logins = (typeof given === 'function' ? await given() : given) ?? {};
    const tokens: [string, string][] = [];
    for (const [name, token] of Object.entries(logins)) {
      const text = typeof token === 'function' ? await token() : token;
      if (typeof text !== 'string' || !text) throw new TypeError(`there is no token for ${name}`);
      tokens.push([name, text]);
    }
    return Object.fromEntries(tokens);
  } catch (cause) {
    throw new SigV4Error('ERR_SIGV4_INVALID_IDENTITY_TOKEN', 'The logins could not be read; see the cause.', { cause });
  }
}

const logins = (tokens: Tokens) => (Object.keys(tokens).length > 0 ? { Logins: tokens } : {});

/** What says that the id is of no use any more: deleted, or that of another login. */
const isStaleId = (error: unknown) => {
  const { name } = ((error as SigV4Error).cause ?? {}) as Error;
  return (
    name === 'ResourceNotFoundException' || name === 'NotAuthorizedException' || name === 'ResourceConflictException'
  );
};

async function exchangeOnce(
  options: CognitoIdentityOptions,
  identity: KeptIdentity,
  request: ProviderRequest,
): Promise<Credentials> {
  const call = { fetch: options.fetch, background: request.background };
  const tokens = await readLogins(options.logins);
  const before = await identity.id(tokens, call);
  const get = (id: string) => (options.roleArn ? basicFlow : enhancedFlow)(options, id, tokens, request);
  try {
    return await get(before);
  } catch (error) {
    if (!isStaleId(error) || !(await identity.forget(tokens))) throw error;
    const id = await identity.id(tokens, call);
    // A fault of the token, then, not of the id.
    if (id === before) throw error;
    return get(id);
  }
}

function enhancedFlow(options: CognitoIdentityOptions, id: string, tokens: Tokens, { background }: ProviderRequest) {
  const { customRoleArn, fetch } = options;
  const input = { IdentityId: id, ...logins(tokens), ...(customRoleArn ? { CustomRoleArn: customRoleArn } : {}) };
  return callCognito(options, 'GetCredentialsForIdentity', input, tokens, readKeys, { fetch, background });
}

async function basicFlow(options: CognitoIdentityOptions, id: string, tokens: Tokens, request: ProviderRequest) {
  const { roleArn = '', roleSessionName, durationSeconds, stsEndpoint, fetch, fips, dualStack } = options;
  const { background } = request;
  const token = await callCognito(options, 'GetOpenIdToken', { IdentityId: id, ...logins(tokens) }, tokens, readToken, {
    fetch,
    background,
  });
  const parameters = sessionParameters({ roleArn, roleSessionName, durationSeconds }, SESSION_NAME);
  const { region } = serviceEndpoint('cognito-identity', withRegion(options));
  return assumeWithToken(
    { roleArn, region, fips, dualStack, fetch, endpoint: stsEndpoint },
    parameters,
    token,
    request,
  );
}

const withRegion = (options: CognitoIdentityOptions): ServiceOptions => ({
  ...options,
  region: options.region ?? (options.identityPoolId.split(':', 1)[0] as string),
});

function callCognito<T>(
  options: CognitoIdentityOptions,
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
  return callService(
    {
      what: `get an identity of the pool ${options.identityPoolId} (${operation})`,
      url,
      hasToken: secrets.length > 0,
      secrets,
      message: () => ({ headers, body: JSON.stringify(input) }),
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
const readId = ({ IdentityId }: Record<string, unknown>) => textOf(IdentityId);
const readToken = ({ Token }: Record<string, unknown>) => textOf(Token);

function readKeys(answer: Record<string, unknown>): Credentials | undefined {
  const { AccessKeyId, SecretKey, SessionToken, Expiration } = (answer.Credentials ?? {}) as Record<string, unknown>;
  const [accessKeyId, secretAccessKey, sessionToken] = [AccessKeyId, SecretKey, SessionToken].map(textOf);
  if (!accessKeyId || !secretAccessKey || !sessionToken || typeof Expiration !== 'number') return undefined;
  return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(Expiration * 1000) };
}
