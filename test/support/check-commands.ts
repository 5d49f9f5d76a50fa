/**
 * Commands of a document that cannot be run here, checked by what they name: files, scripts of npm, outputs and inputs of
 * Terraform, CloudFormation and CDK, variables that nothing sets.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Example } from './examples';
import { filesOf, readText } from './examples';
import { readTemplate, type Template } from './infrastructure';
import { type Command, commandsOf } from './shell-words';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Place {
  cwd: string;
  readonly example: Example;
  /** The name of the folder that the project was cloned to. */
  clone?: string;
  /** Files that commands before it have written. */
  readonly written: Set<string>;
  readonly problems: string[];
}

/** Sentences about what is wrong with the commands, which begin at the root of the project. */
export function checkCommands(example: Example, commands: string): string[] {
  const place: Place = { cwd: ROOT, example, written: new Set(), problems: [] };
  const outer: { readonly shell: number; readonly cwd: string }[] = [];
  for (const command of commandsOf(commands)) {
    const { shells } = command;
    while (outer.some(({ shell }, i) => shell !== shells[i])) place.cwd = outer.pop()?.cwd ?? ROOT;
    for (const shell of shells.slice(outer.length)) outer.push({ shell, cwd: place.cwd });
    for (const file of [...command.writes, ...outputFiles(command)]) place.written.add(at(place, file));
    check(place, command);
  }
  return [...place.problems, ...checkVariables(commands), ...checkNames(example, commands)];
}

function check(place: Place, { words }: Command): void {
  const [name, ...args] = words.slice(words.findIndex((word) => !isAssignment(word)));
  const plain = args.filter((word) => !word.startsWith('-'));
  if (name === 'git' && plain[0] === 'clone') {
    place.clone = plain[2] ?? plain[1]?.replace(/^.*\/|\.git$/g, '') ?? '';
    return;
  }
  if (name === 'cd') {
    changeDirectory(place, args[0] ?? '~');
    return;
  }
  if (name === 'npm') checkNpm(place, args);
  if (name === 'terraform') checkTerraformCommand(place, args);
  if (name?.startsWith('./')) checkProgram(place, name);
  if (['node', 'tsx', 'bash', 'sh', 'python3'].includes(name ?? '')) checkFile(place, plain[0]);
  if (name === 'npx' && ['tsx', 'newman'].includes(plain[0] ?? ''))
    checkFile(place, plain[0] === 'newman' ? plain[2] : plain[1]);
  if (name === 'aws' && plain[0] === 'cloudformation') checkStackCommand(place, args);
  for (const word of args.map((word) => word.replace(/^fileb?:\/\//, '')))
    if (/^[\w.-]+(\/[\w.-]+)*\.(tsx?|m?js|json|ya?ml|tf|tftpl|sh|zip)$/.test(word)) checkFile(place, word);
}

const isAssignment = (word: string) => /^\w+=/.test(word);
const at = ({ cwd }: Place, path: string) => fileURLToPath(new URL(path, `file://${cwd}/`.replace(/\/+$/, '/')));

function changeDirectory(place: Place, folder: string): void {
  const { clone } = place;
  const target =
    clone && (folder === clone || folder.startsWith(`${clone}/`)) && !existsSync(at(place, folder))
      ? `${ROOT}${folder.slice(clone.length + 1)}`
      : at(place, folder);
  if (!existsSync(target)) place.problems.push(`cd ${folder}: there is no such folder in ${shown(place.cwd)}.`);
  else place.cwd = target.replace(/\/?$/, '/');
}

const shown = (path: string) => relative(ROOT, path) || 'the root';

function checkFile(place: Place, path: string | undefined): void {
  if (path === undefined || path.includes('$') || path.startsWith('/')) return;
  const file = at(place, path);
  if (existsSync(file) || place.written.has(file) || isBuilt(place.example, file)) return;
  place.problems.push(`${path} is not there in ${shown(place.cwd)}.`);
}

function checkProgram(place: Place, path: string): void {
  checkFile(place, path);
  const file = at(place, path);
  if (existsSync(file) && (statSync(file).mode & 0o100) === 0) place.problems.push(`${path} cannot be executed.`);
}

/** A folder that a script of the example's package.json names. */
export function isBuilt(example: Example, file: string): boolean {
  const folder = fileURLToPath(example.folder);
  const [first] = file.slice(folder.length).split('/');
  if (!file.startsWith(folder) || !first || !existsSync(new URL('package.json', example.folder))) return false;
  const { scripts = {} } = JSON.parse(readText(example, 'package.json')) as { scripts?: Record<string, string> };
  const makes = (script: string) => new RegExp(`(^|[\\s=/'"])${first}(/|['"\\s]|$)`).test(script);
  return Object.entries(scripts).some(([name, script]) => makes(script) && example.readme.includes(`npm run ${name}`));
}

function checkNpm(place: Place, args: readonly string[]): void {
  const prefix = args[args.indexOf('--prefix') + 1];
  const folder = args.includes('--prefix') && prefix ? at(place, `${prefix}/`) : place.cwd;
  const words = args.filter((word, i) => !word.startsWith('-') && args[i - 1] !== '--prefix');
  const file = new URL('package.json', `file://${folder}`);
  if (!existsSync(file)) place.problems.push(`npm ${args.join(' ')}: ${shown(folder)} has no package.json.`);
  else if (words[0] === 'run' || words[0] === 'test') {
    const { scripts = {} } = JSON.parse(readFileSync(file, 'utf8')) as { scripts?: Record<string, string> };
    const script = words[0] === 'run' ? (words[1] ?? '') : 'test';
    if (!scripts[script]) place.problems.push(`npm run ${script}: ${shown(folder)} has no such script.`);
  } else if (words[0] === 'ci' && !existsSync(new URL('package-lock.json', file)))
    place.problems.push(`npm ci: ${shown(folder)} has no package-lock.json.`);
}

function checkTerraformCommand(place: Place, args: readonly string[]): void {
  const chdir = args.find((word) => word.startsWith('-chdir='))?.slice('-chdir='.length);
  const folder = chdir === undefined ? place.cwd : at(place, `${chdir}/`);
  const text = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.tf'))
        .map((name) => readFileSync(`${folder}/${name}`, 'utf8'))
        .join('\n')
    : '';
  if (text === '') place.problems.push(`terraform ${args.join(' ')}: there is no .tf file in ${shown(folder)}.`);
  const declares = (kind: string, name: string) => new RegExp(`^${kind} "${name}"`, 'm').test(text);
  const [subcommand, ...rest] = args.filter((word) => !word.startsWith('-'));
  const inputs = args.flatMap(
    (word, i) => /^-var(?:=(\w+)=|$)/.exec(word)?.[1] ?? (word === '-var' ? args[i + 1] : []),
  );
  for (const name of inputs.map((input) => input?.split('=', 1)[0] ?? ''))
    if (!declares('variable', name)) place.problems.push(`${shown(folder)} has no variable ${name}.`);
  if (subcommand === 'output')
    for (const name of rest)
      if (!declares('output', name)) place.problems.push(`${shown(folder)} has no output ${name}.`);
}

function checkStackCommand(place: Place, args: readonly string[]): void {
  const file = args.flatMap((word, i) =>
    /^--template-(file|body)$/.test(word) ? [args[i + 1]?.replace(/^file:\/\//, '') ?? ''] : [],
  )[0];
  if (!file || !existsSync(at(place, file))) {
    checkFile(place, file);
    return;
  }
  const template = readTemplate(new URL(`file://${at(place, file)}`));
  const overrides = args.slice(args.indexOf('--parameter-overrides') + 1);
  const end = overrides.findIndex((word) => word.startsWith('--'));
  const given = args.includes('--parameter-overrides') ? overrides.slice(0, end < 0 ? undefined : end) : [];
  for (const name of given.map((word) => word.split('=', 1)[0] as string))
    if (!template.Parameters?.[name]) place.problems.push(`${file} has no parameter ${name}.`);
  const missing = Object.entries(template.Parameters ?? {}).filter(
    ([name, { Default }]) => Default === undefined && !given.some((word) => word.startsWith(`${name}=`)),
  );
  if (args.includes('deploy'))
    for (const [name] of missing) place.problems.push(`${file} is not given the parameter ${name}.`);
}

/** Files that options say are written. */
const outputFiles = ({ words }: Command): string[] =>
  words.flatMap((word, i) =>
    /^(-o|--out|--output|--outputs-file|--outfile|--output-template-file|--zip-file)$/.test(words[i - 1] ?? '') ||
    (words[0] === 'zip' && word.endsWith('.zip')) ||
    (words.slice(0, 3).join(' ') === 'aws lambda invoke' && i === words.length - 1)
      ? [word]
      : [],
  );

const KNOWN = /^(AWS_\w+|HOME|PATH|PWD|USER|GATE_PORT|SIGV4KIT_GATE|\d+|[?@#*])$/;

function checkVariables(text: string): string[] {
  const commands = text.replace(/(^|\s)#[^\n]*/g, '$1');
  const set = new Set(
    [...commands.matchAll(/(?:^|[\s(;])(?:export |read -r |for )?(\w+)(?:=| in )/g)].map(([, name]) => name),
  );
  for (const [, name] of commands.matchAll(/\bread (?:-\w+ )*(\w+)/g)) set.add(name);
  const unquoted = commands.replace(/'[^']*'/g, "''");
  const used = [...unquoted.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name as string);
  const unset = [...new Set(used)].filter((name) => !set.has(name) && !KNOWN.test(name));
  return unset.map((name) => `$${name} is used, and nothing sets it.`);
}

/** Outputs, parameters and stacks, of templates and of CDK apps. */
function checkNames(example: Example, commands: string): string[] {
  const templates = filesOf(example)
    .filter((path) => /\.(ya?ml|json)$/.test(path) && isTemplate(readText(example, path)))
    .map((path): Template => readTemplate(new URL(path, example.folder)));
  const code = filesOf(example, '.ts')
    .filter((path) => !path.endsWith('.test.ts'))
    .map((path) => readText(example, path))
    .join('\n');
  const isOutput = (key: string) =>
    templates.some(({ Outputs = {} }) => key in Outputs) || new RegExp(`CfnOutput\\(\\w+, '${key}'`).test(code);
  const words = commandsOf(commands).map((command) => command.words);
  const queried = [...commands.matchAll(/OutputKey==\\?['"`](\w+)/g)].map(([, key]) => key as string);
  // A function of the document's own, which takes the name last.
  const taken = words.flatMap((all) => (all[0] === 'output' && all.length > 1 ? [all.at(-1) as string] : []));
  const ofCdk = words.filter((all) => all[0] === 'npx' && all[1] === 'cdk');
  const inputs = ofCdk.flatMap((all) => all.filter((_, i) => all[i - 1] === '--parameters'));
  const stacks = ofCdk.flatMap(([, , verb = '', stack = '']) =>
    ['deploy', 'destroy', 'synth', 'diff'].includes(verb) && /^\w+$/.test(stack) ? [stack] : [],
  );
  const isNamed = (name: string) => code.includes(`'${name}'`);
  return [
    ...[...queried, ...taken].filter((key) => !isOutput(key)).map((key) => `${example.name} has no output ${key}.`),
    ...inputs
      .map((input) => input.split('=', 1)[0] as string)
      .filter((name) => !isNamed(name))
      .map((name) => `${example.name} has no parameter ${name}.`),
    ...stacks.filter((name) => !isNamed(name)).map((name) => `${example.name} has no stack ${name}.`),
  ];
}

/** Whether a file is a CloudFormation template. */
export const isTemplate = (text: string) =>
  /^\s*['"]?(AWSTemplateFormatVersion|Resources)['"]?\s*:/m.test(text) && /Type['"]?:\s*['"]?AWS::/.test(text);
