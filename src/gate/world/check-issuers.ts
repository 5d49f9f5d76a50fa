/** Checks what gives out credentials in a world: identity providers, identity pools, the metadata of an instance. */

import { REGION } from '../../endpoint/partitions';
import { isLoopback } from '../loopback';
import { findRole } from '../principals/roles';
import { checkBoolean, checkRegion, checkWhole, fault, list, object } from './checks';
import type { IdentityPool, Metadata, UserPool } from './issuers';
import type { World } from './world';

/** Rejects a table of providers, each of which is a table of tokens or a function. */
export function checkJudges(at: string, judges: unknown): void {
  for (const [provider, judge] of Object.entries(object(at, judges))) {
    const here = `${at}["${provider}"]`;
    if (!/^[\w.-]+(?:[/:][\w.~%-]+)*$/.test(provider)) fault(here, 'is not a provider name, without "https://"');
    if (typeof judge === 'function') continue;
    // A token is a secret: a fault is told by its place in the table.
    for (const [i, claims] of Object.values(object(here, judge)).entries())
      checkClaims(`${here} token ${i + 1}`, claims);
  }
}

function checkClaims(at: string, claims: unknown): void {
  const { sub, exp, ...others } = object(at, claims);
  if (typeof sub !== 'string' || sub === '') fault(`${at}.sub`, 'is not a text');
  if (exp !== undefined && !Number.isFinite(exp)) fault(`${at}.exp`, 'is not a number of seconds since the epoch');
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined && typeof value !== 'string' && typeof value !== 'number')
      fault(`${at}.${name}`, 'is neither a text nor a number');
  }
}

/** Rejects an identity pool with a role that the world does not have, or an id that is none. */
export function checkIdentityPool(at: string, pool: IdentityPool, id: string, world: World, accountId: string): void {
  const parts = ['allowUnauthenticated', 'allowClassicFlow', 'roles', 'logins'];
  const {
    allowUnauthenticated = false,
    allowClassicFlow = true,
    roles,
    logins = {},
  } = object(at, pool, parts) as unknown as IdentityPool;
  const [region = '', guid = '', ...more] = id.split(':');
  if (!REGION.test(region) || !/^[0-9a-f-]+$/.test(guid) || more.length > 0 || id.length > 55)
    fault(at, 'is not an identity pool id, a region, ":" and a GUID');
  checkBoolean(`${at}.allowClassicFlow`, allowClassicFlow);
  checkBoolean(`${at}.allowUnauthenticated`, allowUnauthenticated);
  for (const [kind, role] of Object.entries(object(`${at}.roles`, roles, ['authenticated', 'unauthenticated']))) {
    if (role === undefined) continue;
    const known =
      typeof role === 'string' &&
      (role.startsWith('arn:')
        ? findRole(world, role) !== undefined
        : Object.hasOwn(world.accounts[accountId]?.roles ?? {}, role));
    if (!known) fault(`${at}.roles.${kind}`, 'is not a role of the world');
  }
  checkJudges(`${at}.logins`, logins);
}

/** Rejects a user pool without public keys and without a server that has them, or with an id that is none. */
export function checkUserPool(at: string, pool: UserPool, id: string): void {
  const { jwks, issuer, server } = object(at, pool, ['jwks', 'issuer', 'server']) as unknown as UserPool;
  const [, region = ''] = /^([a-z0-9-]+)_[0-9a-zA-Z]+$/.exec(id) ?? [];
  if (!REGION.test(region) || id.length > 55) fault(at, 'is not a user pool id, a region, "_" and letters and digits');
  if (issuer !== undefined && (typeof issuer !== 'string' || issuer === '')) fault(`${at}.issuer`, 'is not a text');
  if (server !== undefined) checkServer(`${at}.server`, server);
  else if (jwks === undefined) fault(`${at}.jwks`, 'is missing, and there is no server that has the keys');
  if (jwks !== undefined) checkKeySet(`${at}.jwks`, jwks);
}

/** What people sign in with goes there, and not off this machine. */
function checkServer(at: string, server: unknown): void {
  const isUrl = typeof server === 'string' && /^https?:/.test(server) && URL.canParse(server);
  const { hostname = '', pathname, search, hash, username, password } = isUrl ? new URL(server) : ({} as Partial<URL>);
  if (!isLoopback(hostname)) fault(at, 'is not the URL of a server on this machine, "http://127.0.0.1:9229"');
  if (pathname !== '/' || search || hash || username || password) fault(at, 'holds more than scheme, host and port');
}

/** Rejects what is neither the URL of a JSON Web Key Set nor one that holds public keys alone. */
export function checkKeySet(at: string, jwks: unknown): void {
  if (typeof jwks === 'string') {
    if (!/^https?:/.test(jwks) || !URL.canParse(jwks)) fault(at, 'is not a URL');
    const { username, password } = new URL(jwks);
    // Whoever asks for the keys is told of a URL that does not answer.
    if (username || password) fault(at, 'holds a user name or a password');
    return;
  }
  const { keys } = object(at, jwks);
  for (const [i, key] of list(`${at}.keys`, keys).entries()) {
    const { kty, kid, d, k } = object(`${at}.keys[${i}]`, key);
    if (d !== undefined || k !== undefined) fault(`${at}.keys[${i}]`, 'holds a private key; a key set is public');
    if (typeof kty !== 'string') fault(`${at}.keys[${i}].kty`, 'is not a text');
    if (typeof kid !== 'string') fault(`${at}.keys[${i}].kid`, 'is not a text, and tokens name their key by it');
  }
}

/** Rejects metadata without a role of the world. */
export function checkMetadata(at: string, metadata: Metadata, world: World): void {
  const parts = ['role', 'instanceId', 'region', 'tokensRequired', 'sessionDuration', 'containerAuthorization'];
  const {
    role,
    instanceId = 'i-1',
    region = 'us-east-1',
    tokensRequired = false,
    sessionDuration,
    containerAuthorization = 'none',
  } = object(at, metadata, parts) as unknown as Metadata;
  if (typeof role !== 'string' || !findRole(world, role)) fault(`${at}.role`, 'is not the ARN of a role of the world');
  if (typeof instanceId !== 'string' || !/^[\w+=,.@-]{2,64}$/.test(instanceId))
    fault(`${at}.instanceId`, 'is not an instance id');
  checkRegion(`${at}.region`, region);
  checkBoolean(`${at}.tokensRequired`, tokensRequired);
  checkWhole(`${at}.sessionDuration`, sessionDuration, 1, 43_200);
  if (typeof containerAuthorization !== 'string' || !/^[\x20-\x7e]+$/.test(containerAuthorization))
    fault(`${at}.containerAuthorization`, 'is not a header value');
}
