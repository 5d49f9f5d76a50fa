/**
 * Signature Version 4 by hand, with nothing but the hashes of node:crypto: each step as AWS's documentation has it, for requests
 * without a body. It takes nothing from sigv4kit, so that it can be held against it.
 */
import { createHash, createHmac } from 'node:crypto';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** What is signed, and for what. */
export interface Signing {
  readonly method: string;
  readonly url: URL;
  readonly region: string;
  readonly service: string;
  readonly date: Date;
  readonly keys: Keys;
}

/** Each step, in order; what is made of secrets is in `derived`. */
export interface Assembled {
  readonly path: string;
  readonly query: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly signedHeaders: string;
  readonly payloadHash: string;
  readonly canonicalRequest: string;
  readonly canonicalHash: string;
  readonly amzDate: string;
  readonly scope: readonly [day: string, region: string, service: string, terminator: string];
  readonly stringToSign: string;
  /** The keys on the way to the signing key, which is the last; each can sign for all that is below its scope. */
  readonly derived: readonly Buffer[];
  readonly signature: string;
  readonly authorization: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

export function assemble({ method, url, region, service, date, keys }: Signing): Assembled {
  const amzDate = date.toISOString().replace(/[-:]|\.\d+/g, '');

  const path = canonicalPath(url.pathname);
  const query = canonicalQuery(url.searchParams);
  const headers = [
    ['host', url.host],
    ['x-amz-date', amzDate],
    ...(keys.sessionToken === undefined ? [] : [['x-amz-security-token', keys.sessionToken] as const]),
  ] as const;
  const signedHeaders = headers.map(([name]) => name).join(';');
  const payloadHash = sha256('');
  const lines = [
    method,
    path,
    query,
    ...headers.map(([name, value]) => `${name}:${value}`),
    '',
    signedHeaders,
    payloadHash,
  ];
  const canonicalRequest = lines.join('\n');
  const canonicalHash = sha256(canonicalRequest);

  const scope = [amzDate.slice(0, 8), region, service, 'aws4_request'] as const;
  const stringToSign = ['AWS4-HMAC-SHA256', amzDate, scope.join('/'), canonicalHash].join('\n');

  const derived: Buffer[] = [];
  for (const part of scope) derived.push(hmac(derived.at(-1) ?? `AWS4${keys.secretAccessKey}`, part));
  const signature = hmac(derived.at(-1) as Buffer, stringToSign).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope.join('/')}, SignedHeaders=${signedHeaders}, Signature=${signature}`;

  return {
    ...{ path, query, headers, signedHeaders, payloadHash, canonicalRequest, canonicalHash },
    ...{ amzDate, scope, stringToSign, derived, signature, authorization },
  };
}

/** Letters, digits and `-._~` stay; all else is percent-encoded. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** Every service but Amazon S3 encodes the path that is sent once more, without the empty parts between slashes. */
function canonicalPath(sent: string): string {
  const parts = sent.split('/').filter((part) => part !== '');
  return `/${parts.map(encode).join('/')}${parts.length > 0 && sent.endsWith('/') ? '/' : ''}`;
}

/** By name, then by value, both encoded. */
function canonicalQuery(parameters: URLSearchParams): string {
  const encoded = [...parameters].map(([name, value]) => [encode(name), encode(value)] as const);
  const order = ([a, b]: readonly [string, string], [c, d]: readonly [string, string]) =>
    compare(a, c) || compare(b, d);
  return encoded
    .sort(order)
    .map((pair) => pair.join('='))
    .join('&');
}

const compare = (a: string, b: string) => Number(a > b) - Number(a < b);
