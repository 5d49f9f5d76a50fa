/** The event of payload format 2.0, which HTTP APIs and function URLs give their functions. */
import type { Arrival } from '../arrival';
import type { Principal } from '../principals/principals';
import type { IamContextV2, ProxyEventV2 } from '../world/events-v2';
import { organizationOf } from '../world/own';
import type { World } from '../world/world';
import { cognitoOf } from './cognito-caller';
import { bodyOf, group, headersOf, logTime } from './event-parts';
import type { MethodCall } from './method-call';

/** What an event of payload 2.0 is made of. */
interface CallV2 {
  readonly arrival: Arrival;
  /** Of the owner; `anonymous` at a function URL that asks for no signature. */
  readonly accountId: string;
  readonly apiId: string;
  /** `GET /orders/{id}`, or `$default`. */
  readonly routeKey: string;
  readonly stage: string;
  /** Percent-encoded as it was sent. */
  readonly rawPath: string;
  readonly pathParameters?: Readonly<Record<string, string>> | undefined;
  readonly stageVariables?: Readonly<Record<string, string>> | undefined;
  readonly authorizer?: ProxyEventV2['requestContext']['authorizer'];
}

/** The event; parts that a request does not have are absent, as on AWS. */
export function eventV2(call: CallV2): ProxyEventV2 {
  const { arrival, accountId, apiId, routeKey, stage, rawPath, pathParameters = {}, stageVariables, authorizer } = call;
  const { request, host, sourceIp, requestId, now } = arrival;
  const headers = group(headersOf(arrival).map(([name, value]) => [name.toLowerCase(), value] as const));
  const { cookie, ...others } = headers;
  const query = group(new URLSearchParams(request.query));
  const body = bodyOf(arrival);
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: request.query,
    ...(cookie && { cookies: cookie.flatMap((value) => value.split(/; */)) }),
    headers: joined(others),
    ...(request.query === '' ? undefined : { queryStringParameters: joined(query) }),
    ...(Object.keys(pathParameters).length === 0 ? undefined : { pathParameters }),
    ...(stageVariables && { stageVariables }),
    requestContext: {
      accountId,
      apiId,
      authentication: null,
      ...(authorizer && { authorizer }),
      domainName: host,
      domainPrefix: host.split('.')[0] as string,
      http: {
        method: request.method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: headers['user-agent']?.[0] ?? '',
      },
      requestId,
      routeKey,
      stage,
      time: logTime(now),
      timeEpoch: now,
    },
    ...(body.text === undefined ? undefined : { body: body.text }),
    isBase64Encoded: body.isBase64Encoded,
  };
}

const joined = (values: Readonly<Record<string, readonly string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.join(',')]));

/** The event of a function behind an HTTP API. `authorizer`: what is known of the caller. */
export function httpApiEvent(call: MethodCall, authorizer: CallV2['authorizer']): ProxyEventV2 {
  const { arrival, owner, stage, path, routeKey, parameters } = call;
  const { accountId, apiId, api } = owner;
  // The mapping of a custom domain name is left out. Unconfirmed: that a named stage is not.
  const rawPath = stage === '$default' ? path : `/${stage}${path}`;
  const { stageVariables } = api;
  return eventV2({
    arrival,
    accountId,
    apiId,
    routeKey,
    stage,
    rawPath,
    pathParameters: parameters,
    stageVariables,
    authorizer,
  });
}

/** Who signed, as `requestContext.authorizer.iam` tells it. */
export function iamContextV2(world: World, accessKeyId: string, principal: Principal): IamContextV2 {
  const { accountId, arn, userId } = principal;
  return {
    accessKey: accessKeyId,
    accountId,
    callerId: userId,
    cognitoIdentity: cognitoOf(principal) ?? null,
    principalOrgId: organizationOf(world, accountId) ?? null,
    userArn: arn,
    userId,
  };
}
