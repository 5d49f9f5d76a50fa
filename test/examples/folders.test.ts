/** The folders of the examples: whole, with what a reader needs and nothing that only works here. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EXAMPLES, type Example, filesOf, readText } from '../support/examples';
import { checkImports, checkManifest, checkPrograms, checkTexts } from '../support/examples-code';
import { temporaryFolder } from '../support/temporary-folder';

const PARTS: Readonly<Record<string, string>> = {
  'package.json': 'says what the code needs',
  'world.json': "is the gate's world",
  'walkthrough.ts': 'walks through it',
  'end-to-end.test.ts': 'is its test from end to end',
  'infrastructure.test.ts': 'holds its infrastructure code against its world',
};

test('there are the five systems', () => {
  expect(EXAMPLES.map(({ name }) => name)).toEqual([
    'cross-account-cdk',
    'cross-account-role',
    'openapi-iam',
    'private-api',
    'studio-presigned-url',
  ]);
});

describe.each(EXAMPLES)('$name', (example) => {
  const { folder, readme } = example;

  test('has all its parts', () => {
    const missing = Object.entries(PARTS).filter(([path]) => !existsSync(new URL(path, folder)));
    expect(missing.map(([path, what]) => `${path}, which ${what}, is not there.`)).toEqual([]);
    expect(filesOf(example, '.ts').some((path) => path.startsWith('functions/'))).toBe(
      readText(example, 'world.json').includes('functions/'),
    );
  });

  test('shows its parts in a picture', () => {
    expect(readme).toMatch(/^```(mermaid|text)?\n[\s\S]*?(-->|──|→|--)/m);
  });

  test('has a package.json with the packages that its code imports, in the versions of the project', () => {
    expect(checkManifest(example)).toEqual([]);
  });

  test('imports nothing that its reader does not have', () => {
    expect(checkImports(example)).toEqual([]);
  });

  test('has programs that run by a link to the folder too', () => {
    expect(checkPrograms(example)).toEqual([]);
  });

  test('leaves nothing to fill in, and names no machine', () => {
    expect(checkTexts(example)).toEqual([]);
  });

  test('shows no secret in what the README says is printed', () => {
    const secrets = [...readText(example, 'world.json').matchAll(/"secretAccessKey": "([^"]+)"/g)].map(
      ([, text]) => text,
    );
    const printed = [...readme.matchAll(/^```(?:text|json)\n(.*?)^```$/gms)].map(([, text = '']) => text).join('\n');
    expect(secrets.filter((secret) => printed.includes(secret as string))).toEqual([]);
    expect(printed).not.toMatch(
      /FwoG|IQoJ|AWS_SESSION_TOKEN=\w|"?(SessionToken|SecretAccessKey)"?\s*[:=]\s*"?(?!hidden)\w/,
    );
  });
});

describe('what is checked of folders', () => {
  const spoil = (files: Record<string, string>) => ({
    name: 'spoilt',
    readme: 'npx tsx a.ts',
    folder: temporaryFolder({
      'package.json': JSON.stringify({
        name: 'spoilt',
        private: true,
        type: 'module',
        dependencies: { sigv4kit: '^0.1.0' },
        devDependencies: { tsx: '^4.23.15' },
        ...JSON.parse(files['package.json'] ?? '{}'),
      }),
      'a.ts': "import { createSigner } from 'sigv4kit';\nimport './b';\nimport { join } from 'node:path';\n",
      'b.ts': 'export {};\n',
      ...Object.fromEntries(Object.entries(files).filter(([path]) => path !== 'package.json')),
    }),
  });
  const check = (example: ReturnType<typeof spoil>) =>
    [checkManifest, checkImports, checkPrograms, checkTexts].flatMap((find) => find(example));
  const manifest = (more: object) => ({ 'package.json': JSON.stringify(more) });

  test('finds nothing in a folder that is whole', () => {
    const example = spoil({
      'program.ts': readText(EXAMPLES[0] as Example, 'program.ts'),
      'b.ts': "const [, , name] = process.argv;\nconst code = 'require(process.argv[1])';\n",
      'a.test.ts': "import 'vitest';\nimport '../../test/support/keys';\n",
      'walkthrough.ts': "import '../walk';\n",
    });
    expect(check(example)).toEqual([]);
  });

  test.each<[Record<string, string>, string]>([
    [{ 'b.ts': "import 'jose';\n" }, 'The code imports jose, which it does not have.'],
    [{ 'a.ts': '' }, 'The code does not import sigv4kit, of its dependencies.'],
    [manifest({ devDependencies: { esbuild: '^0.28.2' } }), 'Nothing runs esbuild, of its devDependencies.'],
    [manifest({ dependencies: { sigv4kit: '^0.0.1' } }), 'It has sigv4kit ^0.0.1, and the project ^'],
    [manifest({ name: 'other' }), 'Its name is other.'],
    [manifest({ type: 'commonjs' }), 'not of type module'],
    [{ 'b.ts': "import '../../src/index';\n" }, 'b.ts imports ../../src/index.'],
    [{ 'b.ts': "import '../../test/support/keys';\n" }, 'b.ts imports ../../test/support/keys.'],
    [{ 'b.ts': "await import('../walk');\n" }, 'b.ts imports ../walk.'],
    [{ 'x/y.test.ts': "import '../../../src/index';\n" }, 'x/y.test.ts imports ../../../src/index.'],
    [{ 'b.ts': 'if (process.argv[1] === here) run();\n' }, 'b.ts looks itself at which program was started.'],
    [{ 'x/b.ts': 'const [, program, ...args] = process.argv;\n' }, 'x/b.ts looks itself at which program'],
    [{ 'b.ts': 'if (import.meta.main) run();\n' }, 'b.ts looks itself at which program'],
    [{ 'program.ts': 'export const isProgram = () => true;\n' }, 'program.ts has an isProgram of its own.'],
    [{ 'b.ts': "const id = '<api-id>';\n" }, 'b.ts has <api-id>.'],
    [{ 'main.tf': 'id = "vpce-xxxxxxxx"\n' }, 'main.tf has xxxxxxxx.'],
    [{ 'README.md': '// TODO\n' }, 'README.md has TODO.'],
    [{ 'stack.yaml': 'Bucket: your-bucket\n' }, 'stack.yaml has your-b.'],
    [{ 'b.ts': "read('/root/keys');\n" }, 'b.ts has the folder of a machine'],
  ])('finds what is wrong in %j', (files, found) => {
    const example = spoil(files);
    expect(check(example).join('\n')).toContain(found);
  });
});
