/** The event a Lambda proxy integration is given, payload format 1.0. */
import type { Arrival } from '../arrival';
import type { ProxyEvent } from '../world/events';
import type { ApiOwner } from './method-call';
import type { MatchedRoute } from './routes';

export interface Caller {
  readonly accessKey: string;
  readonly accountId: string;
  readonly userId: string;
  readonly userArn: string;
}

export function proxyEvent(
  owner: ApiOwner,
  arrival: Arrival,
  matched: MatchedRoute,
  path: string,
  caller: Caller | undefined,
): ProxyEvent {
  const { request, host, sourceIp, requestId, now } = arrival;
  // API Gateway keeps a Signature Version 4 to itself.
  const kept = [...request.headers].filter(
    ([name, value]) => name.toLowerCase() !== 'authorization' || !value.startsWith('AWS4-'),
  );
  const headers = group(kept);
  const query = group(new URLSearchParams(request.query));
  const single = last(headers);
  const hasQuery = Object.keys(query).length > 0;
  const body = Buffer.from(request.body as Uint8Array).toString('utf8');
  return {
    resource: matched.resource,
    path,
    httpMethod: request.method,
    headers: single,
    multiValueHeaders: headers,
    queryStringParameters: hasQuery ? last(query) : null,
    multiValueQueryStringParameters: hasQuery ? query : null,
    pathParameters: Object.keys(matched.parameters).length > 0 ? matched.parameters : null,
    stageVariables: null,
    requestContext: {
      accountId: owner.accountId,
      apiId: owner.apiId,
      domainName: host,
      httpMethod: request.method,
      identity: {
        accessKey: caller?.accessKey ?? null,
        accountId: caller?.accountId ?? null,
        caller: caller?.userId ?? null,
        user: caller?.userId ?? null,
        userArn: caller?.userArn ?? null,
        sourceIp,
        userAgent: Object.entries(single).find(([name]) => name.toLowerCase() === 'user-agent')?.[1] ?? null,
      },
      path: `/${owner.api.stage}${path}`,
      protocol: 'HTTP/1.1',
      requestId,
      requestTimeEpoch: now,
      resourcePath: matched.resource,
      stage: owner.api.stage,
    },
    body: body === '' ? null : body,
    isBase64Encoded: false,
  };
}

/** All the values of each name, in order. By way of a Map, since a name may be one that every object has. */
function group(pairs: Iterable<readonly [string, string]>): Record<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const values = groups.get(name);
    if (values) values.push(value);
    else groups.set(name, [value]);
  }
  return Object.fromEntries(groups);
}

const last = (values: Record<string, string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all[all.length - 1] as string]));
