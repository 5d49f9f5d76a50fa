/**
 * Finds the API that a request is for, and the way by which it came. The way follows from the name that the caller connected
 * to and from where it stands; the API from the Host header, or from `x-apigw-api-id` where that names an endpoint.
 */
import { partitionOf } from '../../endpoint/partitions';
import type { WireRequest } from '../../types';
import type { Arrival } from '../arrival';
import type { Realm } from '../realm';
import type { Endpoints, Passage } from '../vpc-endpoints/endpoint-index';
import { readServiceName, type ServiceName } from '../vpc-endpoints/service-names';
import { enter, findByLabel, type Way, wayByName } from '../vpc-endpoints/ways';
import type { ApiIndex, ApiOwner, Domain } from './api-index';
import type { ApiCall } from './method-call';
import { type Answer, FORBIDDEN, NOT_FOUND_V2 } from './refusals';

/** A request that leads nowhere. */
export interface Lost {
  /** `unreachable`: nothing answers at all. */
  readonly reason: 'unreachable' | 'no-api' | 'wrong-way' | 'no-stage';
  /** `reset`: the connection leads nowhere, as into a VPC that the caller is not in. */
  readonly answer: Answer | 'reset';
  readonly passage?: Passage | undefined;
}

/** What names are looked up in. */
interface Names {
  readonly index: ApiIndex;
  readonly endpoints: Endpoints;
}

/** The API, the way to it and the path below its stage; or why the request leads nowhere. */
export function locate(realm: Realm, arrival: Arrival): ApiCall | Lost {
  const names: Names = { index: realm.index, endpoints: realm.endpoints['execute-api'] };
  const passage = wayOf(names, arrival);
  if (passage === 'unreachable') return { reason: 'unreachable', answer: 'reset' };
  const lost = (reason: Lost['reason'], answer = FORBIDDEN): Lost => ({ reason, answer, passage });
  const named = nameApi(names, arrival, passage);
  if (!named) return lost('no-api');
  const { owner, domain } = named;
  if (!domain && owner.api.defaultEndpoint === false) return lost('no-api', unknownTo(owner));
  // The way is for private APIs, and private APIs are for the way.
  if (isPrivate(owner) !== (passage !== undefined)) return lost('wrong-way');
  // Unconfirmed: the reply to an endpoint that has no access association.
  if (passage && domain && !domain.domain.vpcEndpoints?.includes(passage.id)) return lost('wrong-way');
  const path = domain ? belowBase(arrival.request.path, domain) : belowStage(arrival.request.path, owner);
  if (path === undefined) return domain ? lost('no-api') : lost('no-stage', unknownTo(owner));
  const { region, stage } = owner.api;
  return { arrival, owner, partition: partitionOf(region).name, stage, path, passage, domain };
}

/** Whether an API is reached through VPC endpoints alone. */
export const isPrivate = ({ api }: ApiOwner): boolean => 'endpoint' in api && api.endpoint === 'PRIVATE';

/** Unconfirmed: what an API whose default endpoint is disabled says at that. */
const unknownTo = ({ api }: ApiOwner): Answer => (api.type === 'HTTP' ? NOT_FOUND_V2 : FORBIDDEN);

/** The VPC endpoint that a request comes through; undefined for none. */
function wayOf(names: Names, { target, vpc }: Arrival): Way {
  const name = readName(target);
  if (name) {
    const alias = findAlias(names, name);
    return alias ? enter(alias.passage, vpc) : wayByName(names.endpoints, name, vpc);
  }
  const domain = names.index.domains.get(target);
  return domain && isPrivate(domain.owner) ? wayToDomain(names.endpoints, domain, vpc) : undefined;
}

/** What a hostname names at API Gateway; undefined for any other. */
function readName(host: string): ServiceName | undefined {
  const name = readServiceName(host);
  return name?.service === 'execute-api' ? name : undefined;
}

/** A private custom domain name leads to an endpoint of the caller's VPC, first to one that has an access association. */
function wayToDomain(endpoints: Endpoints, { owner, domain }: Domain, vpc: Arrival['vpc']): Way {
  for (const id of domain.vpcEndpoints ?? []) {
    const passage = enter(endpoints.byId.get(id), vpc);
    if (passage !== 'unreachable') return passage;
  }
  if (!vpc) return 'unreachable';
  for (const passage of endpoints.byId.values()) {
    if (passage.endpoint.region === owner.api.region && enter(passage, vpc) === passage) return passage;
  }
  return 'unreachable';
}

/** An alias is `{api}-{vpce}`, and is there once the endpoint is associated with the API. */
function findAlias(
  { index, endpoints }: Names,
  { label, region, isEndpoint }: ServiceName,
): { readonly owner: ApiOwner; readonly passage: Passage } | undefined {
  const [, apiId = '', endpointId = ''] = /^([a-z0-9]+)-(vpce-[0-9a-f]+)$/.exec(label) ?? [];
  if (isEndpoint || !apiId) return undefined;
  const owner = index.apis.get(apiId);
  const passage = endpoints.byId.get(endpointId);
  if (!owner || !passage || !('vpcEndpoints' in owner.api) || passage.endpoint.region !== region) return undefined;
  return owner.api.region === region && owner.api.vpcEndpoints?.includes(passage.id) ? { owner, passage } : undefined;
}

/** The API that the Host header means. */
function nameApi(
  names: Names,
  arrival: Arrival,
  passage: Passage | undefined,
): { readonly owner: ApiOwner; readonly domain?: Domain } | undefined {
  const domain = names.index.domains.get(arrival.host);
  if (domain) return { owner: domain.owner, domain };
  const name = readName(arrival.host);
  if (!name) return undefined;
  const alias = findAlias(names, name);
  if (alias) return alias.passage === passage ? { owner: alias.owner } : undefined;
  if (name.isEndpoint && (!passage || findByLabel(names.endpoints, name) !== passage)) return undefined;
  const id = name.isEndpoint ? namedId(arrival.request) : name.label;
  const owner = id === undefined ? undefined : names.index.apis.get(id);
  return owner?.api.region === name.region ? { owner } : undefined;
}

/** The API that a header names; none where two do, which could be read either way. */
function namedId({ headers }: WireRequest): string | undefined {
  const ids = [...headers].filter(([name]) => name.toLowerCase() === 'x-apigw-api-id');
  return ids.length === 1 ? ids[0]?.[1] : undefined;
}

/** The path below the base path of a custom domain; undefined for a path that is not mapped. */
function belowBase(path: string, { domain }: Domain): string | undefined {
  return domain.basePath === undefined ? path || '/' : below(path, domain.basePath);
}

function belowStage(path: string, { api }: ApiOwner): string | undefined {
  return api.type === 'HTTP' && api.stage === '$default' ? path || '/' : below(path, api.stage);
}

function below(path: string, first: string): string | undefined {
  if (path === `/${first}`) return '/';
  return path.startsWith(`/${first}/`) ? path.slice(first.length + 1) : undefined;
}
