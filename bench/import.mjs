/**
 * What a cold process pays before it can sign: the import alone and, since work put off is not work saved, the import with
 * the first signature. Each sample is a process of its own; the packages take turns.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EMPTY, inConsumer } from './consumer.mjs';
import * as request from './request.mjs';
import { median } from './rounds.mjs';
import { atMost, noLimit } from './targets.mjs';

/** Makes the first signature with a package just imported; runs in the child, so it can use nothing of this file. */
const FIRST = {
  [EMPTY]: () => {},
  sigv4kit: ({ createSigner }, request) => createSigner(request).sign(request),
  'sigv4kit/core': ({ signHeaders }, { method, path, query, host, headers, body, ...rest }) =>
    signHeaders(
      { method, path, query, headers: [['host', host], ...Object.entries(headers)], body },
      { ...rest, date: new Date() },
    ),
  aws4: ({ default: aws4 }, { path, query, credentials, ...rest }) =>
    aws4.sign({ ...rest, path: `${path}?${query}` }, credentials),
  aws4fetch: ({ AwsV4Signer }, { credentials, ...rest }) => new AwsV4Signer({ ...rest, ...credentials }).sign(),
  '@smithy/signature-v4': async ({ SignatureV4 }, { host, parameters, headers, ...rest }) => {
    const { createHash, createHmac } = await import('node:crypto');
    class Sha256 {
      constructor(secret) {
        this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
      }

      update(data) {
        this.hash.update(data);
      }

      digest() {
        return this.hash.digest();
      }
    }
    await new SignatureV4({ ...rest, sha256: Sha256 }).sign({
      ...rest,
      query: parameters,
      headers: { host, ...headers },
    });
  },
  'aws-sigv4-sign': ({ signRequest }, { url, method, headers, body, ...rest }) =>
    signRequest(url, { method, headers, body }, rest),
};

/** Rows and targets of importing; times in milliseconds. */
export async function benchImport({ rounds = 21 } = {}) {
  const names = Object.keys(FIRST);
  const packages = names.filter((name) => name !== EMPTY && name !== 'sigv4kit/core');
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  await inConsumer(packages, (folder) => {
    for (const name of names) writeFileSync(join(folder, mainOf(name)), childOf(name));
    for (let round = 0; round < rounds; round++) {
      for (const name of names) samples[name].push(runChild(folder, mainOf(name)));
    }
  });
  const middle = (name, figure) => median(samples[name].map((sample) => sample[figure]));
  const rows = names.map((name) => ({
    name,
    importMs: middle(name, 'imported'),
    overEmptyMs: middle(name, 'imported') - middle(EMPTY, 'imported'),
    firstSignatureMs: name === EMPTY ? undefined : middle(name, 'signed'),
  }));
  const overAws4fetch = (name, figure) => middle(name, figure) / middle('aws4fetch', figure);
  const targets = [
    atMost('import sigv4kit', 6, middle('sigv4kit', 'imported'), 'ms'),
    atMost('import sigv4kit/core', 6, middle('sigv4kit/core', 'imported'), 'ms'),
    noLimit('import sigv4kit: time over aws4fetch', overAws4fetch('sigv4kit', 'imported')),
    noLimit('import and first signature, sigv4kit: time over aws4fetch', overAws4fetch('sigv4kit', 'signed')),
  ];
  return { subject: 'import', rows, targets };
}

const mainOf = (name) => `cold-${name.replace(/\W/g, '-')}.mjs`;

const childOf = (name) => `
const request = ${JSON.stringify(request)};
const begin = performance.now();
const library = await import('${name}');
const imported = performance.now() - begin;
await (${FIRST[name]})(library, request);
const signed = performance.now() - begin;
process.stdout.write(JSON.stringify({ imported, signed }));
`;

function runChild(folder, main) {
  // A compile cache or preloaded modules of whoever runs this would make a cold start warm.
  const { NODE_OPTIONS, NODE_COMPILE_CACHE, NODE_V8_COVERAGE, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [main], { cwd: folder, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${main} failed: ${stderr}`);
  return JSON.parse(stdout);
}
