/**
 * Serves the requests that ask for an upgrade: those for a WebSocket API become connections, or are refused with the HTTP
 * reply that API Gateway would give. Node's HTTP server has let go of the socket: whatever happens, it is ended here.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { notEmulated } from '../api-gateway/gateway-replies';
import { locate } from '../api-gateway/locate';
import { type Answer, FORBIDDEN } from '../api-gateway/refusals';
import { refuse } from '../api-gateway/refuse';
import type { Arrival, Decision } from '../arrival';
import { type Destination, findDestination } from '../destination';
import { strike } from '../faults/fault-replies';
import type { Realm } from '../realm';
import { toReceived } from '../receive';
import { refuseMalformed } from '../serve';
import { failInside } from '../service-forms';
import { ruleOn } from '../services';
import { openConnection, type Upgrade, type UpgradeRuling } from './open-connection';
import { sendRaw } from './raw-reply';
import type { Service } from './serve-client';
import { isHandshake } from './sockets';

const MAX_LOGGED_PATH = 1_000;

/**
 * Serves the `upgrade` event of a gate's server, and resolves what was decided. `record` takes what is decided after that, on
 * each message of a client and on its end. Never rejects.
 */
export async function connectWebSocket(
  realm: Realm,
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  now: () => number,
  record: (decision: Decision) => void = () => undefined,
): Promise<Decision> {
  socket.on('error', () => socket.destroy());
  try {
    return await serveUpgrade({ realm, now, record }, { message, socket, head });
  } catch (cause) {
    socket.destroy();
    const { method = '' } = message;
    return { time: Date.now(), method, host: '', path: '', status: 0, outcome: 'failed', reason: 'internal', cause };
  }
}

async function serveUpgrade(service: Service, upgrade: Upgrade): Promise<Decision> {
  const { realm, now } = service;
  const { message, socket } = upgrade;
  const release = realm.connections.hold(socket);
  const { received, fault } = toReceived(message, new Uint8Array(), realm.world.from);
  const { request, host, requestId } = received;
  let time = Date.now();
  let destination: Destination | undefined;
  let ruling: UpgradeRuling;
  try {
    destination = findDestination(realm, received);
    time = now();
    ruling = fault
      ? refuseMalformed(400, 'malformed', fault, requestId)
      : await ruleOnUpgrade(service, { ...received, now: time }, destination, upgrade);
  } catch (cause) {
    ruling = failInside(destination?.service, requestId, cause);
  }
  const status = ruling.reply ? sendRaw(socket, ruling.reply, time) : ruling.status;
  if (status === 101) release();
  const { reply: _, ...decided } = ruling;
  const path = request.path.slice(0, MAX_LOGGED_PATH);
  const name = destination && (destination.service ?? destination.name);
  return { time, method: request.method, host, path, service: name, ...decided, status };
}

/** Ends the connections of a gate that closes; resolves when they are gone. Clients have half a second to say goodbye. */
export const closeConnections = ({ connections }: Realm): Promise<void> => connections.close();

/** Unconfirmed: all but the status. */
const BAD_REQUEST: Answer = { status: 400, errorType: 'BadRequestException', message: 'Bad Request' };

async function ruleOnUpgrade(
  service: Service,
  arrival: Arrival,
  destination: Destination,
  upgrade: Upgrade,
): Promise<UpgradeRuling> {
  const { realm } = service;
  const call = destination.service === 'execute-api' ? locate(realm, arrival) : undefined;
  if (call === undefined || 'answer' in call || call.owner.api.type !== 'WEBSOCKET') {
    // Nobody else takes an upgrade: to all others it is a request like any other, and that needs its body.
    return hasBody(upgrade.message)
      ? notEmulated('The gate does not take a body with a request for an upgrade.', arrival.requestId)
      : ruleOn(realm, arrival, destination, false);
  }
  const struck = await strike(realm, arrival, { service: 'execute-api' });
  if (struck) return struck;
  // Unconfirmed: the reply to a path below the stage.
  if (call.path !== '/') return refuse(arrival, 'no-route', FORBIDDEN);
  return isHandshake(upgrade.message)
    ? openConnection(service, call, upgrade)
    : refuse(arrival, 'handshake', BAD_REQUEST);
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
