/** Watches the frames of a WebSocket as they come, by their headers alone, for one that is longer than API Gateway takes. */

/** The longest header: two bytes, a length of eight, a mask of four. */
const MAX_HEADER = 14;

/** A listener for the bytes of one client; calls `tooLong` once, and before anything is made of that frame. */
export function frameWatch(limit: number, tooLong: () => void): (chunk: Buffer) => void {
  const header = Buffer.alloc(MAX_HEADER);
  let have = 0;
  let payload = 0;
  let done = false;
  return (chunk) => {
    for (let at = 0; at < chunk.length && !done; ) {
      if (payload > 0) {
        const skipped = Math.min(payload, chunk.length - at);
        payload -= skipped;
        at += skipped;
        continue;
      }
      header[have++] = chunk[at++] as number;
      if (have < 2 || have < headerSize(header)) continue;
      have = 0;
      payload = payloadSize(header);
      done = payload > limit;
      if (done) tooLong();
    }
  };
}

const lengthCode = (header: Buffer) => (header[1] as number) & 127;

function headerSize(header: Buffer): number {
  const code = lengthCode(header);
  const extended = code === 127 ? 8 : code === 126 ? 2 : 0;
  const mask = (header[1] as number) & 128 ? 4 : 0;
  return 2 + extended + mask;
}

function payloadSize(header: Buffer): number {
  const code = lengthCode(header);
  if (code === 127) return Number(header.readBigUInt64BE(2));
  return code === 126 ? header.readUInt16BE(2) : code;
}
