/** One request from the wire to its answer, and the decision for the log. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { notEmulated, refusalReply } from './api-gateway/gateway-replies';
import type { Decision, Ruling } from './arrival';
import { type Destination, findDestination } from './destination';
import type { Realm } from './realm';
import { receive, send } from './receive';
import type { Reply } from './reply';
import { failInside } from './service-forms';
import { ruleOn } from './services';
import { sendRaw } from './web-sockets/raw-reply';

const MAX_LOGGED_PATH = 1_000;

/** Rejects when the connection breaks before the request is there; whatever else goes wrong is an answer, and in the log. */
export async function serve(
  realm: Realm,
  message: IncomingMessage,
  response: ServerResponse,
  now: () => number,
): Promise<Decision> {
  const { received, fault, tooLarge } = await receive(message, realm.world.from);
  const { request, host, requestId } = received;
  let time = Date.now();
  let destination: Destination | undefined;
  let ruling: Ruling;
  let status: number;
  try {
    destination = findDestination(realm, received);
    time = now();
    // Callers with a wrong clock set it right by this.
    response.setHeader('Date', new Date(time).toUTCString());
    ruling = fault
      ? refuseMalformed(400, 'malformed', fault, requestId)
      : await ruleOn(realm, { ...received, now: time }, destination, tooLarge);
    status = send(message, response, ruling.reply);
  } catch (cause) {
    ruling = failInside(destination?.service, requestId, cause);
    status = send(message, response, ruling.reply);
  }
  const { reply: _, ...decided } = ruling;
  return {
    time,
    method: request.method,
    host,
    path: request.path.slice(0, MAX_LOGGED_PATH),
    service: destination && (destination.service ?? destination.name),
    // What a caller wrote stands in the log only where it looks like an action.
    action: destination?.action && /^\w{1,64}$/.test(destination.action) ? destination.action : undefined,
    status,
    ...decided,
  };
}

/** The ruling on what is no request that the gate can read. Unconfirmed: all but the status. */
export function refuseMalformed(
  status: 400 | 408 | 431,
  reason: string,
  message: string,
  requestId: string,
): Ruling & { readonly reply: Reply } {
  const reply = refusalReply({ status, errorType: 'BadRequestException', message }, requestId);
  return { outcome: 'refused', reason, reply };
}

/** Answers a CONNECT, whose connection Node would otherwise close without a word. */
export function refuseTunnel(message: IncomingMessage, socket: Duplex): Decision {
  const { outcome, reply } = notEmulated(
    'The gate is no proxy: send the Host of an API, or call through gate.fetch.',
    randomUUID(),
  );
  const time = Date.now();
  // Node listens to this socket no more: a caller who is gone would be an uncaught error.
  socket.on('error', () => undefined);
  const status = sendRaw(socket, reply, time);
  const host = (message.url ?? '').toLowerCase().replace(/:\d+$/, '');
  return { time, method: 'CONNECT', host, path: '', status, outcome };
}

/** A decision as a line. */
export function describe(decision: Decision): string {
  const { method, host, path, action, status, outcome, reason, policy, statement, vpcEndpoint, principal, cause } =
    decision;
  const parts = [
    `gate: ${status} ${method} ${host}${path}`,
    action,
    vpcEndpoint && `through ${vpcEndpoint}`,
    outcome,
    reason && `(${reason}${policy ? `, ${policy} policy` : ''})`,
    statement && `by ${statement.at}`,
    principal && `as ${principal}`,
  ];
  const line = parts.filter((part) => part !== undefined && part !== '').join(' ');
  return cause === undefined ? line : `${line}: ${cause instanceof Error ? cause.stack : String(cause)}`;
}
