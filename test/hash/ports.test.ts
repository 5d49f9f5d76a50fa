/** The three makers of the hash port agree with `node:crypto` on everything the core asks of them. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { hash as node } from '../../src/hash/node';
import type { HashPort } from '../../src/hash/port';
import { hash as web } from '../../src/hash/web';

type AnyPort = HashPort<unknown>;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.resetModules();
});

async function check(port: AnyPort): Promise<void> {
  const texts = ['', 'abc', 'héllo 😀', 'x'.repeat(55), 'x'.repeat(64), 'x'.repeat(1000)];
  for (const text of texts) expect(await port.sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
  for (const size of [0, 1, 63, 64, 65, 100_000]) {
    const bytes = randomBytes(size);
    const expected = createHash('sha256').update(bytes).digest('hex');
    expect(await port.sha256(bytes)).toBe(expected);
    const running = await port.startSha256();
    const piece = new Uint8Array(1000);
    // One buffer for all pieces, as readers have that are in a hurry.
    for (let at = 0; at < size; at += piece.length) {
      const length = Math.min(piece.length, size - at);
      piece.set(bytes.subarray(at, at + length));
      running.update(piece.subarray(0, length));
    }
    expect(await running.digest()).toBe(expected);
  }
  for (const secret of ['k', 'x'.repeat(64), 'x'.repeat(200)]) {
    const parts = ['20150830', 'us-east-1', 'service', 'aws4_request'];
    const raw = parts.reduce<string | Buffer>((key, part) => createHmac('sha256', key).update(part).digest(), secret);
    const key = await port.deriveKey(secret, parts);
    // Messages of changing length under one key, as no two services' strings to sign are of one length.
    for (const text of ['AWS4-HMAC-SHA256', '', 'x'.repeat(150), 'x'.repeat(149), 'x'.repeat(5000)]) {
      expect(await port.hmac(key, text)).toBe(createHmac('sha256', raw).update(text).digest('hex'));
    }
  }
}

describe('the hash port', () => {
  test('on Node', () => check(node as AnyPort));

  test('on a Node without the one-shot hash', async () => {
    const { hash: _, ...older } = await import('node:crypto');
    vi.stubGlobal('process', Object.create(process, { getBuiltinModule: { value: () => older } }));
    vi.resetModules();
    await check((await import('../../src/hash/node')).hash as AnyPort);
  });

  test('on a Node that cannot take a module at once', async () => {
    vi.stubGlobal('process', Object.create(process, { getBuiltinModule: { value: undefined } }));
    vi.resetModules();
    const { hash } = await import('../../src/hash/node');
    expect(hash.sha256('abc')).toBeInstanceOf(Promise);
    await check(hash as AnyPort);
    expect(hash.sha256('abc')).toBeTypeOf('string');
  });

  test('on the web', () => check(web as AnyPort));

  test('where neither node:crypto nor crypto.subtle exists', async () => {
    vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => bytes });
    await check(web as AnyPort);
  });
});
