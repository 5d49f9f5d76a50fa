/** Finds a role by its ARN, and says what it and its sessions are called. */
import { createHash } from 'node:crypto';
import { own } from '../world/own';
import type { Role, World } from '../world/world';
import { toIdText } from './sessions';

/** A role of the world, and what its ARN says. */
export interface FoundRole {
  readonly arn: string;
  readonly partition: string;
  readonly accountId: string;
  /** Without its path. */
  readonly name: string;
  readonly role: Role;
}

const ROLE_ARN = /^arn:(aws[\w-]*):iam::(\d{12}):role(\/(?:\S+\/)?)([^/\s]+)$/;

/** The role of an ARN; undefined when the world has none, also when its path is another. */
export function findRole(world: World, arn: string): FoundRole | undefined {
  const [, partition = '', accountId = '', path, name = ''] = ROLE_ARN.exec(arn) ?? [];
  const role = own(own(world.accounts, accountId)?.roles, name);
  return role && (role.path ?? '/') === path ? { arn, partition, accountId, name, role } : undefined;
}

/** A role by what an identity pool calls it: an ARN, or the name of a role of the pool's account. */
export function findPoolRole(world: World, name: string, accountId: string, partition: string): FoundRole | undefined {
  if (name.startsWith('arn:')) return findRole(world, name);
  const role = own(own(world.accounts, accountId)?.roles, name);
  return role && findRole(world, `arn:${partition}:iam::${accountId}:role${role.path ?? '/'}${name}`);
}

/** The ARN of a role's session, which has the role's name and not its path. */
export const sessionArn = ({ partition, accountId, name }: FoundRole, session: string): string =>
  `arn:${partition}:sts::${accountId}:assumed-role/${name}/${session}`;

/** A unique id as IAM gives to a role, made from its ARN so that it stays the same. */
export const roleId = (arn: string): string =>
  `AROA${toIdText(createHash('sha256').update(arn).digest().subarray(0, 17))}`;

/** The tags of a role as condition keys of a call about it. */
export const resourceTags = ({ role }: FoundRole): Record<string, string> =>
  Object.fromEntries(
    Object.entries(role.tags ?? {}).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`iam:ResourceTag/${key}`, value],
    ]),
  );
