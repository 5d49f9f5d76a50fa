/** The keys of a Cognito identity, guest or signed in: two small unsigned calls, cached. */
import { refuseOption, SigV4Error } from '../errors';
import type { Credentials } from '../types';
import { createCache } from './cache';
import type { CacheOptions } from './cache-options';
import type { CachedCredentialProvider, ProviderRequest } from './cached-provider';
import { getCredentials, getId, getOpenIdToken, type PoolOptions, type Tokens, withRegion } from './cognito-call';
import type { CallOptions } from './service-call';
import { checkSender, serviceEndpoint } from './service-endpoint';
import { assumeWithToken, type TokenSource } from './sts-web-identity';

/** Where the id of a guest outlives a page: `localStorage`, or anything of its shape. */
export interface IdentityStorage {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** By provider name, `cognito-idp.us-east-1.amazonaws.com/us-east-1_abc`, the token it issued. */
export type Logins = Readonly<Record<string, TokenSource>>;

/** Which identity of which pool, and where Cognito is called. */
export interface CognitoIdentityOptions extends PoolOptions {
  /**
   * Who is signed in; for a user pool the ID token. A function is asked at each renewal: call `invalidate()` when somebody
   * signs in or out, since until then the former keys serve. Default: a guest.
   */
  readonly logins?: Logins | (() => Logins | undefined | Promise<Logins | undefined>) | undefined;
  /** An identity already known. Default: what `storage` has of a guest, else what Cognito gives. */
  readonly identityId?: string | undefined;
  /** Keeps a guest's id. Default: for as long as the provider lives. */
  readonly storage?: IdentityStorage | undefined;
  /** A role other than the pool's own, where a token allows several. */
  readonly customRoleArn?: string | undefined;
  /** The basic (classic) flow, which the pool must allow: the identity's token assumes this role at STS. */
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
  const provider = createCache(exchange, given.cache, { isRoleSession: true });
  return Object.assign(provider, {
    identityId: async () => identity.id(await readLogins(given.logins), { ...given, background: false }),
  });
}

const isStorage = (storage: IdentityStorage) =>
  (['getItem', 'setItem', 'removeItem'] as const).every((name) => typeof storage?.[name] === 'function');

/** Of pools and of identities. */
const ID = /^[\w-]{1,18}:[0-9a-f-]{1,36}$/;

function checkOptions({
  identityPoolId,
  logins,
  storage,
  fetch,
  timeout,
  roleArn,
  roleSessionName,
  durationSeconds,
  stsEndpoint,
  customRoleArn,
}: CognitoIdentityOptions): void {
  checkSender({ fetch, timeout });
  const fault =
    typeof identityPoolId !== 'string' || !ID.test(identityPoolId)
      ? 'identityPoolId must be as us-east-1:11111111-2222-3333-4444-555555555555'
      : logins !== undefined && typeof logins !== 'function' && (typeof logins !== 'object' || logins === null)
        ? 'logins must be an object of provider names and tokens, or a function that gives one'
        : storage !== undefined && !isStorage(storage)
          ? 'storage must have getItem, setItem and removeItem, as localStorage does'
          : roleArn === undefined && (roleSessionName ?? durationSeconds ?? stsEndpoint) !== undefined
            ? 'roleArn must be given with roleSessionName, durationSeconds and stsEndpoint, which are of the basic flow'
            : roleArn !== undefined && customRoleArn !== undefined
              ? 'customRoleArn is of the enhanced flow, and roleArn of the basic one; give either'
              : undefined;
  if (fault) refuseOption(fault);
}

interface KeptIdentity {
  id(tokens: Tokens, call: CallOptions): Promise<string>;
  forget(tokens: Tokens): Promise<boolean>;
}

/**
 * The identity's id: given, kept from before, or asked for, once however many ask at a time. A stored id is a guest's alone,
 * since that of a login can always be had again.
 */
function keptIdentity(options: CognitoIdentityOptions): KeptIdentity {
  const key = `sigv4kit.identity.${options.identityPoolId}`;
  let kept: { readonly id: Promise<string>; readonly who: string } | undefined;

  async function find(tokens: Tokens, isGuest: boolean, call: CallOptions): Promise<string> {
    const stored = isGuest ? await inStorage(() => options.storage?.getItem(key)) : undefined;
    // Storage is anybody's to write.
    if (typeof stored === 'string' && ID.test(stored)) return stored;
    const id = await getId(options, tokens, call);
    if (isGuest) await inStorage(() => options.storage?.setItem(key, id));
    return id;
  }

  return {
    async id(tokens, call) {
      if (options.identityId) return options.identityId;
      const who = whoseTokens(tokens);
      if (kept?.who === who) return kept.id;
      const own = { id: find(tokens, isGuestOf(tokens), call), who };
      kept = own;
      own.id.catch(() => {
        if (kept === own) kept = undefined;
      });
      return own.id;
    },
    async forget(tokens) {
      // What the caller gave is not ours to replace.
      if (options.identityId) return false;
      kept = undefined;
      if (isGuestOf(tokens)) await inStorage(() => options.storage?.removeItem(key));
      return true;
    },
  };
}

/** Who the tokens are of: the same user's token is another one each hour. */
const whoseTokens = (tokens: Tokens) =>
  JSON.stringify(Object.entries(tokens).map(([provider, token]) => [provider, subjectOf(token) ?? token]));

/** The subject of a JWT, which is read and not believed: Cognito judges the token. */
function subjectOf(token: string): string | undefined {
  try {
    const payload = (token.split('.')[1] as string).replaceAll('-', '+').replaceAll('_', '/');
    const { sub } = JSON.parse(atob(payload));
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}

const isGuestOf = (tokens: Tokens) => Object.keys(tokens).length === 0;

/** Storage that is full or forbidden costs a returning guest, not the keys. */
async function inStorage<T>(work: () => T): Promise<Awaited<T> | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

async function readLogins(given: CognitoIdentityOptions['logins']): Promise<Tokens> {
  try {
    const logins = (typeof given === 'function' ? await given() : given) ?? {};
    if (typeof logins !== 'object') throw new TypeError('the logins are no object');
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

/** What says that the id is of no use any more: deleted, or that of another login; not that guests are not admitted. */
function isStaleId(error: unknown): boolean {
  const { name, message } = ((error as SigV4Error).cause ?? {}) as Error;
  if (name === 'NotAuthorizedException') return /logins don't match|forbidden/i.test(message);
  return name === 'ResourceNotFoundException' || name === 'ResourceConflictException';
}

async function exchangeOnce(
  options: CognitoIdentityOptions,
  identity: KeptIdentity,
  request: ProviderRequest,
): Promise<Credentials> {
  const call = { ...options, background: request.background };
  const tokens = await readLogins(options.logins);
  const before = await identity.id(tokens, call);
  const get = (id: string) =>
    options.roleArn ? basicFlow(options, id, tokens, request) : getCredentials(options, id, tokens, call);
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

/** As AWS calls the sessions of the enhanced flow. */
const SESSION_NAME = 'CognitoIdentityCredentials';

async function basicFlow(options: CognitoIdentityOptions, id: string, tokens: Tokens, request: ProviderRequest) {
  const { roleArn = '', roleSessionName = SESSION_NAME, durationSeconds, stsEndpoint } = options;
  const token = await getOpenIdToken(options, id, tokens, { ...options, background: request.background });
  // STS checks them: their limits in words would be a fifth of what a page loads.
  const parameters: [string, string][] = [
    ['RoleArn', roleArn],
    ['RoleSessionName', roleSessionName],
  ];
  if (durationSeconds !== undefined) parameters.push(['DurationSeconds', String(durationSeconds)]);
  const { region } = serviceEndpoint('cognito-identity', withRegion(options));
  return assumeWithToken({ ...options, roleArn, region, endpoint: stsEndpoint }, parameters, token, request);
}
