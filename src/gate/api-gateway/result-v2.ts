/** Reads what a function of payload format 2.0 gives back; throws on what AWS calls malformed. */
import type { Reply } from '../reply';
import type { ProxyResultV2, ResultV2 } from '../world/events-v2';
import { toReply } from './proxy-result';

/**
 * The reply: an answer with a status, or any other value as JSON with status 200. Cookies become `Set-Cookie` headers.
 * Unconfirmed: that nothing at all is answered as `null`.
 */
export function toReplyV2(result: ResultV2): Reply {
  if (!isAnswer(result)) {
    const body = typeof result === 'string' ? result : (JSON.stringify(result) ?? 'null');
    return toReply({ statusCode: 200, headers: { 'content-type': 'application/json' }, body });
  }
  const { cookies = [], ...answer } = result;
  const reply = toReply(answer);
  if (cookies.length === 0) return reply;
  const { headers } = toReply({ statusCode: 200, multiValueHeaders: { 'set-cookie': cookies } });
  const others = reply.headers.filter(([name]) => name.toLowerCase() !== 'set-cookie');
  return { ...reply, headers: [...others, ...headers] };
}

const isAnswer = (result: ResultV2): result is ProxyResultV2 =>
  typeof result === 'object' && result !== null && 'statusCode' in result && result.statusCode !== undefined;
