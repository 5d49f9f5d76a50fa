/** What services of the JSON 1.1 protocol answer: results, and refusals in their codes and texts. */
import type { Refusal } from '../verify/refusal';
import { type Arrival, headerOf, type Ruling } from './arrival';
import { deniedRuling } from './policy/denied-ruling';
import type { Denied } from './policy/judgement';
import { type Reply, textReply } from './reply';
import { wordSignature } from './signature-refusals';

/** A refusal; the status is 400. */
export interface JsonRefusal {
  readonly type: string;
  readonly message: string;
  /** Of the text in the JSON. Default `message`. */
  readonly key?: 'message' | 'Message' | undefined;
  /** What decided, for the log; default: the type. */
  readonly reason?: string | undefined;
  /** Which policies refused, for the log. */
  readonly denied?: Denied | undefined;
  /** What an identity provider threw. */
  readonly cause?: unknown;
}

/** A refusal, of which the type is the reason. */
export const jsonRefusal = (type: string, message: string): JsonRefusal => ({ type, message });

/** `errorType`: of a refusal, as a header has it. */
export function jsonReply(status: number, body: object, requestId: string, errorType?: string): Reply {
  return textReply(status, 'application/x-amz-json-1.1', JSON.stringify(body), {
    'x-amzn-RequestId': requestId,
    ...(errorType === undefined ? undefined : { 'x-amzn-ErrorType': errorType }),
  });
}

/** The result of an action. */
export const jsonAnswer = ({ requestId }: Arrival, result: object, principal?: string): Ruling => ({
  outcome: 'answered',
  principal,
  reply: jsonReply(200, result, requestId),
});

/** A refusal as a ruling. */
export function refuseInJson({ requestId }: Arrival, refusal: JsonRefusal, principal?: string): Ruling {
  const { type, message, key = 'message', reason = type, denied, cause } = refusal;
  const reply = jsonReply(400, { __type: type, [key]: message }, requestId, type);
  return { outcome: 'refused', reason, ...(denied && deniedRuling(denied)), principal, cause, reply };
}

/** The ruling on a request whose signature does not hold: API Gateway's words. Unconfirmed: that they are the same for each service. */
export function refuseSignatureInJson(arrival: Arrival, refusal: Refusal): Ruling {
  const { errorType, message } = wordSignature(refusal, headerOf(arrival.request, 'authorization'));
  return refuseInJson(arrival, { type: errorType, message, reason: refusal.code });
}

/** The body of a call; undefined for what is no JSON object. */
export function readJson(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const input = JSON.parse(new TextDecoder().decode(body));
    return typeof input === 'object' && input !== null && !Array.isArray(input) ? input : undefined;
  } catch {
    return undefined;
  }
}

/** The refusal of a body that is no JSON object. */
export const NOT_JSON = jsonRefusal('SerializationException', 'Start of structure expected');
