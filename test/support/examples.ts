/** The examples that are there, and the files of each. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface Example {
  readonly name: string;
  /** Ends with `/`. */
  readonly folder: URL;
  readonly readme: string;
}

const ROOT = new URL('../../examples/', import.meta.url);

/** Each folder with a README. */
export const EXAMPLES: readonly Example[] = readdirSync(ROOT)
  .map((name) => ({ name, folder: new URL(`${name}/`, ROOT) }))
  .filter(({ folder }) => existsSync(new URL('README.md', folder)))
  .map(({ name, folder }) => ({ name, folder, readme: readFileSync(new URL('README.md', folder), 'utf8') }));

/** What is made, not written. */
const MADE = /(^|\/)(node_modules|dist|build|cdk\.out|\.terraform)(\/|$)/;

/** Paths from the folder, of files that somebody wrote and whose names end like this. */
export function filesOf({ folder }: Pick<Example, 'folder'>, ending = ''): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(folder.pathname.length))
    .map((path) => path.replace(/^\/+/, ''))
    .filter((path) => path.endsWith(ending) && !MADE.test(path))
    .sort();
}

export const readText = ({ folder }: Pick<Example, 'folder'>, path: string) =>
  readFileSync(new URL(path, folder), 'utf8');
