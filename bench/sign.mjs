/** Signing in header form: `signHeaders` and `createSigner().sign` against the floor and the peers, all signing the same. */
import { createSigner } from 'sigv4kit';
import { signHeaders } from 'sigv4kit/core';
import { compare } from './compare.mjs';
import {
  body,
  credentials,
  expiresIn,
  headers,
  host,
  instant,
  method,
  path,
  query,
  region,
  service,
  url,
} from './request.mjs';
import { floorOf, sent, signingPeers } from './sides.mjs';

/** The request below any URL parser. */
export const wire = { method, path, query, headers: [['host', host], ...Object.entries(headers)], body };

/** Every header is signed, as the peers do. */
export const contextAt = (date) => ({ credentials, region, service, date, signedHeaders: 'all', expiresIn });

/** Rows and targets of signing. */
export async function benchSign() {
  const floor = floorOf(await signHeaders(wire, contextAt(new Date(instant))));
  const signer = createSigner({ ...options, signedHeaders: 'all' });
  const minimal = createSigner(options);
  const request = { url, method, headers, body };
  const sentBySigner = (it) => sent(it.url, it.headers);
  const kit = {
    core: {
      name: 'sigv4kit/core signHeaders',
      run: () => signHeaders(wire, contextAt(new Date())),
      sent: (it) => sent(url, [...wire.headers, ...it.headers]),
    },
    signer: { name: 'sigv4kit createSigner().sign', run: () => signer.sign(request), sent: sentBySigner },
    minimal: {
      name: 'sigv4kit createSigner().sign, defaults',
      run: () => minimal.sign(request),
      sent: sentBySigner,
      otherHeaders: 'leaves accept and x-tenant-id unsigned',
    },
  };
  return compare('sign', floor, kit, signingPeers);
}

// `now` looks at Date each time, so that the clock can be stopped to compare signatures.
const options = { credentials, region, service, now: () => Date.now() };
