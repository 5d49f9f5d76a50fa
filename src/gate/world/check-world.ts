/** Checks a world once, when its gate starts: what is wrong or not emulated is refused by its path. */

import type { Api } from './api';
import { checkApi } from './check-api';
import { checkIdentityPool, checkJudges, checkMetadata } from './check-issuers';
import { findPolicyFault, type PolicyUse } from './check-policy';
import { checkWhole, fault, list, object } from './checks';
import type { IdentityPool, Metadata } from './issuers';
import type { AccessKey, Account, Role, User, World } from './world';

/** Rejects a world that does not make sense; the message names the path of the first fault. */
export function checkWorld(world: World): void {
  const { accounts, metadata } = object('world', world, ['accounts', 'metadata']);
  const taken: Taken = { keys: new Set(), apis: new Set(), pools: new Set() };
  for (const [id, account] of Object.entries(object('accounts', accounts))) {
    if (!/^\d{12}$/.test(id)) fault(`accounts.${id}`, 'is not an account id of 12 digits');
    checkAccount(`accounts.${id}`, account as Account, taken);
  }
  // These name roles, which the accounts must have by now.
  for (const [id, { identityPools = {} }] of Object.entries(world.accounts)) {
    for (const [poolId, pool] of Object.entries(identityPools))
      checkIdentityPool(`accounts.${id}.identityPools["${poolId}"]`, pool as IdentityPool, poolId, world, id);
  }
  if (metadata !== undefined) checkMetadata('metadata', metadata as Metadata, world);
}

/** Ids that no two accounts may both have. */
interface Taken {
  readonly keys: Set<string>;
  readonly apis: Set<string>;
  readonly pools: Set<string>;
}

const PARTS = ['organization', 'users', 'roles', 'identityPools', 'oidcProviders', 'apis'];

function checkAccount(at: string, account: Account, taken: Taken): void {
  const {
    organization = 'o-none',
    users = {},
    roles = {},
    identityPools = {},
    oidcProviders = {},
    apis = {},
  } = object(at, account, PARTS) as Account;
  if (typeof organization !== 'string' || !/^o-[a-z0-9]+$/.test(organization))
    fault(`${at}.organization`, 'is not an organization id, "o-" and lower-case letters and digits');
  for (const [name, user] of Object.entries(object(`${at}.users`, users)))
    checkUser(`${at}.users.${name}`, user as User, taken.keys);
  for (const [name, role] of Object.entries(object(`${at}.roles`, roles)))
    checkRole(`${at}.roles.${name}`, name, role as Role);
  checkJudges(`${at}.oidcProviders`, oidcProviders);
  for (const poolId of Object.keys(object(`${at}.identityPools`, identityPools)))
    take(taken.pools, poolId, `${at}.identityPools["${poolId}"]`, 'is an identity pool that another account has too');
  for (const [apiId, api] of Object.entries(object(`${at}.apis`, apis))) {
    take(taken.apis, apiId, `${at}.apis.${apiId}`, 'is an API id that another account has too');
    checkApi(`${at}.apis.${apiId}`, api as Api);
  }
}

function take(taken: Set<string>, id: string, at: string, what: string): void {
  if (taken.has(id)) fault(at, what);
  taken.add(id);
}

function checkUser(at: string, user: User, keys: Set<string>): void {
  const { path, accessKeys = [], policies = [] } = object(at, user, ['path', 'accessKeys', 'policies']) as User;
  checkPath(`${at}.path`, path);
  for (const [i, key] of list(`${at}.accessKeys`, accessKeys).entries())
    checkKey(`${at}.accessKeys[${i}]`, key as AccessKey, keys);
  checkPolicies(`${at}.policies`, policies);
}

function checkKey(at: string, key: AccessKey, keys: Set<string>): void {
  // The AWS SDK writes `$source` into keys that it is given, which may be these very ones.
  const parts = ['accessKeyId', 'secretAccessKey', 'sessionToken', 'expiration', '$source'];
  const {
    accessKeyId,
    secretAccessKey,
    sessionToken = 'none',
    expiration,
  } = object(at, key, parts) as unknown as AccessKey;
  for (const [part, text] of Object.entries({ accessKeyId, secretAccessKey, sessionToken })) {
    if (typeof text !== 'string' || !/^[!-~]+$/.test(text)) fault(`${at}.${part}`, 'is missing or is no key');
  }
  take(keys, accessKeyId, `${at}.accessKeyId`, 'is the id of another key too');
  if (expiration !== undefined && Number.isNaN(new Date(expiration).getTime()))
    fault(`${at}.expiration`, 'is not a date');
}

function checkRole(at: string, name: string, role: Role): void {
  // In an emulator of permissions, a limit that is read past would be a silent allow.
  if (typeof role === 'object' && role !== null && 'boundary' in role)
    fault(`${at}.boundary`, 'is not emulated by this version of the gate');
  const parts = ['path', 'trust', 'policies', 'maxSessionDuration', 'tags'];
  const { path, trust, policies = [], maxSessionDuration, tags = {} } = object(at, role, parts) as unknown as Role;
  if (!/^[\w+=,.@-]{1,64}$/.test(name)) fault(at, 'is not a role name');
  checkPath(`${at}.path`, path);
  checkPolicy(`${at}.trust`, trust, 'trust');
  checkPolicies(`${at}.policies`, policies);
  checkWhole(`${at}.maxSessionDuration`, maxSessionDuration, 3600, 43_200);
  for (const [key, value] of Object.entries(object(`${at}.tags`, tags)))
    if (typeof value !== 'string') fault(`${at}.tags.${key}`, 'is not a text');
}

function checkPath(at: string, path: unknown = '/'): void {
  if (typeof path !== 'string' || !/^\/(?:[\x21-\x7e]+\/)?$/.test(path)) fault(at, 'does not begin and end with "/"');
}

function checkPolicies(at: string, policies: unknown): void {
  for (const [i, policy] of list(at, policies).entries()) checkPolicy(`${at}[${i}]`, policy, 'identity');
}

function checkPolicy(at: string, policy: unknown, use: PolicyUse): void {
  const found = findPolicyFault(policy, use);
  if (found) fault(`${at}${found.at}`, found.what);
}
