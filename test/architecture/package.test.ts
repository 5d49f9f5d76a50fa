/** What the built package gives: the names of each door, a web build free of `node:`, no third-party code at import. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

const dist = new URL('../../dist/', import.meta.url);
const doors = ['index', 'core', 'verify', 'presign', 'axios', 'smithy', 'got', 'undici', 'http', 'gate'];
const importDist = (path: string) => import(/* @vite-ignore */ pathToFileURL(fileURLToPath(new URL(path, dist))).href);

describe('the doors', () => {
  test('export these names, the same from both module systems', async () => {
    const names: Record<string, string[]> = {};
    for (const door of doors) {
      names[door] = Object.keys(await importDist(`node/${door}.js`)).sort();
      expect(
        Object.keys(createRequire(import.meta.url)(fileURLToPath(new URL(`node/${door}.cjs`, dist)))).sort(),
      ).toEqual(names[door]);
    }
    expect(names).toMatchInlineSnapshot(`
      {
        "axios": [
          "SigV4Error",
          "axiosInterceptor",
          "isSigV4Error",
          "signAxios",
        ],
        "core": [
          "SigV4Error",
          "isSigV4Error",
          "presignQuery",
          "signHeaders",
        ],
        "gate": [
          "SigV4Error",
          "isSigV4Error",
          "joinGate",
          "loadWorld",
          "startGate",
        ],
        "got": [
          "SigV4Error",
          "gotSigV4",
          "isSigV4Error",
        ],
        "http": [
          "SigV4Error",
          "isSigV4Error",
          "signHttpRequest",
        ],
        "index": [
          "SigV4Error",
          "assumeRole",
          "cachedCredentials",
          "cognitoIdentity",
          "createSignedFetch",
          "createSigner",
          "isSigV4Error",
          "privateApi",
          "signedFetch",
          "webIdentity",
        ],
        "presign": [
          "SigV4Error",
          "appSyncAuthorization",
          "appSyncRealtimeUrl",
          "dsqlAuthToken",
          "eksToken",
          "elastiCacheAuthToken",
          "iotMqttUrl",
          "isSigV4Error",
          "memoryDbAuthToken",
          "rdsAuthToken",
          "transcribeUrl",
          "webSocketUrl",
        ],
        "smithy": [
          "SigV4Error",
          "fromSmithySigner",
          "isSigV4Error",
          "smithySigner",
        ],
        "undici": [
          "SigV4Error",
          "isSigV4Error",
          "undiciInterceptor",
        ],
        "verify": [
          "SigV4Error",
          "createVerifier",
          "isSigV4Error",
        ],
      }
    `);
  });

  test.each(['index', 'core', 'verify', 'presign', 'axios', 'smithy'])(
    '%s has the same names in the web build',
    async (door) => {
      const [node, web] = await Promise.all([importDist(`node/${door}.js`), importDist(`web/${door}.js`)]);
      expect(Object.keys(web).sort()).toEqual(Object.keys(node).sort());
    },
  );

  test('an error of one door is one of every other', async () => {
    const [{ createSigner }, { SigV4Error, isSigV4Error }] = await Promise.all([
      importDist('node/index.js'),
      importDist('node/verify.js'),
    ]);
    const error = await createSigner({ credentials: {} })
      .sign({ url: 'https://a.execute-api.us-east-1.amazonaws.com' })
      .catch((reason: unknown) => reason);
    expect(isSigV4Error(error)).toBe(true);
    expect(error).toBeInstanceOf(SigV4Error);
    expect(new TypeError()).not.toBeInstanceOf(SigV4Error);
  });
});

describe('the web build', () => {
  const web = readdirSync(new URL('web/', dist)).filter((name) => /\.c?js$/.test(name));

  test.each(web)('%s reaches no node: module, no process and no Buffer', (name) => {
    const code = readFileSync(new URL(`web/${name}`, dist), 'utf8');
    expect(code).not.toMatch(/['"]node:|\bprocess\.|\bBuffer\b|\brequire\(['"](?!\.|@aws-crypto|@smithy|axios)/);
  });
});

test('has no line that floods a screen: Node prints the line of an error that nobody catches', () => {
  const files = readdirSync(new URL('node/', dist)).filter((name) => /\.c?js$/.test(name));
  const lines = files.flatMap((name) => readFileSync(new URL(`node/${name}`, dist), 'utf8').split('\n'));
  expect(files.length).toBeGreaterThan(doors.length);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1000);
});

describe('importing a door', () => {
  /** The built-in modules that a fresh process loads for a door, and what the door's file imports. */
  async function loadedBy(door: string): Promise<{ builtIn: string[]; imported: string[] }> {
    const url = new URL(`node/${door}.js`, dist);
    const script = `const before = new Set(process.moduleLoadList);
      await import(${JSON.stringify(url.href)});
      console.log(JSON.stringify(process.moduleLoadList.filter((name) => !before.has(name))));`;
    const builtIn = JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        encoding: 'utf8',
        // What joins a gate is told which.
        env: { ...process.env, SIGV4KIT_GATE: 'http://127.0.0.1:9' },
      }),
    );
    const { metafile } = await build({
      entryPoints: [fileURLToPath(url)],
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      write: false,
      metafile: true,
    });
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
    return { builtIn, imported: imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path) };
  }

  test.each(['index', 'core', 'verify', 'presign', 'axios'])('%s loads nothing outside its own file', async (door) => {
    const { builtIn, imported } = await loadedBy(door);
    expect(imported).toEqual([]);
    expect(builtIn.filter((name) => /crypto|tls|http|undici/.test(name))).toEqual([]);
  });

  test.each([
    ['smithy', ['@smithy/protocol-http', '@smithy/signature-v4']],
    ['got', []],
    ['undici', []],
    ['http', []],
  ])('%s loads what is named, and built-in modules', async (door, packages) => {
    const { imported } = await loadedBy(door);
    expect(imported.filter((name) => !isBuiltin(name)).sort()).toEqual(packages);
  });

  test.each(['gate', 'gate-join'])('%s loads built-in modules alone', async (door) => {
    const { imported } = await loadedBy(door);
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((name) => !isBuiltin(name))).toEqual([]);
  });
});

describe('the lockfile', () => {
  const { packages } = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as {
    packages: Record<string, { resolved?: string; optionalDependencies?: Record<string, string> }>;
  };

  test('holds no download addresses', () => {
    expect(Object.entries(packages).filter(([, { resolved }]) => resolved?.includes('://'))).toEqual([]);
  });

  test('holds the binaries of every platform, or npm would install on none but this one', () => {
    const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies),
    );
    const names = Object.keys(packages);
    expect(wanted.filter((name) => !names.some((path) => path.endsWith(`node_modules/${name}`)))).toEqual([]);
  });
});
