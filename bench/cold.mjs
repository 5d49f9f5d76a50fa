/**
 * From the start of a process to its first answered call: what signing, and assuming a role, add to a process that makes
 * one bare `fetch` to the same server on loopback. Each sample is a process of its own; the programs (in `cold/`) take
 * turns, and each round's times are held against the bare one of that round. The servers verify what they answer.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { inConsumer } from './consumer.mjs';
import { body, credentials, headers, method, path, query, region, service } from './request.mjs';
import { median } from './rounds.mjs';
import { atMost, noLimit } from './targets.mjs';

/** What runs, and with whose keys its call must have been signed. */
const PROGRAMS = {
  'fetch alone': { main: 'fetch.mjs', caller: 'nobody' },
  'sigv4kit, static keys': { main: 'sigv4kit.mjs', caller: credentials.accessKeyId },
  'aws4fetch, static keys': { main: 'aws4fetch.mjs', caller: credentials.accessKeyId },
  // Held against itself: how far the figures of this machine can be trusted.
  'fetch alone, again': { main: 'fetch.mjs', caller: 'nobody' },
  'sigv4kit, assumed role': { main: 'sigv4kit-role.mjs', caller: 'ASIAIOSFODNN7EXAMPLE' },
  'aws4-axios, assumed role': { main: 'aws4-axios-role.mjs', caller: 'ASIAIOSFODNN7EXAMPLE' },
  'aws4fetch and an SDK provider, assumed role': { main: 'sdk-role.mjs', caller: 'ASIAIOSFODNN7EXAMPLE' },
};
const [BARE, OWN, AWS4FETCH, , OWN_ROLE, AXIOS_ROLE] = Object.keys(PROGRAMS);
const PACKAGES = ['sigv4kit', 'aws4fetch', 'aws4-axios', 'axios', '@aws-sdk/credential-providers'];

const roleArn = 'arn:aws:iam::111122223333:role/api-caller';
// The token is another, so that no call passes with the keys of the one and the token of the other.
const roleKeys = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYTEMPORARYK',
  sessionToken: [...credentials.sessionToken].reverse().join(''),
};
const given = { keys: credentials, scope: { region, service }, roleArn };

/** Rows and targets of the cold start; times in milliseconds. */
export async function benchCold({ rounds = 41 } = {}) {
  const names = Object.keys(PROGRAMS);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  await withServers((servers) =>
    inConsumer(PACKAGES, (folder) => {
      cpSync(fileURLToPath(new URL('cold', import.meta.url)), folder, { recursive: true });
      const run = (name) => runChild(folder, PROGRAMS[name], servers);
      // Once before it counts: the servers are cold too, and the files not yet in memory.
      for (const name of names) run(name);
      for (let round = 0; round < rounds; round++) {
        // Another one first each round, so that none always follows the same neighbour.
        const order = [...names.slice(round % names.length), ...names.slice(0, round % names.length)];
        for (const name of order) samples[name].push(run(name));
      }
    }),
  );
  const added = (name) => median(samples[name].map((time, round) => time - samples[BARE][round]));
  const rows = names.map((name) => ({
    name,
    answeredMs: median(samples[name]),
    overFetchMs: name === BARE ? undefined : added(name),
  }));
  const targets = [
    atMost(`cold process to first answer, ${OWN}: time over fetch alone`, 5, added(OWN), 'ms'),
    atMost(`cold process to first answer, ${OWN_ROLE}: time over fetch alone`, 15, added(OWN_ROLE), 'ms'),
    atMost(
      'cold process to first answer, assumed role: what sigv4kit adds, over what aws4-axios adds',
      0.25,
      added(OWN_ROLE) / added(AXIOS_ROLE),
    ),
    noLimit(
      'cold process to first answer, static keys: what sigv4kit adds, over what aws4fetch adds',
      added(OWN) / added(AWS4FETCH),
    ),
  ];
  return { subject: 'cold', rows, targets };
}

async function withServers(work) {
  const worker = new Worker(new URL('cold-server.mjs', import.meta.url), { workerData: { ...given, roleKeys } });
  try {
    const [servers] = await once(worker, 'message');
    await checkRefusals(servers);
    return await work(servers);
  } finally {
    await worker.terminate();
  }
}

/** Servers that say yes to anything would make every signer look right. */
async function checkRefusals(servers) {
  for (const server of Object.values(servers)) {
    const { status } = await fetch(server, { method: 'POST', headers, body });
    if (status !== 403) throw new Error(`An unsigned call was answered ${status}.`);
  }
}

/** The milliseconds from the start of a process to its answer. */
function runChild(folder, { main, caller }, { apiUrl, stsUrl }) {
  const request = { method, headers, body };
  const argument = JSON.stringify({ ...given, stsUrl, request, url: `${apiUrl}${path}?${query}` });
  const options = { cwd: folder, env: environment(folder, stsUrl), encoding: 'utf8' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, argument], options);
  if (status !== 0) throw new Error(`${main} failed: ${stderr}`);
  const answer = JSON.parse(stdout);
  if (answer.status !== 200 || answer.caller !== caller) {
    throw new Error(`${main} was answered ${answer.status}, as ${answer.caller}.`);
  }
  return answer.milliseconds;
}

/** The same for all: keys as a container has them, no file that this machine happens to have, nothing that warms a start. */
function environment(folder, stsUrl) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:AWS|NODE)_|_proxy$/i.test(name));
  return {
    ...Object.fromEntries(inherited),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_REGION: region,
    AWS_ENDPOINT_URL_STS: stsUrl,
    AWS_CONFIG_FILE: join(folder, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-credentials'),
  };
}
