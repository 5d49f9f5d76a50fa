/** The watch over the frames of a WebSocket: it finds the one that is too long, however the bytes are cut. */
import { expect, test } from 'vitest';
import { frameWatch } from '../../src/gate/web-sockets/frame-limit';
import { createRandom, readSeed } from '../differential/random';

const LIMIT = 1_000;
const CASES = 2_000;

/** A frame as RFC 6455 writes it; what is in it is of no matter. */
function frameOf(length: number, isMasked: boolean): Buffer {
  const header = [0x81];
  const mask = isMasked ? 0x80 : 0;
  if (length < 126) header.push(mask | length);
  else if (length < 65_536) header.push(mask | 126, length >> 8, length & 255);
  else header.push(mask | 127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255);
  if (isMasked) header.push(0xff, 0x7f, 0xfe, 0xff);
  return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]);
}

test('the first frame beyond the limit is found at the last byte of its header, and no other', () => {
  const seed = readSeed();
  console.log(`frames: SIGV4KIT_SEED=${seed}`);
  for (let number = 0; number < CASES; number++) {
    const random = createRandom(seed, number);
    const lengths = random.several(1, 6, () =>
      random.pick([0, 1, 125, 126, 127, LIMIT - 1, LIMIT, random.once(3) ? LIMIT + 1 : 5, random.once(4) ? 65_536 : 7]),
    );
    const frames = lengths.map((length) => frameOf(length, random.once(2)));
    const culprit = lengths.findIndex((length) => length > LIMIT);
    const before = Buffer.concat(frames.slice(0, Math.max(culprit, 0))).length;
    const found = frames[culprit];
    const expected = found === undefined ? [] : [before + found.length - (lengths[culprit] as number)];

    const bytes = Buffer.concat(frames);
    const told: number[] = [];
    let at = 0;
    const watch = frameWatch(LIMIT, () => told.push(at));
    // Byte by byte, so that the place is known; then in pieces, which must tell as often.
    for (const byte of bytes) {
      at++;
      watch(Buffer.from([byte]));
    }
    expect(told, `case ${number}`).toEqual(expected);
    let times = 0;
    const inPieces = frameWatch(LIMIT, () => times++);
    for (let from = 0; from < bytes.length; ) {
      const to = Math.min(bytes.length, from + 1 + random.integer(random.pick([2, 5, 5_000])));
      inPieces(bytes.subarray(from, to));
      from = to;
    }
    expect(times, `case ${number}`).toBe(expected.length);
  }
}, 60_000);
