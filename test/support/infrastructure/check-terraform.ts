/**
 * What `terraform validate` would refuse, as far as it can be told without the providers: names that nothing declares, inputs
 * that are missing or not known, files that are not there, templates that are given other names than theirs, loose versions.
 */
import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { type Expression, expressionsOf, fileReadsOf, referencesOf, templateNames, textOf } from './expressions';
import type { Body, Terraform } from './terraform';

interface Module {
  /** From the folder that was read; '' for itself. */
  readonly folder: string;
  readonly body: Body;
  readonly expressions: readonly Expression[];
  readonly references: ReadonlySet<string>;
}

/** Where a file comes from that is not there before something is built: a sentence that says why not, or nothing. */
export type FindBuilt = (file: URL) => string | undefined;

/** Sentences about what is wrong, each with the module it is about; none for code that holds. */
export async function checkTerraform(terraform: Terraform, findBuilt: FindBuilt): Promise<string[]> {
  const modules = await Promise.all(Object.entries(terraform.modules).map(toModule));
  const calls = modules.flatMap(({ folder, body }) => callsOf(body).map((call) => targetOf(folder, call)));
  const found: string[] = [];
  for (const module of modules) {
    const sentences = [
      ...findStrangers(module, terraform),
      ...findUnused(module),
      ...findCalls(module, terraform),
      ...findVersions(module, !calls.includes(module.folder)),
      ...(await findFiles(module, terraform, findBuilt)),
    ];
    found.push(...sentences.map((sentence) => `${module.folder ? `${module.folder}: ` : ''}${sentence}`));
  }
  return found;
}

async function toModule([folder, body]: [string, Body]): Promise<Module> {
  const expressions = await expressionsOf(body);
  const ofVariables = (at: string) => at.startsWith('variable.');
  // A variable that only its own validation reads is not used.
  const references = new Set(expressions.filter(({ at }) => !ofVariables(at)).flatMap(referencesOf));
  return { folder, body, expressions, references };
}

const callsOf = ({ module = {} }: Body): [string, Body][] =>
  Object.entries<Body[]>(module).map(([name, [call = {}]]) => [name, call]);
const targetOf = (folder: string, [, { source }]: [string, Body]) =>
  posix.normalize(posix.join(folder || '.', String(source))).replace(/^\.$|\/$/, '');

const localsOf = ({ locals = [] }: Body): Body => Object.assign({}, ...[locals].flat());

const BUILT_IN = ['path', 'each', 'count', 'self', 'terraform', 'null'];

function findStrangers({ folder, body, expressions }: Module, { modules }: Terraform): string[] {
  const locals = localsOf(body);
  const targets = new Map(callsOf(body).map((call) => [call[0], targetOf(folder, call)]));
  const isDeclared = (accessor: string): boolean => {
    const [root = '', second = '', third = ''] = accessor.split('.').map((part) => part.split('[', 1)[0] as string);
    if (BUILT_IN.includes(root)) return true;
    if (root === 'var') return body.variable?.[second] !== undefined;
    if (root === 'local') return locals[second] !== undefined;
    if (root === 'data') return body.data?.[second]?.[third] !== undefined;
    if (root !== 'module') return body.resource?.[root]?.[second] !== undefined;
    const target = targets.get(second);
    return target !== undefined && (third === '' || modules[target]?.output?.[third] !== undefined);
  };
  return expressions.flatMap((expression) =>
    referencesOf(expression)
      .filter((accessor) => !isDeclared(accessor))
      .map((accessor) => `${expression.at} refers to ${accessor}, which nothing declares.`),
  );
}

function findUnused({ body, references }: Module): string[] {
  const used = (name: string) => [...references].some((accessor) => new RegExp(`^${name}(\\W|$)`).test(accessor));
  const declared = [
    ...Object.keys(body.variable ?? {}).map((name) => `var.${name}`),
    ...[body.locals ?? []].flat().flatMap((locals) => Object.keys(locals).map((name) => `local.${name}`)),
    ...Object.entries<Body>(body.data ?? {}).flatMap(([type, named]) =>
      Object.keys(named).map((name) => `data.${type}.${name}`),
    ),
  ];
  return declared.filter((name) => !used(name)).map((name) => `${name} is declared and not used.`);
}

/** Arguments of a module block that are not its inputs. */
const META = ['source', 'providers', 'depends_on', 'for_each', 'count', 'version'];

function findCalls({ folder, body }: Module, { modules }: Terraform): string[] {
  return callsOf(body).flatMap(([name, call]) => {
    const target = modules[targetOf(folder, [name, call])];
    if (!target) return [`module.${name} has the source ${call.source}, where no .tf file was read.`];
    const variables: Record<string, Body[]> = target.variable ?? {};
    const given = Object.keys(call).filter((key) => !META.includes(key));
    const missing = Object.keys(variables).filter(
      (key) => variables[key]?.[0]?.default === undefined && !given.includes(key),
    );
    return [
      ...missing.map((key) => `module.${name} is not given ${key}.`),
      ...given.filter((key) => !variables[key]).map((key) => `module.${name} is given ${key}, which it does not have.`),
    ];
  });
}

/** Not only a least version: the next major one may be another program. */
const isPinned = (version: unknown) => typeof version === 'string' && /~>|<|^\s*=?\s*\d/.test(version);

function findVersions({ body }: Module, isRoot: boolean): string[] {
  const settings: Body = Object.assign({}, ...[body.terraform ?? []].flat());
  const providers: Record<string, Body> = Object.assign({}, ...[settings.required_providers ?? []].flat());
  const types = [body.resource, body.data].flatMap((blocks) => Object.keys(blocks ?? {}));
  const used = new Set(types.map((type) => type.split('_', 1)[0] as string).filter((name) => name !== 'terraform'));
  const aliases = new Set([
    ...Object.entries<Body[]>(body.provider ?? {}).flatMap(([name, blocks]) =>
      blocks.map(({ alias }) => (alias ? `${name}.${alias}` : name)),
    ),
    ...Object.values(providers).flatMap((provider) => namesIn(provider.configuration_aliases)),
  ]);
  const loose = Object.entries(providers).filter(([, { version }]) => (isRoot ? !isPinned(version) : !version));
  return [
    ...(isRoot && !settings.required_version ? ['No required_version says which Terraform it is for.'] : []),
    ...[...used].filter((name) => !providers[name]).map((name) => `The provider ${name} is not in required_providers.`),
    ...loose.map(([name, { version }]) => `The provider ${name} has the version ${version}, which may be any.`),
    ...Object.entries(providers).flatMap(([name, { source }]) =>
      source ? [] : [`The provider ${name} has no source.`],
    ),
    ...Object.keys(providers)
      .filter((name) => !used.has(name) && !body.provider?.[name] && callsOf(body).length === 0)
      .map((name) => `The provider ${name} is required and not used.`),
    ...usedProviders(body)
      .filter((name) => name.includes('.') && !aliases.has(name))
      .map((name) => `The provider ${name} is not configured.`),
  ];
}

/** Those that blocks name. */
function usedProviders(body: Body): string[] {
  const blocks = [body.resource, body.data].flatMap((types) =>
    Object.values<Record<string, Body[]>>(types ?? {}).flatMap((named) => Object.values(named).flat()),
  );
  return [
    ...blocks.flatMap(({ provider }) => namesIn(provider)),
    ...callsOf(body).flatMap(([, { providers }]) => namesIn(Object.values(providers ?? {}))),
  ];
}

const namesIn = (expressions: unknown): string[] =>
  [expressions ?? []].flat().flatMap((text) => String(text).match(/[\w.]+/g) ?? []);

/** Arguments that are paths of files. */
const PATHS = /\.(filename|source_file|source_dir)$/;

async function findFiles(
  { folder, body, expressions }: Module,
  { folder: base }: Terraform,
  findBuilt: FindBuilt,
): Promise<string[]> {
  const here = new URL(folder ? `${folder}/` : '.', base);
  const locate = (path: string) =>
    new URL(path.replaceAll(`\${path.module}`, '.').replace(/\$\{path\.\w+\}/g, base.pathname), here);
  const missing = (at: string, path: string) => {
    const why = existsSync(locate(path)) ? undefined : findBuilt(locate(path));
    return why === undefined ? [] : [`${at} reads ${path}, which is not there: ${why}`];
  };
  const found: string[] = [];
  for (const expression of expressions.filter(({ at }) => PATHS.test(at))) {
    const path = textOf(expression.node)?.trim();
    if (path !== undefined) found.push(...missing(expression.at, path));
  }
  for (const { at, call, path, names } of expressions.flatMap((one) => fileReadsOf(one, localsOf(body)))) {
    const gone = path === undefined ? [] : missing(at, path);
    found.push(...gone);
    if (call !== 'templatefile' || gone.length > 0) continue;
    if (path === undefined) found.push(`${at}: the path of ${call}() is not written out.`);
    else if (names) found.push(...compareNames(at, path, names, await templateNames(locate(path))));
    else found.push(`${at}: the names that ${path} is given are not written out.`);
  }
  return found;
}

function compareNames(at: string, path: string, given: readonly string[], wanted: readonly string[]): string[] {
  const missing = wanted.filter((name) => !given.includes(name));
  const strange = given.filter((name) => !wanted.includes(name));
  return [
    ...missing.map((name) => `${at}: ${path} is not given ${name}.`),
    ...strange.map((name) => `${at}: ${path} does not use ${name}.`),
  ];
}
