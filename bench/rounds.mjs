/**
 * Times several sides against each other: all in one process, in turn, for many rounds, each turn measured by mitata.
 * What counts is the ratio of two sides within a round, when both met the machine in the same state.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { measure } from 'mitata';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
// The young generation alone: a full collection before each turn makes V8 drop the compiled code of those that wait.
const gc = () => collect({ type: 'minor' });

/**
 * Something to time; with `concurrency`, that many calls are kept in flight and the time is that of one among them.
 * @typedef {{ name: string, run: () => unknown, concurrency?: number }} Side
 */

/**
 * Medians over the rounds: `ns(name)` of one call, and `ratio(a, b)`, the time of `a` over that of `b`. A turn takes about
 * `budget` nanoseconds; the warm-up before takes as much as ten of them.
 * @param {readonly Side[]} sides
 */
export async function timeInTurn(sides, { rounds = 24, budget = 40e6 } = {}) {
  const turns = [];
  for (const side of sides) turns.push({ side, plan: await planOf(budget, side), times: [] });
  for (let round = 0; round < rounds; round++) {
    // Another one first each round, and each second round backwards, so that none always inherits one neighbour's garbage.
    const order = [...turns.slice(round % turns.length), ...turns.slice(0, round % turns.length)];
    for (const { side, plan, times } of round % 2 ? order.reverse() : order) times.push(await timeOnce(side, plan));
  }
  const times = new Map(turns.map((turn) => [turn.side.name, turn.times]));
  return {
    ns: (name) => median(times.get(name)),
    ratio: (a, b) => median(times.get(a).map((time, round) => time / times.get(b)[round])),
  };
}

/** The middle one of some numbers. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// Always batches of calls between two looks at the clock, however long the first call took.
const batches = { gc, warmup_threshold: Number.POSITIVE_INFINITY, batch_threshold: Number.POSITIVE_INFINITY };
const UNROLL = 4;
const BATCHES = 5;

/** Calls and batches of a turn, for it to take the budget or, where calls are slow, little more. Warms the side up, too. */
async function planOf(budget, { run, concurrency = 1 }) {
  const { p50 } = await measure(run, { ...batches, concurrency, batch_samples: UNROLL, min_cpu_time: 10 * budget });
  const unrolled = Math.max(1, Math.round(budget / p50 / UNROLL));
  const count = Math.min(BATCHES, unrolled);
  return {
    batch_samples: Math.round(unrolled / count) * UNROLL,
    min_samples: count,
    max_samples: count,
    min_cpu_time: 0,
  };
}

/** One turn: the median of its batches, of which the first may still find threads asleep and caches cold. */
async function timeOnce({ run, concurrency = 1 }, plan) {
  const { p50 } = await measure(run, { ...batches, ...plan, concurrency });
  return p50 / concurrency;
}
