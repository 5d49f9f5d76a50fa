/** The hash of last resort, in plain JavaScript, for runtimes with neither `node:crypto` nor `crypto.subtle`. */
import { Sha256 } from '@aws-crypto/sha256-universal';

async function digest(hash: Sha256, data: string | Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  hash.update(data);
  return new Uint8Array(await hash.digest());
}

export const sha256 = (data: Uint8Array): Promise<Uint8Array<ArrayBuffer>> => digest(new Sha256(), data);

export const hmac = (key: Uint8Array, text: string): Promise<Uint8Array<ArrayBuffer>> => digest(new Sha256(key), text);
