/**
 * The hostnames of services that VPC endpoints lead to, and of the endpoints themselves. Sources: the services' documentation
 * of interface endpoints; for Studio's own domain, the names that `describe-vpc-endpoints` gives.
 */
import { partitionOf, REGION } from '../../endpoint/partitions';
import type { EndpointService } from '../world/world';

/** What a hostname names. */
export interface ServiceName {
  readonly service: EndpointService;
  readonly region: string;
  /** Of an endpoint, `vpce-0a1b2c3d4e5f60718-abcdefgh`, or that and a zone; else what is called, an API or a domain of Studio; or nothing. */
  readonly label: string;
  readonly isEndpoint: boolean;
}

const LABELS: Readonly<Record<string, EndpointService>> = {
  'execute-api': 'execute-api',
  sts: 'sts',
  'api.sagemaker': 'sagemaker.api',
  studio: 'studio',
};
const NAME = /^(?:([^.]+)\.)?(execute-api|sts|api\.sagemaker|studio)\.([^.]+)\.(vpce\.)?(.+?)\.?$/;
/** Of Studio, whose names are not the partition's. */
const STUDIO_DOMAIN = 'sagemaker.aws';

/**
 * The service that a hostname (lower-case, without port) leads to by itself, or by an endpoint that it names; undefined for
 * any other. Of the services' names those that an endpoint's private DNS stands for: not `sts.amazonaws.com`, not FIPS.
 * Unconfirmed: names of both stacks (`api.aws`), and those of endpoints and of Studio outside of the commercial partition.
 */
export function readServiceName(host: string): ServiceName | undefined {
  const [, label = '', name = '', region = '', endpoint, domain] = NAME.exec(host) ?? [];
  const service = LABELS[name];
  if (!service || !REGION.test(region)) return undefined;
  const isEndpoint = endpoint !== undefined;
  const isLabelled = isEndpoint || service === 'execute-api' || service === 'studio';
  if (isLabelled !== (label !== '')) return undefined;
  const { domain: main, dualStackDomain } = partitionOf(region);
  const isOfService =
    service === 'studio' ? domain === STUDIO_DOMAIN : domain === main || (domain === dualStackDomain && !isEndpoint);
  return isOfService ? { service, region, label, isEndpoint } : undefined;
}

/** The id of the endpoint that a label begins with, `vpce-0a1b2c3d4e5f60718`. */
export const endpointIdOf = (label: string): string | undefined => /^(vpce-[0-9a-f]+)-/.exec(label)?.[1];

/**
 * Whether a label is a name of an endpoint: its DNS name, or that and one of the region's zones. `dnsName`: undefined for one
 * of which the world does not say it.
 */
export function isLabelOf(label: string, id: string, dnsName: string | undefined, region: string): boolean {
  const zone = label.lastIndexOf(`-${region}`);
  const isZonal = zone > 0 && /^[a-z]$/.test(label.slice(zone + region.length + 1));
  const regional = isZonal ? label.slice(0, zone) : label;
  return dnsName === undefined ? /^-[a-z0-9]+$/.test(regional.slice(id.length)) : regional === dnsName;
}
