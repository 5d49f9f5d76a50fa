/**
 * The gate: requests per second of a mix of right and wrong requests, for thirty seconds from 64 connections, with each answer
 * held against the one due; and what ten times as much of something costs it.
 */
import { request } from 'node:http';
import { startGate } from 'sigv4kit/gate';
import { loadGate } from './gate-load.mjs';
import { host, world } from './gate-world.mjs';
import { timeInTurn } from './rounds.mjs';
import { atMost, noLimit } from './targets.mjs';

const MIB = 2 ** 20;

/** Rows and figures of the gate. Throws on a wrong decision. */
export async function benchGate() {
  const { answers, requestsPerSecond, wrong, memory } = await loadGate({ seconds: 10, rounds: 3 });
  const faults = Object.entries(wrong);
  if (faults.length > 0)
    throw new Error(`The gate decided wrongly: ${faults.map((entry) => entry.join(': ')).join('; ')}`);
  const rows = memory.map(({ heapUsed, rss }, i) => ({
    name: `after ${(i + 1) * 10} s`,
    heapMib: heapUsed / MIB,
    residentMib: rss / MIB,
  }));
  const growth = await growthOfRefusals();
  return {
    subject: 'gate',
    rows,
    targets: [
      ...growth,
      noLimit('gate: requests per second, mixed, all decided rightly', requestsPerSecond),
      noLimit('gate: answers in the run', answers),
      noLimit('gate: heap after the last round, of that after the first', memory.at(-1).heapUsed / memory[0].heapUsed),
    ],
  };
}

/** What a malformed request may hold ten times of; up to the 64 KiB that the gate takes. */
const MALFORMED = {
  'noise in Authorization': (count) => ({ authorization: `AWS4-HMAC-SHA256 ${'x'.repeat(count)}` }),
  'commas in Authorization': (count) => ({ authorization: `AWS4-HMAC-SHA256 ${','.repeat(count)}` }),
  'slashes in a credential': (count) => ({ authorization: authorization({ credential: '/'.repeat(count) }) }),
  'semicolons in signed headers': (count) => ({ authorization: authorization({ names: ';'.repeat(count) }) }),
  'digits in a date': (count) => ({ authorization: authorization({}), 'x-amz-date': '2'.repeat(count) }),
};
const SIZES = [600, 6_000, 60_000];

const authorization = ({ credential = 'a/b/c/d/e', names = 'host' }) =>
  `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=0`;

/** A refusal must not cost more than what it is refused for is long. */
async function growthOfRefusals() {
  const gate = await startGate(world);
  const { port } = new URL(gate.url);
  const ask = (headers) =>
    new Promise((resolve, reject) => {
      request({ port, path: '/prod/orders/7', headers: { host, ...headers } }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      })
        .on('error', reject)
        .end();
    });
  try {
    const targets = [];
    for (const [what, headersOf] of Object.entries(MALFORMED)) {
      const sides = SIZES.map((size) => ({ name: String(size), run: () => ask(headersOf(size)) }));
      for (const { run } of sides)
        if (Math.floor((await run()) / 100) !== 4) throw new Error(`The gate takes ${what}.`);
      const timed = await timeInTurn(sides, { rounds: 12, budget: 20e6 });
      const steps = SIZES.slice(1).map((size, i) => timed.ratio(String(size), String(SIZES[i])));
      targets.push(atMost(`gate, ${what}: largest step for ten times as many`, 10.5, Math.max(...steps)));
    }
    return targets;
  } finally {
    await gate.close();
  }
}
