/** Holds our signature of a generated request against those of the witnesses, stage by stage. */
import { askAwsCrt } from './aws-crt';
import { EXPLAINED, type Explained, type Witness } from './explained';
import type { Sample } from './generate';
import { signOurselves } from './ours';
import { askSmithy } from './smithy';
import { type Told, tell } from './tell';
import { type Declined, hasDeclined, type Testimony } from './witness';

const ASK: Record<Witness, (told: Told) => Promise<Testimony | Declined>> = { smithy: askSmithy, 'aws-crt': askAwsCrt };

export interface Comparison {
  readonly rows: readonly Explained[];
  /** False where the rows that apply leave nothing to compare. */
  readonly compared: boolean;
  /** The first stage that is wrong, in words; undefined where all is well. */
  readonly difference: string | undefined;
}

/** Asks one witness about a request that we have signed. */
export async function compare(witness: Witness, told: Told, ours: Testimony): Promise<Comparison> {
  const rows = EXPLAINED.filter((row) => row.witnesses.includes(witness) && row.applies(told));
  const theirs = await ASK[witness](told);
  if (rows.length === 0) return { rows, compared: true, difference: differenceOf(ours, theirs) };
  const names = rows.map(({ name }) => name).join(', ');
  if (differenceOf(ours, theirs) === undefined) {
    const isFine = rows.some(({ mayAgree }) => mayAgree);
    return { rows, compared: true, difference: isFine ? undefined : `no difference, but it is explained as: ${names}` };
  }
  if (!rows.every(({ rewrite }) => rewrite)) return { rows, compared: false, difference: undefined };
  const rewritten = rows.reduce((words, { rewrite }) => rewrite?.(words) ?? words, told);
  const difference = differenceOf(ours, await ASK[witness](rewritten));
  return { rows, compared: true, difference: difference && `in other words (${names}), ${difference}` };
}

/** Whether a row's example still shows its difference, for each of its witnesses, and nothing else. */
export async function isReal({ witnesses, applies, example }: Explained): Promise<boolean> {
  const ours = await signOurselves(example);
  const told = tell(example);
  const isShownBy = async (witness: Witness) =>
    differenceOf(ours, await ASK[witness](told)) !== undefined &&
    (await compare(witness, told, ours)).difference === undefined;
  const shown = await Promise.all(witnesses.map(isShownBy));
  return applies(told) && shown.every(Boolean);
}

function differenceOf(ours: Testimony, theirs: Testimony | Declined): string | undefined {
  if (hasDeclined(theirs)) return `it declined: ${theirs.declined}`;
  for (const stage of ['canonicalRequest', 'stringToSign', 'signature', 'delivered'] as const) {
    const found = theirs[stage];
    if (found !== undefined && found !== ours[stage]) return `${stage}:\n${firstLine(ours[stage] ?? '', found)}`;
  }
  return undefined;
}

function firstLine(ours: string, theirs: string): string {
  const expected = theirs.split('\n');
  const found = ours.split('\n');
  const line = found.findIndex((text, i) => text !== expected[i]);
  const at = line < 0 ? found.length : line;
  return `  line ${at + 1}\n  ours   ${JSON.stringify(found[at])}\n  theirs ${JSON.stringify(expected[at])}`;
}

/** A request and its context as a failure message shows them: all that is needed to have it again. */
export function show({ form, request, context }: Sample): string {
  const body = typeof request.body === 'object' ? { hex: Buffer.from(request.body).toString('hex') } : request.body;
  return JSON.stringify({ form, request: { ...request, headers: [...request.headers], body }, context }, undefined, 1);
}
