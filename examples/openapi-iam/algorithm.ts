/**
 * Signs a call of the API by hand, prints every step, and proves that it is right: `npx tsx algorithm.ts [METHOD PATH]`, by
 * default GET /path1. `--at 20260101T000000Z` is another time than now; `--send` sends the call; `--show-keys` shows the derived
 * keys, which it does for the keys of AWS's documentation alone. API_URL, AWS_REGION and keys come from the environment.
 */
import { parseArgs } from 'node:util';
import { assemble, type Signing } from './algorithm/assemble';
import { headersOf, type Proof, prove } from './algorithm/prove';
import { isDocumented, tell } from './algorithm/tell';
import { describeRefusal } from './call';
import { fromEnvironment, runProgram } from './program';

export interface Explained {
  readonly text: string;
  readonly proofs: readonly Proof[];
  /** What has to go with the request. */
  readonly headers: [string, string][];
}

/** The steps of a signature in words, and the proof that they are right. */
export async function explain(signing: Signing, { showKeys = false } = {}): Promise<Explained> {
  if (showKeys && !isDocumented(signing.keys))
    throw new Error(
      '--show-keys is for the keys of AWS’s documentation: a derived key of yours signs for a whole day.',
    );
  const assembled = assemble(signing);
  const proofs = await prove(signing, assembled);
  const lines = proofs.map(({ claim, holds }) => `   ${holds ? 'yes' : 'NO '}   ${claim}`);
  const text = [tell(signing, assembled, showKeys), '', '6. The proof', '', ...lines].join('\n');
  return { text, proofs, headers: headersOf(assembled) };
}

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { at: { type: 'string' }, send: { type: 'boolean' }, 'show-keys': { type: 'boolean' } },
  });
  const [method = 'GET', path = '/path1'] = positionals;
  const signing: Signing = {
    method,
    url: new URL(`${fromEnvironment('API_URL')}${path}`),
    region: fromEnvironment('AWS_REGION'),
    service: 'execute-api',
    date: values.at === undefined ? new Date() : readDate(values.at),
    keys: {
      accessKeyId: fromEnvironment('AWS_ACCESS_KEY_ID'),
      secretAccessKey: fromEnvironment('AWS_SECRET_ACCESS_KEY'),
      sessionToken: process.env.AWS_SESSION_TOKEN || undefined,
    },
  };
  const { text, proofs, headers } = await explain(signing, { showKeys: values['show-keys'] ?? false });
  console.log(text);
  if (!proofs.every(({ holds }) => holds)) process.exitCode = 1;
  if (!values.send) return;
  const response = await fetch(signing.url, { method, headers });
  if (!response.ok) throw new Error(await describeRefusal(response));
  console.log(`\n7. The API answers ${response.status}`);
}

/** As `x-amz-date` has it. */
function readDate(text: string): Date {
  const date = new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(date.getTime())) throw new Error(`--at is not of the form 20260101T000000Z: ${text}`);
  return date;
}

await runProgram(import.meta.url, main);
