/** Every snippet of the documents below `docs` runs as it is pasted and prints the text that stands behind it; those of clients.md have a test of their own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { longTerm } from '../support/keys';

const folder = new URL('./generated-docs/', import.meta.url);
const docs = new URL('../../docs/', import.meta.url);

/** A snippet, and the text behind it: what it prints, a line each; `…` stands for what is another each time. */
const SNIPPETS = readdirSync(docs)
  // Those of the clients run in clients.test.ts, where every client is led to a gate.
  .filter((name) => name.endsWith('.md') && name !== 'clients.md')
  .flatMap((name) =>
    [...readFileSync(new URL(name, docs), 'utf8').matchAll(/```ts\n(.*?)```(?:\n+```text\n(.*?)```)?/gs)].map(
      ([, code = '', printed = ''], i) => ({ name: `${name}, snippet ${i + 1}`, code, printed }),
    ),
  );

describe('the documents', () => {
  const printed: string[] = [];
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [i, { code }] of SNIPPETS.entries())
      writeFileSync(new URL(`snippet-${i}.ts`, folder), `${code}\nexport {};\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeEach(() => {
    printed.length = 0;
    vi.stubEnv('AWS_ACCESS_KEY_ID', longTerm.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', longTerm.secretAccessKey);
    const show = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
    vi.spyOn(console, 'log').mockImplementation((...values) => void printed.push(values.map(show).join(' ')));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  test('have snippets that the compiler takes as they are', () => {
    const config = { extends: '../../../tsconfig.json', include: ['snippet-*.ts'] };
    writeFileSync(new URL('tsconfig.json', folder), JSON.stringify(config));
    const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', fileURLToPath(folder)], { encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  test.each(SNIPPETS.map((snippet, i) => [snippet.name, snippet, i] as const))(
    'show %s as it works',
    async (_, snippet, i) => {
      await import(/* @vite-ignore */ fileURLToPath(new URL(`snippet-${i}.ts`, folder)));
      const pattern = (line: string) =>
        new RegExp(
          `^${line
            .split('…')
            .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
            .join('.*')}$`,
          's',
        );
      const expected = snippet.printed.split('\n').slice(0, -1);
      expect(printed).toEqual(
        expected.map((line) => (line.includes('…') ? expect.stringMatching(pattern(line)) : line)),
      );
    },
  );
});
