/** The methods of a world's APIs, those of OpenAPI documents too, as calls: with paths, and the names that they go by. */
import type { RestApi, World } from 'sigv4kit/gate';
import { endpointsOf, type Place, type Way, wayByEndpoint, wayByService } from './ways';

export interface FoundApi {
  readonly accountId: string;
  readonly id: string;
  readonly api: RestApi;
  /** The path of its resource policy in the world. */
  readonly policyAt: string | undefined;
}

export interface Call {
  readonly method: string;
  /** Below the stage. */
  readonly path: string;
  /** `NONE`, `AWS_IAM`, the name of an authorizer; undefined where there is no such method. */
  readonly auth: string | undefined;
}

/** A name by which an API is called. */
export interface Name {
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  way(place: Place): Way;
}

export function apisOf(world: World): FoundApi[] {
  return Object.entries(world.accounts).flatMap(([accountId, { apis = {} }]) =>
    Object.entries(apis).map(([id, api]) => {
      if ((api.type ?? 'REST') !== 'REST' || api.domainNames)
        throw new Error(`API ${id} is of a kind that is not compared.`);
      const rest = api as RestApi;
      const at = `accounts.${accountId}.apis.${id}`;
      const imported = `${at}.openapi.x-amazon-apigateway-policy`;
      const policyAt = rest.policy
        ? `${at}.policy`
        : rest.openapi?.['x-amazon-apigateway-policy']
          ? imported
          : undefined;
      return { accountId, id, api: rest, policyAt };
    }),
  );
}

interface Operation {
  readonly security?: readonly Readonly<Record<string, unknown>>[];
}

/** Each method with each of these in place of its path's parameters, and one that is not there. */
export function callsOf({ api }: FoundApi, values: readonly string[]): Call[] {
  const { routes = {}, openapi = {} } = api;
  const document = openapi as {
    paths?: Record<string, Record<string, Operation>>;
    components?: { securitySchemes?: Record<string, Record<string, unknown>> };
  };
  const schemes = document.components?.securitySchemes ?? {};
  const imported = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).map(([verb, { security = [] }]) => {
      const name = Object.keys(security[0] ?? {})[0];
      const type = schemes[name ?? '']?.['x-amazon-apigateway-authtype'];
      const method = verb === 'x-amazon-apigateway-any-method' ? 'ANY' : verb.toUpperCase();
      return [`${method} ${path}`, name === undefined ? 'NONE' : type === 'awsSigv4' ? 'AWS_IAM' : name] as const;
    }),
  );
  const auths = new Map<string, string>(imported);
  for (const [key, { auth }] of Object.entries(routes)) auths.set(key, auth ?? auths.get(key) ?? 'NONE');
  const calls = [...auths].flatMap(([key, auth]) => {
    const [method = '', path = ''] = key.split(' ');
    const methods = method === 'ANY' ? ['GET', 'POST'] : [method];
    return methods.flatMap((verb) => fill(path, values).map((filled): Call => ({ method: verb, path: filled, auth })));
  });
  return [...calls, { method: 'PATCH', path: '/no/such/method/there', auth: undefined }];
}

function fill(path: string, values: readonly string[]): string[] {
  if (!path.includes('{')) return [path];
  return values.map((value) => path.replace(/\{[^}]+\}/g, value));
}

export function namesOf(world: World, { id, api }: FoundApi): Name[] {
  const { region, vpcEndpoints = [] } = api;
  const domain = `execute-api.${region}`;
  const own: Name = {
    host: `${id}.${domain}.amazonaws.com`,
    headers: {},
    way: (place) => wayByService(world, 'execute-api', region, place),
  };
  const byEndpoint = endpointsOf(world, 'execute-api', region).flatMap((endpoint): Name[] => {
    const way = (place: Place) => wayByEndpoint(endpoint, place);
    const { dnsName } = endpoint.endpoint;
    const alias = { host: `${id}-${endpoint.id}.${domain}.amazonaws.com`, headers: {}, way };
    const headers = { 'x-apigw-api-id': id };
    const own = dnsName ? [dnsName, `${dnsName}-${region}a`] : [];
    return [
      ...(vpcEndpoints.includes(endpoint.id) ? [alias] : []),
      ...own.map((label) => ({ host: `${label}.${domain}.vpce.amazonaws.com`, headers, way })),
    ];
  });
  return [own, ...byEndpoint];
}
