/** What the programs of this example share: what they read from the environment, and how they end. */
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** What has to be set, and what it is. */
const MEANINGS = {
  API_URL: 'the address of the stage, https://….execute-api.….amazonaws.com/PROD',
  AWS_REGION: 'the region of the API',
  AWS_ACCESS_KEY_ID: 'the id of the access key of the caller',
  AWS_SECRET_ACCESS_KEY: 'the secret that belongs to AWS_ACCESS_KEY_ID',
};

export function fromEnvironment(name: keyof typeof MEANINGS): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: ${MEANINGS[name]}.`);
  return value;
}

/** Whether a module is the program that was started, and not imported by another. */
const isProgram = (url: string): boolean =>
  process.argv[1] !== undefined && url === pathToFileURL(realpathSync(process.argv[1])).href;

/** Runs `main` where its module is the program that was started, and not imported by another. A failure is told in a line. */
export async function runProgram(url: string, main: (args: readonly string[]) => Promise<void>): Promise<void> {
  if (!isProgram(url)) return;
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
