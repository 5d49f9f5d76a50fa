/** The hostnames of API Gateway: of APIs, of their aliases at VPC endpoints, and of the endpoints themselves. */
import { partitionOf, REGION } from '../../endpoint/partitions';

type ExecuteApiName =
  /** `{label}.execute-api.{region}.amazonaws.com`: an API id, or an alias of one and an endpoint. */
  | { readonly kind: 'api'; readonly label: string; readonly region: string }
  /** `{label}.execute-api.{region}.vpce.amazonaws.com`; the label is an endpoint's, or a zonal one of it. */
  | { readonly kind: 'endpoint'; readonly label: string; readonly region: string };

/**
 * What a hostname (lower-case, without port) names at API Gateway; undefined for any other. Unconfirmed: names of both stacks
 * (`api.aws`), and the names of endpoints outside of the commercial partition.
 */
export function readHostName(host: string): ExecuteApiName | undefined {
  const [, label, region, domain] = /^([^.]+)\.execute-api\.([^.]+)\.(.+?)\.?$/.exec(host) ?? [];
  if (label === undefined || region === undefined || domain === undefined || !REGION.test(region)) return undefined;
  const partition = partitionOf(region);
  if (domain === `vpce.${partition.domain}`) return { kind: 'endpoint', label, region };
  return domain === partition.domain || domain === partition.dualStackDomain
    ? { kind: 'api', label, region }
    : undefined;
}

/** The API and the endpoint of an alias, `{api}-{vpce}`; undefined for a label that is none. */
export function readAlias(label: string): { readonly apiId: string; readonly endpointId: string } | undefined {
  const [, apiId, endpointId] = /^([a-z0-9]+)-(vpce-[0-9a-f]+)$/.exec(label) ?? [];
  return apiId === undefined || endpointId === undefined ? undefined : { apiId, endpointId };
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
