/** Runs the handler of a route and reads what it gives. */
import type { WebSocketRoute } from '../world/api';
import type { WebSocketAnswer, WebSocketEvent } from '../world/web-socket';

/** Rejects with what the handler throws, and with a TypeError for what API Gateway calls malformed. */
export async function runRoute({ handler }: WebSocketRoute, event: WebSocketEvent): Promise<WebSocketAnswer> {
  const answer = typeof handler === 'function' ? await handler(event) : handler;
  // Of `$disconnect` nobody hears.
  if (answer === undefined && event.requestContext.eventType === 'DISCONNECT') return { statusCode: 200 };
  const fault = answerFault(answer);
  if (fault !== undefined) throw new TypeError(`The answer of the route ${fault}.`);
  return answer as WebSocketAnswer;
}

/** What is wrong with an answer, as it stands behind its name. */
export function answerFault(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return 'is not an object';
  const { statusCode, body, headers = {} } = answer as Partial<Record<string, unknown>>;
  if (!Number.isInteger(statusCode) || (statusCode as number) < 200 || (statusCode as number) > 599)
    return 'has no statusCode that is a whole number from 200 to 599';
  if (body !== undefined && body !== null && typeof body !== 'string') return 'has a body that is not a text';
  if (typeof headers !== 'object' || headers === null) return 'has headers that are not an object';
  const protocol = protocolOf({ statusCode: 200, headers: headers as Record<string, string> });
  return protocol === undefined || TOKEN.test(protocol) ? undefined : 'has a subprotocol that cannot be sent';
}

const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;

/** The subprotocol that `$connect` accepts; undefined for none. */
export function protocolOf({ headers }: WebSocketAnswer): string | undefined {
  const found = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol');
  return found && String(found[1]);
}
