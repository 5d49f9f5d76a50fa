/** Where callers stand, and by which way a call of theirs goes; told apart here from the documentation, not from the gate. */
import type { VpcEndpoint, World } from 'sigv4kit/gate';

export interface Place {
  readonly vpc: string | null;
  readonly sourceIp: string;
}

export interface Endpoint {
  readonly id: string;
  /** Its path in the world. */
  readonly at: string;
  readonly endpoint: VpcEndpoint;
}

/** Through an endpoint, over the internet, or not at all. */
export type Way = Endpoint | 'internet' | 'nowhere';

const NO_VPC_OF_THE_WORLD = 'vpc-0fedcba9876543210';
const ELSEWHERE = ['198.51.100.77', '10.200.30.40'];

export const endpointsOf = (world: World, service: string, region: string): Endpoint[] =>
  Object.entries(world.accounts).flatMap(([accountId, { vpcEndpoints = {} }]) =>
    Object.entries(vpcEndpoints)
      .map(([id, endpoint]) => ({ id, at: `accounts.${accountId}.vpcEndpoints.${id}`, endpoint }))
      .filter(({ endpoint }) => (endpoint.service ?? 'execute-api') === service && endpoint.region === region),
  );

/** Each VPC, one that has nothing in it, and the internet; each with addresses in what policies name and outside of it. */
export function placesOf(world: World, addresses: readonly string[]): Place[] {
  const vpcs = Object.values(world.accounts).flatMap(({ vpcEndpoints = {} }) =>
    Object.values(vpcEndpoints).map(({ vpc }) => vpc),
  );
  const all = vpcs.length === 0 ? [null] : [...new Set(vpcs), NO_VPC_OF_THE_WORLD, null];
  return all.flatMap((vpc) => [...addresses, ...ELSEWHERE].map((sourceIp) => ({ vpc, sourceIp })));
}

/** By a name of the service: the endpoint of the caller's VPC whose private DNS stands for it. */
export function wayByService(world: World, service: string, region: string, { vpc }: Place): Way {
  const found = endpointsOf(world, service, region).find(
    ({ endpoint }) => endpoint.vpc === vpc && endpoint.privateDns !== false,
  );
  return found ?? 'internet';
}

/** By a name of the endpoint, which leads to it from its own VPC alone. */
export const wayByEndpoint = (endpoint: Endpoint, { vpc }: Place): Way =>
  endpoint.endpoint.vpc === vpc ? endpoint : 'nowhere';
