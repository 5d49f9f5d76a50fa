/** The world of this example, and the same with one thing changed: what a deployment is like that misses a part. */
import { loadWorld, type PolicyDocument, type World } from 'sigv4kit/gate';

export const API_ACCOUNT = '548754742764';
export const CLIENT_ACCOUNT = '329380440465';
export const API_ID = 'a1b2c3d4e5';
/** With the policy that people write first: without a word about preflights. */
export const CLOSED_API_ID = 'closed1234';

const urlOf = (id: string) => `https://${id}.execute-api.us-east-1.amazonaws.com/prod/`;
export const API_URL = urlOf(API_ID);
export const CLOSED_API_URL = urlOf(CLOSED_API_ID);

/** As world.json has it, and as the two stacks deploy it. */
export const readWorld = (): Promise<World> => loadWorld(new URL('world.json', import.meta.url));

/** The role whose keys functions get: of the client's account, unless another is given. */
export const running = (world: World, role: string, account = CLIENT_ACCOUNT): World => ({
  ...world,
  metadata: { role: `arn:aws:iam::${account}:role/${role}` },
});

/** The client's role without any policy. */
export function withoutIdentityPolicy(world: World): World {
  const account = world.accounts[CLIENT_ACCOUNT];
  const role = account?.roles?.['orders-client'];
  if (!role) throw new Error('The world has no role orders-client.');
  const roles = { ...account.roles, 'orders-client': { ...role, policies: [] } };
  return { ...world, accounts: { ...world.accounts, [CLIENT_ACCOUNT]: { ...account, roles } } };
}

/** The API with another resource policy, or none. */
export function withResourcePolicy(world: World, policy: PolicyDocument | undefined): World {
  const account = world.accounts[API_ACCOUNT];
  const apis = { ...account?.apis, [API_ID]: { ...account?.apis?.[API_ID], policy } } as NonNullable<
    typeof account
  >['apis'];
  return { ...world, accounts: { ...world.accounts, [API_ACCOUNT]: { ...account, apis } } };
}

/** The resource policy of the API. */
export function resourcePolicy(world: World): PolicyDocument {
  const api = world.accounts[API_ACCOUNT]?.apis?.[API_ID];
  if (!api || !('policy' in api) || !api.policy) throw new Error('The API of the world has no resource policy.');
  return api.policy;
}

/** The resource policy of ApiStack that was deployed with CLIENT_ROLE: for roles of the account whose names begin so. */
export function admittingRoles(policy: PolicyDocument, prefix: string): PolicyDocument {
  const Condition = { StringLike: { 'aws:PrincipalArn': `arn:aws:iam::${CLIENT_ACCOUNT}:role/${prefix}*` } };
  const narrow = [policy.Statement]
    .flat()
    .map((statement) => (statement.Sid === 'Client' ? { ...statement, Condition } : statement));
  return { ...policy, Statement: narrow };
}

/** The resource policy of ApiStack that was deployed for another account. */
export function admittingAccount(policy: PolicyDocument, account: string): PolicyDocument {
  return JSON.parse(JSON.stringify(policy).replaceAll(CLIENT_ACCOUNT, account));
}
