/**
 * `npm run bench`: runs every subject against the built package, prints the tables and the targets, and writes
 * `bench/results.json`. Exits 1 when a signature is wrong; a missed target is reported, no more.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform } from 'node:os';
import { benchClients } from './clients.mjs';
import { benchCold } from './cold.mjs';
import { benchFetch } from './fetch.mjs';
import { benchGate } from './gate.mjs';
import { benchGrowth } from './growth.mjs';
import { benchImport } from './import.mjs';
import { benchPresign } from './presign.mjs';
import { benchSign } from './sign.mjs';
import { benchSize } from './size.mjs';
import { formatTable, round } from './table.mjs';
import { benchVerify } from './verify.mjs';

const SUBJECTS = [
  [
    benchSign,
    'Sign, header form: a POST with a 380-byte body and an 800-character token, warm key; ratios are medians',
  ],
  [benchPresign, 'Presign: the same request'],
  [benchVerify, 'Verify: the same request, signed'],
  [benchFetch, 'Fetch: requests per second to a server on loopback, 32 in flight, keys fresh and nothing going wrong'],
  [benchClients, 'Clients: what signing adds to a call on loopback, 16 in flight; axios with retries and redirects'],
  [benchImport, 'Import in a cold process, milliseconds; then with the first signature'],
  [benchCold, 'Cold process to its first answered call on loopback, milliseconds; the servers verify'],
  [benchSize, 'Bundle for the web, minified and compressed with gzip -9; lazy chunks are not loaded with the page'],
  [
    benchGate,
    'Gate: 64 connections for 30 s, right, wrong, expired, denied and malformed requests in turn; its memory',
  ],
  [benchGrowth, 'Growth: microseconds of one signHeaders, and how many times as long ten times as much takes'],
];
const PEERS = [
  'aws4',
  'aws4fetch',
  '@smithy/signature-v4',
  'aws-sigv4-sign',
  'aws4-axios',
  'axios',
  'got',
  'got4aws',
  '@aws-sdk/client-sts',
  '@aws-sdk/credential-providers',
];

const versionIn = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).version;

const about = {
  date: new Date().toISOString(),
  machine: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores, ${platform()} ${arch()}`,
  // Figures from a machine with other work to do are not worth keeping; this shows which they are.
  load: round(loadavg()[0]),
  node: process.version,
  sigv4kit: versionIn('../package.json'),
  peers: Object.fromEntries(PEERS.map((name) => [name, versionIn(`../node_modules/${name}/package.json`)])),
};

const rounded = (rows) =>
  rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, round(value)])));

try {
  const peers = Object.entries(about.peers).map((entry) => entry.join(' '));
  console.log(`sigv4kit ${about.sigv4kit} on Node ${about.node}, ${about.machine} (load ${about.load}), ${about.date}`);
  console.log(`Peers: ${peers.join(', ')}`);
  const results = { ...about, subjects: {}, targets: [] };
  for (const [bench, title] of SUBJECTS) {
    const { subject, rows, targets } = await bench();
    console.log(`\n${title}\n${formatTable(rows)}`);
    results.subjects[subject] = rounded(rows);
    results.targets.push(...rounded(targets));
  }
  const met = results.targets.filter((target) => target.met).length;
  const judged = results.targets.filter((target) => target.met !== undefined).length;
  console.log(`\nTargets: ${met} of ${judged} met\n${formatTable(results.targets)}`);
  writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify(results, null, 2)}\n`);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
