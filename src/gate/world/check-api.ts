/** Checks the APIs of a world. */
import { isAwsHost } from '../aws-hosts';
import { policyPath, readApi } from '../open-api/read-api';
import type { Api, DomainName, RestApi } from './api';
import { checkPolicy } from './check-policy';
import { checkRoutes } from './check-routes';
import { checkBoolean, checkRegion, fault, list, object, show } from './checks';
import type { VpcEndpoint, World } from './world';

const COMMON = ['region', 'type', 'stage', 'stageVariables', 'domainNames', 'defaultEndpoint', 'authorizers', 'routes'];
/** What each type of API may have. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  REST: [...COMMON, 'endpoint', 'vpcEndpoints', 'policy', 'openapi'],
  HTTP: [...COMMON, 'openapi'],
  WEBSOCKET: [...COMMON, 'routeSelection'],
};

/** Rejects an API that does not make sense or is not emulated. */
export function checkApi(at: string, given: Api, world: World): void {
  checkCommon(at, given);
  const api = readApi(at, given);
  const { region, domainNames = {} } = api;
  const isPrivate = 'endpoint' in api && api.endpoint === 'PRIVATE';
  if (api.type === undefined || api.type === 'REST') checkRest(at, api, policyPath(at, given), world);
  for (const [name, domain] of Object.entries(object(`${at}.domainNames`, domainNames)))
    checkDomain(`${at}.domainNames["${name}"]`, name, domain as DomainName, { world, region, isPrivate });
  checkRoutes(at, api, world);
}

/** What must hold before an OpenAPI document can be read. */
function checkCommon(at: string, api: Api): void {
  const { type = 'REST' } = object(at, api);
  const parts = typeof type === 'string' && Object.hasOwn(PARTS, type) ? PARTS[type] : undefined;
  if (!parts) fault(`${at}.type`, `is ${show(type)}, and not "REST", "HTTP" or "WEBSOCKET"`);
  object(at, api, parts);
  const { region, stage, stageVariables = {}, defaultEndpoint = true, routes = {}, authorizers = {} } = api;
  if (!/^[a-z0-9]+$/.test(at.slice(at.lastIndexOf('.') + 1)))
    fault(at, 'is not an API id of lower-case letters and digits');
  checkRegion(`${at}.region`, region);
  if (typeof stage !== 'string' || !(/^[\w-]+$/.test(stage) || (type === 'HTTP' && stage === '$default')))
    fault(`${at}.stage`, 'is not a stage name');
  for (const [name, value] of Object.entries(object(`${at}.stageVariables`, stageVariables)))
    if (typeof value !== 'string') fault(`${at}.stageVariables.${name}`, 'is not a text');
  checkBoolean(`${at}.defaultEndpoint`, defaultEndpoint);
  object(`${at}.routes`, routes);
  object(`${at}.authorizers`, authorizers);
}

function checkRest(at: string, api: RestApi, policyAt: string, world: World): void {
  const { endpoint = 'REGIONAL', vpcEndpoints, policy, region } = api;
  if (endpoint !== 'REGIONAL' && endpoint !== 'EDGE' && endpoint !== 'PRIVATE')
    fault(`${at}.endpoint`, `is ${show(endpoint)}, and not "REGIONAL", "EDGE" or "PRIVATE"`);
  if (vpcEndpoints !== undefined && endpoint !== 'PRIVATE')
    fault(`${at}.vpcEndpoints`, 'is of no use to an API that is not private');
  checkEndpoints(`${at}.vpcEndpoints`, vpcEndpoints, region, world);
  if (policy !== undefined) checkPolicy(policyAt, policy, 'resource');
}

/** Ids of VPC endpoints of the world, of the API's region. */
function checkEndpoints(at: string, ids: unknown, region: string, world: World): void {
  for (const [i, id] of list(at, ids ?? []).entries()) {
    const endpoint = typeof id === 'string' ? findEndpoint(world, id) : undefined;
    if (!endpoint) fault(`${at}[${i}]`, 'is not a VPC endpoint of the world');
    if ((endpoint.service ?? 'execute-api') !== 'execute-api')
      fault(`${at}[${i}]`, 'is not a VPC endpoint for execute-api');
    if (endpoint.region !== region) fault(`${at}[${i}]`, "is not of the API's region");
  }
}

function findEndpoint(world: World, id: string): VpcEndpoint | undefined {
  const account = Object.values(world.accounts).find(({ vpcEndpoints = {} }) => Object.hasOwn(vpcEndpoints, id));
  return account?.vpcEndpoints?.[id];
}

interface DomainOf {
  readonly world: World;
  readonly region: string;
  readonly isPrivate: boolean;
}

function checkDomain(at: string, name: string, domain: DomainName, { world, region, isPrivate }: DomainOf): void {
  const { basePath, vpcEndpoints, policy } = object(at, domain, ['basePath', 'vpcEndpoints', 'policy']) as DomainName;
  if (!/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(name) || isAwsHost(name))
    fault(at, 'is not a domain name of your own, in lower case');
  if (basePath !== undefined && (typeof basePath !== 'string' || !/^[\w.~-]+$/.test(basePath)))
    fault(`${at}.basePath`, 'is not one segment of a path, without slashes');
  if (!isPrivate && vpcEndpoints !== undefined)
    fault(`${at}.vpcEndpoints`, 'is of no use to an API that is not private');
  if (!isPrivate && policy !== undefined) fault(`${at}.policy`, 'is of no use to an API that is not private');
  checkEndpoints(`${at}.vpcEndpoints`, vpcEndpoints, region, world);
  if (policy !== undefined) checkPolicy(`${at}.policy`, policy, 'resource');
  if (ownersOf(name, world) > 1) fault(at, 'is a domain name that another API has too');
}

/** How many APIs have a domain name. */
function ownersOf(name: string, world: World): number {
  const apis = Object.values(world.accounts).flatMap((account) => Object.values(account.apis ?? {}));
  return apis.filter((api) => Object.hasOwn(api.domainNames ?? {}, name)).length;
}
