/** The first witness: `@smithy/signature-v4`, driven as one of its callers has to. */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { plainValue, splitQuery } from './plain';
import type { Told } from './tell';
import type { Declined, Testimony } from './witness';

type Bag = HttpRequest['query'];

export async function askSmithy(told: Told): Promise<Testimony | Declined> {
  const query = toBag(told.query);
  if (query === undefined) return { declined: 'the query is not text' };
  const { credentials, signToken, hashHeader, payload, bodyIsHashed, signed, form } = told;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new OpenSigner({
    credentials: { accessKeyId, secretAccessKey, ...(signToken && sessionToken !== undefined && { sessionToken }) },
    region: told.region,
    service: told.service,
    sha256: FastHash,
    uriEscapePath: told.doubleEncode,
    applyChecksum: form === 'header' && hashHeader,
  });
  const headers = toRecord(told.headers);
  const names = Object.keys(headers);
  const unsignable = new Set(names.filter((name) => !signed.has(name)));
  // The payload line can only be given as this header, which is left out of the signature where it is not sent.
  if (!bodyIsHashed || (form === 'presigned' && hashHeader)) headers['x-amz-content-sha256'] = payload;
  if (!hashHeader) unsignable.add('x-amz-content-sha256');
  const request = new HttpRequest({ method: told.method, path: told.path, query, headers, body: told.body });
  const options = { signingDate: told.date, unsignableHeaders: unsignable, signableHeaders: new Set(signed) };
  if (form === 'header') {
    const result = await signer.sign(request, options);
    const { authorization = '' } = result.headers;
    return signer.testify(authorization.slice(-64), authorization);
  }
  const unhoistableHeaders = new Set(Object.keys(headers));
  const result = await signer.presign(request, { ...options, expiresIn: told.expiresIn, unhoistableHeaders });
  return signer.testify(String(result.query?.['X-Amz-Signature']));
}

class OpenSigner extends SignatureV4 {
  private canonicalRequest = '';
  private stringToSign = '';

  protected override createCanonicalRequest(...given: Parameters<SignatureV4['createCanonicalRequest']>): string {
    this.canonicalRequest = super.createCanonicalRequest(...given);
    return this.canonicalRequest;
  }

  protected override async createStringToSign(...given: Parameters<SignatureV4['createStringToSign']>) {
    this.stringToSign = await super.createStringToSign(...given);
    return this.stringToSign;
  }

  testify(signature: string, delivered?: string): Testimony {
    const { canonicalRequest, stringToSign } = this;
    return { canonicalRequest, stringToSign, signature, ...(delivered !== undefined && { delivered }) };
  }
}

class FastHash {
  private readonly hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string | Uint8Array);
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(data as string | Uint8Array);
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
}

function toBag(query: string): Bag | undefined {
  const bag: Bag = Object.create(null);
  try {
    for (const [encodedName, encodedValue] of splitQuery(query)) {
      const name = decodeURIComponent(encodedName);
      const value = decodeURIComponent(encodedValue);
      const earlier = bag[name];
      bag[name] = earlier === undefined || earlier === null ? value : [earlier, value].flat();
    }
  } catch {
    return undefined;
  }
  return bag;
}

function toRecord(headers: Told['headers']): Record<string, string> {
  const record: Record<string, string> = Object.create(null);
  for (const [field, value] of headers) {
    const name = field.toLowerCase();
    const earlier = record[name];
    // One value needs no care; of several, each is trimmed before they are one.
    record[name] = earlier === undefined ? value : `${plainValue(earlier)},${plainValue(value)}`;
  }
  return record;
}
