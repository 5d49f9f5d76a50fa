/** The API of Amazon SageMaker, of which the gate has CreatePresignedDomainUrl: the way into a domain of Studio. */
import { type Arrival, bytesOf, type Ruling } from '../arrival';
import { type JsonRefusal, jsonAnswer, jsonRefusal, refuseInJson, refuseSignatureInJson } from '../json-answers';
import { accessDenied } from '../policy/denial-text';
import type { Denied } from '../policy/judgement';
import { authenticate, type Signed } from '../principals/authenticate';
import type { Realm } from '../realm';
import { notEmulatedBy } from '../service-forms';
import type { Passage } from '../vpc-endpoints/endpoint-index';
import { ACTION, judgePresigned, type Profile, profileArn } from './judge-presigned';
import { type PresignedCall, readPresignedCall } from './presigned-input';
import type { DomainOwner } from './studio-index';
import { writeToken } from './studio-tokens';

/** A call to SageMaker, as routing has read it. */
export interface SageMakerCall {
  readonly service: 'sagemaker';
  /** Empty where the call names none. */
  readonly action: string;
  /** Of the hostname; where that does not tell, any will do, and this is the one that the request is signed for. */
  readonly region: string | undefined;
}

/** Unconfirmed: that there is no text. */
const UNKNOWN_OPERATION = jsonRefusal('UnknownOperationException', '');
/** Unconfirmed: the text. */
const SSO_DOMAIN = jsonRefusal(
  'ValidationException',
  'CreatePresignedDomainUrl can only be called for a Domain whose authentication mode is IAM.',
);

/** Rules on a call to SageMaker. */
export async function ruleOnSageMaker(
  realm: Realm,
  arrival: Arrival,
  call: SageMakerCall,
  passage: Passage | undefined,
): Promise<Ruling> {
  const { action, region = 'us-east-1' } = call;
  if (!/^\w+$/.test(action)) return refuseInJson(arrival, UNKNOWN_OPERATION);
  if (action !== 'CreatePresignedDomainUrl')
    return notEmulatedBy('sagemaker', `sagemaker:${action}`, arrival.requestId);
  const signed = await authenticate(realm, arrival, call, region);
  if ('code' in signed) return refuseSignatureInJson(arrival, signed);
  const { principal } = signed;
  const asked = readPresignedCall(bytesOf(arrival.request));
  if ('type' in asked) return refuseInJson(arrival, asked, principal.arn);

  const profile: Profile = { ...asked, region, accountId: principal.accountId };
  const judgement = judgePresigned(realm.world, arrival, principal, profile, passage);
  if (!judgement.allowed) return refuseInJson(arrival, denied(principal.arn, profile, judgement), principal.arn);
  const fault = findFault(realm.studio.get(asked.domainId), profile);
  if (fault) return refuseInJson(arrival, fault, principal.arn);
  const AuthorizedUrl = toUrl(realm, arrival, asked, region, signed);
  return { ...jsonAnswer(arrival, { AuthorizedUrl }, principal.arn), statement: judgement.statement };
}

/** The key of the text is that of API Gateway's. Unconfirmed on SageMaker: its case, and the reasons of some kinds of policy. */
const denied = (caller: string, profile: Profile, judgement: Denied): JsonRefusal => ({
  type: 'AccessDeniedException',
  key: 'Message',
  message: accessDenied(caller, { action: ACTION, resource: profileArn(profile) }, judgement),
  denied: judgement,
});

/** Why there is no URL for a profile. Unconfirmed: the texts. */
function findFault(owner: DomainOwner | undefined, profile: Profile): JsonRefusal | undefined {
  const { domainId, userProfile, accountId, region } = profile;
  const notFound = (message: string): JsonRefusal => ({ type: 'ResourceNotFound', key: 'Message', message });
  if (!owner || owner.accountId !== accountId || owner.domain.region !== region)
    return notFound(`Domain [${domainId}] does not exist.`);
  if (owner.domain.authMode === 'SSO') return SSO_DOMAIN;
  return owner.domain.userProfiles.includes(userProfile)
    ? undefined
    : notFound(`UserProfile [${userProfile}] does not exist in Domain [${domainId}].`);
}

function toUrl(
  realm: Realm,
  { now }: Arrival,
  { domainId, userProfile, space, expiresIn }: PresignedCall,
  region: string,
  { principal, accessKeyId }: Signed,
): string {
  const creator = principal.session ? { session: principal.session } : { accessKeyId };
  const expiration = now + expiresIn * 1000;
  const token = writeToken(realm, { domainId, userProfile, space, expiration, creator });
  return `https://${domainId}.studio.${region}.sagemaker.aws/auth?token=${token}`;
}
