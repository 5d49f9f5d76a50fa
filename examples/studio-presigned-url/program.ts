/** What the programs of this folder have in common: what they read from the environment, and how they end. */
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Whether a module is the program that was started, and not imported by another. */
export const isProgram = (url: string): boolean =>
  process.argv[1] !== undefined && url === pathToFileURL(realpathSync(process.argv[1])).href;

/** The variables of the environment; an Error says of each that is missing what it should be. */
export function readSettings<Name extends string>(wanted: Readonly<Record<Name, string>>): Record<Name, string> {
  const names = Object.keys(wanted) as Name[];
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) throw new Error(missing.map((name) => `${name} is not set: ${wanted[name]}.`).join('\n'));
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<Name, string>;
}

/** Prints what it gives; what goes wrong is printed without its stack, and the process ends with 1. */
export async function run(main: () => Promise<string>): Promise<void> {
  try {
    console.log(await main());
  } catch (error) {
    console.error(wordsOf(error as Error));
    process.exitCode = 1;
  }
}

/** Of a fetch that failed, also why. */
const wordsOf = ({ message, cause }: Error): string =>
  cause instanceof Error ? `${message}: ${cause.message || String((cause as { code?: unknown }).code)}` : message;

/** A refusal in AWS's words, as an Error to throw. */
export async function refusalOf(response: Response): Promise<Error> {
  const type = response.headers.get('x-amzn-errortype');
  return new Error([response.status, type, await response.text()].filter(Boolean).join(' '));
}
