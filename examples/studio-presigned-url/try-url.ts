/** Says whether a presigned Studio URL opens from where this runs, without a browser: `npx tsx try-url.ts URL`. */
import { isProgram, refusalOf, run } from './program';

/** What Studio answers; it is not followed, so that no session is begun in place of the employee. */
export const tryUrl = (url: string, send: typeof fetch = fetch): Promise<Response> => send(url, { redirect: 'manual' });

async function main(): Promise<string> {
  const url = process.argv[2];
  if (!url || !URL.canParse(url)) throw new Error('Say which URL: npx tsx try-url.ts URL, as studio-url.ts prints it.');
  const response = await tryUrl(url);
  if (response.status >= 400) throw await refusalOf(response);
  return `${response.status} ${new URL(url).hostname} opens.`;
}

if (isProgram(import.meta.url)) await run(main);
