/**
 * The front of API Gateway: finds API, way and stage, judges the signature and the caller, and hands the request to the
 * route's handler. A pure decision over one request; the server around it does the talking.
 */
import { type Arrival, headerOf, type Ruling } from '../arrival';
import type { Realm } from '../realm';
import { MISSING_TOKEN, wordForeignScheme } from '../signature-refusals';
import { ruleOnConnections } from '../web-sockets/manage-connections';
import type { HttpRoute, Route } from '../world/api';
import { admit } from './admit';
import { invoke } from './invoke';
import { type Lost, locate } from './locate';
import type { ApiCall, MethodCall } from './method-call';
import { passEndpoint } from './pass-endpoint';
import { methodArn } from './question';
import { NOT_FOUND_V2, URI_TOO_LONG } from './refusals';
import { refuse } from './refuse';
import { type MatchedRoute, segmentsOf } from './routes';
import { type SignatureCheck, signatureOf } from './signature';

/** Bytes that the ARN of a method with authorization may have. */
const MAX_ARN = 1600;

/** Rules on a request that has arrived for a host of API Gateway's, or for a custom domain name of the world. */
export async function ruleOnExecuteApi(realm: Realm, arrival: Arrival): Promise<Ruling> {
  const call = locate(realm, arrival);
  const ruling = 'answer' in call ? refuseLost(arrival, call) : await ruleOnApi(realm, call);
  return call.passage ? { ...ruling, vpcEndpoint: call.passage.id } : ruling;
}

function refuseLost(arrival: Arrival, { reason, answer }: Lost): Ruling {
  return answer === 'reset' ? { outcome: 'refused', reason, reply: answer } : refuse(arrival, reason, answer);
}

function ruleOnApi(realm: Realm, call: ApiCall): Promise<Ruling> | Ruling {
  if (call.owner.api.type === 'WEBSOCKET') return ruleOnConnections(realm, call);
  return ruleOnCall(realm, call, signatureOf(realm, call));
}

async function ruleOnCall(realm: Realm, call: ApiCall, check: SignatureCheck): Promise<Ruling> {
  const { arrival, owner, path } = call;
  const segments = segmentsOf(path);
  const arn = methodArn(call, segments);
  const passed = call.passage && (await passEndpoint(realm.world, call, arn, check));
  if (passed && 'reply' in passed) return passed;
  const principal = passed?.principal?.arn;
  const matched = owner.routes.find(arrival.request.method, segments) as MatchedRoute<Route | HttpRoute> | undefined;
  if (!matched) return refuseRoute(call, principal);
  const isGuarded = (matched.route.auth ?? 'NONE') !== 'NONE';
  if (isGuarded && Buffer.byteLength(arn) > MAX_ARN) return refuse(arrival, 'too-large', URI_TOO_LONG, principal);
  return ruleOnMethod(realm, { ...call, ...matched, arn }, check, principal);
}

/** No such method. A REST API reads an Authorization header all the same. */
function refuseRoute({ arrival, owner }: ApiCall, principal: string | undefined): Ruling {
  if (owner.api.type === 'HTTP') return refuse(arrival, 'no-route', NOT_FOUND_V2, principal);
  const authorization = headerOf(arrival.request, 'authorization');
  const isForeign = authorization && !authorization.startsWith('AWS4-');
  return refuse(arrival, 'no-route', isForeign ? wordForeignScheme(authorization) : MISSING_TOKEN, principal);
}

/** `passed`: the caller whose signature held on the way, also where the method asks for none. */
async function ruleOnMethod(
  realm: Realm,
  call: MethodCall,
  check: SignatureCheck,
  passed: string | undefined,
): Promise<Ruling> {
  const admitted = await admit(realm, call, check);
  if ('reply' in admitted) return { ...admitted, principal: admitted.principal ?? passed };
  const { authorized, statement } = admitted;
  const principal = authorized.principal?.arn ?? passed;
  return { ...(await invoke(realm.world, call, authorized)), statement, principal };
}
