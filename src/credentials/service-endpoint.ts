/** Where STS and Cognito Identity are called: as the caller says, else as the environment says, else in the region. */
import { variable } from '#environment';
import { regionOf } from '../endpoint/partitions';
import { serviceUrl } from '../endpoint/service-url';
import { refuseOption, SigV4Error } from '../errors';

/** Where a credential service is called, and by what. */
export interface ServiceOptions {
  /** Default: that of the endpoint's hostname where it is AWS's, then `AWS_REGION`, `AWS_DEFAULT_REGION`. */
  readonly region?: string | undefined;
  /**
   * A URL to call instead of the region's own: a VPC endpoint, or a server of tests. Default on Node: `AWS_ENDPOINT_URL_STS` or
   * `AWS_ENDPOINT_URL_COGNITO_IDENTITY`, then `AWS_ENDPOINT_URL`, unless `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is `true`.
   */
  readonly endpoint?: string | URL | undefined;
  /** Call the FIPS endpoint. Default: `AWS_USE_FIPS_ENDPOINT` is `true`. */
  readonly fips?: boolean | undefined;
  /** Call the endpoint that has IPv6 too. Default: `AWS_USE_DUALSTACK_ENDPOINT` is `true`. */
  readonly dualStack?: boolean | undefined;
  /** What sends. Default: the global `fetch`, looked up at each call. */
  readonly fetch?: typeof fetch | undefined;
  /** Milliseconds one attempt may take. Default 5,000. */
  readonly timeout?: number | undefined;
}

export interface ServiceEndpoint {
  readonly url: URL;
  readonly region: string;
}

/** The endpoint of `sts` or `cognito-identity`. Throws `ERR_SIGV4_NO_REGION` or `ERR_SIGV4_INVALID_OPTION`. */
export function serviceEndpoint(service: 'sts' | 'cognito-identity', options: ServiceOptions): ServiceEndpoint {
  const { fips = isOn('AWS_USE_FIPS_ENDPOINT'), dualStack = isOn('AWS_USE_DUALSTACK_ENDPOINT') } = options;
  const given = options.endpoint ?? configuredUrl(service);
  const url = given === undefined ? undefined : parseUrl(given);
  const region =
    options.region ?? (url && regionOf(url.hostname)) ?? variable('AWS_REGION') ?? variable('AWS_DEFAULT_REGION');
  if (!region) {
    throw new SigV4Error(
      'ERR_SIGV4_NO_REGION',
      `There is no region to call ${service} in; set the option "region" or AWS_REGION.`,
    );
  }
  if (typeof region !== 'string' || !/^[\w-]+$/.test(region)) {
    refuseOption('region is not a name of letters, digits and "-"');
  }
  return { url: url ?? new URL(serviceUrl(service, region, fips, dualStack)), region };
}

function configuredUrl(service: string): string | undefined {
  if (isOn('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS')) return undefined;
  return variable(`AWS_ENDPOINT_URL_${service.toUpperCase().replace('-', '_')}`) ?? variable('AWS_ENDPOINT_URL');
}

const isOn = (name: string) => variable(name)?.toLowerCase() === 'true';

function parseUrl(given: string | URL): URL {
  let url: URL | undefined;
  try {
    url = new URL(given);
  } catch {
    // Said below, for every fault alike.
  }
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_OPTION',
      'The endpoint must be an http or https URL without user name, query and fragment.',
    );
  }
  return url;
}

/** Throws `ERR_SIGV4_INVALID_OPTION` for what cannot send. */
export function checkSender({ fetch, timeout = 1 }: ServiceOptions): void {
  if (fetch !== undefined && typeof fetch !== 'function') refuseOption('fetch must be a function');
  if (typeof timeout !== 'number' || !(timeout > 0)) refuseOption('timeout must be milliseconds, more than 0');
}
