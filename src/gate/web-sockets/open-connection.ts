/** Opens the connection of a client whom `$connect` lets in. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { admit } from '../api-gateway/admit';
import { handlerReply, notEmulated, refusalReply } from '../api-gateway/gateway-replies';
import type { ApiCall, MethodCall } from '../api-gateway/method-call';
import { stageArn } from '../api-gateway/question';
import { HANDLER_FAILED } from '../api-gateway/refusals';
import { signatureOf } from '../api-gateway/signature';
import { headerOf, type Ruling } from '../arrival';
import type { WebSocketApi, WebSocketRoute } from '../world/api';
import { type Connection, newId } from './connections';
import { protocolOf, runRoute } from './run-route';
import { type Service, serveEnd, serveMessage } from './serve-client';
import { loadWebSockets, openSocket, type WebSocketPackage } from './sockets';
import { type Client, connectEvent } from './web-socket-event';

/** What the server's `upgrade` event gives. */
export interface Upgrade {
  readonly message: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** A ruling, of which the reply may be the completed handshake; `status` is then 101, or 0 for a client that is gone. */
export type UpgradeRuling = Ruling | (Omit<Ruling, 'reply'> & { readonly reply?: undefined; readonly status: number });

/** Asks the authorization and the route of `$connect`, and completes the handshake. */
export async function openConnection(service: Service, call: ApiCall, upgrade: Upgrade): Promise<UpgradeRuling> {
  const { arrival } = call;
  let ws: WebSocketPackage;
  try {
    ws = await loadWebSockets();
  } catch (cause) {
    return { ...notEmulated((cause as Error).message, arrival.requestId), cause };
  }
  const route = (call.owner.api as WebSocketApi).routes?.$connect;
  const asked = { id: newId(), connectedAt: arrival.now };
  const admitted = await admit(service.realm, toMethod(call, route), signatureOf(service.realm, call), asked);
  if ('reply' in admitted) return admitted;
  const { authorized, statement } = admitted;
  const principal = authorized.principal?.arn;
  const client: Client = { ...asked, call, caller: authorized };
  let protocol: string | undefined;
  try {
    const answer = route && (await runRoute(route, connectEvent(client, arrival.now)));
    if (answer && answer.statusCode > 299) return { outcome: 'answered', principal, reply: turnAway(call, answer) };
    protocol = answer && protocolOf(answer);
  } catch (cause) {
    const reply = refusalReply(HANDLER_FAILED, arrival.requestId);
    return { outcome: 'failed', reason: 'handler', principal, cause, reply };
  }
  const connection = connect(ws, service, client, upgrade, protocol);
  const { connections } = service.realm;
  if (connection) connections.add(connection);
  else if (connections.open) await serveEnd(service, client, 1006, '');
  return { outcome: 'answered', principal, statement, status: connection ? 101 : 0 };
}

/** `$connect` as the front of API Gateway knows a method; the handler is not what answers. */
const toMethod = (call: ApiCall, route: WebSocketRoute | undefined): MethodCall => ({
  ...call,
  resource: '$connect',
  routeKey: '$connect',
  route: { auth: route?.auth, handler: { statusCode: 200 } },
  parameters: {},
  arn: stageArn(call, '$connect'),
});

/** Unconfirmed: that a status which `$connect` answers goes without its body. */
const turnAway = ({ arrival }: ApiCall, { statusCode }: { readonly statusCode: number }) =>
  handlerReply({ status: statusCode, headers: [], body: Buffer.alloc(0) }, arrival.requestId);

/** Undefined when the client is gone meanwhile. */
function connect(
  ws: WebSocketPackage,
  service: Service,
  client: Client,
  { message, socket, head }: Upgrade,
  protocol: string | undefined,
): Connection | undefined {
  const { connections } = service.realm;
  const { request, sourceIp } = client.call.arrival;
  const webSocket = openSocket(ws, message, socket, head, protocol, {
    onMessage: (text) => connection && void serveMessage(service, client, connection, text),
    onClose(code, reason) {
      if (connection) connections.remove(connection);
      // The end of the gate is nothing that an API would be told.
      if (connections.open) void serveEnd(service, client, code, reason);
    },
  });
  const connection: Connection | undefined = webSocket && {
    id: client.id,
    apiId: client.call.owner.apiId,
    sourceIp,
    userAgent: headerOf(request, 'user-agent') ?? '',
    connectedAt: client.connectedAt,
    lastActiveAt: client.connectedAt,
    send(text) {
      const isOpen = webSocket.readyState === webSocket.OPEN;
      if (isOpen) webSocket.send(text, () => undefined);
      return isOpen;
    },
    close: (code, reason) => webSocket.close(code, reason),
    cut: () => webSocket.terminate(),
  };
  return connection;
}
