/** One request from the wire to its answer, and the decision for the log. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { notEmulated } from './api-gateway/gateway-replies';
import type { Decision, Ruling } from './arrival';
import { type Destination, findDestination } from './destination';
import type { Realm } from './realm';
import { receive, send } from './receive';
import type { Reply } from './reply';
import { failInside } from './service-forms';
import { ruleOn } from './services';

const MAX_LOGGED_PATH = 1_000;

/** Rejects when the connection breaks before the request is there; whatever else goes wrong is an answer, and in the log. */
export async function serve(
  realm: Realm,
  message: IncomingMessage,
  response: ServerResponse,
  now: () => number,
): Promise<Decision> {
  const { received, tooLarge } = await receive(message);
  const { request, host, requestId } = received;
  let time = Date.now();
  let destination: Destination | undefined;
  let ruling: Ruling;
  let status: number;
  try {
    destination = findDestination(received);
    time = now();
    // Callers with a wrong clock set it right by this.
    response.setHeader('Date', new Date(time).toUTCString());
    ruling = await ruleOn(realm, { ...received, now: time }, destination, tooLarge);
    status = send(message, response, ruling.reply);
  } catch (cause) {
    ruling = failInside(destination?.service, requestId, cause);
    status = send(message, response, ruling.reply);
  }
  const { outcome, reason, principal, cause } = ruling;
  return {
    time,
    method: request.method,
    host,
    path: request.path.slice(0, MAX_LOGGED_PATH),
    service: destination && (destination.service ?? destination.name),
    // What a caller wrote stands in the log only where it looks like an action.
    action: destination?.action && /^\w{1,64}$/.test(destination.action) ? destination.action : undefined,
    status,
    outcome,
    reason,
    principal,
    ...(cause === undefined ? undefined : { cause }),
  };
}

/** Answers a CONNECT, whose connection Node would otherwise close without a word. */
export function refuseTunnel(message: IncomingMessage, socket: Duplex): Decision {
  const { outcome, reply } = notEmulated(
    'The gate is no proxy: send the Host of an API, or call through gate.fetch.',
    randomUUID(),
  );
  // Node listens to this socket no more: a caller who is gone would be an uncaught error, and one who stays would keep it open.
  socket.on('error', () => undefined);
  socket.end(onWire(reply), () => socket.destroy());
  const host = (message.url ?? '').toLowerCase().replace(/:\d+$/, '');
  return { time: Date.now(), method: 'CONNECT', host, path: '', status: 501, outcome };
}

function onWire({ headers, body }: Reply): Buffer {
  const lines = headers.flatMap(([name, values]) => values.map((value) => `${name}: ${value}`));
  const head = ['HTTP/1.1 501 Not Implemented', ...lines, `Content-Length: ${body.length}`, 'Connection: close'];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

/** A decision as a line. */
export function describe({ method, host, path, action, status, outcome, reason, principal, cause }: Decision): string {
  return `gate: ${status} ${method} ${host}${path}${action ? ` ${action}` : ''} ${outcome}${reason ? ` (${reason})` : ''}${principal ? ` as ${principal}` : ''}${cause === undefined ? '' : `: ${cause instanceof Error ? cause.stack : String(cause)}`}`;
}
