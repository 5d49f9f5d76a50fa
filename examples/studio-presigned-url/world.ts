/** The world of `world.json`, with what a file cannot hold: user pools that run, with employees in them, and the functions' environment. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSignedFetch } from 'sigv4kit';
import { loadWorld, type World } from 'sigv4kit/gate';
import { addEmployee } from './add-employee';
import { buildPage } from './page/build-page';
import { startUserPools } from './user-pool';

export const REGION = 'us-east-1';

/** What the stack gives its functions, each of them what it needs. */
export const ENVIRONMENT = {
  USER_POOL_ID: 'us-east-1_Example',
  CLIENT_ID: '1example23456789',
  STUDIO_DOMAIN_ID: 'd-abcdef123456',
  URL_LIFETIME: '60',
};

/** A client of the same pool that is not the page's, and one of another pool. */
export const STRANGERS = { otherClient: '2example23456789', clientOfAnotherPool: '3example23456789' };

const ANOTHER_POOL = 'us-east-1_Another';

/** Who can sign in, and with what. Carol has an account, and no profile in Studio; Dave has a profile, and no account yet. */
export const PASSWORDS = { alice: 'wJalrXUtnFEMI-alice', bob: 'wJalrXUtnFEMI-bob', carol: 'wJalrXUtnFEMI-carol' };

/** What runs a function on AWS sets these beside what the stack says; keys of this machine have no part in it. */
const RUNTIME: Readonly<Record<string, string | undefined>> = {
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_SESSION_TOKEN: undefined,
  AWS_PROFILE: undefined,
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  AWS_CONFIG_FILE: '/nonexistent',
  // The keys of the role that the world names, as the gate gives them out.
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/studio-create-url',
};

/** Whoever opens it closes it, or the user pools run on. */
export async function openWorld(): Promise<{ world: World; close(): Promise<void> }> {
  const { USER_POOL_ID, CLIENT_ID } = ENVIRONMENT;
  const { otherClient, clientOfAnotherPool } = STRANGERS;
  const pools = await startUserPools(REGION, {
    [USER_POOL_ID]: [CLIENT_ID, otherClient],
    [ANOTHER_POOL]: [clientOfAnotherPool],
  });
  const page = await mkdtemp(join(tmpdir(), 'studio-page-'));
  const restore = setEnvironment({ ...RUNTIME, ...ENVIRONMENT, PAGE_FOLDER: page });
  async function close(): Promise<void> {
    restore();
    await Promise.all([pools.close(), rm(page, { recursive: true, force: true })]);
  }
  try {
    await Promise.all([addEmployees(pools.url), buildPage(page)]);
    return { world: withPools(await loadWorld(new URL('world.json', import.meta.url)), pools.url), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** By the program that an administrator has for it, sent to the pools themselves: there is no gate yet. */
async function addEmployees(server: string): Promise<void> {
  const credentials = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  };
  const signedFetch = createSignedFetch({
    credentials,
    fetch: (input, init) => fetch(server, init ?? (input as Request)),
  });
  const add = (userPoolId: string, [username, password]: [string, string]) =>
    addEmployee(signedFetch, { region: REGION, userPoolId, username, password });
  for (const employee of Object.entries(PASSWORDS)) await add(ENVIRONMENT.USER_POOL_ID, employee);
  await add(ANOTHER_POOL, ['alice', PASSWORDS.alice]);
}

function withPools(world: World, server: string): World {
  const accounts = Object.entries(world.accounts).map(([id, account]) => {
    const userPools = Object.keys(account.userPools ?? {}).map((pool) => [pool, { server }]);
    return [id, { ...account, userPools: Object.fromEntries(userPools) }];
  });
  return { ...world, accounts: Object.fromEntries(accounts) };
}

/** Sets variables, or takes them away; gives what puts all back. */
function setEnvironment(variables: Readonly<Record<string, string | undefined>>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  const set = (entries: Iterable<readonly [string, string | undefined]>) => {
    for (const [name, value] of entries)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  };
  set(Object.entries(variables));
  return () => set(before);
}
