/** Hands a call to what answers for its route, and its answer back in the form of its kind of API. */
import type { Ruling } from '../arrival';
import type { Reply } from '../reply';
import type { HttpProxy } from '../world/api';
import type { Handler, ProxyResult } from '../world/events';
import type { HandlerV2, ProxyResultV2 } from '../world/events-v2';
import type { World } from '../world/world';
import { httpApiEvent } from './event-v2';
import { handlerReply, handlerReplyV2, proxiedReply, refusalReply } from './gateway-replies';
import { IntegrationFailure, proxyTo } from './integrations/http-proxy';
import type { Authorized, MethodCall } from './method-call';
import { proxyEvent } from './proxy-event';
import { toReply } from './proxy-result';
import { FAILED_V2, HANDLER_FAILED } from './refusals';
import { toReplyV2 } from './result-v2';

/** What a handler throws, or gives that is no answer, is a failure: the log is told the cause, the caller is not. */
export async function invoke(world: World, call: MethodCall, authorized: Authorized): Promise<Ruling> {
  const { requestId } = call.arrival;
  const isHttpApi = call.owner.api.type === 'HTTP';
  try {
    const reply = isHttpApi ? await answerV2(call, authorized) : await answer(world, call, authorized);
    return { outcome: 'answered', reply };
  } catch (cause) {
    if (cause instanceof IntegrationFailure)
      return { outcome: 'failed', reason: 'integration', cause, reply: cause.reply };
    const reply = refusalReply(isHttpApi ? FAILED_V2 : HANDLER_FAILED, requestId);
    return { outcome: 'failed', reason: 'handler', cause, reply };
  }
}

async function answer(world: World, call: MethodCall, authorized: Authorized): Promise<Reply> {
  const { requestId } = call.arrival;
  const handler = call.route.handler as Handler | ProxyResult | HttpProxy;
  if ('httpProxy' in handler) return proxiedReply(await proxyTo(call, handler), requestId, false);
  const result = typeof handler === 'function' ? await handler(proxyEvent(world, call, authorized)) : handler;
  return handlerReply(toReply(result), requestId);
}

async function answerV2(call: MethodCall, { authorizer }: Authorized): Promise<Reply> {
  const { requestId } = call.arrival;
  const handler = call.route.handler as HandlerV2 | ProxyResultV2 | HttpProxy;
  if ('httpProxy' in handler) return proxiedReply(await proxyTo(call, handler), requestId, true);
  const result = typeof handler === 'function' ? await handler(httpApiEvent(call, authorizer)) : handler;
  return handlerReplyV2(toReplyV2(result), requestId);
}
