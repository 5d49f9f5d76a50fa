/** One changed bit in a signed request, and what the request means by the rules before and after. */
import type { WireRequest } from 'sigv4kit/core';
import { presignQuery, signHeaders } from 'sigv4kit/core';
import type { Sample } from './generate';
import { nameOf, plainHeaders, plainPath, plainQuery, plainValue, removeDots, splitQuery } from './plain';
import type { Random } from './random';
import { sha256, type Told, tell } from './tell';

/** A request as it goes out, with what was known when it was signed. */
export interface Outgoing {
  readonly wire: WireRequest;
  readonly told: Told;
}

export async function signAndSend(sample: Sample): Promise<Outgoing> {
  const { form, request, context } = sample;
  const told = tell(sample);
  if (form === 'presigned') {
    const { query } = await presignQuery(request, context);
    return { told, wire: { ...request, query } };
  }
  const { headers } = await signHeaders(request, context);
  const set = new Set(headers.map(([name]) => name));
  const kept = [...request.headers].filter(([name]) => !set.has(name.toLowerCase()));
  return { told, wire: { ...request, headers: [...kept, ...headers] } };
}

export type Part = 'method' | 'path' | 'query' | 'body' | 'header name' | 'header value' | 'authorization';

export interface Change {
  readonly part: Part;
  readonly before: string;
  readonly after: string;
  /** Where in `before`, as UTF-8, the changed byte is. */
  readonly at: number;
  readonly wire: WireRequest;
}

/** The request with one bit changed in every byte that its signature vouches for, in turn. */
export function* eachFlip({ wire, told }: Outgoing, random: Random): Generator<Change> {
  const { method, path, query, body } = wire;
  yield* flipped('method', method, random, (text) => ({ ...wire, method: text }));
  yield* flipped('path', path, random, (text) => ({ ...wire, path: text }));
  yield* flipped('query', query, random, (text) => ({ ...wire, query: text }));
  const bytes = Buffer.from(body ?? '');
  yield* flipped('body', bytes.toString('latin1'), random, (text) => ({ ...wire, body: Buffer.from(text, 'latin1') }));
  const headers = [...wire.headers];
  for (const [i, [name, value]] of headers.entries()) {
    const lower = name.toLowerCase();
    if (!told.signed.has(lower) && !ADDED.includes(lower)) continue;
    const part = lower === 'authorization' ? 'authorization' : 'header value';
    yield* flipped(part, value, random, (text) => ({ ...wire, headers: replaced(headers, i, [name, text]) }));
    yield* flipped('header name', name, random, (text) => ({ ...wire, headers: replaced(headers, i, [text, value]) }));
  }
}

const replaced = <T>(list: readonly T[], at: number, item: T) => list.map((kept, i) => (i === at ? item : kept));

const ADDED = ['authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'];

function* flipped(part: Part, before: string, random: Random, put: (text: string) => WireRequest): Generator<Change> {
  const encoding = part === 'body' ? 'latin1' : 'utf8';
  const bytes = Buffer.from(before, encoding);
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (bytes[at] as number) ^ (1 << random.integer(8));
    const after = changed.toString(encoding);
    yield { part, before, after, at, wire: put(after) };
  }
}

/** What a path can be: the rest of a target is none. */
const isPath = (path: string) => /^(?:\/[^?#]*)?$/.test(path);

/**
 * All that the signature of a request vouches for, and the signature: two requests of one meaning are one to every server.
 * The canonical request comes first, by the plain rules and not by our own canonicaliser.
 */
export function meaningOf(wire: WireRequest, { form, normalize, doubleEncode, signToken, payload }: Told): string {
  const headers = [...wire.headers];
  const values = (wanted: string) =>
    headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => plainValue(value));
  const authorization = values('authorization')
    .join(',')
    .replace(SIGNED_LIST, (list) => list.toLowerCase());
  const parameters = new Map(splitQuery(wire.query));
  const list = form === 'header' ? SIGNED_LIST.exec(authorization)?.[0] : parameters.get('X-Amz-SignedHeaders');
  const signed = nameOf(list ?? '').split(';');
  const outside = ['X-Amz-Signature', ...(signToken ? [] : ['X-Amz-Security-Token'])];
  return [
    wire.method,
    isPath(wire.path) ? plainPath(wire.path, normalize, doubleEncode) : 'no path',
    plainQuery(wire.query, (name) => form === 'header' || !outside.includes(name)),
    plainHeaders(headers, new Set(signed)),
    signed.join(';'),
    payload === 'UNSIGNED-PAYLOAD' ? payload : sha256(wire.body ?? ''),
    authorization,
    plainQuery(wire.query, (name) => form === 'presigned' && outside.includes(name)),
    values('x-amz-content-sha256'),
    values('x-amz-security-token'),
  ].join('\n');
}

const SIGNED_LIST = /(?<=SignedHeaders=)[^,]*/;

/** Changes that change nothing, by the rules of the signature. */
export interface Harmless {
  readonly name: string;
  readonly reason: string;
  readonly covers: (change: Change, told: Told) => boolean;
  /** A request, the part of it, and what is changed into what. */
  readonly example: readonly [
    sample: Partial<Sample['request']>,
    service: string,
    change: (wire: WireRequest) => Change,
  ];
}

const sameBut = (a: string, b: string) => a !== b && a.toLowerCase() === b.toLowerCase();

/** Whether the byte at `at` is a hex digit of a percent escape. */
const isHexDigit = ({ before, at }: Change) => {
  const text = Buffer.from(before).toString('latin1');
  return (
    /%[\da-fA-F]{2}$/.test(text.slice(at - 1, at + 2)) ||
    /%[\da-fA-F]{2}$/.test(text.slice(Math.max(0, at - 2), at + 1))
  );
};

const firstChange = (before: string, after: string) => [...after].findIndex((character, i) => character !== before[i]);

const replaceIn =
  (part: 'path' | 'query', from: string, to: string) =>
  (wire: WireRequest): Change => {
    const after = wire[part].replace(from, to);
    return { part, before: wire[part], after, at: firstChange(wire[part], after), wire: { ...wire, [part]: after } };
  };

const replaceHeader =
  (part: 'header name' | 'header value' | 'authorization', wanted: string, from: string, to: string) =>
  (wire: WireRequest): Change => {
    const headers = [...wire.headers];
    const i = headers.findIndex(([name]) => name === wanted);
    const [name, value] = headers[i] as readonly [string, string];
    const before = part === 'header name' ? name : value;
    const after = before.replace(from, to);
    const field = part === 'header name' ? ([after, value] as const) : ([name, after] as const);
    return {
      part,
      before,
      after,
      at: firstChange(before, after),
      wire: { ...wire, headers: replaced(headers, i, field) },
    };
  };

const HOST = ['host', 'example.amazonaws.com'] as const;

export const HARMLESS: readonly Harmless[] = [
  {
    name: 'the letter case of a header name',
    reason: 'Header names have none.',
    covers: ({ part, before, after }) => part === 'header name' && sameBut(before, after),
    example: [{ headers: [HOST] }, 'service', replaceHeader('header name', 'host', 'h', 'H')],
  },
  {
    name: 'the letter case of a name in SignedHeaders of the Authorization header',
    reason: 'It lists header names; the canonical request has them in lower case.',
    covers: ({ part, before, after, at }) => {
      const list = SIGNED_LIST.exec(before);
      return (
        part === 'authorization' &&
        list !== null &&
        at >= list.index &&
        at < list.index + list[0].length &&
        sameBut(before, after)
      );
    },
    example: [{ headers: [HOST] }, 'service', replaceHeader('authorization', 'authorization', '=host', '=hOst')],
  },
  {
    name: 'the case of a hex digit of a percent escape in the query',
    reason: 'The canonical query has them all in upper case.',
    covers: (change) => change.part === 'query' && isHexDigit(change) && sameBut(change.before, change.after),
    example: [{ query: 'a=%2f', headers: [HOST] }, 'service', replaceIn('query', '%2f', '%2F')],
  },
  {
    name: 'the case of a hex digit of a percent escape in a path that is encoded once',
    reason: 'The canonical path of the S3 family has them all in upper case.',
    covers: (change, { doubleEncode }) =>
      change.part === 'path' && !doubleEncode && isHexDigit(change) && sameBut(change.before, change.after),
    example: [{ path: '/%c3%a9', headers: [HOST] }, 's3', replaceIn('path', '%c3', '%C3')],
  },
  {
    name: 'a change to path segments that are normalised away',
    reason: 'Empty segments, "." and what ".." takes back are not in the canonical path, but for the S3 family.',
    covers: ({ part, before, after }, { normalize }) =>
      part === 'path' && normalize && isPath(after) && removeDots(before) === removeDots(after),
    example: [{ path: '/a/./b/../c', headers: [HOST] }, 'service', replaceIn('path', '/b/', '/c/')],
  },
  {
    name: 'white space for other white space in a header value',
    reason: 'A run of it, a folded line included, is one space in the canonical request.',
    covers: ({ part, before, after }) => part === 'header value' && plainValue(before) === plainValue(after),
    example: [
      { headers: [HOST, ['x-amz-meta-a', 'folded\r\n line']] },
      'service',
      replaceHeader('header value', 'x-amz-meta-a', '\r', '\t'),
    ],
  },
  {
    name: 'the body of a request whose payload is not signed',
    reason: 'UNSIGNED-PAYLOAD says that the signature does not cover it; VPC Lattice demands that.',
    covers: ({ part }, { payload }) => part === 'body' && payload === 'UNSIGNED-PAYLOAD',
    example: [
      { body: 'text', headers: [HOST] },
      'vpc-lattice-svcs',
      (wire) => ({ part: 'body', before: 'text', after: 'tex4', at: 3, wire: { ...wire, body: 'tex4' } }),
    ],
  },
];
