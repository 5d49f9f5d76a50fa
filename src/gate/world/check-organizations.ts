/** Checks the organizations of a world. */
import { checkPolicies } from './check-policy';
import { fault, object } from './checks';
import { organizationOf } from './own';
import type { Organization, World } from './world';

/** Rejects organizations that do not make sense. */
export function checkOrganizations(at: string, organizations: unknown, world: World): void {
  for (const [id, organization] of Object.entries(object(at, organizations))) {
    const here = `${at}.${id}`;
    if (!/^o-[a-z0-9]+$/.test(id)) fault(here, 'is not an organization id, "o-" and lower-case letters and digits');
    const parts = ['serviceControlPolicies', 'managementAccount'];
    const { serviceControlPolicies = [], managementAccount } = object(here, organization, parts) as Organization;
    checkPolicies(`${here}.serviceControlPolicies`, serviceControlPolicies, 'organization');
    if (managementAccount === undefined) continue;
    // One that is misspelt would be limited by policies that do not limit it on AWS.
    if (typeof managementAccount !== 'string' || organizationOf(world, managementAccount) !== id)
      fault(`${here}.managementAccount`, 'is not the id of an account of this organization');
  }
}
