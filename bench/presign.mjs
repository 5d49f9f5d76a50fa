/** Signing in presigned form: `presignQuery` and `createSigner().presign` against the floor and the peers. */
import { createSigner } from 'sigv4kit';
import { presignQuery } from 'sigv4kit/core';
import { compare } from './compare.mjs';
import { body, credentials, expiresIn, headers, instant, method, path, region, service, url } from './request.mjs';
import { floorOf, presigningPeers, sent } from './sides.mjs';
import { contextAt, wire } from './sign.mjs';

/** Rows and targets of presigning. */
export async function benchPresign() {
  const presign = (date) => presignQuery(wire, contextAt(date));
  const floor = floorOf(await presign(new Date(instant)));
  const signer = createSigner({ credentials, region, service, signedHeaders: 'all', now: () => Date.now() });
  const request = { url, method, headers, body };
  const kit = {
    core: {
      name: 'sigv4kit/core presignQuery',
      run: () => presign(new Date()),
      sent: (it) => sent(`${path}?${it.query}`, headers),
    },
    signer: {
      name: 'sigv4kit createSigner().presign',
      run: () => signer.presign(request, { expiresIn }),
      sent: (it) => sent(it, headers),
    },
  };
  return compare('presign', floor, kit, presigningPeers);
}
