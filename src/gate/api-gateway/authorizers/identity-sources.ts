/** Where authorizers find who calls: the expressions of identity sources, and what they give for a call. */
import type { Api } from '../../world/api';
import { own } from '../../world/own';
import type { MethodCall } from '../method-call';

interface IdentitySource {
  readonly part: 'header' | 'querystring' | 'stageVariables' | 'context';
  readonly name: string;
}

type ApiType = NonNullable<Api['type']>;

const FORMS: Record<ApiType, RegExp> = {
  REST: /^(?:method\.request\.(header|querystring)|(stageVariables|context))\.([\w.~!#$%&'*+^`|-]+)$/,
  HTTP: /^\$(?:request\.(header|querystring)|(stageVariables|context))\.([\w.~!#$%&'*+^`|-]+)$/,
  WEBSOCKET: /^(?:route\.request\.(header|querystring)|(stageVariables|context))\.([\w.~!#$%&'*+^`|-]+)$/,
};

/** The variables of `$context` that a call has before its integration. */
const CONTEXT: Readonly<Record<string, (call: MethodCall) => string | undefined>> = {
  accountId: ({ owner }) => owner.accountId,
  apiId: ({ owner }) => owner.apiId,
  domainName: ({ arrival }) => arrival.host,
  domainPrefix: ({ arrival }) => arrival.host.split('.')[0],
  httpMethod: ({ arrival }) => arrival.request.method,
  'identity.sourceIp': ({ arrival }) => arrival.sourceIp,
  'identity.userAgent': (call) => valueFrom(call, { part: 'header', name: 'user-agent' }),
  'identity.vpceId': ({ passage }) => passage?.id,
  'identity.vpcId': ({ passage }) => passage?.endpoint.vpc,
  path: ({ arrival }) => arrival.request.path,
  protocol: () => 'HTTP/1.1',
  requestId: ({ arrival }) => arrival.requestId,
  resourcePath: ({ resource }) => resource,
  routeKey: ({ routeKey }) => routeKey,
  stage: ({ stage }) => stage,
};

/** Reads an expression; undefined for one that a type of API does not know, or whose variable is not emulated. */
export function parseIdentitySource(text: unknown, type: ApiType = 'REST'): IdentitySource | undefined {
  const [, of, other, name = ''] = FORMS[type].exec(typeof text === 'string' ? text : '') ?? [];
  const part = (of ?? other) as IdentitySource['part'] | undefined;
  if (!part || (part === 'context' && !Object.hasOwn(CONTEXT, name))) return undefined;
  return { part, name };
}

/** What the sources give, in their order; undefined where one of them is missing or empty. */
export function readIdentity(call: MethodCall, sources: readonly string[]): string[] | undefined {
  const values: string[] = [];
  for (const text of sources) {
    const source = parseIdentitySource(text, call.owner.api.type);
    const value = source && valueFrom(call, source);
    if (!value) return undefined;
    values.push(value);
  }
  return values;
}

/** What tells one caller from another by the sources: two values are not one that looks like both. */
export function identityKey(call: MethodCall, sources: readonly string[]): string {
  const values = sources.map((text) => {
    const source = parseIdentitySource(text, call.owner.api.type);
    return source ? valuesFrom(call, source) : [];
  });
  return JSON.stringify(values);
}

/** Several values of one name are one, so that no part of what a caller says of itself is left out. */
const valueFrom = (call: MethodCall, source: IdentitySource): string => valuesFrom(call, source).join(',');

function valuesFrom(call: MethodCall, { part, name }: IdentitySource): string[] {
  const { request } = call.arrival;
  switch (part) {
    case 'header': {
      const wanted = name.toLowerCase();
      const found = [...request.headers].filter(([header]) => header.toLowerCase() === wanted);
      return found.map(([, value]) => value);
    }
    case 'querystring':
      return new URLSearchParams(request.query).getAll(name);
    case 'stageVariables':
      return [own(call.owner.api.stageVariables, name) ?? []].flat();
    case 'context':
      return [own(CONTEXT, name)?.(call) ?? []].flat();
    default:
      return part satisfies never;
  }
}
