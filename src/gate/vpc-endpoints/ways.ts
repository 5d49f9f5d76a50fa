/** By which way a request comes to a service: through a VPC endpoint, or by none. */
import type { Arrival, Ruling } from '../arrival';
import type { EndpointService } from '../world/world';
import type { EndpointIndex, Endpoints, Passage } from './endpoint-index';
import { endpointIdOf, isLabelOf, readServiceName, type ServiceName } from './service-names';

/** `unreachable`: nothing answers a caller of that place. Undefined: over the internet. */
export type Way = Passage | 'unreachable' | undefined;

/** A caller in another VPC, or in none, gets no answer from an endpoint. */
export const enter = (passage: Passage | undefined, vpc: Arrival['vpc']): Passage | 'unreachable' =>
  passage && (vpc === undefined || vpc === passage.endpoint.vpc) ? passage : 'unreachable';

/** The way by the name that a caller connected to: the endpoint that it names, or that of the caller's VPC with private DNS. */
export function wayByName(endpoints: Endpoints, name: ServiceName, vpc: Arrival['vpc']): Way {
  if (name.isEndpoint) return enter(findByLabel(endpoints, name), vpc);
  return vpc ? endpoints.privateDns(vpc, name.region) : undefined;
}

/** The endpoint that has a label as its name. */
export function findByLabel({ byId }: Endpoints, { label, region }: ServiceName): Passage | undefined {
  const id = endpointIdOf(label);
  const passage = id === undefined ? undefined : byId.get(id);
  if (!passage || passage.endpoint.region !== region) return undefined;
  return isLabelOf(label, passage.id, passage.endpoint.dnsName, region) ? passage : undefined;
}

/**
 * Rules on a request for a service by the way that it came. `region`: that of the request, for one to the gate's own address,
 * which stands for the service's regular name.
 */
export async function byWay(
  index: EndpointIndex,
  arrival: Arrival,
  service: EndpointService,
  region: string | undefined,
  rule: (passage: Passage | undefined) => Promise<Ruling> | Ruling,
): Promise<Ruling> {
  const way = findWay(index[service], arrival, service, region);
  if (way === 'unreachable') return { outcome: 'refused', reason: way, reply: 'reset' };
  const ruling = await rule(way);
  return way ? { ...ruling, vpcEndpoint: way.id } : ruling;
}

function findWay(endpoints: Endpoints, arrival: Arrival, service: EndpointService, region: string | undefined): Way {
  const { vpc, awsName } = arrival;
  const name = awsName === undefined ? undefined : readServiceName(awsName);
  if (name?.service === service) return wayByName(endpoints, name, vpc);
  // A name that no private DNS stands for, as of the global STS.
  if (awsName !== undefined) return undefined;
  return vpc ? endpoints.privateDns(vpc, region) : undefined;
}
