/** AssumeRoleWithWebIdentity: a role for whoever holds a token of a provider that the role trusts. The call is not signed. */
import type { Arrival, Ruling } from '../arrival';
import { requestKeys } from '../policy/request-keys';
import { type Claimant, trusts } from '../policy/trust';
import { COGNITO_PROVIDER, openIdTokens } from '../principals/open-id-tokens';
import { claimKeys, type Judged, judgeToken, type TokenClaims } from '../principals/providers';
import { type FoundRole, findRole } from '../principals/roles';
import type { Realm } from '../realm';
import { own } from '../world/own';
import { assumed, refuseDuration } from './assumed';
import { refuseSize } from './packed-size';
import { notEmulatedInXml, refuseInXml, type StsRefusal, stsAnswer, stsRefusal, validationError } from './sts-answers';
import { type AssumeRoleCall, isRoleArn, type Parameters, readAssumeRole } from './sts-parameters';

const ACTION = 'AssumeRoleWithWebIdentity';

export async function assumeWithWebIdentity(realm: Realm, arrival: Arrival, parameters: Parameters): Promise<Ruling> {
  const read = readAssumeRole(parameters, true);
  if ('notEmulated' in read) return notEmulatedInXml(arrival, read.notEmulated);
  if ('code' in read) return refuseInXml(arrival, read);
  // What only a signed call can pass on goes into no session here.
  const call: AssumeRoleCall = { ...read, tags: {}, transitive: [], sourceIdentity: undefined };
  const oversize = refuseSize(call);
  if (oversize) return refuseInXml(arrival, oversize);
  if (!isRoleArn(call.roleArn)) return refuseInXml(arrival, validationError(`${call.roleArn} is invalid`));

  const judged = await identifyToken(realm, call, arrival.now);
  if ('code' in judged) return refuseInXml(arrival, judged);
  const found = findRole(realm.world, call.roleArn);
  const refusal = refuseHolder(realm, arrival, found, judged, call);
  if (refusal) return refuseInXml(arrival, refusal);
  const { claims, provider } = judged;
  return stsAnswer(arrival, ACTION, {
    SubjectFromWebIdentityToken: String(claims.sub),
    Audience: claims.aud === undefined ? undefined : String(claims.aud),
    Provider: claims.iss === undefined ? `https://${provider}` : String(claims.iss),
    ...assumed(realm, arrival, ACTION, found as FoundRole, call),
  });
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
    if (judged.fault !== 'unknown') return refuseToken(judged);
  }
  // Unconfirmed: the text.
  return stsRefusal(400, 'InvalidIdentityToken', 'No OpenIDConnect provider found in your account for this token');
}

function refuseToken(judged: Exclude<Judged, { claims: unknown } | { fault: 'unknown' }>): StsRefusal {
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

function refuseHolder(
  realm: Realm,
  arrival: Arrival,
  found: FoundRole | undefined,
  { provider, claims }: Holder,
  call: AssumeRoleCall,
): StsRefusal | undefined {
  const denied = (action: string, reason: string): StsRefusal => ({
    ...stsRefusal(403, 'AccessDenied', `Not authorized to perform ${action}`),
    reason,
  });
  if (!found) return denied(`sts:${ACTION}`, 'no-role');
  const { partition, accountId, arn, role } = found;
  const exact = [`arn:${partition}:iam::${accountId}:oidc-provider/${provider}`];
  const claimant: Claimant = { kind: 'Federated', exact: BUILT_IN.has(provider) ? [...exact, provider] : exact };
  const keys = requestKeys(realm.world, arrival, undefined, {
    ...claimKeys(provider, claims),
    'sts:RoleSessionName': call.roleSessionName,
  });
  const trust = trusts(role.trust, claimant, `sts:${ACTION}`, arn, keys);
  if (trust === 'explicit-deny') return denied(`sts:${ACTION}`, 'trust-explicit-deny');
  if (trust === 'implicit-deny') return denied(`sts:${ACTION}`, 'no-trust');
  return refuseDuration(call, found, false);
}
