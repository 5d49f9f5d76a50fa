/** The snippets of a document: taken out of it, type-checked, and run as they are pasted. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { longTerm } from './keys';

export interface Snippet {
  /** TypeScript is type-checked; JavaScript is what calls packages without types. */
  readonly language: 'ts' | 'js';
  readonly code: string;
  /** The text right behind it: the lines that it prints, by the document. */
  readonly printed: readonly string[];
}

/** Those of a document, in order; `path` from the root of the project. */
export function snippetsOf(path: string): Snippet[] {
  const document = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const fences = document.matchAll(/```(ts|js)\n(.*?)```(?:\n+```text\n(.*?)```)?/gs);
  return [...fences].map(([, language, code = '', printed = '']) => ({
    language: language as 'ts' | 'js',
    code,
    printed: printed.split('\n').slice(0, -1),
  }));
}

export interface SnippetRunner {
  /** Gives what the compiler says of them: nothing, as a rule. */
  check(snippets: readonly Snippet[]): string;
  /** Gives the lines that it prints. */
  run(snippet: Pick<Snippet, 'code'>): Promise<string[]>;
}

/** For a `describe`: snippets run in a folder of this name, with keys in the environment, and nothing is shown. */
export function useSnippets(name: string): SnippetRunner {
  const folder = new URL(`../examples/generated-${name}/`, import.meta.url);
  const printed: string[] = [];
  let count = 0;

  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
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

  return {
    check(snippets) {
      for (const [i, { code }] of snippets.filter(({ language }) => language === 'ts').entries())
        writeFileSync(new URL(`typed-${i}.ts`, folder), `${code}\nexport {};\n`);
      const config = { extends: '../../../tsconfig.json', include: ['typed-*.ts'] };
      writeFileSync(new URL('tsconfig.json', folder), JSON.stringify(config));
      const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
      return spawnSync(process.execPath, [compiler, '-p', fileURLToPath(folder)], { encoding: 'utf8' }).stdout;
    },
    async run({ code }) {
      printed.length = 0;
      const file = new URL(`snippet-${count++}.ts`, folder);
      writeFileSync(file, code);
      await import(/* @vite-ignore */ file.href);
      return [...printed];
    },
  };
}
