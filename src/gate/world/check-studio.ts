/** Checks the domains of SageMaker Studio of a world. */
import { checkRegion, fault, list, object, show } from './checks';
import type { StudioDomain } from './studio';

/** Rejects a domain that does not make sense. */
export function checkStudioDomain(at: string, domain: StudioDomain, id: string): void {
  const parts = ['region', 'userProfiles', 'authMode'];
  const { region, userProfiles, authMode = 'IAM' } = object(at, domain, parts) as unknown as StudioDomain;
  if (!/^d-(?:-*[a-z0-9]){1,61}$/.test(id) || id.length > 63)
    fault(at, 'is not the id of a domain, "d-" and lower-case letters, digits and hyphens');
  checkRegion(`${at}.region`, region);
  for (const [i, name] of list(`${at}.userProfiles`, userProfiles).entries()) {
    if (typeof name !== 'string' || !/^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/.test(name) || name.length > 63)
      fault(`${at}.userProfiles[${i}]`, 'is not the name of a user profile, letters, digits and inner hyphens');
  }
  if (authMode !== 'IAM' && authMode !== 'SSO') fault(`${at}.authMode`, `is ${show(authMode)}; it is "IAM" or "SSO"`);
}
