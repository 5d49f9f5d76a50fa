/**
 * Amazon Cognito user pools: their keys, and their API, which another server plays that the world names. The gate stands before
 * it as Cognito's front does: it knows the pools, and has IAM judge the calls that must be signed.
 */
import { partitionOf } from '../../endpoint/partitions';
import { type Arrival, bytesOf, type Ruling } from '../arrival';
import { checkText, type TextLimits, toMessage } from '../constraints';
import { jsonRefusal, NOT_JSON, readJson, refuseInJson, refuseSignatureInJson } from '../json-answers';
import { accessDenied } from '../policy/denial-text';
import { judgeCaller } from '../policy/judge';
import type { DecidingStatement } from '../policy/judgement';
import { requestKeys } from '../policy/request-keys';
import { authenticate } from '../principals/authenticate';
import type { Principal } from '../principals/principals';
import type { Realm } from '../realm';
import { notEmulatedBy } from '../service-forms';
import { handOver } from './hand-over';
import { type FoundUserPool, regionOf } from './pools';
import { isPublic } from './public-operations';
import { tellConfiguration, tellKeys } from './well-known';

/** A call to user pools, as routing has read it. */
export interface UserPoolCall {
  readonly service: 'cognito-idp';
  /** Empty where the request names none, as one for the keys of a pool. */
  readonly action: string;
  /** Of the hostname; where that does not tell, any will do, and this is the one that the request is signed for. */
  readonly region: string | undefined;
}

const POOL_ID: TextLimits = { min: 1, max: 55, pattern: '[\\w-]+_[0-9a-zA-Z]+' };

/** Rules on a request for user pools. */
export async function ruleOnUserPools(realm: Realm, arrival: Arrival, call: UserPoolCall): Promise<Ruling> {
  const { method, path } = arrival.request;
  const pools = realm.userPools.all.filter(({ id }) => call.region === undefined || regionOf(id) === call.region);
  const [, id, document] = /^\/([^/]+)\/\.well-known\/(jwks\.json|openid-configuration)$/.exec(path) ?? [];
  if (id !== undefined && (method === 'GET' || method === 'HEAD')) {
    const pool = pools.find((candidate) => candidate.id === id);
    if (!pool) return noPool(arrival, id);
    return document === 'jwks.json' ? tellKeys(arrival, pool) : tellConfiguration(pool);
  }
  if (method !== 'POST' || !/^\w+$/.test(call.action))
    return notEmulatedBy(
      'cognito-idp',
      `${method} ${path.slice(0, 100)} of Amazon Cognito user pools`,
      arrival.requestId,
    );
  return ruleOnOperation(realm, arrival, call, pools);
}

async function ruleOnOperation(
  realm: Realm,
  arrival: Arrival,
  call: UserPoolCall,
  pools: readonly FoundUserPool[],
): Promise<Ruling> {
  const { action } = call;
  const input = readJson(bytesOf(arrival.request));
  if (!input) return refuseInJson(arrival, NOT_JSON);
  const { UserPoolId: named } = input;
  // What the server might read as a text would have been judged as none. Unconfirmed: the text.
  if (named !== undefined && typeof named !== 'string')
    return refuseInJson(arrival, jsonRefusal('SerializationException', 'Expected a string'));
  const faults = checkText('userPoolId', named, POOL_ID);
  if (faults.length > 0) return refuseInJson(arrival, jsonRefusal('InvalidParameterException', toMessage(faults)));
  const pool = pools.find(({ id }) => id === named);
  const permit = isPublic(action) ? {} : await judge(realm, arrival, call, named, pool?.accountId);
  if ('reply' in permit) return permit;
  const { principal, statement } = permit;
  if (named !== undefined && !pool) return noPool(arrival, named, principal?.arn);
  // It would have been judged as a call about no pool.
  if (principal && input.ResourceArn !== undefined)
    return notEmulatedBy('cognito-idp', `the parameter ResourceArn of cognito-idp:${action}`, arrival.requestId);
  // Who signs, and names none, calls the account's own.
  const near = pools.filter(({ accountId }) => !principal || accountId === principal.accountId);
  const servers = new Set((pool ? [pool] : near).flatMap((candidate) => candidate.pool.server ?? []));
  if (servers.size === 0) return notEmulatedBy('cognito-idp', `cognito-idp:${action}`, arrival.requestId);
  if (servers.size > 1) {
    const what = `a call that names no user pool where there are several servers: cognito-idp:${action}`;
    return { ...notEmulatedBy('cognito-idp', what, arrival.requestId), reason: 'ambiguous' };
  }
  const [server = ''] = servers;
  // As it was read here: of a name that is there twice, another reader may take the other value.
  const ruling = await handOver(arrival, server, Buffer.from(JSON.stringify(input)));
  return { ...ruling, principal: principal?.arn, statement };
}

/** An observed text. Unconfirmed: that it is also the answer to whoever asks for the keys. */
const noPool = (arrival: Arrival, id: string, principal?: string): Ruling =>
  refuseInJson(arrival, jsonRefusal('ResourceNotFoundException', `User pool ${id} does not exist.`), principal);

/** Who may do what Cognito wants signed; nobody, where it wants no signature. */
interface Permit {
  readonly principal?: Principal;
  readonly statement?: DecidingStatement | undefined;
}

/** The permit for a call that is signed, or the refusal. */
async function judge(
  realm: Realm,
  arrival: Arrival,
  call: UserPoolCall,
  poolId: string | undefined,
  owner: string | undefined,
): Promise<Ruling | Permit> {
  const { region = 'us-east-1' } = call;
  const signed = await authenticate(realm, arrival, call, region);
  if ('code' in signed) return refuseSignatureInJson(arrival, signed);
  const { principal } = signed;
  const accountId = owner ?? principal.accountId;
  const partition = partitionOf(region).name;
  const resource =
    poolId === undefined ? '*' : `arn:${partition}:cognito-idp:${region}:${accountId}:userpool/${poolId}`;
  const action = `cognito-idp:${call.action}`;
  const keys = requestKeys(realm.world, arrival, principal, { 'aws:RequestedRegion': region });
  const judgement = judgeCaller(realm.world, principal, { action, resource, keys }, { accountId, policies: [] });
  if (judgement.allowed) return { principal, statement: judgement.statement };
  const message = accessDenied(principal.arn, { action, resource }, judgement);
  return refuseInJson(arrival, { type: 'AccessDeniedException', message, denied: judgement }, principal.arn);
}
