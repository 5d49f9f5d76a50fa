/** The event a Lambda proxy integration is given, payload format 1.0. */
import { createHash } from 'node:crypto';
import { headerOf } from '../arrival';
import type { ProxyEvent } from '../world/events';
import { organizationOf } from '../world/own';
import type { World } from '../world/world';
import { cognitoOf } from './cognito-caller';
import { bodyOf, group, headersOf, last, logTime } from './event-parts';
import { gatewayId } from './gateway-replies';
import type { ApiCall, Authorized, MethodCall } from './method-call';

/** Parts that a request does not have are null, as on AWS. */
export function proxyEvent(world: World, call: MethodCall, authorized: Authorized): ProxyEvent {
  const { arrival, owner, resource, path, domain, stage, parameters } = call;
  const { request, host, requestId, now } = arrival;
  const { authorizer } = authorized;
  const headers = group(headersOf(arrival));
  const query = group(new URLSearchParams(request.query));
  const hasQuery = Object.keys(query).length > 0;
  const body = bodyOf(arrival);
  return {
    resource,
    // Of a custom domain name, with its base path.
    path: domain ? request.path : path,
    httpMethod: request.method,
    headers: last(headers),
    multiValueHeaders: headers,
    queryStringParameters: hasQuery ? last(query) : null,
    multiValueQueryStringParameters: hasQuery ? query : null,
    pathParameters: Object.keys(parameters).length > 0 ? parameters : null,
    stageVariables: owner.api.stageVariables ?? null,
    requestContext: {
      accountId: owner.accountId,
      apiId: owner.apiId,
      ...(authorizer && { authorizer }),
      domainName: host,
      domainPrefix: host.split('.')[0] as string,
      extendedRequestId: gatewayId(requestId),
      httpMethod: request.method,
      identity: identityOf(world, call, authorized),
      path: domain ? request.path : `/${stage}${path}`,
      protocol: 'HTTP/1.1',
      requestId,
      requestTime: logTime(now),
      requestTimeEpoch: now,
      resourceId: resourceId(owner.apiId, resource),
      resourcePath: resource,
      stage,
    },
    body: body.text ?? null,
    isBase64Encoded: body.isBase64Encoded,
  };
}

/** Who calls, as `requestContext.identity` tells it. */
function identityOf(
  world: World,
  { arrival, passage }: ApiCall,
  { principal, accessKeyId }: Authorized,
): ProxyEvent['requestContext']['identity'] {
  const cognito = cognitoOf(principal);
  return {
    accessKey: accessKeyId ?? null,
    accountId: principal?.accountId ?? null,
    caller: principal?.userId ?? null,
    // Unconfirmed: AWS adds who the user is at the provider.
    cognitoAuthenticationProvider: cognito?.amr.slice(1).join(',') || null,
    cognitoAuthenticationType: cognito?.amr[0] ?? null,
    cognitoIdentityId: cognito?.identityId ?? null,
    cognitoIdentityPoolId: cognito?.identityPoolId ?? null,
    principalOrgId: (principal && organizationOf(world, principal.accountId)) ?? null,
    sourceIp: arrival.sourceIp,
    user: principal?.userId ?? null,
    userAgent: headerOf(arrival.request, 'user-agent') ?? null,
    userArn: principal?.arn ?? null,
    ...(passage && { vpcId: passage.endpoint.vpc, vpceId: passage.id }),
  };
}

/** An id for a resource of an API, which the gate has none for: made from its path, so that it stays the same. */
export const resourceId = (apiId: string, resource: string): string =>
  createHash('sha256').update(`${apiId}${resource}`).digest('hex').slice(0, 6);
