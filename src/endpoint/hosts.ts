/**
 * What an AWS hostname says of itself: the name its service signs under, and its region. Covers regional, global, FIPS,
 * dual-stack and VPC endpoint names in every partition. A host that does not say is left undefined, never guessed.
 */
import { PARTITIONS, REGION } from './partitions';
import { signingName } from './signing-names';

/** What a hostname says of itself. */
export interface HostInfo {
  readonly service?: string;
  readonly region?: string;
}

/** Services with one endpoint for a whole partition. For any other name without a region, the caller must know it. */
const GLOBAL = new Set(
  'budgets ce cloudfront health iam importexport organizations route53 s3 s3-external-1 savingsplans sdb shield sts sustainability waf'.split(
    ' ',
  ),
);

/** Service and region of a hostname (lower-case, without port); both undefined for a host that is not AWS's. */
export function parseHost(name: string): HostInfo {
  const hostname = name.endsWith('.') ? name.slice(0, -1) : name;
  for (const { globalRegion, domain: main, dualStackDomain, otherDomains = [] } of PARTITIONS) {
    for (const domain of [main, dualStackDomain, ...otherDomains]) {
      if (hostname.endsWith(`.${domain}`))
        return fromLabels(hostname.slice(0, -domain.length - 1).split('.'), globalRegion);
    }
  }
  return {};
}

function fromLabels(labels: string[], globalRegion: string): HostInfo {
  const take = (marker: string) => labels.at(-1) === marker && labels.pop() !== undefined;
  take('vpce');
  const government = take('us-gov');
  take('global');

  let region = REGION.test(labels.at(-1) ?? '') ? labels.pop() : undefined;
  take('dualstack');
  // "s3-us-west-2", "s3-fips", "s3express-fips-use1-az4", "s3express-control"
  let label = (labels.pop() ?? '').replace(/-fips(?=-|$)/, '').replace(/^s3express-.*/, 's3express');
  if (label.startsWith('s3-') && REGION.test(label.slice(3))) {
    region = label.slice(3);
    label = 's3';
  }
  const before = labels.at(-1);
  // OpenSearch and a few older services put their name behind the region; a bucket may look like a region.
  if (!region && label !== 's3' && before && REGION.test(before)) region = labels.pop();
  if (!region && GLOBAL.has(label)) region = government ? 'us-gov-west-1' : globalRegion;
  if (!label) return region ? { region } : {};

  // A name before "iot" is an account's own data endpoint.
  const service =
    label === 'iot' && before && signingName(label, before) === label ? 'iotdata' : signingName(label, before);
  return region ? { service, region } : { service };
}
