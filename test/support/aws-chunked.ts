/** Reads a body in signed pieces as S3 does, with nothing but `node:crypto`. */
import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from 'sigv4kit';
import type { Arrived } from './server';

export interface Decoded {
  /** Of the pieces put together, as latin1 text. */
  readonly body: string;
  readonly sizes: number[];
  /** Whether each signature is that of its piece, in a chain from the one of the headers; undefined where there are none. */
  readonly holds: boolean | undefined;
  readonly trailer: Record<string, string>;
}

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
const EMPTY = sha256('');

/** Decodes what arrived; throws where it is not in pieces. */
export function decode({ headers, body }: Pick<Arrived, 'headers' | 'body'>, credentials: Credentials): Decoded {
  const [, , scope = '', seed] = /Credential=([^/]+)\/([^,]+),.*Signature=([0-9a-f]{64})/.exec(
    headers.authorization as string,
  ) as unknown as [string, string, string, string];
  let key: string | Buffer = `AWS4${credentials.secretAccessKey}`;
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  let previous = seed;
  let holds: boolean | undefined;
  const check = (signature: string, kind: string, ...lines: string[]) => {
    const text = [`AWS4-HMAC-SHA256-${kind}`, headers['x-amz-date'], scope, previous, ...lines].join('\n');
    previous = createHmac('sha256', key).update(text).digest('hex');
    holds = (holds ?? true) && previous === signature;
  };

  let rest = body;
  let decoded = '';
  const sizes: number[] = [];
  for (;;) {
    const [head, size, signature] = /^([0-9a-f]+)(?:;chunk-signature=([0-9a-f]{64}))?\r\n/.exec(rest) ?? [];
    if (head === undefined) throw new Error('no piece begins here');
    const length = Number.parseInt(size as string, 16);
    const data = rest.slice(head.length, head.length + length);
    if (signature) check(signature, 'PAYLOAD', EMPTY, sha256(Buffer.from(data, 'latin1')));
    rest = rest.slice(head.length + length);
    if (length === 0) break;
    if (!rest.startsWith('\r\n')) throw new Error('a piece does not end where it should');
    rest = rest.slice(2);
    decoded += data;
    sizes.push(length);
  }
  if (!rest.endsWith('\r\n')) throw new Error('the body does not end where it should');
  const trailer = Object.fromEntries(
    rest
      .split('\r\n')
      .filter(Boolean)
      .map((line) => line.split(':') as [string, string]),
  );
  const { 'x-amz-trailer-signature': signature, ...named } = trailer;
  const lines = Object.entries(named).map(([name, value]) => `${name}:${value}\n`);
  if (signature) check(signature, 'TRAILER', sha256(lines.join('')));
  return { body: decoded, sizes, holds, trailer: named };
}
