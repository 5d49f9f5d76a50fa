/**
 * The addresses of a private API of Amazon API Gateway, which is reached through an interface VPC endpoint alone. Sources: the
 * API Gateway guide, "Invoke a private API"; AWS PrivateLink's guide for zonal names.
 */
import { refuseOption } from '../errors';
import type { Endpoint } from './endpoint';
import { partitionOf, REGION } from './partitions';

/** How a private API is addressed. */
export type PrivateApiRoute =
  /** By the API's own name, or its custom domain name, which DNS leads to the VPC endpoint. */
  | 'private-dns'
  /** By `{api}-{vpce}.execute-api.{region}`, the name that an associated VPC endpoint gives the API. Works everywhere, browsers too. */
  | 'alias'
  /** By the VPC endpoint's name, with the API's id in the header `x-apigw-api-id`, which is signed. Works where no page's CORS is asked. */
  | 'api-id-header'
  /** By the VPC endpoint's name, with the API's own name as Host; clients that cannot send a Host send `x-apigw-api-id`. */
  | 'host-header';

/** A private API, and the way to it. */
export interface PrivateApiOptions {
  /** `abc123`. May be left out with a `domainName`. */
  readonly apiId?: string | undefined;
  /** The API's region. */
  readonly region: string;
  /** What relative URLs are joined to. Default: none, so that they begin with the stage themselves. */
  readonly stage?: string | undefined;
  /**
   * The VPC endpoint: its id, `vpce-0a1b2c3d4e5f60718`, or one of its DNS names, regional or zonal, or the first label of one,
   * `vpce-0a1b2c3d4e5f60718-abcdefgh-us-east-1a`. Default: none; DNS leads to it.
   */
  readonly vpcEndpoint?: string | undefined;
  /**
   * Default: without a VPC endpoint `private-dns`; with its id `alias`; with a DNS name `api-id-header`, or `host-header` for
   * a custom domain name.
   */
  readonly via?: PrivateApiRoute | undefined;
  /** A private custom domain name, in place of the API's own. Its base path stands where the stage would. */
  readonly domainName?: string | undefined;
  /** The base path of the custom domain name. Default: none. */
  readonly basePath?: string | undefined;
}

const OPTIONS = ['apiId', 'region', 'stage', 'vpcEndpoint', 'via', 'domainName', 'basePath'];

/**
 * Gives the endpoint of a private API, for `createSigner`, `createSignedFetch` and every adapter. Absolute URLs with any of the
 * API's other names are led there too. Throws `ERR_SIGV4_INVALID_OPTION` for what names no API, or no way to it.
 *
 * @example
 * const endpoint = privateApi({ apiId: 'abc123', region: 'us-east-1', stage: 'prod', vpcEndpoint: 'vpce-0a1b2c3d4e5f60718' });
 * const response = await createSignedFetch({ endpoint })('/orders');
 */
export function privateApi(options: PrivateApiOptions): Endpoint {
  const { apiId, region, stage, domainName, basePath } = options ?? {};
  const stranger = Object.keys(options ?? {}).find((name) => !OPTIONS.includes(name));
  if (stranger !== undefined) refuseOption(`"${stranger}" is not one of privateApi`);
  if (region === undefined) refuseOption('region is missing');
  if (typeof region !== 'string' || !REGION.test(region)) refuseOption(`region is not a region of AWS`);
  if (domainName === undefined && apiId === undefined) refuseOption('apiId is missing; give it, or a domainName');
  if (apiId !== undefined && !/^[a-z0-9]+$/.test(apiId)) refuseOption('apiId is not the id of an API, such as abc123');
  if (domainName !== undefined && !/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(domainName))
    refuseOption('domainName is not a host name');
  if (domainName === undefined ? basePath !== undefined : stage !== undefined)
    refuseOption(
      domainName === undefined
        ? 'basePath goes with a domainName; for the names of the API itself it is stage'
        : 'stage goes with the names of the API itself: leave it out, and give basePath where the domainName has one',
    );
  for (const [name, part] of Object.entries({ stage, basePath }))
    if (part !== undefined && !/^[\w$.~-]+$/.test(part))
      refuseOption(`${name} is one segment of a path, without slashes`);

  const { domain } = partitionOf(region);
  const suffix = `execute-api.${region}.${domain}`;
  const vpce = options.vpcEndpoint === undefined ? undefined : readEndpoint(options.vpcEndpoint, region, domain);
  const own = domainName?.toLowerCase() ?? `${apiId}.${suffix}`;
  const alias = apiId !== undefined && vpce && `${apiId}-${vpce.id}.${suffix}`;
  const via = options.via ?? defaultRoute(vpce, domainName);
  const host = hostOf(via, { own, alias, vpce, hasDomain: domainName !== undefined });
  const prefix = domainName === undefined ? (stage === '$default' ? undefined : stage) : basePath;
  const idHeader = apiId === undefined ? undefined : { 'x-apigw-api-id': apiId };
  const names = [own, apiId && `${apiId}.${suffix}`, alias, vpce?.name].filter(
    (name): name is string => typeof name === 'string' && name !== host,
  );
  return {
    url: `https://${host}${prefix === undefined ? '' : `/${prefix}`}`,
    region,
    service: 'execute-api',
    names: [...new Set(names)],
    ...(via === 'api-id-header' && { headers: idHeader }),
    // A custom domain is a name of its own, which an API's id does not stand for.
    ...(via === 'host-header' && { host: own, withoutHost: domainName === undefined ? idHeader : undefined }),
  };
}

interface Named {
  readonly id: string;
  /** A DNS name; undefined where only the id is known. */
  readonly name: string | undefined;
}

/** Id, hash, and for a zonal name the region its zone begins with: `us-east-1a`, `us-west-2-lax-1a`. */
const LABEL = /^(vpce-[0-9a-f]+)(?:-([a-z0-9]+)(?:-([a-z]+(?:-[a-z]+)+-\d+)(?:-[a-z]+-\d+)?[a-z])?)?$/;

function readEndpoint(text: string, region: string, domain: string): Named {
  const [label = '', ...rest] = String(text).toLowerCase().replace(/\.$/, '').split('.');
  const [, id, hash, zoneRegion = region] = LABEL.exec(label) ?? [];
  const suffix = `execute-api.${region}.vpce.${domain}`;
  if (id === undefined || (rest.length > 0 && hash === undefined))
    return refuseOption(
      'vpcEndpoint is neither the id of a VPC endpoint, vpce-0a1b2c3d4e5f60718, nor one of its DNS names',
    );
  if ((rest.length > 0 && rest.join('.') !== suffix) || zoneRegion !== region)
    return refuseOption(
      `vpcEndpoint is not a name of an endpoint for API Gateway in ${region}, which ends in ${suffix}`,
    );
  return { id, name: hash === undefined ? undefined : `${label}.${suffix}` };
}

function defaultRoute(vpce: Named | undefined, domainName: string | undefined): PrivateApiRoute {
  if (!vpce) return 'private-dns';
  if (domainName !== undefined) return vpce.name === undefined ? 'private-dns' : 'host-header';
  return vpce.name === undefined ? 'alias' : 'api-id-header';
}

interface Names {
  readonly own: string;
  readonly alias: string | false | undefined;
  readonly vpce: Named | undefined;
  readonly hasDomain: boolean;
}

function hostOf(via: PrivateApiRoute, { own, alias, vpce, hasDomain }: Names): string {
  switch (via) {
    case 'private-dns':
      return own;
    case 'alias':
      if (hasDomain) return refuseOption("via: 'alias' is a name of the API itself; leave the domainName out");
      return alias || refuseOption("via: 'alias' needs the vpcEndpoint");
    case 'api-id-header':
      if (hasDomain)
        return refuseOption("via: 'api-id-header' names the API itself; a domainName goes with 'host-header'");
      return vpce?.name ?? refuseOption("via: 'api-id-header' needs a DNS name of the vpcEndpoint, not its id alone");
    case 'host-header':
      return vpce?.name ?? refuseOption("via: 'host-header' needs a DNS name of the vpcEndpoint, not its id alone");
    default:
      via satisfies never;
      return refuseOption("via must be 'private-dns', 'alias', 'api-id-header' or 'host-header'");
  }
}
