/** What AWS Lambda answers at a function URL: refusals in its words, and the headers it puts on every reply. */
import type { Answer } from '../api-gateway/refusals';
import { type Reply, textReply, withDefaults } from '../reply';

/** What a caller hears whom policies do not let in, or who did not sign; nothing of the reason. */
export const FORBIDDEN: Answer = {
  status: 403,
  errorType: 'AccessDeniedException',
  message:
    'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
  key: 'Message',
};

/** A refusal of Lambda's own. */
export const functionRefusal = ({ status, errorType, message, key = 'message' }: Answer, requestId: string): Reply =>
  textReply(status, 'application/json', JSON.stringify({ [key]: message }), {
    'x-amzn-RequestId': requestId,
    'x-amzn-ErrorType': errorType ?? 'UnknownError',
  });

/** The reply for a function that threw, or gave what is no answer. Unconfirmed: the body, which is no JSON. */
export const functionFailed = (requestId: string): Reply =>
  textReply(502, 'application/json', 'Internal Server Error', { 'x-amzn-RequestId': requestId });

/** What a function answers; a header of its own goes before Lambda's. `trace` is the id that its event had. */
export const functionReply = (reply: Reply, requestId: string, trace: string): Reply =>
  withDefaults(reply, {
    'Content-Type': 'application/json',
    'x-amzn-RequestId': requestId,
    'X-Amzn-Trace-Id': trace,
  });
