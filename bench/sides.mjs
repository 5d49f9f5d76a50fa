/**
 * The peers, each in the fastest configuration that still signs the whole request, and the floor under every side: the
 * bare cryptography over the same bytes. All read the clock themselves, as in use; `sent` is what a server would receive.
 */
import { createHmac, hash } from 'node:crypto';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { signRequest } from 'aws-sigv4-sign';
import aws4 from 'aws4';
import { AwsV4Signer } from 'aws4fetch';
import {
  body,
  credentials,
  expiresIn,
  headers,
  host,
  method,
  parameters,
  path,
  query,
  region,
  service,
  url,
} from './request.mjs';

/**
 * Two SHA-256 and one HMAC with a key derived before: the least that a signature costs with `node:crypto`. The bytes are
 * those that sigv4kit signed; that the peers sign the same is what comparing signatures shows.
 */
export function floorOf({ canonicalRequest, stringToSign }) {
  const day = stringToSign.split('\n')[1].slice(0, 8);
  const step = (key, text) => createHmac('sha256', key).update(text).digest();
  const key = [day, region, service, 'aws4_request'].reduce(step, `AWS4${credentials.secretAccessKey}`);
  const run = () => {
    hash('sha256', body);
    hash('sha256', canonicalRequest);
    return createHmac('sha256', key).update(stringToSign).digest('hex');
  };
  return { name: 'floor: 2 SHA-256 + 1 HMAC', run };
}

/** The request that went out: `target` is a URL or a path with query, `fields` its headers. */
export const sent = (target, fields) => ({ method, url: new URL(target, url).href, headers: fields, body });

// The one-shot hash where nothing is keyed, which is the cheapest that node:crypto has.
class NodeSha256 {
  #secret;
  #chunks = [];

  constructor(secret) {
    this.#secret = secret;
  }

  update(chunk) {
    this.#chunks.push(chunk);
  }

  digest() {
    const data = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    if (this.#secret === undefined) return hash('sha256', data, 'buffer');
    return createHmac('sha256', this.#secret).update(data).digest();
  }
}

// Without applyChecksum: false it would sign one header more than the others. It keeps signing keys by itself.
const smithy = new SignatureV4({ credentials, region, service, sha256: NodeSha256, applyChecksum: false });
const smithyRequest = new HttpRequest({
  method,
  protocol: 'https:',
  hostname: host,
  path,
  query: parameters,
  headers: { host, ...headers },
  body,
});

// A fresh literal for each call, since V8 takes microseconds for one that spreads another object and then adds to it.
// By default content-type would stay unsigned, and the key be derived anew for each request.
const cache = new Map();
const { accessKeyId, secretAccessKey, sessionToken } = credentials;
const aws4fetchOptions = (target, signQuery) => ({
  url: target,
  method,
  headers,
  body,
  region,
  service,
  accessKeyId,
  secretAccessKey,
  sessionToken,
  cache,
  signQuery,
  allHeaders: true,
});
const aws4fetchSign = () => new AwsV4Signer(aws4fetchOptions(url, false)).sign();
const aws4fetchPresign = () => new AwsV4Signer(aws4fetchOptions(`${url}&X-Amz-Expires=${expiresIn}`, true)).sign();

// It would make and sign a content-length of its own; the others leave that to the HTTP client.
const extraHeadersToIgnore = { 'content-length': true };
const aws4Request = (target, signQuery) => ({
  method,
  host,
  path: target,
  headers,
  body,
  region,
  service,
  signQuery,
  extraHeadersToIgnore,
});
const aws4Sign = () => aws4.sign(aws4Request(`${path}?${query}`, false), credentials);
const aws4Presign = () => aws4.sign(aws4Request(`${path}?${query}&X-Amz-Expires=${expiresIn}`, true), credentials);

// Its hashes run on other threads, so that it gains by having several requests under way; the rest work on this one.
const inFlight = 16;
/** The name of the row that shows aws4fetch at its best. */
export const aws4fetchAtBest = `aws4fetch, ${inFlight} in flight`;

/** The peers in header form. */
export const signingPeers = [
  { name: 'aws4', run: aws4Sign, sent: (it) => sent(it.path, it.headers) },
  { name: '@smithy/signature-v4', run: () => smithy.sign(smithyRequest), sent: (it) => sent(url, it.headers) },
  ...aws4fetchSides(aws4fetchSign, (it) => sent(it.url, it.headers)),
  {
    name: 'aws-sigv4-sign',
    run: () => signRequest(url, { method, headers, body }, { credentials, region, service }),
    sent: (it) => sent(it.url, it.headers),
    otherHeaders: 'signs x-amz-content-sha256 besides',
  },
];

/** The peers in presigned form; aws-sigv4-sign has none. */
export const presigningPeers = [
  { name: 'aws4', run: aws4Presign, sent: (it) => sent(it.path, headers) },
  {
    name: '@smithy/signature-v4',
    run: () => smithy.presign(smithyRequest, { expiresIn }),
    sent: (it) => sent(`${path}?${new URLSearchParams(it.query)}`, headers),
    note: 'gives parameters, not yet a URL',
  },
  ...aws4fetchSides(aws4fetchPresign, (it) => sent(it.url, headers)),
];

function aws4fetchSides(run, sentBy) {
  return [
    { name: 'aws4fetch', run, sent: sentBy },
    { name: aws4fetchAtBest, run, sent: sentBy, concurrency: inFlight },
  ];
}
