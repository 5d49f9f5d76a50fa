/**
 * `npm run gate -- <example> [-- command …]`: a shell, or one command, for whose programs AWS is the gate of an example.
 * Node programs meet it under AWS's real hostnames, whatever HTTP client they have; for curl and browsers each AWS name
 * works with `.localhost:$GATE_PORT` behind it.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { loadWorld, startGate, type World } from 'sigv4kit/gate';
import { withoutKeys } from './no-keys';

const here = new URL('.', import.meta.url);
const all = readdirSync(here).filter((name) => existsSync(new URL(`${name}/world.json`, here)));
const [name = '', ...rest] = process.argv.slice(2);
const [program = process.stdin.isTTY ? (process.env.SHELL ?? 'bash') : 'bash', ...args] =
  rest[0] === '--' ? rest.slice(1) : rest;
if (!all.includes(name)) {
  console.error(`Say which example's gate: npm run gate -- <example> [-- command …]. There are: ${all.join(', ')}.`);
  process.exit(2);
}

interface Opened {
  readonly world: World;
  /** Ends what the world stands on beside the gate. */
  close?(): Promise<void>;
}

/** The world of its file, or that which a program puts together where a file is not enough. */
async function open(folder: URL): Promise<Opened> {
  const program = new URL('world.ts', folder);
  if (!existsSync(program)) return { world: await loadWorld(new URL('world.json', folder)) };
  const { openWorld } = (await import(program.href)) as { openWorld(): Promise<Opened> };
  return openWorld();
}

// Of the shell, as it is before a world sets what its functions find in theirs.
const env = withoutKeys(process.env);
process.env = { ...env };
const opened = await open(new URL(`${name}/`, here));
const gate = await startGate(opened.world);
// The functions of the world call AWS too: those calls come back to the gate.
gate.intercept();
const { port } = new URL(gate.url);
// Standard output is that of the programs.
console.error(`The gate of ${name} listens on ${gate.url}. This shell has it for AWS, until you type "exit".`);

const join = await buildJoin();
const child = spawn(program, args, {
  stdio: 'inherit',
  env: {
    ...env,
    NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --import=${join.url}`.trim(),
    SIGV4KIT_GATE: gate.url,
    GATE_PORT: port,
  },
});
// Ctrl-C is for what runs in the shell; what ends this program ends that first.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
const status = await new Promise<number | null>((resolve) => {
  child.once('exit', resolve);
  child.once('error', ({ message }) => {
    console.error(`"${program}" cannot be started: ${message}`);
    resolve(127);
  });
});
await gate.close();
await opened.close?.();
await join.remove();
process.exit(status ?? 1);

/** What programs load first, `sigv4kit/gate/join`, as the package has it: they may know nothing of TypeScript. */
async function buildJoin(): Promise<{ readonly url: string; remove(): Promise<void> }> {
  // Below the packages, which it loads; and not shared, since another gate would write what programs of this one read.
  const cache = fileURLToPath(new URL('../node_modules/.cache/', here));
  const folder = await mkdir(cache, { recursive: true })
    .then(() => mkdtemp(`${cache}sigv4kit-gate-`))
    .catch(({ message }) => {
      console.error(`What the shell's programs load cannot be written below node_modules/.cache: ${message}`);
      process.exit(1);
    });
  const file = `${folder}/join.mjs`;
  await build({
    entryPoints: [fileURLToPath(new URL('../src/gate-join.ts', here))],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
  return { url: pathToFileURL(file).href, remove: () => rm(folder, { recursive: true, force: true }) };
}
