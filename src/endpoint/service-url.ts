/** The address of a regional AWS service. */
import { partitionOf } from './partitions';

/** `https://sts.us-east-1.amazonaws.com`, in the domain of the region's partition. */
export function serviceUrl(service: string, region: string, isFips: boolean, isDualStack: boolean): string {
  const { name, domain, dualStackDomain } = partitionOf(region);
  // All that GovCloud has are FIPS endpoints; its STS is one under its plain name.
  const label = isFips && !(name === 'aws-us-gov' && service === 'sts' && !isDualStack) ? `${service}-fips` : service;
  return `https://${label}.${region}.${isDualStack ? dualStackDomain : domain}`;
}
