/**
 * A project that has installed sigv4kit and its peers: what resolves there resolves as for a user of the package, through
 * `exports`, with nothing of this repository's own configuration in the way.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A package without a line of code: what loading any package costs. */
export const EMPTY = 'empty-package';

/** Makes the project in a temporary folder, does some work with its path, and removes it. */
export async function inConsumer(packages, work) {
  const folder = mkdtempSync(join(tmpdir(), 'sigv4kit-bench-'));
  try {
    const modules = join(folder, 'node_modules');
    writePackage(join(modules, EMPTY), { name: EMPTY, type: 'module', exports: './index.js' });
    writeFileSync(join(modules, EMPTY, 'index.js'), '');
    for (const name of packages) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      // 'junction' lets it work on Windows without special rights; elsewhere it means nothing.
      symlinkSync(name === 'sigv4kit' ? root : join(root, 'node_modules', name), join(modules, name), 'junction');
    }
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writePackage(folder, manifest) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
}
