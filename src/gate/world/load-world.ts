/** Reads a world from a file of JSON: what JSON cannot hold is in files beside it, named by their paths. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SigV4Error } from '../../errors';
import type { World } from './world';

/** Where a text is the path of a module of JavaScript, `./file.mjs` for its default export or `./file.mjs#name`. */
const MODULES = [
  'accounts * apis * routes * handler',
  'accounts * apis * authorizers * handler',
  'accounts * functionUrls * handler',
  'accounts * oidcProviders *',
  'accounts * identityPools * logins *',
];
/** Where a text is the path of another file of JSON. */
const DOCUMENTS = [
  'accounts * apis * openapi',
  'accounts * apis * policy',
  'accounts * apis * domainNames * policy',
  'accounts * functionUrls * policy',
  'accounts * vpcEndpoints * policy',
  'accounts * users * policies *',
  'accounts * users * boundary',
  'accounts * roles * policies *',
  'accounts * roles * boundary',
  'accounts * roles * trust',
  'accounts * serviceControlPolicies *',
  'organizations * serviceControlPolicies *',
];

/**
 * A world from a file of JSON. Paths in it are relative to that file: of modules for the handlers of routes, authorizers and
 * function URLs and for token judges, and of JSON files for policies and OpenAPI documents. Rejects with
 * `ERR_SIGV4_INVALID_WORLD`, which names the file and the path in it; whether the world makes sense is for `startGate` to say.
 *
 * @example
 * const gate = await startGate(await loadWorld('world.json'));
 */
export async function loadWorld(file: string | URL): Promise<World> {
  const path = typeof file === 'string' ? resolve(file) : fileURLToPath(file);
  return (await complete(path, [], await readJson(path))) as World;
}

/** The value with what its texts stand for in place of these. */
async function complete(file: string, at: readonly string[], value: unknown): Promise<unknown> {
  if (typeof value === 'string') {
    if (MODULES.some((pattern) => matches(pattern, at))) return importHandler(file, at, value);
    if (DOCUMENTS.some((pattern) => matches(pattern, at))) return readDocument(file, at, value);
    return value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const isList = Array.isArray(value);
  const parts: [string, unknown][] = [];
  for (const [key, part] of Object.entries(value))
    parts.push([key, await complete(file, [...at, isList ? `[${key}]` : key], part)]);
  return isList ? parts.map(([, part]) => part) : Object.fromEntries(parts);
}

function matches(pattern: string, at: readonly string[]): boolean {
  const names = pattern.split(' ');
  return names.length === at.length && names.every((name, i) => name === '*' || name === at[i]);
}

async function importHandler(file: string, at: readonly string[], text: string): Promise<unknown> {
  const [, path = '', name = 'default'] = /^(.*?)(?:#([^#]*))?$/s.exec(text) ?? [];
  const url = pathToFileURL(resolve(dirname(file), path)).href;
  const loaded: Record<string, unknown> = await import(/* @vite-ignore */ url).catch((cause) =>
    fail(file, at, `names the module "${path}", which cannot be loaded (${reasonOf(cause)})`, cause),
  );
  const found = loaded[name] ?? (loaded.default as Record<string, unknown> | undefined)?.[name];
  if (typeof found === 'function') return found;
  return fail(file, at, `names the module "${path}", whose export "${name}" is not a function`);
}

/** An error's code says enough; its message may quote what is in the module. */
const reasonOf = (cause: unknown) => (cause as NodeJS.ErrnoException | undefined)?.code ?? 'its code throws';

async function readDocument(file: string, at: readonly string[], text: string): Promise<unknown> {
  if (/\.ya?ml$/i.test(text)) return fail(file, at, `names "${text}": the gate reads JSON, convert the YAML first`);
  return readJson(resolve(dirname(file), text), file, at);
}

/** The errors of `JSON.parse` quote the text, in which there may be secrets. */
async function readJson(path: string, file = path, at: readonly string[] = []): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause) => fail(file, at, `cannot be read from "${path}"`, cause));
  try {
    return JSON.parse(text);
  } catch {
    return fail(file, at, `is not JSON in "${path}"`);
  }
}

function fail(file: string, at: readonly string[], what: string, cause?: unknown): never {
  const path = at
    .map((part) => (part.startsWith('[') ? part : /^[\w-]+$/.test(part) ? `.${part}` : `["${part}"]`))
    .join('');
  const place = path === '' ? 'it' : path.replace(/^\./, '');
  throw new SigV4Error(
    'ERR_SIGV4_INVALID_WORLD',
    `The world of the file "${file}" is wrong: ${place} ${what}.`,
    cause === undefined ? undefined : { cause },
  );
}
