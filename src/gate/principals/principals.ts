/** Who signs: the users and role sessions of the world, found by an access key id and the token that came with it. */
import type { Credentials, WireRequest } from '../../types';
import { headerOf, type Place } from '../arrival';
import type { AttachedPolicy } from '../policy/judgement';
import type { KeyOwner, Realm } from '../realm';
import type { AccessKey, Role, User, World } from '../world/world';
import { findRole, roleId, sessionArn } from './roles';
import type { Session } from './sessions';

export interface Principal {
  readonly type: 'User' | 'AssumedRole';
  readonly accountId: string;
  /** Of the user, or of the session. */
  readonly arn: string;
  /** Of the user, or of the role: what `aws:PrincipalArn` gives. */
  readonly iamArn: string;
  /** A unique id as IAM gives; for a session the role's, `:` and the session name. */
  readonly userId: string;
  /** Of a user. */
  readonly userName?: string | undefined;
  /** The identity policies. */
  readonly policies: readonly AttachedPolicy[];
  /** The permissions boundary. */
  readonly boundary?: AttachedPolicy | undefined;
  /** What limits the session. */
  readonly sessionPolicy?: AttachedPolicy | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Of an assumed role. */
  readonly session?: Session | undefined;
  /** Whether the keys come with a token. */
  readonly temporary: boolean;
}

export interface Identified {
  readonly principal: Principal;
  readonly credentials: Credentials;
}

/** Who has an access key; undefined for keys that nobody has, or that have been rotated away. */
export function identify(
  realm: Realm,
  place: Place,
  partition: string,
  accessKeyId: string,
  token: string | undefined,
): Identified | undefined {
  const issued = token === undefined ? undefined : realm.sessions.read(accessKeyId, token);
  // Keys of one partition are not known in another.
  const isHome = issued?.session.roleArn.startsWith(`arn:${partition}:`);
  const principal = issued && isHome ? toPrincipal(realm.world, issued.session) : undefined;
  const owner = realm.accessKeys.get(accessKeyId);
  const identified =
    issued && principal ? { principal, credentials: issued.credentials } : owner && toUser(owner, partition);
  if (!identified?.principal.temporary) return identified;
  return realm.faults.isRotated(issued?.generation ?? 0, place) ? undefined : identified;
}

/** The principal of a session; undefined once the world has its role no more. */
export function toPrincipal(world: World, session: Session): Principal | undefined {
  const found = findRole(world, session.roleArn);
  return (
    found && {
      type: 'AssumedRole',
      accountId: found.accountId,
      arn: sessionArn(found, session.name),
      iamArn: found.arn,
      userId: `${roleId(found.arn)}:${session.name}`,
      ...attached(`accounts.${found.accountId}.roles.${found.name}`, found.role),
      sessionPolicy: session.policy && { type: 'session', at: 'session policy', document: session.policy },
      // A tag of the session goes before the role's.
      tags: { ...found.role.tags, ...session.tags },
      session,
      temporary: true,
    }
  );
}

function toUser({ accountId, userName, user, key }: KeyOwner, partition: string): Identified {
  const { path = '/', accessKeys = [], tags = {} } = user;
  const arn = `arn:${partition}:iam::${accountId}:user${path}${userName}`;
  const principal: Principal = {
    type: 'User',
    accountId,
    arn,
    iamArn: arn,
    // Made from the id of the user's first key, so that it stays the same.
    userId: `AIDA${accessKeys[0]?.accessKeyId.slice(4)}`,
    userName,
    ...attached(`accounts.${accountId}.users.${userName}`, user),
    tags,
    temporary: key.sessionToken !== undefined,
  };
  return { principal, credentials: toCredentials(key) };
}

/** The policies of a user or role, and where they stand. */
function attached(at: string, { policies = [], boundary }: User | Role): Pick<Principal, 'policies' | 'boundary'> {
  return {
    policies: policies.map((document, i) => ({ type: 'identity', at: `${at}.policies[${i}]`, document })),
    boundary: boundary && { type: 'boundary', at: `${at}.boundary`, document: boundary },
  };
}

function toCredentials({ accessKeyId, secretAccessKey, sessionToken, expiration }: AccessKey): Credentials {
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration: expiration === undefined ? undefined : new Date(expiration),
  };
}

/** The session token that a request carries, in its headers or its query. */
export function tokenOf(request: WireRequest): string | undefined {
  return (
    headerOf(request, 'x-amz-security-token') ??
    new URLSearchParams(request.query).get('X-Amz-Security-Token') ??
    undefined
  );
}
