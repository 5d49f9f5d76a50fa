/** Requests nobody would think of, and many that everybody sends: each is a pure function of a seed and a number. */
import { createHash } from 'node:crypto';
import type { SignedHeadersPolicy, SigningContext, WireRequest } from 'sigv4kit/core';
import { createRandom, type Random } from './random';
import {
  CREDENTIALS,
  ESCAPES,
  HOSTS,
  METHODS,
  NAMES,
  NEEDLESS,
  NEVER,
  NOT_FOR_BAGS,
  NOT_UTF8,
  OFTEN_SIGNED,
  OTHERS,
  PLAIN,
  PRESIGNED_NAMES,
  REGIONS,
  RESERVED,
  SERVICES,
  UNICODE,
  WHITE,
} from './vocabulary';

export type Form = 'header' | 'presigned';

export interface Sample {
  readonly form: Form;
  readonly request: WireRequest;
  readonly context: SigningContext;
}

/** Any request and context that can be signed. */
export function createSample(seed: number, number: number, form: Form): Sample {
  const random = createRandom(seed, FIRST[form] + number);
  // Each witness has inputs it cannot carry at all; no request has those of both, so that one of them always can.
  const oddity = random.pick(['none', 'not for smithy', 'not for aws-crt'] as const);
  const service = random.pick(
    oddity === 'not for aws-crt' || form === 'header' ? [...SERVICES, 'vpc-lattice-svcs'] : SERVICES,
  );
  const body = anyBody(random);
  const headers = anyHeaders(random);
  const pieces = anyQuery(random);
  const named = namesOf(random, headers);
  const signedHeaders = random.pick<SignedHeadersPolicy | undefined>([
    undefined,
    'minimal',
    'all',
    'all',
    'all',
    named,
  ]);
  const overrides: { -readonly [Key in keyof SigningContext]?: SigningContext[Key] } = {};

  if (oddity === 'not for smithy') {
    if (random.once(8)) pieces.push(random.pick(NOT_FOR_BAGS));
    if (random.once(8)) headers.push([random.pick(['Date', 'date']), 'Sun, 30 Aug 2015 12:36:00 GMT']);
    if (random.once(8)) overrides.normalizePath = random.once(2);
    if (random.once(8)) overrides.doubleEncodePath = random.once(2);
  }
  if (oddity === 'not for aws-crt') {
    if (random.once(12)) headers.push(['x-amz-region-set', random.pick(['*', 'us-east-1, eu-*'])]);
    if (random.once(12) && form === 'header') pieces.push(`${random.pick(PRESIGNED_NAMES)}=${anyValue(random)}`);
  }
  if (random.once(12)) headers.push(...anyStaleHeaders(random));
  if (random.once(12) && form === 'presigned') pieces.push(...random.several(1, 3, () => anyStaleParameter(random)));
  const payload = anyPayload(random, body);
  const declared = random.pick([...NOT_DECLARED, 'in a header', 'in the query', 'in the context']);
  if (declared === 'in a header' && (form === 'header' || oddity === 'not for aws-crt')) {
    headers.push([anyCase(random, 'x-amz-content-sha256'), `${random.pick(['', '', '', ' '])}${payload}`]);
  }
  if (declared === 'in the query' && form === 'presigned') pieces.push(`X-Amz-Content-Sha256=${payload}`);
  if (declared === 'in the context') overrides.payloadHash = payload;
  if (random.once(6)) overrides.contentSha256Header = random.once(2);
  if (random.once(10)) overrides.signSessionToken = random.once(2);
  if (random.once(10)) {
    const once = random.once(2);
    Object.assign(overrides, { normalizePath: once, doubleEncodePath: once });
  }
  return {
    form,
    request: requestOf(random, pieces, headers, body),
    context: { ...anyContext(random), service, ...(signedHeaders && { signedHeaders }), ...overrides },
  };
}

function requestOf(
  random: Random,
  pieces: readonly string[],
  headers: readonly [string, string][],
  body: WireRequest['body'],
): WireRequest {
  return {
    method: random.pick(METHODS),
    path: anyPath(random),
    query: shuffled(random, pieces).join('&'),
    headers: shuffled(random, [...headers, [anyCase(random, 'host'), random.pick(HOSTS)]]),
    ...(body === undefined ? {} : { body }),
  };
}

/** A request and context whose signature every verifier of that region and service must accept. */
export function createAcceptableSample(seed: number, number: number, form: Form): Sample {
  const random = createRandom(seed, FIRST[form] + number);
  const service = random.pick([...SERVICES, 'vpc-lattice-svcs']);
  const body = anyBody(random);
  const headers = anyHeaders(random);
  const signedHeaders = random.pick<SignedHeadersPolicy | undefined>([
    undefined,
    'minimal',
    'all',
    'all',
    namesOf(random, headers),
  ]);
  const hash = service === 'vpc-lattice-svcs' ? 'UNSIGNED-PAYLOAD' : hashOf(body);
  const pieces = anyQuery(random);
  const declared = random.pick([...NOT_DECLARED, 'in a header', 'in the query']);
  if (declared === 'in a header') headers.push([anyCase(random, 'x-amz-content-sha256'), hash]);
  if (declared === 'in the query' && form === 'presigned') pieces.push(`X-Amz-Content-Sha256=${hash}`);
  return {
    form,
    request: requestOf(random, pieces, headers, body),
    context: {
      ...anyContext(random),
      service,
      ...(signedHeaders && { signedHeaders }),
      ...(random.once(6) && { contentSha256Header: service === 'vpc-lattice-svcs' || random.once(2) }),
    },
  };
}

/** Where the numbers of a form begin, so that both forms together have no request twice. */
const FIRST: Record<Form, number> = { header: 0, presigned: 2 ** 31 };

const NOT_DECLARED = Array<string>(8).fill('nowhere');

function anyContext(random: Random): Omit<SigningContext, 'service'> {
  return {
    credentials: random.pick(CREDENTIALS),
    // Mostly one region and few days: each new combination costs the witnesses a key derivation.
    region: random.once(6) ? random.pick(REGIONS) : 'us-east-1',
    date: new Date(anyDay(random) * 86_400_000 + random.integer(86_400_000)),
    ...(random.once(4) ? {} : { expiresIn: anyExpiry(random) }),
  };
}

const anyDay = (random: Random) =>
  random.once(20) ? random.integer(47_000) : random.pick([0, 16_677, 20_513, 25_000]);

function anyExpiry(random: Random): number {
  return random.once(3) ? random.pick([1, 60, 900, 3600, 604_799, 604_800]) : 1 + random.integer(604_800);
}

function anyText(random: Random, most: number, more: readonly string[]): string {
  return random
    .several(0, most, () => {
      const kind = random.integer(12);
      if (kind < 6) return random.pick(PLAIN);
      if (kind < 8) return random.pick(ESCAPES);
      if (kind < 9) return random.pick(NEEDLESS);
      if (kind < 10) return random.pick(RESERVED);
      if (kind < 11) return random.pick(UNICODE);
      return random.pick(more);
    })
    .join('');
}

function anyPath(random: Random): string {
  const kind = random.integer(12);
  if (kind === 0) return '/';
  if (kind === 1) return '';
  if (kind < 5)
    return `/${random.several(1, 4, () => random.pick(['prod', 'users', '42', 'a-b', 'v1.0', '~me'])).join('/')}`;
  const segment = () => {
    const sort = random.integer(8);
    if (sort === 0) return '';
    if (sort === 1) return random.pick(['.', '..']);
    return random.once(3) ? random.pick(PLAIN) : anyText(random, 4, ['+', '=', '&', '%2E', '...', ...NOT_UTF8]);
  };
  const path = `/${random.several(1, 6, segment).join('/')}`;
  return random.once(4) ? `${path}/` : path;
}

function anyQuery(random: Random): string[] {
  if (random.once(4)) return [];
  return random.several(0, 6, () => {
    const kind = random.integer(14);
    if (kind === 0) return '';
    const name = kind < 9 ? random.pick(NAMES) : anyText(random, 3, ['/', '?', '=']).replaceAll('=', '%3D');
    if (kind === 1) return name;
    return `${name}=${anyValue(random)}`;
  });
}

function anyValue(random: Random): string {
  if (random.once(40)) return random.pick(['+', 'a+b', '1+', '%2B+']);
  return random.once(2)
    ? random.pick(['', '1', '2', '10', 'b', 'a=b', '=', '==', 'MTIz==', '%20'])
    : anyText(random, 5, ['/', '?', '=', '==']);
}

function anyHeaders(random: Random): [string, string][] {
  if (random.once(5)) return [];
  const headers = random.several(0, 6, (): [string, string] => {
    const kind = random.integer(8);
    const names = kind < 4 ? OFTEN_SIGNED : kind < 7 ? OTHERS : NEVER;
    return [random.pick(names), anyHeaderValue(random)];
  });
  const again = headers[0];
  if (again && random.once(4)) headers.push([anyCase(random, again[0]), anyHeaderValue(random)]);
  return headers;
}

function anyHeaderValue(random: Random): string {
  const kind = random.integer(8);
  if (kind === 0) return random.pick(['', ' ', '\t\t']);
  if (kind < 4)
    return random.pick(['application/json', 'text/plain; charset=utf-8', '1', 'a,b', 'a, b ,c', '"a   b"', 'a=b; c=d']);
  const words = random.several(1, 4, () => `${anyText(random, 2, ['"', ',', ':', ';', '='])}${random.pick(WHITE)}`);
  return random.once(2)
    ? words.join('').trim()
    : `${random.pick(['', ' ', '\t'])}${words.join('')}`.replace(/[\r\n]/g, '');
}

const anyCase = (random: Random, name: string) =>
  random.pick([name, name.toLowerCase(), name.toUpperCase(), titled(name)]);
const titled = (name: string) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());

function namesOf(random: Random, headers: readonly (readonly [string, string])[]): string[] {
  const names = headers.map(([name]) => name).filter((name) => !NEVER.includes(titledOf(name)));
  return [...names.filter(() => random.once(2)), 'x-absent', random.pick(['Range', 'HOST', 'x-amz-acl'])];
}

// The list above writes each name in one case only; a repeated header may have come in another.
const titledOf = (name: string) => NEVER.find((never) => never.toLowerCase() === name.toLowerCase()) ?? name;

function anyStaleHeaders(random: Random): [string, string][] {
  const stale: [string, string][] = [
    [anyCase(random, 'authorization'), 'AWS4-HMAC-SHA256 Credential=AKIDOLD/20150830/us-east-1/service/aws4_request'],
    [anyCase(random, 'x-amz-date'), '20150830T123600Z'],
    [anyCase(random, 'x-amz-security-token'), 'stale'],
  ];
  return stale.filter(() => random.once(2));
}

function anyStaleParameter(random: Random): string {
  const name = anyCase(random, random.pick([...PRESIGNED_NAMES, 'X-Amz-Signature', 'X-Amz-Algorithm', 'X%2DAmz-Date']));
  return random.pick([name, `${name}=`, `${name}=${anyValue(random)}`]);
}

function anyBody(random: Random): string | Uint8Array | undefined {
  const kind = random.integer(8);
  if (kind < 3) return undefined;
  if (kind === 3) return '';
  if (kind === 4) return Uint8Array.from(random.several(0, 40, () => random.integer(256)));
  if (kind === 5) return random.several(1, 6, () => random.pick(UNICODE)).join('');
  return random.pick(['{"a":1}', 'Param1=value1&b=%20', 'hello', ' ', '\r\n', '\0']);
}

const hashOf = (body: string | Uint8Array | undefined) =>
  createHash('sha256')
    .update(body ?? '')
    .digest('hex');

function anyPayload(random: Random, body: string | Uint8Array | undefined): string {
  return random.pick([
    hashOf(body),
    hashOf(body),
    hashOf('of another body'),
    'UNSIGNED-PAYLOAD',
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  ]);
}

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const rest = [...list];
  return list.map(() => rest.splice(random.integer(rest.length), 1)[0] as T);
}
