/** Whether somebody may create a presigned URL, or open one that they created: AWS asks the same of both. */
import { partitionOf } from '../../endpoint/partitions';
import type { Arrival } from '../arrival';
import { judgeCaller, judgeEndpoint } from '../policy/judge';
import type { Judgement } from '../policy/judgement';
import { requestKeys } from '../policy/request-keys';
import type { Principal } from '../principals/principals';
import type { Passage } from '../vpc-endpoints/endpoint-index';
import type { World } from '../world/world';

/** The action that IAM is asked about. */
export const ACTION = 'sagemaker:CreatePresignedDomainUrl';

/** A user profile. */
export interface Profile {
  readonly region: string;
  readonly accountId: string;
  readonly domainId: string;
  readonly userProfile: string;
}

/** The ARN of a user profile. */
export const profileArn = ({ region, accountId, domainId, userProfile }: Profile): string =>
  `arn:${partitionOf(region).name}:sagemaker:${region}:${accountId}:user-profile/${domainId}/${userProfile}`;

/** By the policy of the VPC endpoint on the way first, then by all that the principal has. */
export function judgePresigned(
  world: World,
  arrival: Arrival,
  principal: Principal,
  profile: Profile,
  passage: Passage | undefined,
): Judgement {
  const keys = requestKeys(world, arrival, principal, {}, passage);
  const question = { action: ACTION, resource: profileArn(profile), keys };
  const way = judgeEndpoint(principal, question, passage?.policy);
  if (!way.allowed) return way;
  return judgeCaller(world, principal, question, { accountId: profile.accountId, policies: [] });
}
