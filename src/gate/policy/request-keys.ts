/** The condition keys that every request has, and those that tell who signed it. */
import { type Arrival, headerOf } from '../arrival';
import type { Principal } from '../principals/principals';
import type { World } from '../world/world';
import { type ConditionKeys, conditionKeys } from './conditions';

/** Keys of a request and its caller, who may be anonymous, and those of the call itself. */
export function requestKeys(
  world: World,
  { request, sourceIp, isSecure, now }: Arrival,
  principal: Principal | undefined,
  call: Readonly<Record<string, string | readonly string[] | undefined>> = {},
): ConditionKeys {
  return conditionKeys({
    ...call,
    ...principalKeys(world, principal),
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:SourceIp': sourceIp,
    'aws:SecureTransport': String(isSecure),
    'aws:UserAgent': headerOf(request, 'user-agent'),
    'aws:Referer': headerOf(request, 'referer'),
  });
}

function principalKeys(world: World, principal: Principal | undefined): Parameters<typeof conditionKeys>[0] {
  if (!principal) return { 'aws:PrincipalAccount': 'anonymous', 'aws:PrincipalType': 'Anonymous' };
  const { session, accountId } = principal;
  const tags = Object.entries(principal.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  return {
    ...Object.fromEntries(tags),
    'aws:PrincipalArn': principal.iamArn,
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalOrgID': world.accounts[accountId]?.organization,
    'aws:PrincipalType': principal.type,
    'aws:PrincipalIsAWSService': 'false',
    'aws:userid': principal.userId,
    'aws:username': principal.userName,
    'aws:SourceIdentity': session?.sourceIdentity,
    // Temporary keys have these, long-term keys do not.
    'aws:TokenIssueTime': session && new Date(session.issued).toISOString(),
    'aws:MultiFactorAuthPresent': principal.temporary ? 'false' : undefined,
  };
}
