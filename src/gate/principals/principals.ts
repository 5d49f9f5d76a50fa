/** Who signs: the users and role sessions of a world, and the policies that go with them. */
import type { Credentials } from '../../types';
import type { AttachedPolicy } from '../policy/judgement';
import type { AccessKey, Role, User, World } from '../world/world';
import { findRole, roleId, sessionArn } from './roles';
import type { Session } from './sessions';

/** A caller who is known. */
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

/** A user's access key. */
export interface KeyOwner {
  readonly accountId: string;
  readonly userName: string;
  readonly user: User;
  readonly key: AccessKey;
}

/** A principal and the keys it is known by. */
export interface Identified {
  readonly principal: Principal;
  readonly credentials: Credentials;
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

/** A user by one of its keys, in a partition. */
export function toUser({ accountId, userName, user, key }: KeyOwner, partition: string): Identified {
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
