/** Puts the page's script into the page: one file, which the function behind `GET /` serves. `tsx build-page.ts FOLDER` writes it there. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { isProgram, run } from '../program';

const SOURCE = new URL('page.html', import.meta.url);

/** Writes `page.html` into a folder that is there. */
export async function buildPage(folder: string): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  const script = `<script>${outputFiles[0]?.text}</script>`;
  const page = readFileSync(SOURCE, 'utf8').replace('<script src="page.ts"></script>', () => script);
  writeFileSync(join(folder, 'page.html'), page);
}

async function main(): Promise<string> {
  const folder = process.argv[2];
  if (!folder) throw new Error('Say which folder the page goes to: tsx build-page.ts FOLDER.');
  await buildPage(folder);
  return `page.html is in ${folder}`;
}

if (isProgram(import.meta.url)) await run(main);
