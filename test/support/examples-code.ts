/** What the code of an example imports, and what its package.json says of it. */
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import { type Example, filesOf, readText } from './examples';

interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly type?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const root: Manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

export const isTest = (path: string) => path.endsWith('.test.ts');

/** The modules that a file names, as it names them. */
const importsOf = (text: string): string[] =>
  ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);

const isBuiltIn = (name: string) => name.startsWith('node:') || builtinModules.includes(name);
const packageOf = (name: string) =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

/** Files that a reader's deployment has no part in: tests, the walkthrough, and what only these import and no command names. */
function findShown(example: Pick<Example, 'folder' | 'readme'>): Set<string> {
  const files = filesOf(example, '.ts');
  const commands = [...example.readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text]) => text);
  const named = [...commands, ...filesOf(example, '.json').map((path) => readText(example, path))].join('\n');
  const importers = new Map<string, string[]>(files.map((path) => [path, []]));
  for (const path of files)
    for (const name of importsOf(readText(example, path)).filter((imported) => imported.startsWith('.')))
      importers.get(`${posix.join(posix.dirname(path), name).replace(/\.[jt]s$/, '')}.ts`)?.push(path);
  const shown = new Set(files.filter((path) => isTest(path) || path === 'walkthrough.ts'));
  const isShown = (path: string) => {
    const by = importers.get(path) ?? [];
    return by.length > 0 && !named.includes(path) && by.every((importer) => shown.has(importer));
  };
  for (let size = -1; size !== shown.size; ) {
    size = shown.size;
    for (const path of files.filter(isShown)) shown.add(path);
  }
  return shown;
}

/** Sentences about imports that leave the folder for what a reader's copy of it does not have. */
export function checkImports(example: Pick<Example, 'folder' | 'readme'>): string[] {
  const shown = findShown(example);
  return filesOf(example, '.ts').flatMap((path) =>
    importsOf(readText(example, path))
      .filter(
        (name) =>
          name.startsWith('.') && !mayImport(shown.has(path), isTest(path), posix.join(posix.dirname(path), name)),
      )
      .map((name) => `${path} imports ${name}.`),
  );
}

/** `target`: from the folder of the example. */
function mayImport(isShown: boolean, isTested: boolean, target: string): boolean {
  if (!target.startsWith('../')) return true;
  return /^\.\.\/walk(\.ts|\.js)?$/.test(target) ? isShown : isTested && target.startsWith('../../test/');
}

/** Sentences about what package.json has too much, too little, or in another version than the project. */
export function checkManifest(example: Pick<Example, 'folder' | 'name' | 'readme'>): string[] {
  const manifest: Manifest = JSON.parse(readText(example, 'package.json'));
  const { dependencies = {}, devDependencies = {}, scripts = {} } = manifest;
  const shown = findShown(example);
  const code = filesOf(example, '.ts').filter((path) => !shown.has(path));
  const imported = new Set(
    code
      .flatMap((path) => importsOf(readText(example, path)))
      .filter((name) => !name.startsWith('.') && !isBuiltIn(name))
      .map(packageOf),
  );
  const declared = { ...devDependencies, ...dependencies };
  const has = (name: string) => name in declared || `@types/${name}` in declared;
  const programs = [
    ...Object.values(scripts),
    example.readme,
    ...filesOf(example, 'cdk.json').map((path) => readText(example, path)),
  ].join('\n');
  // CDK bundles functions with it where it is installed.
  const isBundler = (name: string) =>
    name === 'esbuild' && code.some((path) => readText(example, path).includes("'aws-cdk-lib/aws-lambda-nodejs'"));
  const isRun = (name: string) =>
    isBundler(name) ||
    binariesOf(name).some((program) => new RegExp(`(^|[\\s"'])${program}(\\s|$)`, 'm').test(programs));
  const isTyped = (name: string) =>
    name.startsWith('@types/') && (imported.has(name.slice('@types/'.length)) || name === '@types/node');
  return [
    ...(manifest.name === example.name ? [] : [`Its name is ${manifest.name}.`]),
    ...(manifest.private && manifest.type === 'module' ? [] : ['It is not private, or not of type module.']),
    ...[...imported].filter((name) => !has(name)).map((name) => `The code imports ${name}, which it does not have.`),
    ...Object.keys(dependencies)
      .filter((name) => !imported.has(name))
      .map((name) => `The code does not import ${name}, of its dependencies.`),
    ...Object.keys(devDependencies)
      .filter((name) => !isTyped(name) && !imported.has(name) && !isRun(name))
      .map((name) => `Nothing runs ${name}, of its devDependencies.`),
    ...Object.entries(declared)
      .filter(([name, version]) => version !== versionHere(name))
      .map(([name, version]) => `It has ${name} ${version}, and the project ${versionHere(name)}.`),
  ];
}

const versionHere = (name: string) =>
  name === root.name ? `^${root.version}` : (root.dependencies?.[name] ?? root.devDependencies?.[name]);

/** The programs that a package brings. */
function binariesOf(name: string): string[] {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  const { bin = {} } = JSON.parse(readFileSync(file, 'utf8')) as { bin?: string | Record<string, string> };
  return typeof bin === 'string' ? [packageOf(name).replace(/^.*\//, '')] : Object.keys(bin);
}

/** How a module knows that it is the program that was started: each folder has a copy, for folders are copied out. */
const IS_PROGRAM = `const isProgram = (url: string): boolean =>
  process.argv[1] !== undefined && url === pathToFileURL(realpathSync(process.argv[1])).href;
`;

/** Sentences about other ways to find that out; those that forget that a folder may be a link do nothing there, and say nothing. */
export function checkPrograms(example: Pick<Example, 'folder'>): string[] {
  return filesOf(example, '.ts')
    .filter((path) => !isTest(path))
    .flatMap((path) => {
      const others = readText(example, path).replace(IS_PROGRAM, '');
      return [
        ...(/\bisProgram\s*=|function isProgram\b/.test(others) ? [`${path} has an isProgram of its own.`] : []),
        ...(STARTED.test(others) ? [`${path} looks itself at which program was started.`] : []),
      ];
    });
}

/** `process.argv[1]`, but where it is what code of another process loads; the same taken out of `process.argv`; what Node says. */
const STARTED =
  /(?<!require\()process\.argv(?:\[1\]|\.at\(1\))|\[\s*\w*\s*,\s*\w[^\]]*\]\s*=\s*process\.argv\b(?!\.)|import\.meta\.main\b/;

/** What stands where a reader would have to put something else. */
const PLACEHOLDERS =
  /<(?:your|my)\b[^>]*>|<[a-z]+(?:[-_ ][a-z]+)+>|<[A-Z]+(?:_[A-Z]+)+>|x{4,}|\bTODO\b|\bFIXME\b|\byour-[a-z]|\bYOUR_|changeme|REPLACE_ME/g;

/** Folders of one machine. */
const MACHINE = /(?:^|[\s"'`=:(])(?:\/work\/|\/root\/|\/Users\/|\/home\/(?!ec2-user)\w+\/|[A-Z]:\\)/;

/** Sentences about text that is not for a reader. */
export function checkTexts(example: Pick<Example, 'folder'>): string[] {
  return filesOf(example)
    .filter((path) => /\.(tsx?|mjs|json|ya?ml|tf|tftpl|sh|html|md)$/.test(path))
    .flatMap((path) => {
      const text = readText(example, path);
      return [
        ...[...text.matchAll(PLACEHOLDERS)].map(([found]) => `${path} has ${found}.`),
        ...(MACHINE.test(text) ? [`${path} has the folder of a machine: ${MACHINE.exec(text)?.[0].trim()}.`] : []),
      ];
    });
}
