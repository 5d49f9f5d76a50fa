/** S3 servers that nobody here wrote and that verify signatures: what the tests need to know of one, and how to call it. */
import { request } from 'node:http';
import {
  type Credentials,
  createSignedFetch,
  createSigner,
  type SignedFetchOptions,
  type SignedRequest,
} from 'sigv4kit';

export interface Store {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
}

/** What a server can, beside what all can; what it cannot is its own limit, not the signer's. */
export interface Abilities {
  /** Finds keys that begin with a slash or hold `//`. */
  readonly emptySegments: boolean;
  /** Encodes `!'()*` of a query as the rule says. */
  readonly marksInQueries: boolean;
  /** Takes several spaces in a header's value for one, as the rule says. */
  readonly spacesInHeaders: boolean;
  /** Hands out tokens to go on with a long list. */
  readonly continuation: boolean;
  /** Compares a body with its hashes, `x-amz-content-sha256` and `content-md5`. */
  readonly bodyHashes: boolean;
}

/** A key as a path: each character but the slash encoded, as callers of S3 do. */
export const pathOf = (key: string) => key.split('/').map(encodeURIComponent).join('/');

/** A bucket of a store, and the two ways to call it, with other options where some are given. */
export function bucketOf({ endpoint, region, credentials }: Store, bucket: string, others: SignedFetchOptions = {}) {
  const options = { credentials, region, service: 's3', ...others };
  const url = `${endpoint}/${bucket}`;
  return {
    url,
    urlOf: (key: string) => `${url}/${pathOf(key)}`,
    fetch: createSignedFetch(options),
    signer: createSigner(options),
  };
}

/** Sends a signed request by a client that knows nothing of `fetch`, header for header; what is `changed` is so after signing. */
export async function send(signed: SignedRequest, changed: Partial<SignedRequest> = {}): Promise<Response> {
  const { method, url, headers, body } = { ...signed, ...changed };
  return new Promise((resolve, reject) => {
    const message = request(url, { method, headers }, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      const status = answer.statusCode as number;
      const fields = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
      resolve(new Response(status === 204 ? null : Buffer.concat(chunks), { status, headers: fields }));
    });
    message.once('error', reject);
    message.end(body ?? undefined);
  });
}

/** The texts of all elements of a name; none of those read here holds another element. */
export function textsOf(xml: string, name: string): string[] {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) =>
    (text as string).replace(/&(\w+);/g, (all, entity) => entities[entity] ?? all),
  );
}
