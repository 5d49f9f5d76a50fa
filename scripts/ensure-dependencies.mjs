// Runs `npm ci` when the installed packages are missing or older than the lockfile, so that one command is enough on a
// fresh clone.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const installed = at('node_modules/.package-lock.json');

// `npm install` writes its own record first, and the lockfile a moment later.
const SLACK = 60_000;

if (!existsSync(installed) || statSync(installed).mtimeMs + SLACK < statSync(at('package-lock.json')).mtimeMs) {
  console.log('Installing the development dependencies (npm ci) ...');
  const npm = (...args) =>
    spawnSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: at('.'),
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    }).status;
  if (npm('ci') !== 0) {
    // What CI tests must be what the lockfile says.
    if (process.env.CI) process.exit(1);
    console.log('npm ci failed; trying npm install without the lockfile ...');
    const status = npm('install', '--no-package-lock');
    if (status !== 0) process.exit(status ?? 1);
  }
}
