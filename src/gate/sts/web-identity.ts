/** AssumeRoleWithWebIdentity: a role for whoever holds a token of a provider that the role trusts. The call is not signed. */
import { partitionOf } from '../../endpoint/partitions';
import type { Ruling } from '../arrival';
import type { Claimant } from '../policy/claimants';
import { denialText } from '../policy/denial-text';
import { judgeEndpoint } from '../policy/judge';
import type { Allowed } from '../policy/judgement';
import { requestKeys } from '../policy/request-keys';
import { judgeTrust } from '../policy/trust';
import { COGNITO_PROVIDER, openIdTokens } from '../principals/open-id-tokens';
import { claimKeys, type Judged, judgeToken, sessionClaims, type TokenClaims } from '../principals/providers';
import { type FoundRole, findRole, resourceTags } from '../principals/roles';
import type { Realm } from '../realm';
import { notEmulatedBy } from '../service-forms';
import { own } from '../world/own';
import { assumed, durationFault } from './assumed';
import { sizeFault } from './packed-size';
import { refuseInXml, type StsRefusal, stsAnswer, stsRefusal, validationError } from './sts-answers';
import { type AssumeRoleCall, type EnteredCall, isRoleArn, readAssumeRole } from './sts-parameters';

const ACTION = 'AssumeRoleWithWebIdentity';

/** Rules on a call; where its region is not known, a role of any partition will do. */
export async function assumeWithWebIdentity(realm: Realm, entered: EnteredCall): Promise<Ruling> {
  const { arrival } = entered;
  const read = readAssumeRole(entered.parameters, true);
  if ('notEmulated' in read) return notEmulatedBy('sts', read.notEmulated, arrival.requestId);
  if ('code' in read) return refuseInXml(arrival, read);
  // What only a signed call can pass on goes into no session here.
  const call: AssumeRoleCall = { ...read, tags: {}, transitive: [], sourceIdentity: undefined };
  const oversize = sizeFault(call);
  if (oversize) return refuseInXml(arrival, oversize);
  if (!isRoleArn(call.roleArn)) return refuseInXml(arrival, validationError(`${call.roleArn} is invalid`));

  const judged = await identifyToken(realm, call, arrival.now);
  if ('code' in judged) return refuseInXml(arrival, judged);
  const found = findRole(realm.world, call.roleArn);
  const ruled = judgeHolder(realm, entered, found, judged, call);
  if ('code' in ruled) return refuseInXml(arrival, ruled);
  const { claims, provider } = judged;
  const answer = stsAnswer(arrival, ACTION, {
    SubjectFromWebIdentityToken: String(claims.sub),
    Audience: claims.aud === undefined ? undefined : String(claims.aud),
    Provider: claims.iss === undefined ? `https://${provider}` : String(claims.iss),
    ...assumed(realm, arrival, ACTION, found as FoundRole, call, federationOf(found as FoundRole, judged)),
  });
  return { ...answer, statement: ruled.statement };
}

/** A token that is good, and whose it is. */
interface Holder {
  readonly provider: string;
  readonly claims: TokenClaims;
}

/** Asks Cognito, which every account knows, and then the providers of the role's account, each for its own tokens. */
async function identifyToken(
  realm: Realm,
  { roleArn, token }: AssumeRoleCall,
  now: number,
): Promise<Holder | StsRefusal> {
  const open = openIdTokens(realm.key).read(token);
  if (open) {
    const seconds = Math.floor(now / 1000);
    return open.exp > seconds ? { provider: COGNITO_PROVIDER, claims: { ...open } } : expiredToken(seconds, open.exp);
  }
  const accountId = roleArn.split(':')[4] as string;
  for (const [provider, judge] of Object.entries(own(realm.world.accounts, accountId)?.oidcProviders ?? {})) {
    const judged = await judgeToken(judge, token, now);
    if ('claims' in judged) return { provider, claims: judged.claims };
    if (judged.fault !== 'unknown') return wordToken(judged);
  }
  // Unconfirmed: the text.
  return stsRefusal(400, 'InvalidIdentityToken', 'No OpenIDConnect provider found in your account for this token');
}

function wordToken(judged: Exclude<Judged, { claims: unknown } | { fault: 'unknown' }>): StsRefusal {
  if (judged.fault === 'expired') return expiredToken(judged.now, judged.expired);
  // Unconfirmed: the text.
  const refusal = stsRefusal(400, 'IDPCommunicationError', 'The identity provider could not be reached');
  return { ...refusal, reason: 'provider', cause: judged.cause };
}

/** Unconfirmed: the text. */
const expiredToken = (now: number, expired: number) =>
  stsRefusal(
    400,
    'ExpiredTokenException',
    `Token expired: current date/time ${now} must be before the expiration date/time ${expired}`,
  );

/** Providers that a trust policy names as they are, without an entry in the account's IAM. */
const BUILT_IN = new Set([COGNITO_PROVIDER, 'accounts.google.com', 'www.amazon.com', 'graph.facebook.com']);

const providerArn = ({ partition, accountId }: FoundRole, provider: string) =>
  `arn:${partition}:iam::${accountId}:oidc-provider/${provider}`;

const federationOf = (found: FoundRole, { provider, claims }: Holder) => ({
  provider: BUILT_IN.has(provider) ? provider : providerArn(found, provider),
  claims: sessionClaims(provider, claims),
});

/** What lets the holder of a token assume a role, or the refusal. */
function judgeHolder(
  realm: Realm,
  { arrival, region, passage }: EnteredCall,
  found: FoundRole | undefined,
  { provider, claims }: Holder,
  call: AssumeRoleCall,
): StsRefusal | Allowed {
  const refusal = stsRefusal(403, 'AccessDenied', `Not authorized to perform sts:${ACTION}`);
  const isElsewhere = region !== undefined && found?.partition !== partitionOf(region).name;
  if (!found || isElsewhere) return { ...refusal, reason: 'no-role' };
  const exact = [providerArn(found, provider)];
  if (BUILT_IN.has(provider)) exact.push(provider);
  const claimant: Claimant = { kind: 'Federated', exact };
  const given = {
    ...claimKeys(provider, claims),
    ...resourceTags(found),
    'aws:FederatedProvider': exact.at(-1),
    'aws:RequestedRegion': region ?? 'us-east-1',
    'sts:RoleSessionName': call.roleSessionName,
  };
  const keys = requestKeys(realm.world, arrival, undefined, given, passage);
  const action = `sts:${ACTION}`;
  // To the endpoint it is anonymous. Unconfirmed: the text.
  const way = judgeEndpoint(undefined, { action, resource: call.roleArn, keys }, passage?.policy);
  if (!way.allowed) return { ...refusal, message: `${refusal.message} ${denialText(way, action)}`, denied: way };
  const trust = judgeTrust(found, claimant, action, keys);
  return trust.allowed ? (durationFault(call, found, false) ?? trust) : { ...refusal, denied: trust };
}
