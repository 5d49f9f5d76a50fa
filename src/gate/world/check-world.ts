/** Checks a world once, when its gate starts: what is wrong or not emulated is refused by its path. */
import { parseBlock } from '../policy/ip-addresses';
import type { Api } from './api';
import { checkApi } from './check-api';
import { checkFunctionUrl } from './check-function-url';
import { checkRole, checkUser } from './check-identities';
import { checkIdentityPool, checkJudges, checkMetadata, checkUserPool } from './check-issuers';
import { checkOrganizations } from './check-organizations';
import { checkPolicies } from './check-policy';
import { checkStudioDomain } from './check-studio';
import { checkVpcEndpoint, VPC } from './check-vpc-endpoint';
import { fault, object } from './checks';
import type { FunctionUrl } from './function-url';
import type { IdentityPool, Metadata, UserPool } from './issuers';
import type { StudioDomain } from './studio';
import type { Account, Role, Standpoint, User, VpcEndpoint, World } from './world';

/** Rejects a world that does not make sense; the message names the path of the first fault. */
export function checkWorld(world: World): void {
  const { accounts, metadata, organizations, from } = object('world', world, [
    'accounts',
    'organizations',
    'metadata',
    'from',
  ]);
  const taken = new Map<string, Set<string>>();
  for (const [id, account] of Object.entries(object('accounts', accounts))) {
    if (!/^\d{12}$/.test(id)) fault(`accounts.${id}`, 'is not an account id of 12 digits');
    checkAccount(`accounts.${id}`, account as Account, taken);
  }
  // These name accounts, roles and VPC endpoints, which must be there by now.
  if (organizations !== undefined) checkOrganizations('organizations', organizations, world);
  for (const [id, { identityPools = {} }] of Object.entries(world.accounts)) {
    for (const [poolId, pool] of Object.entries(identityPools))
      checkIdentityPool(`accounts.${id}.identityPools["${poolId}"]`, pool as IdentityPool, poolId, world, id);
  }
  for (const [id, { apis = {} }] of Object.entries(world.accounts)) {
    for (const [apiId, api] of Object.entries(apis)) checkApi(`accounts.${id}.apis.${apiId}`, api as Api, world);
  }
  if (metadata !== undefined) checkMetadata('metadata', metadata as Metadata, world);
  if (from !== undefined) checkStandpoint('from', from as Standpoint);
}

/** Ids that no two accounts may both have, by what they are of. */
type Taken = Map<string, Set<string>>;

const PARTS = [
  'organization',
  'serviceControlPolicies',
  'users',
  'roles',
  'identityPools',
  'userPools',
  'oidcProviders',
  'vpcEndpoints',
  'apis',
  'functionUrls',
  'studioDomains',
];

function checkAccount(at: string, account: Account, taken: Taken): void {
  const given = object(at, account, PARTS) as Account;
  const { organization = 'o-none', serviceControlPolicies = [], users = {}, roles = {}, oidcProviders = {} } = given;
  if (typeof organization !== 'string' || !/^o-[a-z0-9]+$/.test(organization))
    fault(`${at}.organization`, 'is not an organization id, "o-" and lower-case letters and digits');
  checkPolicies(`${at}.serviceControlPolicies`, serviceControlPolicies, 'organization');
  for (const [name, user] of Object.entries(object(`${at}.users`, users)))
    checkUser(`${at}.users.${name}`, name, user as User, (id, here) => take(taken, 'key', id, here));
  for (const [name, role] of Object.entries(object(`${at}.roles`, roles)))
    checkRole(`${at}.roles.${name}`, name, role as Role);
  checkJudges(`${at}.oidcProviders`, oidcProviders);
  checkThings(at, given, taken);
}

/** What an account has under ids that are its own in all the world. */
function checkThings(at: string, account: Account, taken: Taken): void {
  const {
    identityPools = {},
    userPools = {},
    vpcEndpoints = {},
    apis = {},
    functionUrls = {},
    studioDomains = {},
  } = account;
  for (const id of Object.keys(object(`${at}.identityPools`, identityPools)))
    take(taken, 'identity pool', id, `${at}.identityPools["${id}"]`);
  for (const [id, pool] of Object.entries(object(`${at}.userPools`, userPools))) {
    take(taken, 'user pool', id, `${at}.userPools["${id}"]`);
    checkUserPool(`${at}.userPools["${id}"]`, pool as UserPool, id);
  }
  for (const [id, endpoint] of Object.entries(object(`${at}.vpcEndpoints`, vpcEndpoints))) {
    take(taken, 'VPC endpoint', id, `${at}.vpcEndpoints.${id}`);
    checkVpcEndpoint(`${at}.vpcEndpoints.${id}`, endpoint as VpcEndpoint, id);
    takeNames(taken, endpoint as VpcEndpoint, `${at}.vpcEndpoints.${id}`);
  }
  for (const id of Object.keys(object(`${at}.apis`, apis))) take(taken, 'API', id, `${at}.apis.${id}`);
  for (const [id, url] of Object.entries(object(`${at}.functionUrls`, functionUrls))) {
    take(taken, 'function URL', id, `${at}.functionUrls.${id}`);
    checkFunctionUrl(`${at}.functionUrls.${id}`, url as FunctionUrl, id);
  }
  for (const [id, domain] of Object.entries(object(`${at}.studioDomains`, studioDomains))) {
    take(taken, 'domain', id, `${at}.studioDomains.${id}`);
    checkStudioDomain(`${at}.studioDomains.${id}`, domain as StudioDomain, id);
  }
}

function take(taken: Taken, kind: string, id: string, at: string): void {
  const ids = taken.get(kind) ?? new Set();
  if (ids.has(id)) fault(at, `is the id of another ${kind} too`);
  taken.set(kind, ids.add(id));
}

/** The names of a service lead to one endpoint of a VPC; AWS refuses to make another. */
function takeNames(taken: Taken, { service, region, vpc, privateDns = true }: VpcEndpoint, at: string): void {
  if (!privateDns) return;
  const names = taken.get('private DNS') ?? new Set();
  const name = `${service ?? 'execute-api'} ${region} ${vpc}`;
  if (names.has(name)) fault(at, 'has private DNS for a service that another endpoint of its VPC has it for');
  taken.set('private DNS', names.add(name));
}

function checkStandpoint(at: string, from: Standpoint): void {
  const { sourceIp, vpc } = object(at, from, ['sourceIp', 'vpc']) as Standpoint;
  if (sourceIp !== undefined && (typeof sourceIp !== 'string' || sourceIp.includes('/') || !parseBlock(sourceIp)))
    fault(`${at}.sourceIp`, 'is not an IP address');
  if (vpc !== undefined && vpc !== null && (typeof vpc !== 'string' || !VPC.test(vpc)))
    fault(`${at}.vpc`, 'is neither the id of a VPC, "vpc-" and letters and digits, nor null');
}
