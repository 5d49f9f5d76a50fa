/** AWS STS: who a caller is, and roles for those who may assume them. */
import { headerOf, type Ruling } from '../arrival';
import { denialText } from '../policy/denial-text';
import { judgeEndpoint } from '../policy/judge';
import { requestKeys } from '../policy/request-keys';
import { authenticate } from '../principals/authenticate';
import type { Principal } from '../principals/principals';
import type { Realm } from '../realm';
import { notEmulatedBy } from '../service-forms';
import { assumeRole } from './assume-role';
import { refuseInXml, stsAnswer, stsRefusal, wordStsSignature } from './sts-answers';
import type { EnteredCall, Parameters } from './sts-parameters';
import { assumeWithWebIdentity } from './web-identity';

/** A call to STS, as routing has read it. */
export interface StsCall {
  readonly service: 'sts';
  readonly action: string | undefined;
  /** Of the hostname; where that does not tell, any will do, and this is the one that the request is signed for. */
  readonly region: string | undefined;
  readonly parameters: Parameters;
}

const VERSION = '2011-06-15';
/** Actions of the service that this version does not have. */
const OTHERS = new Set(
  'AssumeRoleWithSAML AssumeRoot DecodeAuthorizationMessage GetAccessKeyInfo GetDelegatedAccessToken GetFederationToken GetSessionToken GetWebIdentityToken'.split(
    ' ',
  ),
);

/** Rules on a call to STS. */
export async function ruleOnSts(realm: Realm, call: StsCall & EnteredCall): Promise<Ruling> {
  const { arrival, action, parameters } = call;
  const version = parameters.get('Version');
  // Unconfirmed: both texts.
  if (action === undefined) return refuseInXml(arrival, stsRefusal(400, 'MissingAction', 'Missing Action'));
  if (version === VERSION && OTHERS.has(action)) return notEmulatedBy('sts', `sts:${action}`, arrival.requestId);
  if (version !== VERSION || !['AssumeRole', 'AssumeRoleWithWebIdentity', 'GetCallerIdentity'].includes(action)) {
    const found = version ?? 'NO_VERSION_SPECIFIED';
    const message = `Could not find operation ${action} for version ${found}`;
    return refuseInXml(arrival, stsRefusal(400, 'InvalidAction', message));
  }
  if (action === 'AssumeRoleWithWebIdentity') return assumeWithWebIdentity(realm, call);
  const { region = 'us-east-1' } = call;

  const signed = await authenticate(realm, arrival, call, region);
  if ('code' in signed)
    return refuseInXml(arrival, wordStsSignature(signed, headerOf(arrival.request, 'authorization')));
  const { principal } = signed;
  return action === 'AssumeRole'
    ? assumeRole(realm, { ...call, region }, principal)
    : tellCaller(realm, { ...call, region }, principal);
}

/** Needs no permission, and no policy can deny it but that of a VPC endpoint. Unconfirmed: the text of that. */
function tellCaller({ world }: Realm, { arrival, region, passage }: EnteredCall, principal: Principal): Ruling {
  const { arn, userId, accountId } = principal;
  const action = 'sts:GetCallerIdentity';
  const keys = requestKeys(world, arrival, principal, { 'aws:RequestedRegion': region }, passage);
  const way = judgeEndpoint(principal, { action, resource: '*', keys }, passage?.policy);
  if (!way.allowed) {
    const message = `User: ${arn} is not authorized to perform: ${action} ${denialText(way, action)}`;
    return refuseInXml(arrival, { ...stsRefusal(403, 'AccessDenied', message), denied: way }, arn);
  }
  return stsAnswer(arrival, 'GetCallerIdentity', { Arn: arn, UserId: userId, Account: accountId }, arn);
}
