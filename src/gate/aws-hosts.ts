/** Which hosts are AWS's. What is asked of them goes to the gate, which answers for it or says that it does not. */
import { PARTITIONS } from '../endpoint/partitions';
import { isWithin } from './policy/ip-addresses';

/** Link-local addresses: of an instance's metadata, and of what gives keys to containers (ECS; EKS). */
const ADDRESSES = new Map<string, 'metadata' | 'container'>([
  ['169.254.169.254', 'metadata'],
  ['fd00:ec2::254', 'metadata'],
  ['169.254.170.2', 'container'],
  ['169.254.170.23', 'container'],
  ['fd00:ec2::23', 'container'],
]);
/** Where an instance finds these and more: its clock, its name server. */
const NETWORKS = ['169.254.169.0/24', '169.254.170.0/24', 'fd00:ec2::/32'];

/** Where services are, where people sign in, and the console. */
const DOMAINS = [
  ...PARTITIONS.flatMap(({ domain, dualStackDomain, otherDomains = [] }) => [domain, dualStackDomain, ...otherDomains]),
  'aws.amazon.com',
  'amazonaws.cn',
  'amazonaws-us-gov.com',
];

/** An address as the host of a URL writes it, without its brackets. */
const toAddress = (host: string) => host.replace(/^\[(.*)\]$/, '$1');

/** The service at an address, in any spelling of it; undefined for all other hosts. */
export function serviceAt(host: string): 'metadata' | 'container' | undefined {
  for (const [address, service] of ADDRESSES) if (isWithin(address, toAddress(host))) return service;
  return undefined;
}

/** Whether a host (lower-case, without port) stands for something of AWS's. */
export function isAwsHost(host: string): boolean {
  const name = host.replace(/\.$/, '');
  return (
    // A top-level domain of AWS's own; a machine may be called "aws".
    name.endsWith('.aws') ||
    DOMAINS.some((domain) => name === domain || name.endsWith(`.${domain}`)) ||
    NETWORKS.some((network) => isWithin(network, toAddress(host)))
  );
}
