/** A client's time at a WebSocket API, from the completed handshake to its end: its messages and what goes back. */
import type { Decision } from '../arrival';
import type { Realm } from '../realm';
import type { WebSocketApi, WebSocketRoute } from '../world/api';
import type { WebSocketAnswer, WebSocketEvent } from '../world/web-socket';
import { type Connection, newId } from './connections';
import { runRoute } from './run-route';
import { selectRoute } from './select-route';
import { type Client, disconnectEvent, messageEvent } from './web-socket-event';

/** What a client is served with. */
export interface Service {
  readonly realm: Realm;
  readonly now: () => number;
  /** Takes what was decided on each of its messages and on its end. */
  readonly record: (decision: Decision) => void;
}

/** Answers a message, and has the decision recorded. Never rejects. */
export async function serveMessage(
  { now, record }: Service,
  client: Client,
  connection: Connection,
  message: string,
): Promise<void> {
  const api = client.call.owner.api as WebSocketApi;
  const key = selectRoute(api, message);
  if (key === undefined) {
    connection.send(failureText('Forbidden', client, newId()));
    record(decide(client, 'MESSAGE', { status: 403, outcome: 'refused', reason: 'no-route' }));
    return;
  }
  let event: WebSocketEvent | undefined;
  const { decision, answer } = await run(client, 'MESSAGE', api.routes?.[key] as WebSocketRoute, () => {
    const time = now();
    connection.lastActiveAt = time;
    event = messageEvent(client, key, message, time);
    return event;
  });
  if (answer?.body) connection.send(answer.body);
  if (!answer)
    connection.send(failureText('Internal server error', client, event?.requestContext.requestId ?? newId()));
  record(decision);
}

/** Tells the API that a client is gone, where it has a route for that. Never rejects. */
export async function serveEnd({ now, record }: Service, client: Client, code: number, reason: string): Promise<void> {
  const route = (client.call.owner.api as WebSocketApi).routes?.$disconnect;
  if (!route) return;
  const { decision } = await run(client, 'DISCONNECT', route, () => disconnectEvent(client, code, reason, now()));
  record(decision);
}

/** Runs a route; without an answer where that failed. */
async function run(
  client: Client,
  method: 'MESSAGE' | 'DISCONNECT',
  route: WebSocketRoute,
  makeEvent: () => WebSocketEvent,
): Promise<{ readonly decision: Decision; readonly answer?: WebSocketAnswer }> {
  let action: string | undefined;
  try {
    const event = makeEvent();
    action = event.requestContext.routeKey;
    const answer = await runRoute(route, event);
    return { answer, decision: decide(client, method, { action, status: answer.statusCode, outcome: 'answered' }) };
  } catch (cause) {
    return { decision: decide(client, method, { action, status: 500, outcome: 'failed', reason: 'handler', cause }) };
  }
}

/** What the client hears of a message that came to nothing. */
const failureText = (message: string, { id }: Client, requestId: string) =>
  JSON.stringify({ message, connectionId: id, requestId });

function decide(
  { call, caller }: Client,
  method: string,
  decided: Pick<Decision, 'action' | 'status' | 'outcome' | 'reason' | 'cause'>,
): Decision {
  const { host, request } = call.arrival;
  const principal = caller.principal?.arn;
  return { time: Date.now(), method, host, path: request.path, service: 'execute-api', principal, ...decided };
}
