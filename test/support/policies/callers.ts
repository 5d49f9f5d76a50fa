/** Everybody who can call in a world, with keys that are got as they are got on AWS. */
import { type Credentials, createSignedFetch } from 'sigv4kit';
import type { Account, Gate, Role, World } from 'sigv4kit/gate';
import type { Caller } from '../../gate/policy/generated-cases';

/** Who calls, and all that policies know of them. */
export interface Known extends Caller {
  /** The path of the user or role in the world. */
  readonly at: string;
  readonly userName?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A caller with keys; an anonymous one has none, and may have a token that an authorizer reads. */
export interface Party {
  readonly label: string;
  readonly known: Known | undefined;
  readonly credentials: Credentials | undefined;
  readonly token?: string;
}

export const SESSION = 'compared';
export const ANONYMOUS: Party = { label: 'anonymous', known: undefined, credentials: undefined };

export interface NamedRole {
  readonly accountId: string;
  readonly name: string;
  readonly role: Role;
  readonly arn: string;
}

export const rolesOf = (world: World): NamedRole[] =>
  entriesOf(world, ({ roles }) => roles).map(([accountId, name, role]) => {
    const arn = `arn:aws:iam::${accountId}:role${role.path ?? '/'}${name}`;
    return { accountId, name, role, arn };
  });

export function usersOf(world: World): Party[] {
  return entriesOf(world, ({ users }) => users).flatMap(([accountId, name, user]) => {
    const arn = `arn:aws:iam::${accountId}:user${user.path ?? '/'}${name}`;
    const at = `accounts.${accountId}.users.${name}`;
    const known: Known = { type: 'User', accountId, arn, iamArn: arn, at, userName: name, tags: user.tags ?? {} };
    const [credentials] = (user.accessKeys ?? []) as Credentials[];
    return credentials ? [{ label: `${accountId} ${name}`, known, credentials }] : [];
  });
}

function entriesOf<T>(
  world: World,
  of: (account: Account) => Readonly<Record<string, T>> | undefined,
): [string, string, T][] {
  return Object.entries(world.accounts).flatMap(([accountId, account]) =>
    Object.entries(of(account) ?? {}).map(([name, value]): [string, string, T] => [accountId, name, value]),
  );
}

/** A session of a role. */
export function toSession(
  { accountId, name, role, arn }: NamedRole,
  credentials: Credentials,
  session = SESSION,
): Party {
  const sessionArn = `arn:aws:sts::${accountId}:assumed-role/${name}/${session}`;
  const at = `accounts.${accountId}.roles.${name}`;
  const known: Known = { type: 'AssumedRole', accountId, arn: sessionArn, iamArn: arn, at, tags: role.tags ?? {} };
  return { label: `${accountId} ${name}`, known, credentials };
}

/** Calls STS; gives the keys where it gives some. */
export async function assume(
  send: typeof fetch,
  party: Party,
  { arn }: NamedRole,
  externalId: string | undefined,
): Promise<Credentials | undefined> {
  const form = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: arn,
    RoleSessionName: SESSION,
  });
  if (externalId !== undefined) form.set('ExternalId', externalId);
  const signed = createSignedFetch({ credentials: party.credentials, fetch: send, retry: false });
  const answer = await signed('https://sts.us-east-1.amazonaws.com/', { method: 'POST', body: form });
  const text = await answer.text();
  const part = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(text)?.[1] ?? '';
  if (!answer.ok) return undefined;
  return {
    accessKeyId: part('AccessKeyId'),
    secretAccessKey: part('SecretAccessKey'),
    sessionToken: part('SessionToken'),
  };
}

/** The keys that an instance has; undefined where its role does not let it. */
export async function askInstance(gate: Gate): Promise<Credentials | undefined> {
  const base = 'http://169.254.169.254/latest';
  const ttl = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' };
  const token = await (await gate.fetch(`${base}/api/token`, { method: 'PUT', headers: ttl })).text();
  const headers = { 'x-aws-ec2-metadata-token': token };
  const list = `${base}/meta-data/iam/security-credentials/`;
  const name = await (await gate.fetch(list, { headers })).text();
  const keys = (await (await gate.fetch(`${list}${name}`, { headers })).json()) as Record<string, string>;
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', Token: sessionToken = '' } = keys;
  return keys.Code === 'Success' ? { accessKeyId, secretAccessKey, sessionToken } : undefined;
}

/** None, those that the trust names, and another. */
export function externalIdsOf({ role }: NamedRole): (string | undefined)[] {
  const named = [...JSON.stringify(role.trust).matchAll(/"sts:ExternalId":(\[[^\]]*\]|"[^"]*")/g)].flatMap(
    ([, json = '']) => [JSON.parse(json)].flat(),
  );
  return named.length > 0 ? [undefined, ...named, 'another-external-id'] : [undefined];
}
