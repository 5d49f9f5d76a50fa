/** Amazon Cognito for the gate: `cognito-local` in a process and a folder of its own, with user pools whose ids are given. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface UserPools {
  /** `http://127.0.0.1:…`, which knows the pools by the requests alone, and the clients by their ids. */
  readonly url: string;
  /** Ends the process, and forgets the users. */
  close(): Promise<void>;
}

/** Lifetimes of tokens, as the stack gives them to its client. */
const CLIENT = { AccessTokenValidity: 60, IdTokenValidity: 60, RefreshTokenValidity: 1 };
const UNITS = { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'days' };

/** Starts pools of a region without users: the ids of their app clients, by their own ids. */
export async function startUserPools(
  region: string,
  pools: Readonly<Record<string, readonly string[]>>,
): Promise<UserPools> {
  const folder = await mkdtemp(join(tmpdir(), 'user-pools-'));
  await writePools(join(folder, '.cognito'), region, pools);
  const child = start(folder);
  try {
    return { url: await addressOf(child), close: () => end(child, folder) };
  } catch (error) {
    await end(child, folder);
    throw error;
  }
}

/** The files of cognito-local: its own commands would choose the ids. */
async function writePools(folder: string, region: string, pools: Readonly<Record<string, readonly string[]>>) {
  const write = (name: string, value: object) => writeFile(join(folder, `${name}.json`), JSON.stringify(value));
  await mkdir(join(folder, 'db'), { recursive: true });
  // Tokens have the issuer that they have on AWS; users sign in by the names that they are given.
  await write('config', {
    TokenConfig: { IssuerDomain: `https://cognito-idp.${region}.amazonaws.com` },
    UserPoolDefaults: { UsernameAttributes: [] },
  });
  const clients = Object.entries(pools).flatMap(([UserPoolId, ids]) =>
    ids.map((ClientId) => [ClientId, { ClientId, UserPoolId, ...CLIENT, TokenValidityUnits: UNITS }]),
  );
  await write('db/clients', { Clients: Object.fromEntries(clients) });
  for (const Id of Object.keys(pools))
    await write(`db/${Id}`, { Users: {}, Options: { Id, UsernameAttributes: [], MfaConfiguration: 'OFF' } });
}

/** It ends when its standard input does, so that it never outlives this process, however this one ends; its folder goes with it. */
const SCRIPT = `
  process.stdin.resume().once('end', () => process.exit());
  process.once('exit', () => require('node:fs').rmSync(process.cwd(), { recursive: true, force: true }));
  process.on('SIGINT', () => {});
  require(process.argv[1]);
`;

function start(folder: string): ChildProcess {
  const program = createRequire(import.meta.url).resolve('cognito-local/lib/bin/start.js');
  // Nothing of this process's environment: neither its keys nor what it loads beforehand.
  const env = { HOST: '127.0.0.1', PORT: '0', PATH: process.env.PATH, HOME: folder };
  return spawn(process.execPath, ['-e', SCRIPT, program], { cwd: folder, env });
}

/** What it says of itself when it listens, on the port that was free. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk: Buffer) => {
      said += chunk;
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
      if (!address) return;
      // What it says later is read, so that it can go on, and not kept.
      for (const stream of [child.stdout, child.stderr]) stream?.off('data', listen).resume();
      resolve(address);
    };
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', listen);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`cognito-local ended before it listened: ${said}`)));
  });
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  const isRunning = child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const ended = isRunning && new Promise((resolve) => child.once('exit', resolve));
  child.stdin?.end();
  await ended;
  // Where it never started, the folder is still there.
  await rm(folder, { recursive: true, force: true });
}
