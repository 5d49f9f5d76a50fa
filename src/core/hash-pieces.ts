/** The hash of a body that comes in pieces and is not kept. */
import { hash } from '#hash';

/** SHA-256 in lower-case hex, and the number of bytes. Rejects with the signal's reason, or as reading the pieces does. */
export async function hashPieces(
  pieces: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<{ payloadHash: string; length: number }> {
  const running = await hash.startSha256();
  let length = 0;
  for await (const bytes of pieces) {
    signal?.throwIfAborted();
    running.update(bytes);
    length += bytes.length;
  }
  return { payloadHash: await running.digest(), length };
}
