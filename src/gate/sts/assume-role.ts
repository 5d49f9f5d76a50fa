/** AssumeRole: a role for a caller whom it trusts and whose own policies allow it. */
import type { Arrival, Ruling } from '../arrival';
import { requestKeys } from '../policy/request-keys';
import { mayAssume, type TrustDenial } from '../policy/trust';
import type { Principal } from '../principals/principals';
import { type FoundRole, findRole } from '../principals/roles';
import type { Realm } from '../realm';
import { own } from '../world/own';
import { assumed, refuseDuration } from './assumed';
import { refuseSize } from './packed-size';
import { notEmulatedInXml, refuseInXml, type StsRefusal, stsAnswer, stsRefusal, validationError } from './sts-answers';
import { type AssumeRoleCall, isRoleArn, type Parameters, readAssumeRole } from './sts-parameters';

export function assumeRole(realm: Realm, arrival: Arrival, parameters: Parameters, principal: Principal): Ruling {
  const read = readAssumeRole(parameters, false);
  if ('notEmulated' in read) return notEmulatedInXml(arrival, read.notEmulated, principal.arn);
  if ('code' in read) return refuseInXml(arrival, read, principal.arn);
  const call = inherit(read, principal);
  if ('code' in call) return refuseInXml(arrival, call, principal.arn);
  const oversize = refuseSize(call);
  if (oversize) return refuseInXml(arrival, oversize, principal.arn);

  const found = findRole(realm.world, call.roleArn);
  const refusal = isRoleArn(call.roleArn)
    ? refuseAssumption(realm, arrival, principal, found, call)
    : validationError(`${call.roleArn} is invalid`);
  if (refusal) return refuseInXml(arrival, refusal, principal.arn);
  return stsAnswer(
    arrival,
    'AssumeRole',
    assumed(realm, arrival, 'AssumeRole', found as FoundRole, call),
    principal.arn,
  );
}

/** A call with what the session of the caller hands down: its transitive tags and its source identity. */
function inherit(call: AssumeRoleCall, { session }: Principal): AssumeRoleCall | StsRefusal {
  const handed = session?.transitive ?? [];
  const given = new Set(Object.keys(call.tags).map((key) => key.toLowerCase()));
  // Unconfirmed: code and text.
  if (handed.some((key) => given.has(key.toLowerCase()))) {
    const message =
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.";
    return stsRefusal(400, 'InvalidParameterValue', message);
  }
  const inherited = Object.fromEntries(handed.map((key) => [key, own(session?.tags ?? {}, key) ?? '']));
  return {
    ...call,
    tags: { ...inherited, ...call.tags },
    transitive: [...handed, ...call.transitive],
    sourceIdentity: call.sourceIdentity ?? session?.sourceIdentity,
  };
}

function refuseAssumption(
  realm: Realm,
  arrival: Arrival,
  principal: Principal,
  found: FoundRole | undefined,
  call: AssumeRoleCall,
): StsRefusal | undefined {
  const denied = (action: string, reason: TrustDenial | 'no-role'): StsRefusal => {
    const message = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${call.roleArn}${REASONS[reason] ?? ''}`;
    return { ...stsRefusal(403, 'AccessDenied', message), reason };
  };
  // STS does not tell a role that is not there from one that does not trust the caller.
  if (!found || found.partition !== principal.arn.split(':')[1]) return denied('sts:AssumeRole', 'no-role');
  const tagKeys = Object.keys(call.tags);
  const keys = requestKeys(realm.world, arrival, principal, {
    ...Object.fromEntries(Object.entries(call.tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': tagKeys.length > 0 ? tagKeys : undefined,
    'sts:ExternalId': call.externalId,
    'sts:RoleSessionName': call.roleSessionName,
    'sts:SourceIdentity': call.sourceIdentity,
    'sts:TransitiveTagKeys': call.transitive.length > 0 ? call.transitive : undefined,
  });
  const needed = [
    'sts:AssumeRole',
    ...(tagKeys.length > 0 ? ['sts:TagSession'] : []),
    ...(call.sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ];
  for (const action of needed) {
    const result = mayAssume(principal, found, action, keys, action !== 'sts:AssumeRole');
    if (result !== 'allow') return denied(action, result);
  }
  const inherited = principal.session?.sourceIdentity;
  // Unconfirmed: the text. A source identity stays the same along a chain of roles.
  if (inherited !== undefined && call.sourceIdentity !== inherited) return denied('sts:SetSourceIdentity', 'no-trust');
  return refuseDuration(call, found, principal.session !== undefined);
}

/** STS's replies to AssumeRole end at the ARN; the reasons for an explicit deny are from IAM's list of texts. */
const REASONS: Partial<Record<TrustDenial | 'no-role', string>> = {
  'explicit-deny': ' with an explicit deny in an identity-based policy',
  'session-explicit-deny': ' with an explicit deny in a session policy',
  'trust-explicit-deny': ' with an explicit deny in the role trust policy',
};
