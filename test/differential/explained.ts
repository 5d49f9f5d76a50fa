/**
 * Where a witness differs from us and we keep to what we do: why, and exactly for which requests. `rewrite` says the same in
 * words the witness reads alike, so that the rest of such a request is compared all the same.
 */
import { targetOf } from './aws-crt';
import type { Sample } from './generate';
import { encodeOnce, nameOf, plainPath, removeDots, splitQuery } from './plain';
import { sha256, type Told } from './tell';

export type Witness = 'smithy' | 'aws-crt';

export interface Explained {
  readonly name: string;
  readonly witnesses: readonly Witness[];
  readonly reason: string;
  /** True for just those requests that the witness signs otherwise, or not at all. */
  readonly applies: (told: Told) => boolean;
  /** Now and then the difference cancels out, as where a `..` takes back just what a parser lost. */
  readonly mayAgree?: true;
  /** Absent where the witness has no words for it; the other witness has. */
  readonly rewrite?: (told: Told) => Told;
  readonly example: Sample;
}

const FORBIDDEN_PARAMETERS = [
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-region-set',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
];

const parameterNames = ({ query }: Told) => splitQuery(query).map(([name]) => nameOf(name));
const has = ({ headers }: Told, wanted: string) => headers.some(([name]) => name.toLowerCase() === wanted);

/** The path as it stands in the canonical request, and word that it does. */
const withCanonicalPath = (told: Told): Told => ({
  ...told,
  path: plainPath(told.path, told.normalize, told.doubleEncode),
  normalize: false,
  doubleEncode: false,
});

const isText = (query: string) => {
  try {
    decodeURIComponent(query);
    return true;
  } catch {
    return false;
  }
};

function example(
  form: Sample['form'],
  request: Partial<Sample['request']>,
  context: Partial<Sample['context']>,
): Sample {
  return {
    form,
    request: { method: 'GET', path: '/', query: '', headers: [['host', 'example.amazonaws.com']], ...request },
    context: {
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
      region: 'us-east-1',
      service: 'service',
      date: new Date('2015-08-30T12:36:00Z'),
      ...context,
    },
  };
}

const withHeader = (name: string, value: string): Partial<Sample['request']> => ({
  headers: [
    ['host', 'example.amazonaws.com'],
    [name, value],
  ],
});

export const EXPLAINED: readonly Explained[] = [
  {
    name: 'a plus in the query',
    witnesses: ['smithy', 'aws-crt'],
    reason:
      'Both take it for a plus sign and sign %2B; a server may as well take it for a space, so we sign %20, which is what our signer then sends.',
    applies: ({ query }) => query.includes('+'),
    rewrite: (told) => ({ ...told, query: told.query.replaceAll('+', '%20') }),
    example: example('header', { query: 'a=b+c' }, {}),
  },
  {
    name: 'a path that is encoded once, sent in another encoding',
    witnesses: ['smithy', 'aws-crt'],
    reason:
      'Both copy the path as it is; S3 decodes it and encodes it once, so that needless, lower-case or missing escapes must be put right.',
    applies: ({ path, normalize, doubleEncode }) => {
      const copied = normalize ? removeDots(path) : path;
      return !doubleEncode && encodeOnce(copied) !== copied;
    },
    // With the colons of the path gone, one of the query could be the first that aws-crt stumbles over.
    rewrite: (told) => ({ ...withCanonicalPath(told), query: told.query.replaceAll(':', '%3A') }),
    example: example('header', { path: '/%7euser/a%2fb' }, { service: 's3' }),
  },
  {
    name: 'a path normalised but encoded once, or the reverse',
    witnesses: ['smithy'],
    reason: 'It has one switch for both.',
    applies: ({ path, normalize, doubleEncode }) => {
      if (normalize === doubleEncode) return false;
      const made = doubleEncode ? plainPath(path, true, true) : path;
      return made !== plainPath(path, normalize, doubleEncode);
    },
    rewrite: withCanonicalPath,
    example: example('header', { path: '/a//b' }, { normalizePath: false }),
  },
  {
    name: 'a parameter named __proto__',
    witnesses: ['smithy'],
    reason: 'It collects the encoded parameters in an object, whose prototype this one becomes.',
    applies: (told) => parameterNames(told).includes('__proto__'),
    example: example('header', { query: '__proto__=1' }, {}),
  },
  {
    name: 'bytes in the query that are not UTF-8',
    witnesses: ['smithy'],
    reason: 'Its query is text; the bytes are on the wire, and a server that decodes and encodes them keeps them.',
    applies: ({ query }) => !isText(query),
    example: example('header', { query: 'raw=%FF' }, {}),
  },
  {
    name: 'a signed Date header',
    witnesses: ['smithy'],
    reason: 'It drops a Date header from the request before it signs; we send it, and sign it where asked to.',
    applies: (told) => told.signed.has('date'),
    example: example('header', withHeader('date', 'Sun, 30 Aug 2015 12:36:00 GMT'), { signedHeaders: 'all' }),
  },
  {
    name: 'a first colon that stands before a slash',
    witnesses: ['aws-crt'],
    reason: 'Its URL parser takes what stands before for a scheme, or gives up.',
    applies: (told) => /^[^:]*:\//.test(targetOf(told)),
    mayAgree: true,
    rewrite: (told) => ({ ...withCanonicalPath(told), query: told.query.replaceAll(':', '%3A') }),
    example: example('header', { path: '/arn:/x' }, {}),
  },
  {
    name: 'a header x-amz-region-set',
    witnesses: ['aws-crt'],
    reason: 'It refuses the header, which it sets itself for SigV4a; to SigV4 it is an x-amz-* header like any other.',
    applies: (told) => has(told, 'x-amz-region-set'),
    example: example('header', withHeader('x-amz-region-set', '*'), {}),
  },
  {
    name: 'a parameter of presigned URLs in a request signed with headers',
    witnesses: ['aws-crt'],
    reason: 'It refuses them all; they are parameters like any other unless they hold a signature.',
    applies: (told) => parameterNames(told).some((name) => FORBIDDEN_PARAMETERS.includes(name.toLowerCase())),
    example: example('header', { query: 'X-Amz-Date=1' }, {}),
  },
  {
    name: 'a presigned URL with a header x-amz-content-sha256',
    witnesses: ['aws-crt'],
    reason: 'It refuses the header and adds none in this form; we sign every x-amz-* header of the request.',
    applies: ({ form, service, hashHeader }) => form === 'presigned' && hashHeader && service !== 'vpc-lattice-svcs',
    example: example('presigned', withHeader('x-amz-content-sha256', sha256('')), {}),
  },
  {
    name: 'a presigned URL of VPC Lattice',
    witnesses: ['aws-crt'],
    reason:
      'As a workaround it counts a header x-amz-content-sha256: UNSIGNED-PAYLOAD in, which the request does not have; we sign it where it has.',
    applies: ({ form, service, hashHeader, payload }) =>
      form === 'presigned' && service === 'vpc-lattice-svcs' && !(hashHeader && payload === 'UNSIGNED-PAYLOAD'),
    example: example('presigned', {}, { service: 'vpc-lattice-svcs' }),
  },
];
