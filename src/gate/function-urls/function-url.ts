/**
 * The front of a Lambda function URL: finds the function, judges the signature and the caller, and hands the request to the
 * function as an event of payload 2.0. A pure decision over one request; the server around it does the talking.
 */
import { eventV2, iamContextV2 } from '../api-gateway/event-v2';
import type { Answer } from '../api-gateway/refusals';
import { toReplyV2 } from '../api-gateway/result-v2';
import { type Arrival, bytesOf, headerOf, type Place, type Ruling } from '../arrival';
import { deniedRuling } from '../policy/denied-ruling';
import { authenticate } from '../principals/authenticate';
import type { Realm } from '../realm';
import { refuseBody } from '../service-forms';
import { wordSignature } from '../signature-refusals';
import type { IamContextV2 } from '../world/events-v2';
import type { FunctionOwner } from './function-index';
import { judgeFunctionCaller, judgeFunctionPublic } from './function-permission';
import { FORBIDDEN, functionFailed, functionRefusal, functionReply } from './function-refusals';

const PLACE: Place = { service: 'lambda' };

/** Lambda's limit for the payload of a request: 6 MB. */
const MAX_BODY = 6 * 1024 * 1024;

/** Rules on a request that has arrived for the host of a function URL, `{id}.lambda-url.{region}.on.aws`. */
export async function ruleOnFunctionUrl(realm: Realm, arrival: Arrival, region: string | undefined): Promise<Ruling> {
  const owner = realm.functions.get(/^([^.]+)\.lambda-url\.[^.]+\.on\.aws\.?$/.exec(arrival.host)?.[1] ?? '');
  // Unconfirmed: a URL that does not exist.
  if (!owner || owner.url.region !== region) return refuse(arrival, 'no-function', FORBIDDEN);
  if (bytesOf(arrival.request).length > MAX_BODY) return refuseBody('lambda', arrival.requestId);
  if (owner.url.auth === 'NONE') {
    const judgement = judgeFunctionPublic(realm.world, owner, arrival);
    if (!judgement.allowed) return { ...deniedRuling(judgement), reply: functionRefusal(FORBIDDEN, arrival.requestId) };
    return invoke(owner, arrival, undefined);
  }
  return ruleOnSigned(realm, owner, arrival);
}

async function ruleOnSigned(realm: Realm, owner: FunctionOwner, arrival: Arrival): Promise<Ruling> {
  const signed = await authenticate(realm, arrival, PLACE, owner.url.region);
  if ('code' in signed) {
    const authorization = headerOf(arrival.request, 'authorization');
    const isUnsigned = signed.code === 'ERR_SIGV4_MISSING_AUTHENTICATION' && authorization === undefined;
    return refuse(arrival, signed.code, isUnsigned ? FORBIDDEN : wordSignature(signed, authorization));
  }
  const { principal, accessKeyId } = signed;
  const judgement = judgeFunctionCaller(realm.world, owner, arrival, principal);
  if (!judgement.allowed) {
    const reply = functionRefusal(FORBIDDEN, arrival.requestId);
    return { ...deniedRuling(judgement), principal: principal.arn, reply };
  }
  return invoke(owner, arrival, iamContextV2(realm.world, accessKeyId, principal));
}

const refuse = ({ requestId }: Arrival, reason: string, answer: Answer): Ruling => ({
  outcome: 'refused',
  reason,
  reply: functionRefusal(answer, requestId),
});

async function invoke(
  { accountId, id, url }: FunctionOwner,
  arrival: Arrival,
  iam: IamContextV2 | undefined,
): Promise<Ruling> {
  const { requestId, request } = arrival;
  const { handler } = url;
  const principal = iam?.userArn;
  const event = eventV2({
    arrival,
    // As events of URLs without a signature have it.
    accountId: iam ? accountId : 'anonymous',
    apiId: id,
    routeKey: '$default',
    stage: '$default',
    rawPath: request.path,
    authorizer: iam && { iam },
  });
  try {
    const result = typeof handler === 'function' ? await handler(event) : handler;
    // A text is JSON like every other value without a status, by the documentation's example.
    const reply = toReplyV2(typeof result === 'string' ? JSON.stringify(result) : result);
    const trace = event.headers['x-amzn-trace-id'] ?? '';
    return { outcome: 'answered', principal, reply: functionReply(reply, requestId, trace) };
  } catch (cause) {
    // The caller is told nothing of what went wrong inside; the log is.
    return { outcome: 'failed', reason: 'handler', principal, cause, reply: functionFailed(requestId) };
  }
}
