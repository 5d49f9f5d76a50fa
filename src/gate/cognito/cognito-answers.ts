/** What Cognito Identity answers, in JSON 1.1: results, and refusals in its codes and texts. */
import type { Arrival, Ruling } from '../arrival';
import { deniedRuling } from '../policy/denied-ruling';
import type { Denied } from '../policy/judgement';
import { type Reply, textReply } from '../reply';

/** A refusal of Cognito's; the status is 400. */
export interface CognitoRefusal {
  readonly type: string;
  readonly message: string;
  /** What decided, for the log; default: the type. */
  readonly reason?: string | undefined;
  /** Which policies refused, for the log. */
  readonly denied?: Denied | undefined;
  /** What an identity provider threw. */
  readonly cause?: unknown;
}

/** A refusal, of which the type is the reason. */
export const cognitoRefusal = (type: string, message: string): CognitoRefusal => ({ type, message });
/** The refusal of somebody who has not proven who it is. */
export const notAuthorized = (message: string): CognitoRefusal => cognitoRefusal('NotAuthorizedException', message);

/** `errorType`: of a refusal, as a header has it. */
export function jsonReply(status: number, body: object, requestId: string, errorType?: string): Reply {
  return textReply(status, 'application/x-amz-json-1.1', JSON.stringify(body), {
    'x-amzn-RequestId': requestId,
    ...(errorType === undefined ? undefined : { 'x-amzn-ErrorType': errorType }),
  });
}

/** The result of an action. */
export const cognitoAnswer = ({ requestId }: Arrival, result: object): Ruling => ({
  outcome: 'answered',
  reply: jsonReply(200, result, requestId),
});

/** A refusal as a ruling. */
export function refuseInJson({ requestId }: Arrival, refusal: CognitoRefusal): Ruling {
  const { type, message, reason = type, denied, cause } = refusal;
  const reply = jsonReply(400, { __type: type, message }, requestId, type);
  return { outcome: 'refused', reason, ...(denied && deniedRuling(denied)), cause, reply };
}
