/**
 * A program as a user writes it, without credentials of its own: it prints who the API says that calls it, and whether
 * anything of the AWS SDK was loaded for that. Run as a process, since a process loads the chain once.
 */
import { createRequire } from 'node:module';
import { createSignedFetch } from 'sigv4kit';

const { GATE = '', API = '' } = process.env;

/** Leads the API's name to the gate, as `gate.fetch` does within one process. */
const toGate: typeof fetch = (input, init) => {
  const { host, pathname } = new URL(String(input));
  return fetch(`${GATE}${pathname}`, {
    ...init,
    headers: { ...(init?.headers as object), 'x-sigv4kit-gate-host': host },
  });
};

const signed = createSignedFetch({ fetch: toGate });
const ask = async () => (await signed(API)).text();

const first = await ask().catch((error) => `${error.code}: ${error.message}`);
const second = first.startsWith('ERR_') ? first : await ask();
const loaded = Object.keys(createRequire(import.meta.url).cache);
const isChainLoaded = loaded.some((path) => path.includes('credential-provider'));
console.log(JSON.stringify({ who: first, again: second, isChainLoaded }));
