/** What a signer can be told, checked. */
import { headerFilter } from '../core/signed-headers';
import type { Endpoint } from '../endpoint/endpoint';
import { refuseOption, SigV4Error } from '../errors';
import type { CredentialProvider, Credentials, SignedHeadersPolicy } from '../types';
import type { SigV4Event } from './events';
import type { PayloadPolicy } from './outgoing';

/** What a signer signs with, for whom, and how. Every option has a default. */
export interface SignerOptions {
  /**
   * Keys, or a function that gives the keys of one identity, whose answer is cached (see `cachedCredentials`). Default on
   * Node: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`; without them, or with
   * `AWS_PROFILE`, the default chain of the AWS SDK; on the web there is none.
   */
  readonly credentials?: Credentials | CredentialProvider | undefined;
  /** Default: read from the hostname; for hosts that do not say, `AWS_REGION` or `AWS_DEFAULT_REGION` on Node. */
  readonly region?: string | undefined;
  /** The signing name, `execute-api` for Amazon API Gateway. Default: read from the hostname. */
  readonly service?: string | undefined;
  /**
   * Where calls go: `privateApi()` gives that of a private API, `{ url }` is that of any. Relative URLs are joined to it, and the
   * other names of the API lead there. Calls to other hosts are as they were. Default: none; every URL is absolute.
   */
  readonly endpoint?: Endpoint | undefined;
  /** Which headers the signature covers. Default `'minimal'`, which proxies and tracers cannot break. */
  readonly signedHeaders?: SignedHeadersPolicy | undefined;
  /**
   * What the signature says of the body.
   * - `'auto'` (default): its hash, or `UNSIGNED-PAYLOAD` where the service wants that (VPC Lattice). A stream cannot be
   *   hashed and then sent: S3 gets it in signed pieces where its `content-length` is given, as for `'streaming'`; else a
   *   service that takes unsigned bodies gets it unsigned, over https alone; any other call is refused
   *   (`ERR_SIGV4_UNSUPPORTED_BODY`). An `x-amz-content-sha256` that comes with a stream is signed as it is.
   * - `'hash'`: its hash, always.
   * - `'unsigned'`: `UNSIGNED-PAYLOAD`, for services that take it.
   * - `'streaming'`: S3's `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`. The body is read once, and goes out in pieces of 64 KiB, each
   *   signed. Needs its length: a Blob and bytes have one, for others give `content-length`. With the header `x-amz-trailer`
   *   (`x-amz-checksum-crc32` or `x-amz-checksum-crc32c`) that checksum is sent behind the body, signed too.
   * - `'streaming-unsigned'`: S3's `STREAMING-UNSIGNED-PAYLOAD-TRAILER`: the same without signatures, and behind the body a
   *   CRC-32, or the checksum that `x-amz-trailer` names.
   *
   * With the last two, a request without a body and a presigned URL are signed as with `'auto'`.
   */
  readonly payload?: PayloadPolicy | undefined;
  /** Send `x-amz-content-sha256`. Default `'auto'`: to the services that need it. */
  readonly contentSha256Header?: boolean | 'auto' | undefined;
  /**
   * Sign for these hosts alone: a host name, `*.example.com` for names below it, or a pattern (anchor it: it is only searched
   * for). Default: any.
   */
  readonly allowHosts?: readonly (string | RegExp)[] | undefined;
  /** The clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Told what happens. On Node the diagnostics channels `sigv4kit:<type>` are told the same. */
  readonly onEvent?: ((event: SigV4Event) => void) | undefined;
}

/** The options that were given, or none; throws `ERR_SIGV4_INVALID_OPTION` for text, a function or what else has none. */
export function readOptions<T extends object>(given: T | null | undefined): Partial<T> {
  if (given === undefined || given === null) return {};
  if (typeof given === 'object') return given;
  throw new SigV4Error(
    'ERR_SIGV4_INVALID_OPTION',
    `The options are an object, such as { region, service, credentials }; found one of type ${typeof given}.`,
  );
}

/** Throws `ERR_SIGV4_INVALID_OPTION` for what cannot work. */
export function checkOptions({
  payload = 'auto',
  signedHeaders,
  allowHosts = ['*'],
  now = Date.now,
  onEvent,
}: SignerOptions): void {
  const isHostRule = (rule: unknown) => (typeof rule === 'string' && /^[^/\s]+$/.test(rule)) || rule instanceof RegExp;
  const fault = !['auto', 'hash', 'unsigned', 'streaming', 'streaming-unsigned'].includes(payload)
    ? "payload must be 'auto', 'hash', 'unsigned', 'streaming' or 'streaming-unsigned'"
    : !Array.isArray(allowHosts) || !allowHosts.every(isHostRule)
      ? 'allowHosts must be a list of host names (without scheme or path) and patterns'
      : typeof now !== 'function' || (onEvent !== undefined && typeof onEvent !== 'function')
        ? 'now and onEvent must be functions'
        : undefined;
  if (fault) refuseOption(fault);
  headerFilter(signedHeaders);
}
