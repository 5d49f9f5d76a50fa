/**
 * `node bench/fleet.mjs`: a million processes that start together, and what they ask of STS over four hours, with the very
 * schedule of the source and with a fixed window. Prints the figures, draws `bench/fleet.svg`, and exits 1 when a target is
 * missed. SIGV4KIT_SEED gives another run of chance.
 */
import { writeFileSync } from 'node:fs';
import { tsImport } from 'tsx/esm/api';
import { drawFleet } from './fleet-plot.mjs';
import { createRandom, fixedWindow, ours, simulate } from './fleet-simulation.mjs';
import { formatTable } from './table.mjs';
import { atMost, noLimit } from './targets.mjs';

const HOUR = 3_600;
const HOURS = 4;
/** A peak is the most over so many seconds: in one alone chance would speak too loud. */
const BIN = 10;
/** What STS lets pass, about, for an account in a region. */
const QUOTA = 600;
const FLEET = { processes: 1_000_000, startWithin: 300, seconds: HOURS * HOUR };
const OUTAGE = { from: 1.5 * HOUR, to: 2 * HOUR };

const schedule = await tsImport('../src/credentials/refresh-schedule.ts', import.meta.url);
const seed = readSeed();

/** Both behaviours in one situation, each with the same chance. */
function simulateBoth(fleet) {
  const [own, fixed] = [createRandom(seed), createRandom(seed)];
  return { ours: simulate(ours(schedule, own), fleet, own), fixed: simulate(fixedWindow(), fleet, fixed) };
}

const sum = (calls, from = 0, to = calls.length) => calls.subarray(from, to).reduce((total, count) => total + count, 0);
const average = (calls, from, to) => sum(calls, from, to) / (to - from);
const inBins = (calls, from, to, bin = BIN) =>
  Array.from({ length: (to - from) / bin }, (_, i) => average(calls, from + i * bin, from + (i + 1) * bin));
const peak = (calls, from, to, bin) => Math.max(...inBins(calls, from, to, bin));

const figures = ({ ours, fixed }, from, to, bin) => ({
  oursAverage: average(ours, from, to),
  oursPeak: peak(ours, from, to, bin),
  fixedAverage: average(fixed, from, to),
  fixedPeak: peak(fixed, from, to, bin),
});

const steady = simulateBoth(FLEET);
const hours = Array.from({ length: HOURS }, (_, i) => ({
  hour: String(i + 1),
  ...figures(steady, i * HOUR, (i + 1) * HOUR),
}));
const peakOverAverage = (calls) => peak(calls, HOUR, FLEET.seconds) / average(calls, HOUR, FLEET.seconds);
const targets = [
  atMost('from the second hour on: peak over average, sigv4kit', 1.3, peakOverAverage(steady.ours)),
  noLimit('from the second hour on: peak over average, fixed window', peakOverAverage(steady.fixed)),
  atMost('calls in four hours over those of the fixed window', 1.2, sum(steady.ours) / sum(steady.fixed)),
];

const secondsAbove = (calls, from, to) => calls.subarray(from, to).filter((count) => count > QUOTA).length;
const quota = Object.entries({ sigv4kit: steady.ours, 'fixed window': steady.fixed }).map(([name, calls]) => ({
  name,
  calls: sum(calls),
  secondsAboveQuota: secondsAbove(calls, 0, FLEET.seconds),
  afterTheFirstHour: secondsAbove(calls, HOUR, FLEET.seconds),
}));

const outage = simulateBoth({ ...FLEET, outage: OUTAGE });
const minutes = (from, to) => [from * 60, to * 60];
const PARTS = {
  'before, 10 minutes': minutes(80, 90),
  'down, minutes 1 to 5': minutes(90, 95),
  'down, minutes 6 to 10': minutes(95, 100),
  'down, minutes 11 to 20': minutes(100, 110),
  'down, minutes 21 to 30': minutes(110, 120),
  'back, minute 1': minutes(120, 121),
  'back, minutes 2 to 10': minutes(121, 130),
  'back, rest of the hour': minutes(130, 180),
  'the hour after': minutes(180, 240),
};
const outageRows = Object.entries(PARTS).map(([when, [from, to]]) => ({ when, ...figures(outage, from, to, 1) }));

const count = (value) => value.toLocaleString('en-US');
console.log(
  `${count(FLEET.processes)} processes started within 5 minutes, each with sessions of an hour and a request a second; SIGV4KIT_SEED=${seed}`,
);
console.log(`\nSTS calls per second; a peak is the most over ${BIN} seconds\n${formatTable(hours)}`);
console.log(`\nAgainst a quota of ${QUOTA} calls per second\n${formatTable(quota)}`);
console.log(
  `\nSTS down for 30 minutes, from 1:30 on: calls per second; a peak is the most in one second; what a call tries again by itself is not counted\n${formatTable(outageRows)}`,
);
console.log(`\nTargets\n${formatTable(targets)}`);

const curves = [
  { name: 'sigv4kit', values: inBins(steady.ours, 0, FLEET.seconds) },
  { name: 'fixed window, 5 minutes before expiry', values: inBins(steady.fixed, 0, FLEET.seconds) },
];
writeFileSync(new URL('fleet.svg', import.meta.url), drawFleet(curves, { bin: BIN, hours: HOURS, quota: QUOTA }));

if (targets.some(({ met }) => met === false)) process.exitCode = 1;

function readSeed() {
  const given = process.env.SIGV4KIT_SEED || '1';
  if (!/^\d{1,10}$/.test(given)) throw new Error('SIGV4KIT_SEED must be a whole number from 0 to 4294967295.');
  return Number(given) >>> 0;
}
