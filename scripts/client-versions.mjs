// Runs the suites of the adapters (test/adapters) with other versions of their clients than those installed: the lowest that
// package.json claims, and the newest of each major. They are installed into a temporary folder, which is removed again.
// Versions that need a newer Node than this one run on Node 22 from the registry; where it has none for this platform they
// are named as left out. Ends with 1 if a suite failed.
//
//   node scripts/client-versions.mjs                      all of them
//   node scripts/client-versions.mjs axios undici@6.9.0   those of one client, and any other version
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MINUTE = 60_000;

/** The versions of each client, and the packages that stand for it in its suite. */
const CLIENTS = {
  axios: { replaces: ['axios', 'axios-lowest'], versions: ['1.7.0', '1'] },
  got: { replaces: ['got'], versions: ['14.0.0', '14', '15', '16'] },
  undici: { replaces: ['undici', 'undici-6'], versions: ['6.9.0', '6', '7.0.0', '7', '8'] },
};
/** Those that run on no Node before 22.19. */
const needsNewNode = ({ client, version }) => /^(?:got (?:15|16)|undici 8)\b/.test(`${client} ${version}`);

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sigv4kit-clients-'));
const running = new Set();

/** Resolves with the exit status; all that the process has started ends with it, and after `timeout` in any case. */
function run(command, args, { timeout = 3 * MINUTE, cwd = folder } = {}) {
  return new Promise((resolve) => {
    const isWindows = process.platform === 'win32';
    const child = spawn(command, args, {
      cwd,
      detached: !isWindows,
      shell: isWindows,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = () => {
      try {
        if (isWindows) child.kill();
        else process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    };
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, timeout);
    running.add(end);
    child.once('error', (error) => (output += error));
    child.once('exit', end);
    child.once('close', (status) => {
      clearTimeout(timer);
      running.delete(end);
      resolve({ status: isLate ? 'timed out' : status, output });
    });
  });
}

const install = (...packages) => run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages]);

const [major, minor] = process.versions.node.split('.').map(Number);

/** A Node that runs them all, or undefined. */
async function newNode() {
  if (major > 22 || (major === 22 && minor >= 19)) return process.execPath;
  const isWindows = process.platform === 'win32';
  const name = `node-${isWindows ? 'win' : process.platform}-${process.arch}`;
  const { status } = await install(`${name}@22`);
  return status === 0 ? join(folder, 'node_modules', name, 'bin', isWindows ? 'node.exe' : 'node') : undefined;
}

/** Runs the suite of a client with that of its versions that is installed as `alias`. */
async function tryVersion(client, alias, node) {
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', alias, 'package.json'), 'utf8'));
  const found = await run(node, ['--input-type=module', '-e', `console.log(import.meta.resolve('${alias}'))`]);
  const entry = fileURLToPath(found.output.trim());
  const config = join(folder, `${alias}.config.mjs`);
  const results = join(folder, `${alias}.json`);
  const alternatives = CLIENTS[client].replaces.map((name) => ({ find: new RegExp(`^${name}$`), replacement: entry }));
  writeFileSync(
    config,
    `import { mergeConfig } from ${JSON.stringify(import.meta.resolve('vitest/config'))};
import project from ${JSON.stringify(join(root, 'vitest.config.ts'))};
const alias = [${alternatives.map(({ find, replacement }) => `{ find: ${find}, replacement: ${JSON.stringify(replacement)} }`).join(', ')}];
export default mergeConfig(project, { root: ${JSON.stringify(root)}, resolve: { alias } });
`,
  );
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const suite = `test/adapters/${client}.test.ts`;
  const report = ['--reporter=json', `--outputFile=${results}`];
  const began = performance.now();
  const ran = await run(node, [vitest, 'run', suite, '--config', config, ...report], { cwd: root });
  const seconds = (performance.now() - began) / 1000;
  return { version, seconds, ...ran, ...read(results) };
}

/** What vitest reports: how many tests passed, failed and were skipped, and the failures. */
function read(results) {
  try {
    const { numPassedTests: passed, numPendingTests: skipped, testResults } = JSON.parse(readFileSync(results, 'utf8'));
    const ofSuites = testResults.map(({ message }) => message).filter(Boolean);
    const ofTests = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages[0]?.split('\n')[0]}`);
    const failures = [...ofSuites, ...ofTests];
    return { passed, skipped, failures };
  } catch {
    return { passed: 0, skipped: 0, failures: [] };
  }
}

async function main(names) {
  const wanted = (names.length > 0 ? names : Object.keys(CLIENTS)).flatMap((name) => {
    const [client, one] = name.split('@');
    if (!(client in CLIENTS)) throw new Error(`There is no client "${client}": ${Object.keys(CLIENTS).join(', ')}.`);
    const versions = one ? [one] : CLIENTS[client].versions;
    return versions.map((version) => ({ client, version, alias: `${client}-${version}` }));
  });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const installed = await install(...wanted.map(({ client, version, alias }) => `${alias}@npm:${client}@${version}`));
  if (installed.status !== 0) throw new Error(`The clients could not be installed:\n${installed.output}`);
  const node22 = wanted.some(needsNewNode) ? await newNode() : undefined;

  let hasFailed = false;
  for (const one of wanted) {
    const node = needsNewNode(one) ? node22 : process.execPath;
    if (!node) {
      console.log(
        `${one.client} ${one.version}`.padEnd(16),
        'left out: it needs Node 22.19, which the registry lacks for this platform',
      );
      continue;
    }
    const { version, status, passed, skipped, failures, seconds, output } = await tryVersion(
      one.client,
      one.alias,
      node,
    );
    const outcome = status === 0 ? 'passed' : `FAILED (${status})`;
    const counts = `${passed} passed, ${failures.length} failed, ${skipped} skipped`;
    const on = node === process.execPath ? process.version : 'Node 22';
    console.log(
      `${one.client} ${version}`.padEnd(16),
      outcome.padEnd(12),
      counts.padEnd(36),
      `${Math.round(seconds)} s on ${on}`,
    );
    if (status === 0) continue;
    hasFailed = true;
    for (const failure of failures) console.log(`  ${failure}`);
    if (failures.length === 0) console.log(output.replace(/^/gm, '  '));
  }
  return hasFailed ? 1 : 0;
}

const cleanUp = () => {
  for (const end of running) end();
  rmSync(folder, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    cleanUp();
    process.exit(1);
  });
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  cleanUp();
}
