/** The APIs and custom domain names of a world by their names, so that a request needs no search. */
import { policyPath, readApi } from '../open-api/read-api';
import type { AttachedPolicy } from '../policy/judgement';
import type { Api, DomainName, HttpRoute, Route, WebSocketRoute } from '../world/api';
import type { World } from '../world/world';
import { compileRoutes, type RouteTable } from './routes';

/** An API and whose it is. */
export interface ApiOwner {
  readonly accountId: string;
  readonly apiId: string;
  /** With what its OpenAPI document says. */
  readonly api: Api;
  /** Its resource policy; of REST APIs alone. */
  readonly policy: AttachedPolicy | undefined;
  /** Its routes; of a WebSocket API none, since those are no paths. */
  readonly routes: RouteTable<Route | HttpRoute | WebSocketRoute>;
}

/** A custom domain name of an API. */
export interface Domain {
  readonly name: string;
  readonly owner: ApiOwner;
  readonly domain: DomainName;
  /** Of a private one; without it nobody may use it. */
  readonly policy: AttachedPolicy | undefined;
}

/** What requests are looked up by. */
export interface ApiIndex {
  readonly apis: ReadonlyMap<string, ApiOwner>;
  /** By lower-case name. */
  readonly domains: ReadonlyMap<string, Domain>;
}

/** Of a world that has been checked. */
export function indexApis(world: World): ApiIndex {
  const apis = new Map<string, ApiOwner>();
  const domains = new Map<string, Domain>();
  for (const [accountId, account] of Object.entries(world.accounts)) {
    for (const [apiId, given] of Object.entries(account.apis ?? {})) {
      const at = `accounts.${accountId}.apis.${apiId}`;
      const owner = toOwner(accountId, apiId, policyPath(at, given), readApi(at, given));
      apis.set(apiId, owner);
      for (const [name, domain] of Object.entries(owner.api.domainNames ?? {})) {
        const policy = attach(`${at}.domainNames["${name}"].policy`, domain.policy);
        domains.set(name.toLowerCase(), { name, owner, domain, policy });
      }
    }
  }
  return { apis, domains };
}

function toOwner(accountId: string, apiId: string, policyAt: string, api: Api): ApiOwner {
  const policy = attach(policyAt, 'policy' in api ? api.policy : undefined);
  const routes = compileRoutes<Route | HttpRoute | WebSocketRoute>(api.type === 'WEBSOCKET' ? {} : api.routes);
  return { accountId, apiId, api, policy, routes };
}

const attach = (at: string, document: AttachedPolicy['document'] | undefined): AttachedPolicy | undefined =>
  document && { type: 'resource', at, document };
