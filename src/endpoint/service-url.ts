/** The address of a regional AWS service. Source: the endpoint rule sets of the AWS SDKs. */
import { partitionOf } from './partitions';

/** `https://sts.us-east-1.amazonaws.com`, in the domain of the region's partition. */
export function serviceUrl(service: string, region: string, isFips: boolean, isDualStack: boolean): string {
  const { name, domain, dualStackDomain } = partitionOf(region);
  // Cognito's commercial names are of both stacks as they are.
  const isOther = isDualStack && !(service === 'cognito-identity' && name === 'aws');
  // All that GovCloud has are FIPS endpoints; its STS is one under its plain name.
  const isPlain = name === 'aws-us-gov' && service === 'sts' && !isOther;
  const label = isFips && !isPlain ? `${service}-fips` : service;
  return `https://${label}.${region}.${isOther ? dualStackDomain : domain}`;
}
