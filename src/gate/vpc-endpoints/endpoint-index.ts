/** The VPC endpoints of a world, by service, so that a request needs no search. */
import type { AttachedPolicy } from '../policy/judgement';
import { ENDPOINT_SERVICES, type EndpointService, type VpcEndpoint, type World } from '../world/world';

/** A VPC endpoint and whose it is. */
export interface Passage {
  readonly id: string;
  /** The account that has it. */
  readonly accountId: string;
  readonly endpoint: VpcEndpoint;
  /** Undefined is full access. */
  readonly policy: AttachedPolicy | undefined;
}

/** The endpoints for one service. */
export interface Endpoints {
  readonly byId: ReadonlyMap<string, Passage>;
  /** The endpoint whose private DNS names hold in a VPC. A call that is not signed may tell no region: it is then the VPC's own. */
  privateDns(vpc: string, region: string | undefined): Passage | undefined;
}

/** The endpoints for each service. */
export type EndpointIndex = Readonly<Record<EndpointService, Endpoints>>;

/** Of a world that has been checked. */
export function indexEndpoints(world: World): EndpointIndex {
  const passages = Object.entries(world.accounts).flatMap(([accountId, { vpcEndpoints = {} }]) =>
    Object.entries(vpcEndpoints).map(([id, endpoint]) => toPassage(accountId, id, endpoint)),
  );
  const of = (service: EndpointService): Endpoints =>
    indexOne(passages.filter(({ endpoint }) => (endpoint.service ?? 'execute-api') === service));
  return Object.fromEntries(ENDPOINT_SERVICES.map((service) => [service, of(service)])) as Record<
    EndpointService,
    Endpoints
  >;
}

function toPassage(accountId: string, id: string, endpoint: VpcEndpoint): Passage {
  const at = `accounts.${accountId}.vpcEndpoints.${id}.policy`;
  const policy = endpoint.policy && ({ type: 'endpoint', at, document: endpoint.policy } as const);
  return { id, accountId, endpoint, policy };
}

function indexOne(passages: readonly Passage[]): Endpoints {
  const byVpc = new Map<string, Passage>();
  for (const passage of passages) {
    const { privateDns = true, vpc, region } = passage.endpoint;
    const place = `${vpc} ${region}`;
    if (!privateDns) continue;
    for (const name of [place, vpc]) if (!byVpc.has(name)) byVpc.set(name, passage);
  }
  return {
    byId: new Map(passages.map((passage) => [passage.id, passage])),
    privateDns: (vpc, region) => byVpc.get(region === undefined ? vpc : `${vpc} ${region}`),
  };
}
