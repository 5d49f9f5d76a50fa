/** What the programs print: the address of a call as it is made, and what comes of it. */
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Caller, urlOf } from './call';

const RULE = '+'.repeat(36);

/** Whether a module is the program that was started, and not imported by another. */
export const isProgram = (url: string): boolean =>
  process.argv[1] !== undefined && url === pathToFileURL(realpathSync(process.argv[1])).href;

/** Prints a call and its answer. The process ends with 1 where the call is refused, or not made at all. */
export async function printCall(
  read: (env: NodeJS.ProcessEnv) => Caller,
  path: string,
  send: (caller: Caller) => Promise<Response>,
): Promise<void> {
  try {
    const caller = read(process.env);
    console.log(`\nBEGIN REQUEST${RULE}\nRequest URL = ${urlOf(caller, path)}`);
    const response = await send(caller);
    console.log(`\nRESPONSE${RULE}\nResponse code: ${response.status}\n\n${await response.text()}`);
    if (!response.ok) process.exitCode = 1;
  } catch (error) {
    console.error(wordsOf(error));
    process.exitCode = 1;
  }
}

/** A message without its stack; of a fetch that failed, also why. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
