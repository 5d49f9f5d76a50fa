/** Clients that are no TypeScript, started as programs: curl, which signs by itself, and newman, which runs the Postman collection. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Environment = Readonly<Record<string, string>>;

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in this folder to its end. */
function run(program: string, args: readonly string[], env: Environment = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: FOLDER, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      const status = typeof error?.code === 'number' ? error.code : error ? 127 : 0;
      resolve({ status, stdout, stderr });
    });
  });
}

/** Whether there is a curl here that signs. */
export async function hasCurl(): Promise<boolean> {
  const { stdout } = await run('curl', ['--help', 'all']);
  return stdout.includes('--aws-sigv4');
}

/** What `curl.sh` prints: the status and the body of the answer. */
export async function callWithCurl(args: readonly string[], env: Environment): Promise<[status: number, body: string]> {
  const { status, stdout, stderr } = await run('bash', ['curl.sh', ...args], env);
  if (status !== 0) throw new Error(`curl.sh ended with ${status}: ${stderr}`);
  const [, body = '', code = ''] = /^(.*)\n(\d+)\n$/s.exec(stdout) ?? [];
  return [Number(code), body];
}

/** What newman says of a run. */
export interface CollectionRun {
  readonly requests: { readonly total: number; readonly failed: number };
  readonly assertions: { readonly total: number; readonly failed: number };
}

/** Runs the collection with an environment of `postman/` and further variables, and the keys of `env`. */
export async function runCollection(
  environment: 'aws' | 'gate',
  variables: Readonly<Record<string, string>>,
  env: Environment,
): Promise<CollectionRun> {
  const folder = await mkdtemp(join(tmpdir(), 'newman-'));
  const report = join(folder, 'report.json');
  const newman = createRequire(import.meta.url).resolve('newman/bin/newman.js');
  const command = [
    '"$NODE" "$NEWMAN" run postman/collection.json --globals <(./postman/keys.sh) --reporters json',
    `--environment postman/${environment}.environment.json --reporter-json-export "$REPORT"`,
    ...Object.keys(variables).map((name) => `--env-var "${name}=$${name}"`),
  ].join(' ');
  try {
    const { status, stderr } = await run('bash', ['-c', command], {
      ...env,
      ...variables,
      ...{ NODE: process.execPath, NEWMAN: newman, REPORT: report },
    });
    const text = await readFile(report, 'utf8').catch((cause) => {
      throw new Error(`newman ended with ${status}: ${stderr}`, { cause });
    });
    return (JSON.parse(text) as { run: { stats: CollectionRun } }).run.stats;
  } finally {
    await rm(folder, { recursive: true });
  }
}
