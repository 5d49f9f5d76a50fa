/** AssumeRole: a role for a caller whom it trusts and whose own policies allow it. */
import type { Ruling } from '../arrival';
import { denialText } from '../policy/denial-text';
import { judgeEndpoint } from '../policy/judge';
import type { Allowed, Denied } from '../policy/judgement';
import { requestKeys } from '../policy/request-keys';
import { judgeAssumption } from '../policy/trust';
import type { Principal } from '../principals/principals';
import { type FoundRole, findRole, resourceTags } from '../principals/roles';
import type { Realm } from '../realm';
import { notEmulatedBy } from '../service-forms';
import { own } from '../world/own';
import { assumed, durationFault } from './assumed';
import { sizeFault } from './packed-size';
import { refuseInXml, type StsRefusal, stsAnswer, stsRefusal, validationError } from './sts-answers';
import { type AssumeRoleCall, type EnteredCall, isRoleArn, readAssumeRole } from './sts-parameters';

/** Rules on a call whose signature holds. */
export function assumeRole(realm: Realm, entered: EnteredCall, principal: Principal): Ruling {
  const { arrival } = entered;
  const read = readAssumeRole(entered.parameters, false);
  if ('notEmulated' in read)
    return { ...notEmulatedBy('sts', read.notEmulated, arrival.requestId), principal: principal.arn };
  if ('code' in read) return refuseInXml(arrival, read, principal.arn);
  const call = inherit(read, principal);
  if ('code' in call) return refuseInXml(arrival, call, principal.arn);
  const oversize = sizeFault(call);
  if (oversize) return refuseInXml(arrival, oversize, principal.arn);

  const found = findRole(realm.world, call.roleArn);
  const ruled = isRoleArn(call.roleArn)
    ? judgeCall(realm, entered, principal, found, call)
    : validationError(`${call.roleArn} is invalid`);
  if ('code' in ruled) return refuseInXml(arrival, ruled, principal.arn);
  const result = assumed(realm, arrival, 'AssumeRole', found as FoundRole, call);
  return { ...stsAnswer(arrival, 'AssumeRole', result, principal.arn), statement: ruled.statement };
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
  const inherited = Object.fromEntries(handed.map((key) => [key, own(session?.tags, key) ?? '']));
  return {
    ...call,
    tags: { ...inherited, ...call.tags },
    transitive: [...handed, ...call.transitive],
    sourceIdentity: call.sourceIdentity ?? session?.sourceIdentity,
  };
}

/** What lets a caller assume a role, or the refusal. */
function judgeCall(
  realm: Realm,
  { arrival, region, passage }: EnteredCall,
  principal: Principal,
  found: FoundRole | undefined,
  call: AssumeRoleCall,
): StsRefusal | Allowed {
  const refuse = (action: string, reason = ''): StsRefusal => {
    const message = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${call.roleArn}${reason}`;
    return stsRefusal(403, 'AccessDenied', message);
  };
  const tagKeys = Object.keys(call.tags);
  const given = {
    ...Object.fromEntries(Object.entries(call.tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(found && resourceTags(found)),
    'aws:RequestedRegion': region,
    'aws:TagKeys': tagKeys.length > 0 ? tagKeys : undefined,
    'sts:ExternalId': call.externalId,
    'sts:RoleSessionName': call.roleSessionName,
    'sts:SourceIdentity': call.sourceIdentity,
    'sts:TransitiveTagKeys': call.transitive.length > 0 ? call.transitive : undefined,
  };
  const keys = requestKeys(realm.world, arrival, principal, given, passage);
  const refuseDenied = (action: string, denied: Denied): StsRefusal => {
    // STS's replies end at the ARN; the reasons for an explicit deny are from IAM's list of texts. Unconfirmed: that of a VPC endpoint.
    const isTold = denied.explicit || denied.policy === 'endpoint';
    return { ...refuse(action, isTold ? ` ${denialText(denied, action)}` : ''), denied };
  };
  const others = [
    ...(tagKeys.length > 0 ? ['sts:TagSession'] : []),
    ...(call.sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ];
  const enter = (action: string) => judgeEndpoint(principal, { action, resource: call.roleArn, keys }, passage?.policy);
  const way = enter('sts:AssumeRole');
  if (!way.allowed) return refuseDenied('sts:AssumeRole', way);
  // STS does not tell a role that is not there from one that does not trust the caller.
  if (!found || found.partition !== principal.arn.split(':')[1])
    return { ...refuse('sts:AssumeRole'), reason: 'no-role' };
  const judge = (action: string, both: boolean) => judgeAssumption(realm.world, principal, found, action, keys, both);
  const assumption = judge('sts:AssumeRole', false);
  if (!assumption.allowed) return refuseDenied('sts:AssumeRole', assumption);
  for (const action of others) {
    const passed = enter(action);
    const result = passed.allowed ? judge(action, true) : passed;
    if (!result.allowed) return refuseDenied(action, result);
  }
  const inherited = principal.session?.sourceIdentity;
  // Unconfirmed: the text. A source identity stays the same along a chain of roles.
  if (inherited !== undefined && call.sourceIdentity !== inherited) return refuse('sts:SetSourceIdentity');
  return durationFault(call, found, principal.session !== undefined) ?? assumption;
}
