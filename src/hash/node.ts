/**
 * The hash port on Node: synchronous `node:crypto`, with the one-shot `crypto.hash` where the runtime has it. The one-shot
 * call costs a third of `createHash`, which is most of what a signature costs.
 */
import type { HashPort, MaybePromise, RunningHash } from './port';

const BLOCK = 64;

/** A key as HMAC uses it: the key block under both paddings (RFC 2104), with room for a message and a digest behind. */
export interface HmacKey {
  readonly outer: Buffer;
  inner: Buffer;
}

let oneShot: ((data: string | Uint8Array) => string) | undefined;
let createHash: typeof import('node:crypto').createHash;
let createHmac: typeof import('node:crypto').createHmac;

/**
 * Takes `node:crypto` with the first hash: importing it up front touches every part of it and takes longer than all the
 * rest of this package. Only Node before 20.16 has no way to do so at once.
 */
function load(): MaybePromise<void> {
  const crypto = process.getBuiltinModule?.('node:crypto');
  return crypto ? use(crypto) : import('node:crypto').then(use);
}

function use(crypto: typeof import('node:crypto')): void {
  const { hash } = crypto;
  ({ createHash, createHmac } = crypto);
  oneShot =
    typeof hash === 'function'
      ? (data) => hash('sha256', data)
      : (data) => createHash('sha256').update(data).digest('hex');
}

/** Does the work at once, except for the very first on a Node that must wait for the module. */
function withCrypto<T>(work: (sha256: (data: string | Uint8Array) => string) => T): MaybePromise<T> {
  const loading = oneShot ? undefined : load();
  return loading
    ? loading.then(() => work(oneShot as NonNullable<typeof oneShot>))
    : work(oneShot as NonNullable<typeof oneShot>);
}

function pad(key: Uint8Array, byte: number, room: number): Buffer {
  const block = Buffer.alloc(BLOCK + room, byte);
  for (let i = 0; i < key.length; i++) block[i] = (key[i] as number) ^ byte;
  return block;
}

function chain(secret: string, parts: readonly string[]): HmacKey {
  let key: string | Buffer = secret;
  for (const part of parts) key = createHmac('sha256', key).update(part).digest();
  return { inner: pad(key as Buffer, 0x36, 0), outer: pad(key as Buffer, 0x5c, 32) };
}

function start(): RunningHash {
  const running = createHash('sha256');
  return { update: (bytes) => void running.update(bytes), digest: () => running.digest('hex') };
}

export const hash: HashPort<HmacKey> = {
  sha256: (data) => (oneShot ? oneShot(data) : withCrypto((sha256) => sha256(data))),
  startSha256: () => withCrypto(start),
  deriveKey: (secret, parts) => withCrypto(() => chain(secret, parts)),
  hmac(key, text) {
    // Two one-shot hashes over prepared blocks: half the cost of `createHmac`. The strings signed with one key are ASCII
    // and of one length, so the room for them is made once.
    if (key.inner.length !== BLOCK + text.length) {
      const resized = Buffer.alloc(BLOCK + text.length);
      key.inner.copy(resized, 0, 0, BLOCK);
      key.inner = resized;
    }
    key.inner.write(text, BLOCK, 'latin1');
    // A key was derived, so the module is there; waiting here would let two messages meet in one block.
    const sha256 = oneShot as NonNullable<typeof oneShot>;
    key.outer.write(sha256(key.inner), BLOCK, 'hex');
    return sha256(key.outer);
  },
};
