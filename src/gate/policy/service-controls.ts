/** The service control policies that limit an account, level by level. */
import { own } from '../world/own';
import type { World } from '../world/world';
import type { AttachedPolicy } from './judgement';

/** Each level must allow: the organization's, and the account's own. The management account is not limited. */
export function serviceControls(world: World, accountId: string): readonly (readonly AttachedPolicy[])[] {
  const account = own(world.accounts, accountId);
  const id = account?.organization;
  const organization = id === undefined ? undefined : own(world.organizations, id);
  if (organization?.managementAccount === accountId) return NONE;
  const all = organization?.serviceControlPolicies ?? [];
  const ofAccount = account?.serviceControlPolicies ?? [];
  if (all.length === 0 && ofAccount.length === 0) return NONE;
  return [
    all.map((document, i) => attach(`organizations.${id}.serviceControlPolicies[${i}]`, document)),
    ofAccount.map((document, i) => attach(`accounts.${accountId}.serviceControlPolicies[${i}]`, document)),
  ].filter((level) => level.length > 0);
}

const NONE: readonly never[] = [];

const attach = (at: string, document: AttachedPolicy['document']): AttachedPolicy => ({
  type: 'organization',
  at,
  document,
});
