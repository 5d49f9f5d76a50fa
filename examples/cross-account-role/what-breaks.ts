/** What goes wrong when one thing of the world is other than it must be, or the caller says something wrong: each by itself. */
import type { PolicyDocument, World } from 'sigv4kit/gate';
import type { CallerOptions } from './predict';

export interface Breakage {
  readonly title: string;
  /** The world with one thing changed. Default: as it is. */
  readonly world?: (world: World) => World;
  /** Who calls; default: the shop. */
  readonly caller?: 'analyst' | 'shop' | 'stranger';
  /** What the caller says otherwise than it should. */
  readonly says?: Partial<CallerOptions>;
  /** What then comes of its call. */
  readonly found: string;
}

const API_ACCOUNT = '111122223333';
const SHOP_ACCOUNT = '444455556666';
const ROLE = 'predict-invoker';

const role = (name: string) => `arn:aws:iam::${API_ACCOUNT}:role/${name}`;
const user = (account: string, name: string) => `arn:aws:iam::${account}:user/${name}`;

/** STS says the same of each of these: it does not tell a stranger what the role looks like. */
const refusedBySts = (arn: string, roleName = ROLE) =>
  `ERR_SIGV4_ACCESS_DENIED: AccessDenied: User: ${arn} is not authorized to perform: sts:AssumeRole on resource: ${role(roleName)}`;
const refusedByApi =
  '403 AccessDeniedException {"Message":"User: arn:aws:sts::111122223333:assumed-role/predict-invoker/predict is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********3333:a1b2c3d4e5/prod/POST/predict because no identity-based policy allows the execute-api:Invoke action"}';

export const BREAKAGES: readonly Breakage[] = [
  {
    title: 'trust: a stranger, whose own account allows everything',
    caller: 'stranger',
    found: refusedBySts(user('777788889999', 'stranger')),
  },
  {
    title: 'trust: the role names another user of the account',
    world: withTrust({ AWS: user(SHOP_ACCOUNT, 'till') }),
    found: refusedBySts(user(SHOP_ACCOUNT, 'shop')),
  },
  {
    title: 'trust: the role names its own account alone',
    world: withTrust({ AWS: API_ACCOUNT }),
    found: refusedBySts(user(SHOP_ACCOUNT, 'shop')),
  },
  {
    title: "permission: the caller's own account does not allow sts:AssumeRole",
    world: withoutPoliciesOfShop,
    found: refusedBySts(user(SHOP_ACCOUNT, 'shop')),
  },
  {
    title: 'a role that is not there',
    says: { roleArn: role('predict-invokr') },
    found: refusedBySts(user(SHOP_ACCOUNT, 'shop'), 'predict-invokr'),
  },
  {
    title: 'ExternalId: not said',
    says: { externalId: undefined },
    found: refusedBySts(user(SHOP_ACCOUNT, 'shop')),
  },
  {
    title: 'ExternalId: another',
    says: { externalId: 'predict-for-shop' },
    found: refusedBySts(user(SHOP_ACCOUNT, 'shop')),
  },
  {
    title: 'keys: not known to STS',
    says: {
      credentials: { accessKeyId: 'AKIADELETEDXXEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/DELETEDEXAMPLEKEY' },
    },
    found:
      'ERR_SIGV4_REJECTED_CREDENTIALS: InvalidClientTokenId: The security token included in the request is invalid.',
  },
  { title: 'permission: the role allows another method', world: withResource('prod/GET/predict'), found: refusedByApi },
  { title: 'permission: the role allows another path', world: withResource('prod/POST/train'), found: refusedByApi },
  { title: 'permission: the role allows another stage', world: withResource('test/POST/predict'), found: refusedByApi },
  { title: 'permission: the role has no policy', world: withRole({ policies: [] }), found: refusedByApi },
  {
    title: 'region: signed for another one',
    says: { region: 'us-east-1' },
    found:
      '403 InvalidSignatureException {"message":"Credential should be scoped to a valid region, not \'us-east-1\'. "}',
  },
  {
    title: 'region: the API is looked for in another one',
    says: { region: 'us-east-1', url: 'https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod' },
    found: '403 ForbiddenException {"message":"Forbidden"}',
  },
  {
    title: 'stage: another one',
    says: { url: 'https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev' },
    found: '403 ForbiddenException {"message":"Forbidden"}',
  },
];

type Account = World['accounts'][string];
type Role = NonNullable<Account['roles']>[string];

function withAccount(world: World, id: string, change: (account: Account) => Account): World {
  return { ...world, accounts: { ...world.accounts, [id]: change(world.accounts[id] ?? {}) } };
}

function withRole(changed: Partial<Role>): (world: World) => World {
  return (world) =>
    withAccount(world, API_ACCOUNT, (account) => {
      const before = account.roles?.[ROLE] as Role;
      return { ...account, roles: { ...account.roles, [ROLE]: { ...before, ...changed } } };
    });
}

/** The role trusts nobody but these. */
function withTrust(Principal: { AWS: string }): (world: World) => World {
  return withRole({ trust: policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }) });
}

/** The role may call nothing but this. */
function withResource(path: string): (world: World) => World {
  const Resource = `arn:aws:execute-api:eu-west-1:${API_ACCOUNT}:a1b2c3d4e5/${path}`;
  return withRole({ policies: [policy({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource })] });
}

function withoutPoliciesOfShop(world: World): World {
  return withAccount(world, SHOP_ACCOUNT, (account) => ({
    ...account,
    users: { ...account.users, shop: { ...account.users?.shop, policies: [] } },
  }));
}

function policy(statement: PolicyDocument['Statement']): PolicyDocument {
  return { Version: '2012-10-17', Statement: statement };
}
