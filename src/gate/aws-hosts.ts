/** Which hosts are AWS's. What is asked of them goes to the gate, which answers for it or says that it does not. */
import { PARTITIONS, REGION } from '../endpoint/partitions';
import { type Block, contains, parseAddress, parseBlock } from './policy/ip-addresses';

/** Link-local addresses: of an instance's metadata, and of what gives keys to containers (ECS; EKS). */
const ADDRESSES = (
  [
    ['169.254.169.254', 'metadata'],
    ['fd00:ec2::254', 'metadata'],
    ['169.254.170.2', 'container'],
    ['169.254.170.23', 'container'],
    ['fd00:ec2::23', 'container'],
  ] as const
).map(([address, service]) => ({ block: parseBlock(address) as Block, service }));
/** Where an instance finds these and more: its clock, its name server. */
const NETWORKS = ['169.254.169.0/24', '169.254.170.0/24', 'fd00:ec2::/32'].map(
  (network) => parseBlock(network) as Block,
);

/** Where services are, where people sign in (and user pools give their tokens), and the console. */
const DOMAINS = [
  ...PARTITIONS.flatMap(({ domain, dualStackDomain, otherDomains = [] }) => [domain, dualStackDomain, ...otherDomains]),
  'aws.amazon.com',
  'awsapps.com',
  'amazoncognito.com',
  'amazonaws.cn',
  'amazonaws-us-gov.com',
];

/** The address that a host is, with or without the brackets of a URL; undefined for a name. */
const addressOf = (host: string) => parseAddress(host.replace(/^\[(.*)\]$/, '$1'));

/** The service at an address, in any spelling of it; undefined for all other hosts. */
export function serviceAt(host: string): 'metadata' | 'container' | undefined {
  const address = addressOf(host);
  return address && ADDRESSES.find(({ block }) => contains(block, address))?.service;
}

/** Whether a host (lower-case, without port) stands for something of AWS's. */
export function isAwsHost(host: string): boolean {
  const name = host.replace(/\.$/, '');
  const address = addressOf(host);
  return (
    // A top-level domain of AWS's own; a machine may be called "aws".
    name.endsWith('.aws') ||
    DOMAINS.some((domain) => name === domain || name.endsWith(`.${domain}`)) ||
    (address !== undefined && NETWORKS.some((network) => contains(network, address)))
  );
}

const REGULAR = /^(?:sts|cognito-identity|cognito-idp|api\.sagemaker)\.(.+?)\.?$/;
const DOMAINS_OF_SERVICES = PARTITIONS.flatMap(({ domain, dualStackDomain }) => [domain, dualStackDomain]);

/** Whether a host is the name of a service itself, of FIPS or not: nothing before it, and behind it no more than a region. */
export function isRegularName(host: string): boolean {
  const [, rest = ''] = REGULAR.exec(host.replace(/^([^.]+)-fips\./, '$1.')) ?? [];
  return DOMAINS_OF_SERVICES.some(
    (domain) => rest === domain || (rest.endsWith(`.${domain}`) && REGION.test(rest.slice(0, -domain.length - 1))),
  );
}

/**
 * A name of AWS's without the `.localhost` behind it, which curl and browsers take for this machine (RFC 6761): so they come to a
 * gate by AWS's names and no other setting. All other names (lower-case, without port) as they are.
 */
export function withoutLoopback(host: string): string {
  if (!host.endsWith('.localhost')) return host;
  const name = host.slice(0, -'.localhost'.length);
  return isAwsHost(name) ? name : host;
}
