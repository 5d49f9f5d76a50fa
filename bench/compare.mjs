/**
 * One comparison: the floor, sigv4kit's ways to do a thing, and the peers. All are checked against each other before any
 * is timed; then come the rows of the table and the figures that the targets ask for.
 */
import { checkSides } from './check.mjs';
import { timeInTurn } from './rounds.mjs';
import { aws4fetchAtBest } from './sides.mjs';
import { atLeast, atMost } from './targets.mjs';

/** How many times faster than a peer sigv4kit is to be. */
const FASTER_THAN = [
  ['aws4', 2.5],
  ['@smithy/signature-v4', 5],
  // With one request at a time, its time is mostly that of waking other threads.
  [aws4fetchAtBest, 14],
];

/**
 * Compares `kit`, sigv4kit's sides by the short name that heads their column, with the floor and the peers. Resolves the
 * rows and the targets of `subject`.
 */
export async function compare(subject, floor, kit, peers) {
  // Who signs fewer headers does less work: shown, but held against nobody.
  const own = Object.entries(kit).filter(([, side]) => !side.otherHeaders);
  const sides = [floor, ...Object.values(kit), ...peers];
  await checkSides(floor, sides.slice(1));
  const timed = await timeInTurn(sides);
  const rows = sides.map((side) => ({
    name: side.name,
    nsPerCall: timed.ns(side.name),
    timesFloor: timed.ratio(side.name, floor.name),
    ...Object.fromEntries(
      own.map(([short, { name }]) => [
        `${short}TimesFaster`,
        peers.includes(side) ? timed.ratio(side.name, name) : undefined,
      ]),
    ),
    note: side.otherHeaders ?? side.note,
  }));
  const targets = own.flatMap(([short, { name }]) => [
    atMost(`${subject}, ${short}: time over floor`, 2, timed.ratio(name, floor.name)),
    ...FASTER_THAN.map(([peer, limit]) =>
      atLeast(`${subject}, ${short}: times faster than ${peer}`, limit, timed.ratio(peer, name)),
    ),
  ]);
  return { subject, rows, targets };
}
