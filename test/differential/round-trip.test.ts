import type { WireRequest } from 'sigv4kit/core';
import { createVerifier, isSigV4Error } from 'sigv4kit/verify';
import { describe, expect, test } from 'vitest';
import { show } from './compare';
import { type Change, eachFlip, HARMLESS, type Harmless, meaningOf, type Outgoing, signAndSend } from './flips';
import { createAcceptableSample, type Form, type Sample } from './generate';
import { createRandom, readSeed } from './random';
import type { Told } from './tell';

const FORMS: readonly Form[] = ['header', 'presigned'];
const SIGNED_OF_EACH_FORM = 5_000;
const FLIPPED_OF_EACH_FORM = 160;
const seed = readSeed();

describe('a signed request', () => {
  test.each(FORMS)('is accepted as it was signed in the %s form', async (form) => {
    const services = new Map<string, number>();
    for (let number = 0; number < SIGNED_OF_EACH_FORM; number++) {
      const sample = createAcceptableSample(seed, number, form);
      const { wire, told } = await signOrFail(number, sample);
      const verified = await verifierOf(told)
        .verify(wire)
        .catch((error) => ({ error }));
      expect(verified, about(number, sample)).toEqual({
        accessKeyId: told.credentials.accessKeyId,
        scope: `${told.date.toISOString().slice(0, 10).replaceAll('-', '')}/${told.region}/${told.service}/aws4_request`,
        signedHeaders: signedOf(told),
        date: new Date(Math.floor(told.date.getTime() / 1000) * 1000),
        presigned: form === 'presigned',
      });
      services.set(told.service, (services.get(told.service) ?? 0) + 1);
    }
    console.info(
      `${SIGNED_OF_EACH_FORM} requests of the ${form} form accepted, SIGV4KIT_SEED=${seed}\n${table(services)}`,
    );
  });

  test.each(FORMS)(
    'is refused with a SigV4Error once any signed bit is flipped in the %s form',
    async (form) => {
      const counts = new Map<string, number>();
      for (let number = 0; number < FLIPPED_OF_EACH_FORM; number++) {
        const sample = createAcceptableSample(seed, number, form);
        const sent = await signOrFail(number, sample);
        const before = meaningOf(sent.wire, sent.told);
        for (const change of eachFlip(sent, createRandom(seed, number))) {
          const { outcome, wrong } = await judge(sent, change, before);
          counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
          if (wrong) expect.fail(`${wrong}\n${describeChange(change)}\n${about(number, sample)}`);
        }
      }
      console.info(
        `${FLIPPED_OF_EACH_FORM} requests of the ${form} form flipped, SIGV4KIT_SEED=${seed}\n${table(counts)}`,
      );
    },
    300_000,
  );
});

describe('a change that is none by the rules', () => {
  test.each(HARMLESS.map((row) => [row.name, row] as const))('is accepted, and means the same: %s', async (_, row) => {
    const { sent, change } = await exampleOf(row);
    expect(change.after).not.toBe(change.before);
    expect(row.covers(change, sent.told)).toBe(true);
    expect(meaningOf(change.wire, sent.told)).toBe(meaningOf(sent.wire, sent.told));
    expect(await outcomeOf(sent.told, change.wire)).toBe('accepted');
  });
});

const signOrFail = (number: number, sample: Sample) =>
  signAndSend(sample).catch((error) => expect.fail(`${error}\n${about(number, sample)}`));

/** What became of a changed request, and what is wrong with that. */
async function judge({ told }: Outgoing, change: Change, before: string) {
  const harmless = HARMLESS.filter(({ covers }) => covers(change, told));
  const outcome = await outcomeOf(told, change.wire);
  const isSame = meaningOf(change.wire, told) === before;
  const wrong =
    isSame !== harmless.length > 0
      ? `It means ${isSame ? 'the same' : 'something else'}, and the table of harmless changes says otherwise.`
      : isSame !== (outcome === 'accepted')
        ? `It means ${isSame ? 'the same' : 'something else'}, and the outcome is: ${outcome}.`
        : outcome.startsWith('threw')
          ? outcome
          : undefined;
  return { outcome: harmless[0] ? `accepted: ${harmless[0].name}` : outcome, wrong };
}

async function outcomeOf(told: Told, wire: WireRequest): Promise<string> {
  try {
    await verifierOf(told).verify(wire);
    return 'accepted';
  } catch (error) {
    return isSigV4Error(error) ? `refused: ${error.code}` : `threw ${String(error)}`;
  }
}

function verifierOf({ credentials, region, service, date }: Told) {
  const lookup = (id: string) => (id === credentials.accessKeyId ? credentials : undefined);
  return createVerifier({ lookup, region, service, now: () => date.getTime() });
}

function signedOf({ form, signed, hashHeader, signToken, credentials }: Told): string[] {
  const names = [...signed];
  if (form === 'header') names.push('x-amz-date');
  if (form === 'header' && signToken && credentials.sessionToken !== undefined) names.push('x-amz-security-token');
  if (hashHeader) names.push('x-amz-content-sha256');
  return names.sort();
}

async function exampleOf({ example: [request, service, change] }: Harmless) {
  const sent = await signAndSend({
    form: 'header',
    request: { method: 'POST', path: '/', query: '', headers: [], ...request },
    context: {
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
      region: 'us-east-1',
      service,
      date: new Date('2015-08-30T12:36:00Z'),
    },
  });
  return { sent, change: change(sent.wire) };
}

const about = (number: number, sample: Sample) => `Request ${number}, SIGV4KIT_SEED=${seed}\n${show(sample)}`;
const describeChange = ({ part, before, after, at }: Change) =>
  `${part}, byte ${at}\n  ${JSON.stringify(before)}\n  ${JSON.stringify(after)}`;

function table(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort()
    .map(([name, times]) => `  ${String(times).padStart(7)} ${name}`)
    .join('\n');
}
