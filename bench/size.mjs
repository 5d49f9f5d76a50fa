/**
 * What a web page downloads: bundles for the browser, minified and compressed, of single imports. Only what is loaded with
 * the page counts; chunks that are fetched when they are needed are told apart.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { inConsumer } from './consumer.mjs';
import { atMost } from './targets.mjs';

const IMPORTS = [
  { package: 'sigv4kit', names: 'createSigner', limit: 3 },
  { package: 'sigv4kit', names: 'createSignedFetch', limit: 6 },
  { package: 'sigv4kit', names: 'createSigner, createSignedFetch' },
  { package: 'aws4fetch', names: 'AwsV4Signer' },
  { package: 'aws4fetch', names: 'AwsClient' },
];

/** Rows and targets of the bundles; sizes in bytes. */
export async function benchSize() {
  const rows = [];
  const targets = [];
  await inConsumer(['sigv4kit', 'aws4fetch'], async (folder) => {
    for (const { package: from, names, limit } of IMPORTS) {
      const name = `{ ${names} } from ${from}`;
      const size = await bundle(folder, `export { ${names} } from '${from}';`);
      rows.push({ name, ...size });
      if (limit) targets.push(atMost(name, limit, size.gzipBytes / 1000, 'kB'));
    }
  });
  return { subject: 'size', rows, targets };
}

async function bundle(folder, contents) {
  const { metafile } = await build({
    stdin: { contents, resolveDir: folder, sourcefile: 'page.js' },
    absWorkingDir: folder,
    outdir: join(folder, 'out'),
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    // The package lies in this repository, whose tsconfig.json no user has.
    tsconfigRaw: {},
    metafile: true,
    // Chunks that a package without side effects leaves out are worth a warning each to esbuild, and none here.
    logLevel: 'error',
  });
  const chunks = Object.entries(metafile.outputs);
  const sizes = new Map(chunks.map(([path]) => [path, measure(readFileSync(join(folder, path)))]));
  const [entry] = chunks.find(([, { entryPoint }]) => entryPoint === 'page.js');
  const eager = loadedWith(entry, metafile.outputs);
  const sum = (paths, figure) => paths.reduce((total, path) => total + sizes.get(path)[figure], 0);
  const lazy = chunks.map(([path]) => path).filter((path) => !eager.includes(path));
  return {
    gzipBytes: sum(eager, 'gzip'),
    minifiedBytes: sum(eager, 'minified'),
    files: eager.length,
    lazyGzipBytes: sum(lazy, 'gzip'),
    lazyFiles: lazy.length,
  };
}

const measure = (contents) => ({ minified: contents.length, gzip: gzipSync(contents, { level: 9 }).length });

/** A chunk and all that its static imports bring along. */
function loadedWith(entry, outputs) {
  const loaded = new Set([entry]);
  for (const path of loaded) {
    for (const { path: imported, kind } of outputs[path].imports) {
      if (kind === 'import-statement') loaded.add(imported);
    }
  }
  return [...loaded];
}
