/** Why policies refuse, in IAM's words (troubleshooting of access denied messages). */
import type { Denied, PolicyType } from './judgement';

/** The sentence of most services; `anonymous` for a caller without a signature. */
export const accessDenied = (
  caller: string,
  { action, resource }: { readonly action: string; readonly resource: string },
  denied: Denied,
): string =>
  `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} ${denialText(denied, action)}`;

/** As it stands behind `is not authorized to perform: … on resource: …`. */
export function denialText({ explicit, policy }: Denied, action: string): string {
  const [article, name] = NAMES[policy];
  return explicit ? `with an explicit deny in ${article} ${name}` : `because no ${name} allows the ${action} action`;
}

const NAMES: Record<PolicyType, readonly [article: string, name: string]> = {
  identity: ['an', 'identity-based policy'],
  resource: ['a', 'resource-based policy'],
  endpoint: ['a', 'VPC endpoint policy'],
  boundary: ['a', 'permissions boundary'],
  session: ['a', 'session policy'],
  organization: ['a', 'service control policy'],
  trust: ['the', 'role trust policy'],
  // Those of Lambda authorizers have words of their own; API Gateway calls what they give an identity-based policy.
  authorizer: ['an', 'identity-based policy'],
};
