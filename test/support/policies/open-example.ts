/** The world of an example, with what the comparison needs beside it: a stranger, and authorizers that tell what they gave. */
import { existsSync } from 'node:fs';
import { loadWorld, type PolicyDocument, type World } from 'sigv4kit/gate';
import type { Example } from '../examples';

export interface Opened {
  readonly world: World;
  close(): Promise<void>;
}

/** As `npm run gate` opens it. */
export async function openExample({ folder }: Pick<Example, 'folder'>): Promise<Opened> {
  const program = new URL('world.ts', folder);
  const loaded = existsSync(program) ? ((await import(program.href)) as { openWorld?(): Promise<Opened> }) : {};
  if (loaded.openWorld) return loaded.openWorld();
  return { world: await loadWorld(new URL('world.json', folder)), close: async () => undefined };
}

/** An account that nobody has heard of, whose user may do everything there. */
export const STRANGER = {
  accountId: '999988887777',
  name: 'stranger-of-the-test',
  key: { accessKeyId: 'AKIASTRANGERAEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/ofastrangerEXAMPLE' },
} as const;

/** What an authorizer gave for a call: a policy, or nothing. */
export interface Given {
  policy: PolicyDocument | undefined;
}

type Body = Record<string, unknown>;

/**
 * The world with the stranger in it. Behind its routes nothing runs; its authorizers keep nothing, and write down what they
 * give last. Its policies are as they were.
 */
export function prepareWorld(world: World, given: Given): World {
  const account = (value: object): object => {
    const { apis = {} } = value as { apis?: Record<string, Body> };
    return { ...value, apis: mapValues(apis, (api) => prepareApi(api, given)) };
  };
  const { accountId, name, key } = STRANGER;
  const everything = {
    Version: '2012-10-17' as const,
    Statement: [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }],
  };
  const stranger = { users: { [name]: { accessKeys: [key], policies: [everything] } } };
  return { ...world, accounts: { ...mapValues(world.accounts, account), [accountId]: stranger } } as World;
}

function prepareApi(api: Body, given: Given): Body {
  const { routes = {}, authorizers = {} } = api as {
    routes?: Record<string, Body>;
    authorizers?: Record<string, Body>;
  };
  return {
    ...api,
    routes: mapValues(routes, (route) => ({ ...route, handler: { statusCode: 200, body: '' } })),
    authorizers: mapValues(authorizers, (authorizer) => recordAuthorizer(authorizer, given)),
  };
}

function recordAuthorizer(authorizer: Body, given: Given): Body {
  const { handler } = authorizer as { handler?: (event: unknown) => Promise<{ policyDocument: PolicyDocument }> };
  if (!handler) return authorizer;
  const record = async (event: unknown) => {
    given.policy = undefined;
    const result = await handler(event);
    given.policy = result.policyDocument;
    return result;
  };
  return { ...authorizer, handler: record, ttl: 0 };
}

export const mapValues = <T, U>(values: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
