/**
 * What signing adds to a call of each client, beside what its peer adds: the same request to a server on loopback, which verifies
 * once that each side signs. The client without a signature is the floor.
 */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { aws4Interceptor } from 'aws4-axios';
import { AwsClient } from 'aws4fetch';
import axios from 'axios';
import got from 'got';
import got4awsModule from 'got4aws';
import { createSignedFetch } from 'sigv4kit';
import { axiosInterceptor, signAxios } from 'sigv4kit/axios';
import { gotSigV4 } from 'sigv4kit/got';
import { body, credentials, headers, method, path, query, region, service } from './request.mjs';
import { timeInTurn } from './rounds.mjs';
import { atMost } from './targets.mjs';

const IN_FLIGHT = 16;
const got4aws = got4awsModule.default ?? got4awsModule;

/** Each client: itself, ours on it, and the peer on it. */
function clientsAt(url) {
  const send = { url, method, headers, data: body, responseType: 'text' };
  const byAxios = (instance) => async () => (await instance.request(send)).data;
  const plain = axios.create();
  const ours = axios.create();
  ours.interceptors.request.use(axiosInterceptor({ credentials, region, service }));
  const withRetries = axios.create();
  signAxios(withRetries, { credentials, region, service });
  const peer = axios.create();
  peer.interceptors.request.use(aws4Interceptor({ instance: peer, options: { region, service }, credentials }));

  const settings = { method, headers, body, retry: { limit: 0 } };
  const byGot = (client) => () => client(url, settings).text();
  // Its peer brings a got of its own, whose calls cost what they cost.
  const olderGot = createRequire(createRequire(import.meta.url).resolve('got4aws'))('got').default;

  const ownFetch = createSignedFetch({ credentials, region, service });
  const aws4fetch = new AwsClient({ ...credentials, region, service });
  const read = async (response) => (await response).text();
  return [
    {
      client: 'axios',
      peer: 'aws4-axios',
      floor: byAxios(plain),
      ours: byAxios(withRetries),
      theirs: byAxios(peer),
      others: { 'axiosInterceptor, no retries': byAxios(ours) },
    },
    {
      client: 'got',
      peer: 'got4aws',
      floor: byGot(got),
      ours: byGot(got.extend(gotSigV4({ credentials, region, service }))),
      theirs: byGot(got4aws({ providers: () => credentials, service, region, responseType: 'text' })),
      theirFloor: byGot(olderGot),
    },
    {
      client: 'fetch',
      peer: 'aws4fetch',
      floor: () => read(fetch(url, { method, headers, body })),
      ours: () => read(ownFetch(url, { method, headers, body })),
      theirs: () => read(aws4fetch.fetch(url, { method, headers, body })),
    },
  ];
}

/** Rows and targets of the clients. */
export async function benchClients() {
  const worker = new Worker(new URL('fetch-server.mjs', import.meta.url));
  try {
    const [origin] = await once(worker, 'message');
    const rows = [];
    const targets = [];
    for (const { client, peer, floor, ours, theirs, theirFloor, others } of clientsAt(`${origin}${path}?${query}`)) {
      const ownFloor = `${client} of ${peer}`;
      const sides = Object.entries({
        [client]: floor,
        [`${client} + sigv4kit`]: ours,
        ...(theirFloor && { [ownFloor]: theirFloor }),
        [`${client} + ${peer}`]: theirs,
        ...others,
      }).map(([name, run]) => ({ name, run, concurrency: IN_FLIGHT }));
      for (const { name, run } of sides)
        if ((await run()) !== '{"ok":true}') throw new Error(`${name} got another answer`);
      const { ns } = await timeInTurn(sides, { rounds: 16, budget: 80e6 });
      const floorOf = (name) => ns(theirFloor && name.endsWith(peer) ? ownFloor : client);
      for (const { name } of sides)
        rows.push({ name, usPerCall: ns(name) / 1000, usAdded: (ns(name) - floorOf(name)) / 1000 });
      const added = (name) => ns(`${client} + ${name}`) - floorOf(name);
      const what = `${client}: what sigv4kit adds to a call, of what ${peer} adds`;
      targets.push(atMost(what, 1, added('sigv4kit') / added(peer)));
    }
    return { subject: 'clients', rows, targets };
  } finally {
    await worker.terminate();
  }
}
