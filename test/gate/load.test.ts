/** The gate under load from 64 connections, in a process of its own. Thirty seconds of it are a part of `npm run bench`. */
import { expect, test } from 'vitest';
import { loadGate } from '../../bench/gate-load.mjs';

test('every answer is the one due, and memory stays as it is', async () => {
  const { answers, wrong, memory } = await loadGate({ seconds: 2, rounds: 4 });
  expect(wrong).toEqual({});
  expect(answers).toBeGreaterThan(1000);
  // The log keeps its last 10,000 decisions, and is full by the second round; beside those nothing grows.
  const [, first, ...later] = memory.map(({ heapUsed }) => heapUsed / 2 ** 20);
  for (const size of later) expect(size).toBeLessThan((first as number) + 4);
}, 60_000);
