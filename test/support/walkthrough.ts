/** A walkthrough as tests: it runs before them, within a time, and what comes of a step is shown by its title. */
import { beforeAll, expect, test } from 'vitest';
import { type Step, type Walkthrough, walkThrough } from '../../examples/walk';

/** Milliseconds. */
const PATIENCE = 120_000;

/** For a `describe`, or a whole file; `steps` are there when its tests run. */
export function testWalkthrough(walkthrough: Walkthrough): { readonly steps: readonly Step[] } {
  const walked: { steps: readonly Step[] } = { steps: [] };
  beforeAll(async () => {
    walked.steps = await walkThrough(walkthrough);
  }, PATIENCE);

  test('every step of the walkthrough holds', () => {
    expect(walked.steps).not.toEqual([]);
    const found = walked.steps.map(({ title, found, holds }) => ({ title, found, holds }));
    expect(found).toEqual(
      walked.steps.map(({ title, expected }) => ({
        title,
        found: typeof expected === 'string' ? expected : expect.stringMatching(expected),
        holds: true,
      })),
    );
  });
  return walked;
}
