/** The events that the routes of a WebSocket API are given. */
import { group, headersOf, last, logTime } from '../api-gateway/event-parts';
import type { ApiCall, Authorized } from '../api-gateway/method-call';
import { headerOf } from '../arrival';
import type { WebSocketEvent } from '../world/web-socket';
import { newId } from './connections';

/** A client that asks for a connection or has one. */
export interface Client {
  readonly id: string;
  /** The request that asked for it. */
  readonly call: ApiCall;
  readonly caller: Authorized;
  readonly connectedAt: number;
}

/** The event of `$connect`. */
export function connectEvent(client: Client, now: number): WebSocketEvent {
  const { arrival } = client.call;
  const headers = group(headersOf(arrival));
  const { query } = arrival.request;
  const parameters = group(new URLSearchParams(query));
  return {
    headers: last(headers),
    multiValueHeaders: headers,
    ...(query === ''
      ? undefined
      : { queryStringParameters: last(parameters), multiValueQueryStringParameters: parameters }),
    ...stageOf(client),
    requestContext: context(client, '$connect', 'CONNECT', now),
    isBase64Encoded: false,
  };
}

/** The event of a message. */
export function messageEvent(client: Client, routeKey: string, body: string, now: number): WebSocketEvent {
  return {
    ...stageOf(client),
    requestContext: { ...context(client, routeKey, 'MESSAGE', now), messageId: newId() },
    body,
    isBase64Encoded: false,
  };
}

/** The event of `$disconnect`. */
export function disconnectEvent(client: Client, code: number, reason: string, now: number): WebSocketEvent {
  const headers = group([
    ['Host', client.call.arrival.host],
    ['x-api-key', ''],
    ['X-Forwarded-For', ''],
    ['x-restapi', ''],
  ]);
  return {
    headers: last(headers),
    multiValueHeaders: headers,
    ...stageOf(client),
    requestContext: {
      ...context(client, '$disconnect', 'DISCONNECT', now),
      disconnectStatusCode: code,
      disconnectReason: reason,
    },
    isBase64Encoded: false,
  };
}

type Context = WebSocketEvent['requestContext'];

const stageOf = ({ call }: Client) => {
  const { stageVariables } = call.owner.api;
  return stageVariables && { stageVariables };
};

function context(
  { id, call, caller, connectedAt }: Client,
  routeKey: string,
  eventType: Context['eventType'],
  now: number,
): Context {
  const requestId = newId();
  return {
    routeKey,
    eventType,
    extendedRequestId: requestId,
    requestTime: logTime(now),
    messageDirection: 'IN',
    stage: call.stage,
    connectedAt,
    requestTimeEpoch: now,
    identity: identityOf(call, caller),
    requestId,
    domainName: call.arrival.host,
    connectionId: id,
    apiId: call.owner.apiId,
    ...(caller.authorizer && { authorizer: caller.authorizer }),
  };
}

/** Unconfirmed: the keys of a caller who signed, which are those of a REST API. */
function identityOf({ arrival }: ApiCall, { principal, accessKeyId }: Authorized): Context['identity'] {
  const userAgent = headerOf(arrival.request, 'user-agent');
  return {
    ...(principal && {
      accessKey: accessKeyId ?? '',
      accountId: principal.accountId,
      caller: principal.userId,
      user: principal.userId,
      userArn: principal.arn,
    }),
    ...(userAgent !== undefined && { userAgent }),
    sourceIp: arrival.sourceIp,
  };
}
