/** The events that Lambda authorizers are given: TOKEN, and REQUEST in payload 1.0 and 2.0. */
import { headerOf } from '../../arrival';
import type { RequestAuthorizerEvent, TokenAuthorizerEvent } from '../../world/authorizer';
import { group, headersOf, last } from '../event-parts';
import { httpApiEvent } from '../event-v2';
import type { MethodCall } from '../method-call';
import { resourceId } from '../proxy-event';

/** Of a TOKEN authorizer. */
export const tokenEvent = (call: MethodCall, authorizationToken: string): TokenAuthorizerEvent => ({
  type: 'TOKEN',
  methodArn: call.arn,
  authorizationToken,
});

/**
 * Of a REQUEST authorizer in payload 1.0. Names of headers are as the caller wrote them. What a call does not have is an
 * empty object, where the event of a function behind a method has null.
 */
export function requestEvent(call: MethodCall): RequestAuthorizerEvent {
  const { arrival, owner, resource, path, stage, parameters, passage } = call;
  const { request, host, sourceIp, requestId, now } = arrival;
  const headers = group(headersOf(arrival));
  const query = group(new URLSearchParams(request.query));
  return {
    type: 'REQUEST',
    methodArn: call.arn,
    resource,
    path,
    httpMethod: request.method,
    headers: last(headers),
    multiValueHeaders: headers,
    queryStringParameters: last(query),
    multiValueQueryStringParameters: query,
    pathParameters: { ...parameters },
    stageVariables: { ...owner.api.stageVariables },
    requestContext: {
      accountId: owner.accountId,
      apiId: owner.apiId,
      domainName: host,
      domainPrefix: host.split('.')[0],
      httpMethod: request.method,
      identity: {
        accessKey: null,
        accountId: null,
        apiKey: null,
        caller: null,
        sourceIp,
        user: null,
        userAgent: headerOf(request, 'user-agent') ?? null,
        userArn: null,
        ...(passage && { vpcId: passage.endpoint.vpc, vpceId: passage.id }),
      },
      path: request.path,
      protocol: 'HTTP/1.1',
      requestId,
      requestTimeEpoch: now,
      resourceId: resourceId(owner.apiId, resource),
      resourcePath: resource,
      stage,
    },
  };
}

/** Of an HTTP API's authorizer in payload 1.0. */
export const httpRequestEvent = (call: MethodCall, identity: readonly string[]): RequestAuthorizerEvent => ({
  version: '1.0',
  ...requestEvent(call),
  identitySource: identity.join(',') as never,
  authorizationToken: identity.join(','),
});

/** Of an HTTP API's authorizer in payload 2.0; it has no body. */
export function httpRequestEventV2(call: MethodCall, identity: readonly string[]): RequestAuthorizerEvent {
  const { body, isBase64Encoded, version, ...event } = httpApiEvent(call, undefined);
  return { version, type: 'REQUEST', routeArn: call.arn, identitySource: [...identity], ...event };
}

/** A connection that a client asks for. */
export interface NewConnection {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly connectedAt: number;
}

/** Of a WebSocket API, whose `$connect` alone is asked about. It has no method and no path. */
export function webSocketRequestEvent(call: MethodCall, connection: NewConnection | undefined): RequestAuthorizerEvent {
  const event = requestEvent(call);
  const { apiId, domainName, identity, requestId, requestTimeEpoch, stage } = event.requestContext as Context;
  const { type, methodArn, headers, multiValueHeaders, stageVariables } = event;
  const { queryStringParameters, multiValueQueryStringParameters } = event;
  return {
    type,
    methodArn,
    headers,
    multiValueHeaders,
    queryStringParameters,
    multiValueQueryStringParameters,
    stageVariables,
    requestContext: {
      routeKey: call.routeKey,
      eventType: 'CONNECT',
      messageDirection: 'IN',
      apiId,
      domainName,
      identity,
      requestId,
      requestTimeEpoch,
      stage,
      ...(connection && { connectionId: connection.id, connectedAt: connection.connectedAt }),
    },
  };
}

type Context = Readonly<Record<string, unknown>>;
