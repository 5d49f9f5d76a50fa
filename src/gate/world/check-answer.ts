/** Whether an answer that stands in the world, in place of a function, can be sent. */
import { toReply } from '../api-gateway/proxy-result';
import { toReplyV2 } from '../api-gateway/result-v2';

/** In payload format 1.0. */
export const isAnswer = (answer: unknown): boolean => canBeRead(() => toReply(answer as never));

/** In payload format 2.0. It says its status: what is inferred without one is of functions. */
export const isAnswerV2 = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && 'statusCode' in answer && canBeRead(() => toReplyV2(answer));

/** What is wrong with a handler that is none. */
export const handlerFault = (handler: unknown): string =>
  handler === undefined
    ? 'is missing: a function, or an answer such as { statusCode: 200, body: "text" }'
    : 'is neither a function nor an answer that can be sent, which has a statusCode, and a body that is a text';

function canBeRead(read: () => unknown): boolean {
  try {
    return read() !== undefined;
  } catch {
    return false;
  }
}
