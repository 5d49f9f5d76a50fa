/**
 * Requests per second of a signed fetch, with retries, redirects, clock correction and events in place and nothing going
 * wrong, against a plain `fetch` that sends headers of the same names and sizes; 32 in flight, to a server in a thread of its own.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AwsClient } from 'aws4fetch';
import { createSignedFetch, createSigner } from 'sigv4kit';
import { body, credentials, headers, method, path, query, region, service } from './request.mjs';
import { timeInTurn } from './rounds.mjs';
import { atLeast, noLimit } from './targets.mjs';

const IN_FLIGHT = 32;

/** Rows and targets of fetching. */
export async function benchFetch() {
  const worker = new Worker(new URL('fetch-server.mjs', import.meta.url));
  try {
    const [origin] = await once(worker, 'message');
    const url = `${origin}${path}?${query}`;
    const signed = await createSigner({ credentials, region, service }).sign({ url, method, headers, body });
    const { host: _, ...same } = signed.headers;
    const plain = { method, headers: same, body };
    const own = createSignedFetch({ credentials, region, service });
    const aws4fetch = new AwsClient({ ...credentials, region, service });
    const read = async (response) => (await response).text();
    const sides = [
      { name: 'fetch alone', run: () => read(fetch(signed.url, plain)) },
      { name: 'sigv4kit', run: () => read(own(url, { method, headers, body })) },
      { name: 'aws4fetch', run: () => read(aws4fetch.fetch(url, { method, headers, body })) },
    ].map((side) => ({ ...side, concurrency: IN_FLIGHT }));
    for (const { name, run } of sides)
      if ((await run()) !== '{"ok":true}') throw new Error(`${name} got another answer`);
    const { ns, ratio } = await timeInTurn(sides, { rounds: 24, budget: 150e6 });
    const rows = sides.map(({ name }) => ({
      name,
      requestsPerSecond: 1e9 / ns(name),
      ofPlain: ratio('fetch alone', name),
    }));
    return {
      subject: 'fetch',
      rows,
      targets: [
        atLeast('signed fetch: requests per second of a plain fetch', 0.95, ratio('fetch alone', 'sigv4kit')),
        noLimit('aws4fetch: requests per second of a plain fetch', ratio('fetch alone', 'aws4fetch')),
      ],
    };
  } finally {
    await worker.terminate();
  }
}
