/** Terraform's files as plain data, by HashiCorp's own parser, and what its formatter says of them. */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from '@cdktf/hcl-tools';
import { parse } from '@cdktf/hcl2json';

/** A block's body: nested blocks are arrays of bodies, expressions are text in `${…}`. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of any block.
export type Body = Record<string, any>;

export interface TerraformFile {
  /** From the folder that was read. */
  readonly path: string;
  readonly text: string;
}

export interface Terraform {
  readonly folder: URL;
  readonly files: readonly TerraformFile[];
  /** By folder, from the one that was read ('' for itself): all blocks in there, by type and labels. */
  readonly modules: Readonly<Record<string, Body>>;
  /** The body of a resource; `module` is the folder it stands in, or the end of its path. Default: wherever there is one. */
  resource(type: string, name: string, module?: string): Body;
}

/** Every `.tf` file below a folder; an error of syntax is thrown with the file's path and the line. */
export async function readTerraform(folder: URL): Promise<Terraform> {
  const base = new URL(`${folder.href.replace(/\/$/, '')}/`);
  const paths = (await readdir(base, { recursive: true }))
    .filter((path) => path.endsWith('.tf') && !/(^|\/)(node_modules|\.terraform)\//.test(path))
    .sort();
  if (paths.length === 0) throw new Error(`There is no .tf file below ${fileURLToPath(base)}.`);
  const files = await Promise.all(
    paths.map(async (path) => ({ path, text: await readFile(new URL(path, base), 'utf8') })),
  );
  const modules: Record<string, Body> = {};
  for (const { path, text } of files) {
    const module = path.split('/').slice(0, -1).join('/');
    modules[module] = merge(modules[module] ?? {}, await parse(path, text), path);
  }
  return {
    folder: base,
    files,
    modules,
    resource: (type, name, module) => findResource(modules, type, name, module),
  };
}

/** The paths of the files that `terraform fmt` would change. */
export async function unformatted({ files }: Pick<Terraform, 'files'>): Promise<string[]> {
  const found: string[] = [];
  for (const { path, text } of files) if ((await format(text)) !== text) found.push(path);
  return found;
}

function findResource(modules: Terraform['modules'], type: string, name: string, module: string | undefined): Body {
  const isMeant = (folder: string) => module === undefined || folder === module || folder.endsWith(`/${module}`);
  const found = Object.entries(modules).filter(
    ([folder, { resource }]) => isMeant(folder) && resource?.[type]?.[name] !== undefined,
  );
  const what = `resource "${type}" "${name}"${module === undefined ? '' : ` in ${module || 'the folder itself'}`}`;
  if (found.length === 0) throw new Error(`There is no ${what}.`);
  if (found.length > 1)
    throw new Error(`There is more than one ${what}: in ${found.map(([folder]) => `"${folder}"`)}.`);
  return found[0]?.[1].resource[type][name][0];
}

/** Blocks of one module from several files; what stands in two of them is an error, as for Terraform. */
function merge(all: Body, more: Body, path: string): Body {
  const merged = { ...all };
  for (const [key, value] of Object.entries(more)) {
    const before = merged[key];
    if (before === undefined) merged[key] = value;
    else if (Array.isArray(before) && (key === 'locals' || key === 'terraform')) merged[key] = [...before, ...value];
    else if (Array.isArray(before)) throw new Error(`${path}: ${key} is declared more than once.`);
    else merged[key] = merge(before, value, `${path}: ${key}`);
  }
  return merged;
}
