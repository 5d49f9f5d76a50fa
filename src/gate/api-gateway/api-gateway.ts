/**
 * The front of API Gateway: finds API, stage and route, judges the signature and the caller, and hands the request to the
 * route's handler. A pure decision over one request; the server around it does the talking.
 */
import { partitionOf } from '../../endpoint/partitions';
import { examine } from '../../verify/examine';
import { type Arrival, headerOf, type Place, type Ruling } from '../arrival';
import { authorize } from '../policy/authorize';
import { requestKeys } from '../policy/request-keys';
import { type Identified, identify, tokenOf } from '../principals/principals';
import type { Realm } from '../realm';
import { MISSING_TOKEN, wordForeignScheme, wordSignature } from '../signature-refusals';
import { own } from '../world/own';
import type { World } from '../world/world';
import { handlerReply, refusalReply } from './gateway-replies';
import type { ApiOwner } from './method-call';
import { type Caller, proxyEvent } from './proxy-event';
import { toReply } from './proxy-result';
import { type Answer, type Denial, FORBIDDEN, HANDLER_FAILED, refuseCaller } from './refusals';
import { findRoute as find, type MatchedRoute } from './routes';

const PLACE: Place = { service: 'execute-api' };

/** Rules on a request that has arrived for the host of an API. */
export function ruleOnHost(realm: Realm, arrival: Arrival, region: string | undefined): Promise<Ruling> | Ruling {
  const [apiId = '', label] = arrival.host.split('.');
  const owner = findApi(realm.world, apiId) as never as ApiOwner;
  // Unconfirmed: an API that does not exist.
  if (!owner || label !== 'execute-api' || region !== owner.api.region) return refuse(arrival, 'no-api', FORBIDDEN);
  return ruleOnApi(realm, owner, arrival);
}

async function ruleOnApi(realm: Realm, owner: ApiOwner, arrival: Arrival): Promise<Ruling> {
  const { request } = arrival;
  const [, stage = '', ...rest] = request.path.split('/');
  if (stage !== owner.api.stage) return refuse(arrival, 'no-stage', FORBIDDEN);
  const path = `/${rest.join('/')}`;
  const matched = find(owner.api as never, request.method, path);
  const authorization = headerOf(request, 'authorization');
  if (!matched) {
    const foreign = authorization !== undefined && !authorization.startsWith('AWS4-');
    return refuse(arrival, 'no-route', foreign ? wordForeignScheme(authorization) : MISSING_TOKEN);
  }
  if (matched.route.auth !== 'AWS_IAM') return invoke(owner, arrival, matched, path, undefined);

  const { region } = owner.api;
  const partition = partitionOf(region).name;
  let found: Identified | undefined;
  const verdict = await examine(request, {
    region,
    service: 'execute-api',
    maxSkew: 300_000,
    now: arrival.now,
    lookup: (accessKeyId) => {
      found = identify(realm, PLACE, partition, accessKeyId, tokenOf(request));
      return found?.credentials;
    },
  });
  if ('code' in verdict) return refuse(arrival, verdict.code, wordSignature(verdict, authorization));

  const { principal } = found as Identified;
  const resource = `arn:${partition}:execute-api:${region}:${owner.accountId}:${owner.apiId}/${stage}/${request.method}${matched.path}`;
  const keys = requestKeys(realm.world, arrival, principal);
  const result = authorize(principal, 'execute-api:Invoke', resource, keys);
  // Another account's caller needs a resource policy too, which this version does not have.
  const foreign = principal.accountId !== owner.accountId;
  const denial: 'allow' | Denial = result === 'allow' && foreign ? 'no-resource-policy' : result;
  if (denial !== 'allow') return refuse(arrival, denial, refuseCaller(principal.arn, resource, denial), principal.arn);
  const { accountId, userId, arn } = principal;
  return invoke(owner, arrival, matched, path, { accessKey: verdict.accessKeyId, accountId, userId, userArn: arn });
}

const refuse = ({ requestId }: Arrival, reason: string, answer: Answer, principal?: string): Ruling => ({
  outcome: 'refused',
  reason,
  principal,
  reply: refusalReply(answer, requestId),
});

async function invoke(
  owner: ApiOwner,
  arrival: Arrival,
  matched: MatchedRoute,
  path: string,
  caller: Caller | undefined,
): Promise<Ruling> {
  const { requestId } = arrival;
  const principal = caller?.userArn;
  const { handler } = matched.route;
  try {
    const result =
      typeof handler === 'function' ? await handler(proxyEvent(owner, arrival, matched, path, caller)) : handler;
    return { outcome: 'answered', principal, reply: handlerReply(toReply(result as never), requestId) };
  } catch (cause) {
    // The caller is told nothing of what went wrong inside; the log is.
    const reply = refusalReply(HANDLER_FAILED, requestId);
    return { outcome: 'failed', reason: 'handler', principal, cause, reply };
  }
}

/** The owner of an API by its id. */
function findApi(world: World, apiId: string): ApiOwner | undefined {
  for (const [accountId, { apis = {} }] of Object.entries(world.accounts)) {
    const api = own(apis, apiId);
    if (api) return { accountId, apiId, api };
  }
  return undefined;
}
