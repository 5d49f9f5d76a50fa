/**
 * The partitions of AWS: groups of regions with domains, ARNs and accounts of their own.
 * Sources: botocore's partitions.json and endpoints.json; `on.aws` from the documentation of Lambda function URLs and VPC Lattice.
 */

export interface Partition {
  /** As ARNs write it. */
  readonly name: string;
  readonly region: RegExp;
  /** What its global services sign for. */
  readonly globalRegion: string;
  readonly domain: string;
  /** Where names are served over IPv4 and IPv6. */
  readonly dualStackDomain: string;
  readonly otherDomains?: readonly string[];
}

const COMMERCIAL: Partition = {
  name: 'aws',
  region: /^(?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d+$/,
  globalRegion: 'us-east-1',
  domain: 'amazonaws.com',
  dualStackDomain: 'api.aws',
  otherDomains: ['on.aws'],
};

export const PARTITIONS: readonly Partition[] = [
  COMMERCIAL,
  partition('aws-cn', /^cn-/, 'cn-northwest-1', 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'),
  partition('aws-us-gov', /^us-gov-/, 'us-gov-west-1', 'amazonaws.com', 'api.aws'),
  partition('aws-eusc', /^eusc-/, 'eusc-de-east-1', 'amazonaws.eu', 'api.amazonwebservices.eu'),
  partition('aws-iso', /^us-iso-/, 'us-iso-east-1', 'c2s.ic.gov', 'api.aws.ic.gov'),
  partition('aws-iso-b', /^us-isob-/, 'us-isob-east-1', 'sc2s.sgov.gov', 'api.aws.scloud'),
  partition('aws-iso-e', /^eu-isoe-/, 'eu-isoe-west-1', 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'),
  partition('aws-iso-f', /^us-isof-/, 'us-isof-south-1', 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'),
];

function partition(
  name: string,
  region: RegExp,
  globalRegion: string,
  domain: string,
  dualStackDomain: string,
): Partition {
  return { name, region, globalRegion, domain, dualStackDomain };
}

/** The partition of a region; the commercial one for a region that none knows, as the AWS SDKs have it. */
export const partitionOf = (region: string): Partition =>
  PARTITIONS.find((candidate) => candidate.region.test(region)) ?? COMMERCIAL;

/** A region's name, in any partition. */
export const REGION = /^(?:(?:us|eu|ap|sa|ca|me|af|il|mx|cn)(?:-gov|-iso[a-z]?)?|eusc-de)-[a-z]+-\d{1,2}$/;

/** The region that an AWS hostname names, or signs for where it names none; undefined for any other host. */
export function regionOf(hostname: string): string | undefined {
  const found = PARTITIONS.find(({ domain, dualStackDomain }) =>
    [domain, dualStackDomain].some((suffix) => hostname.endsWith(`.${suffix}`)),
  );
  return found && (hostname.split('.').find((label) => REGION.test(label)) ?? found.globalRegion);
}
