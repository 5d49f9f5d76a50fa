/** What a caller gets of a fault, in the form of each service. */
import type { Arrival, GateService, Place, Ruling } from '../arrival';
import type { Realm } from '../realm';
import { type Reply, textReply } from '../reply';
import { replyByTable, type WordsOf } from '../service-forms';

/** Has a fault happen, if there is one for the place: waits for a slow one, and rules on those that answer themselves. */
export async function strike({ faults }: Realm, { requestId }: Arrival, place: Place): Promise<Ruling | undefined> {
  const slow = faults.strike(['slow'], place);
  if (slow) await faults.pause(slow.fault.delay ?? 1000);
  const struck = faults.strike(['throttle', 'unavailable', 'garbage', 'reset'], place);
  if (!struck) return undefined;
  const { kind } = struck.fault;
  const { service } = place;
  const ruling = (reply: Ruling['reply']): Ruling => ({ outcome: 'fault', reason: kind, reply });
  if (kind === 'throttle') return ruling(replyByTable(service, THROTTLED, requestId));
  if (kind === 'unavailable') return ruling(replyByTable(service, UNAVAILABLE, requestId));
  return ruling(kind === 'reset' ? 'reset' : garbage(service, struck.turn));
}

/** Unconfirmed: the texts of Cognito and SageMaker, and all of Studio, metadata and container. */
const THROTTLED: WordsOf = {
  'execute-api': [429, 'TooManyRequestsException', 'Too Many Requests'],
  lambda: [429, 'TooManyRequestsException', 'Rate Exceeded.'],
  sts: [400, 'Throttling', 'Rate exceeded'],
  'cognito-identity': [400, 'TooManyRequestsException', 'Rate exceeded'],
  'cognito-idp': [400, 'TooManyRequestsException', 'Rate exceeded'],
  sagemaker: [400, 'ThrottlingException', 'Rate exceeded'],
  studio: [429, '', 'Too Many Requests'],
  metadata: [429, '', 'Too Many Requests'],
  container: [429, '', 'Too Many Requests'],
};

/** Unconfirmed: all but the status. */
const UNAVAILABLE: WordsOf = {
  'execute-api': [503, 'ServiceUnavailableException', 'Service Unavailable'],
  lambda: [503, 'ServiceUnavailableException', 'Service Unavailable'],
  sts: [503, 'ServiceUnavailable', 'Service is unavailable'],
  'cognito-identity': [503, 'ServiceUnavailableException', 'Service is unavailable'],
  'cognito-idp': [503, 'ServiceUnavailableException', 'Service is unavailable'],
  sagemaker: [503, 'ServiceUnavailable', 'Service is unavailable'],
  studio: [503, '', 'Service Unavailable'],
  metadata: [503, '', 'Service Unavailable'],
  container: [503, '', 'Service Unavailable'],
};

const XML = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIA`;
const JSON_TEXT = '{"Code":"Success","Credentials":{"AccessKeyId":"ASIA';
const PAGE = '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to this network.</body></html>';

/** What stands where an answer should be: cut off, a page of somebody in between, another format, nothing. */
function garbage(service: GateService, turn: number): Reply {
  const [type, cut, other] =
    service === 'sts' ? ['text/xml', XML, '{"message":"ok"}'] : ['application/json', JSON_TEXT, '<ok/>'];
  const bodies: readonly (readonly [type: string, body: string])[] = [
    [type, cut],
    ['text/html', PAGE],
    [type, other],
    [type, ''],
  ];
  const [contentType, body] = bodies[turn % bodies.length] as readonly [string, string];
  return textReply(200, contentType, body);
}
