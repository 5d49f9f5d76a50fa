/** The condition keys that every request has, and those that tell who signed it. */
import { type Arrival, headerOf } from '../arrival';
import type { Principal } from '../principals/principals';
import { organizationOf } from '../world/own';
import type { World } from '../world/world';
import { type ConditionKeys, conditionKeys, type KeyValue } from './condition-keys';

/** The VPC endpoint that a request came through. */
interface Through {
  readonly id: string;
  readonly endpoint: { readonly vpc: string };
}

/**
 * Keys of a request and its caller, who may be anonymous, and those of the call itself. Through a VPC endpoint the address is
 * `aws:VpcSourceIp` and there is no `aws:SourceIp`. They are made when a policy first asks for one.
 */
export function requestKeys(
  world: World,
  arrival: Arrival,
  principal: Principal | undefined,
  call: Readonly<Record<string, KeyValue | undefined>> = {},
  passage?: Through | undefined,
): ConditionKeys {
  let keys: ConditionKeys | undefined;
  const make = () =>
    conditionKeys({
      ...call,
      ...principalKeys(world, principal),
      ...arrivalKeys(arrival),
      ...wayKeys(arrival, passage),
    });
  return {
    get(name) {
      keys ??= make();
      return keys.get(name);
    },
    organizationOf: (accountId) => organizationOf(world, accountId),
  };
}

const wayKeys = ({ sourceIp }: Arrival, passage: Through | undefined) =>
  passage === undefined
    ? { 'aws:SourceIp': sourceIp }
    : { 'aws:SourceVpce': passage.id, 'aws:SourceVpc': passage.endpoint.vpc, 'aws:VpcSourceIp': sourceIp };

const arrivalKeys = ({ request, isSecure, now }: Arrival) => ({
  'aws:CurrentTime': new Date(now).toISOString(),
  'aws:EpochTime': String(Math.floor(now / 1000)),
  'aws:SecureTransport': String(isSecure),
  'aws:UserAgent': headerOf(request, 'user-agent'),
  'aws:Referer': headerOf(request, 'referer'),
});

function principalKeys(world: World, principal: Principal | undefined): Record<string, KeyValue | undefined> {
  if (!principal) return { 'aws:PrincipalAccount': 'anonymous', 'aws:PrincipalType': 'Anonymous' };
  const { session, accountId } = principal;
  const tags = Object.entries(principal.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  return {
    ...Object.fromEntries(tags),
    ...session?.federation?.claims,
    'aws:PrincipalArn': principal.iamArn,
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalOrgID': organizationOf(world, accountId),
    'aws:PrincipalType': principal.type,
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
    'aws:userid': principal.userId,
    'aws:username': principal.userName,
    'aws:SourceIdentity': session?.sourceIdentity,
    'aws:FederatedProvider': session?.federation?.provider,
    // Temporary keys have these, long-term keys do not.
    'aws:TokenIssueTime': session && new Date(session.issued).toISOString(),
    'aws:MultiFactorAuthPresent': principal.temporary ? 'false' : undefined,
  };
}
