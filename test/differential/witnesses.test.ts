import { describe, expect, test } from 'vitest';
import { compare, isReal, show } from './compare';
import { EXPLAINED, type Witness } from './explained';
import { createSample, type Form } from './generate';
import { signOurselves } from './ours';
import { readSeed } from './random';
import { tell } from './tell';

const WITNESSES: readonly Witness[] = ['smithy', 'aws-crt'];
const BATCH = 200;
const seed = readSeed();

describe('the witnesses', () => {
  test.each([
    ['header', 57_000],
    ['presigned', 44_000],
  ] as const)(
    'sign generated requests of the %s form as we do',
    async (form, count) => {
      const tally = createTally();
      for (let from = 0; from < count && tally.failures.length === 0; from += BATCH) {
        const numbers = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => from + i);
        await Promise.all(numbers.map((number) => examine(number, form, tally)));
      }
      console.info(report(form, tally));
      if (tally.failures.length > 0) expect.fail(tally.failures.slice(0, 3).join('\n\n'));
      expect(tally.counts.get('signed')).toBe(count);
      expect(tally.counts.get('compared with none') ?? 0).toBe(0);
    },
    300_000,
  );
});

describe('an explained difference', () => {
  test.each(EXPLAINED.map((row) => [row.name, row] as const))('shows on its example: %s', async (_, row) => {
    expect(await isReal(row)).toBe(true);
  });
});

interface Tally {
  readonly counts: Map<string, number>;
  readonly failures: string[];
}

const createTally = (): Tally => ({ counts: new Map(), failures: [] });

async function examine(number: number, form: Form, { counts, failures }: Tally): Promise<void> {
  const add = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  const sample = createSample(seed, number, form);
  const fail = (what: string) => failures.push(`Request ${number}, SIGV4KIT_SEED=${seed}: ${what}\n${show(sample)}`);
  try {
    const told = tell(sample);
    const ours = await signOurselves(sample);
    add('signed');
    let witnesses = 0;
    for (const witness of WITNESSES) {
      const { rows, compared, difference } = await compare(witness, told, ours);
      for (const { name } of rows) add(`${witness}, explained: ${name}`);
      if (difference !== undefined) fail(`${witness}: ${difference}`);
      if (!compared) continue;
      add(`compared with ${witness}`);
      witnesses++;
    }
    add(['compared with none', 'compared with one', 'compared with both'][witnesses] as string);
  } catch (error) {
    fail(String(error));
  }
}

function report(form: Form, { counts }: Tally): string {
  const lines = [...counts].sort().map(([name, times]) => `  ${String(times).padStart(6)} ${name}`);
  return `${counts.get('signed')} requests of the ${form} form, SIGV4KIT_SEED=${seed}\n${lines.join('\n')}`;
}
