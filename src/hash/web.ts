/**
 * The hash port on the web: `crypto.subtle`, which browsers, workers, Deno and Bun share. Browsers hide it from pages on
 * plain http, and React Native has none; there the portable maker is loaded, once, when the first hash is asked for.
 */
import type { HashPort } from './port';

const HMAC = { name: 'HMAC', hash: 'SHA-256' };
const encoder = new TextEncoder();

/** A key imported into `crypto.subtle`, or the bytes of one for the portable maker. */
export type HmacKey = CryptoKey | Uint8Array<ArrayBuffer>;

function toHex(bytes: ArrayBuffer | Uint8Array): string {
  let hex = '';
  for (const byte of new Uint8Array(bytes)) hex += (byte + 256).toString(16).slice(1);
  return hex;
}

/** HMAC of the text under raw key bytes, as bytes: one step of the chain that derives a signing key. */
async function step(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey('raw', key, HMAC, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, encoder.encode(text)));
}

// Asked at each call, not at import: a page may add a polyfill later, and importing a module must not decide for it.
const hasSubtle = () => typeof crypto === 'object' && !!crypto.subtle;
const portable = () => import('./portable');

export const hash: HashPort<HmacKey> = {
  async sha256(data) {
    const bytes = typeof data === 'string' ? encoder.encode(data) : (data as Uint8Array<ArrayBuffer>);
    if (!hasSubtle()) return toHex(await (await portable()).sha256(bytes));
    return toHex(await crypto.subtle.digest('SHA-256', bytes));
  },
  startSha256() {
    // `crypto.subtle` hashes in one shot alone, so that what comes in is kept until the end.
    const kept: Uint8Array[] = [];
    return {
      update: (bytes) => void kept.push(bytes.slice()),
      digest: () => hash.sha256(concat(kept)),
    };
  },
  async deriveKey(secret, parts) {
    const chain = hasSubtle() ? step : (await portable()).hmac;
    let key: Uint8Array<ArrayBuffer> = encoder.encode(secret);
    for (const part of parts) key = await chain(key, part);
    return hasSubtle() ? crypto.subtle.importKey('raw', key, HMAC, false, ['sign']) : key;
  },
  async hmac(key, text) {
    if (key instanceof Uint8Array) return toHex(await (await portable()).hmac(key, text));
    return toHex(await crypto.subtle.sign('HMAC', key, encoder.encode(text)));
  },
};

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
