/** Amazon Cognito Identity: identities for guests and for those who log in, and keys for them. Its calls are not signed. */
import { partitionOf } from '../../endpoint/partitions';
import { type Arrival, bytesOf, type Ruling } from '../arrival';
import { type JsonRefusal, jsonAnswer, jsonRefusal, NOT_JSON, readJson, refuseInJson } from '../json-answers';
import type { Allowed } from '../policy/judgement';
import { requestKeys } from '../policy/request-keys';
import { judgeTrust } from '../policy/trust';
import { COGNITO_PROVIDER, type OpenIdClaims, openIdTokens } from '../principals/open-id-tokens';
import { claimKeys, sessionClaims } from '../principals/providers';
import { type FoundRole, findPoolRole, resourceTags } from '../principals/roles';
import { giveKeys, type Realm } from '../realm';
import { notEmulatedBy } from '../service-forms';
import type { PolicyDocument } from '../world/policy-document';
import { checkInput, type Input } from './cognito-input';
import { enter, type Identity, recognise } from './identities';
import { regionOf } from './identity-ids';

/** A call to Cognito Identity, as routing has read it. */
export interface CognitoCall {
  readonly service: 'cognito-identity';
  readonly action: string;
  /** Of the hostname; undefined where the name does not tell, and any will do. */
  readonly region: string | undefined;
}

/** Seconds. Unconfirmed: the life of keys; no document states it. */
const KEYS_LIFE = 3600;
const TOKEN_LIFE = 600;

/** What guests are limited to; of the services in Cognito's list the gate has API Gateway alone. */
const GUEST_POLICY: PolicyDocument = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'execute-api:*', Resource: '*' },
};

/** Rules on a call to Cognito Identity. */
export async function ruleOnCognito(realm: Realm, arrival: Arrival, call: CognitoCall): Promise<Ruling> {
  const { action } = call;
  if (!['GetId', 'GetOpenIdToken', 'GetCredentialsForIdentity'].includes(action))
    return notEmulatedBy(call.service, `cognito-identity:${action}`, arrival.requestId);
  const input: Input | undefined = readJson(bytesOf(arrival.request));
  if (!input) return refuseInJson(arrival, NOT_JSON);
  const fault = checkInput(input, action === 'GetId' ? 'IdentityPoolId' : 'IdentityId');
  if (fault) return refuseInJson(arrival, jsonRefusal('InvalidParameterException', fault));
  if (input.CustomRoleArn !== undefined)
    return notEmulatedBy(call.service, 'the parameter CustomRoleArn', arrival.requestId);

  const logins = Object.entries(input.Logins ?? {});
  const identity =
    action === 'GetId'
      ? await enter(realm, call.region, input, logins, arrival.now)
      : await recognise(realm, call.region, input.IdentityId as string, logins, arrival.now);
  if ('type' in identity) return refuseInJson(arrival, identity);
  const { id } = identity;
  if (action === 'GetId') return jsonAnswer(arrival, { IdentityId: id });
  if (action === 'GetOpenIdToken' && identity.pool.pool.allowClassicFlow === false) {
    const text = 'Basic (classic) flow is not enabled, please use enhanced flow.';
    return refuseInJson(arrival, jsonRefusal('InvalidParameterException', text));
  }
  const claims = toClaims(identity, arrival.now);
  if (action === 'GetOpenIdToken')
    return jsonAnswer(arrival, { IdentityId: id, Token: openIdTokens(realm.key).write(claims) });

  const given = roleFor(realm, arrival, identity, claims);
  if ('type' in given) return refuseInJson(arrival, given);
  const policy = identity.providers.length === 0 ? GUEST_POLICY : undefined;
  const federation = { provider: COGNITO_PROVIDER, claims: sessionClaims(COGNITO_PROVIDER, { ...claims }) };
  const session = { roleArn: given.found.arn, name: 'CognitoIdentityCredentials', policy, federation };
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = giveKeys(
    realm,
    call,
    session,
    arrival.now,
    KEYS_LIFE,
  );
  const answer = jsonAnswer(arrival, {
    IdentityId: id,
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: expiration.getTime() / 1000,
    },
  });
  return { ...answer, statement: given.statement };
}

function toClaims({ id, pool, providers }: Identity, now: number): OpenIdClaims {
  const iat = Math.floor(now / 1000);
  const amr = providers.length === 0 ? ['unauthenticated'] : ['authenticated', ...providers];
  return { iss: `https://${COGNITO_PROVIDER}`, sub: id, aud: pool.id, amr, iat, exp: iat + TOKEN_LIFE };
}

/** The role of the enhanced flow, which must trust the pool as it would in a call to STS. */
function roleFor(
  realm: Realm,
  arrival: Arrival,
  { pool, providers }: Identity,
  claims: OpenIdClaims,
): { readonly found: FoundRole; readonly statement: Allowed['statement'] } | JsonRefusal {
  const { authenticated, unauthenticated } = pool.pool.roles;
  const name = providers.length === 0 ? unauthenticated : authenticated;
  const region = regionOf(pool.id);
  const found =
    name === undefined ? undefined : findPoolRole(realm.world, name, pool.accountId, partitionOf(region).name);
  const keys = requestKeys(realm.world, arrival, undefined, {
    ...claimKeys(COGNITO_PROVIDER, { ...claims }),
    ...(found && resourceTags(found)),
    'aws:FederatedProvider': COGNITO_PROVIDER,
    'aws:RequestedRegion': region,
    'sts:RoleSessionName': 'CognitoIdentityCredentials',
  });
  const claimant = { kind: 'Federated', exact: [COGNITO_PROVIDER] } as const;
  const trust = found && judgeTrust(found, claimant, 'sts:AssumeRoleWithWebIdentity', keys);
  if (found && trust?.allowed) return { found, statement: trust.statement };
  const refusal = jsonRefusal(
    'InvalidIdentityPoolConfigurationException',
    'Invalid identity pool configuration. Check assigned IAM roles for this pool.',
  );
  return trust && !trust.allowed ? { ...refusal, denied: trust } : refusal;
}
