/**
 * The signer: resolves who signs (credentials), for whom (service, region) and what (the request as it will be sent), and
 * asks the core for the signature. It keeps no request and sends nothing.
 */
import { parseHost, planBody, presignQuery } from '#cold';
import { variable } from '#environment';
import { hashBody, isHash, UNSIGNED_PAYLOAD } from '../core/payload';
import { ruleOf } from '../core/service-rules';
import { signHeaders } from '../core/sign-headers';
import { headerFilter, SET_BY_SIGNING } from '../core/signed-headers';
import { type Clock, createClock } from '../credentials/clock';
import { type CredentialSnapshot, isSame } from '../credentials/snapshot';
import { credentialSource } from '../credentials/source';
import type { HostInfo } from '../endpoint/hosts';
import { SigV4Error } from '../errors';
import type { CredentialProvider, Credentials, SignedHeadersPolicy, SigningContext } from '../types';
import { type Bytes, isStream } from './body-kinds';
import { type SigV4Event, tell, withoutQuery } from './events';
import type { Outgoing, PayloadPolicy } from './outgoing';
import { type AnyRequest, hadDotSegments, type ReadRequest, readRequest } from './request';

/** What a signer signs with, for whom, and how. Every option has a default. */
export interface SignerOptions {
  /**
   * Keys, or a function that gives the keys of one identity, whose answer is cached (see `cachedCredentials`). Default on
   * Node: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`; without them, or with `AWS_PROFILE`, the default chain of the AWS SDK; on the
   * web there is none.
   */
  readonly credentials?: Credentials | CredentialProvider | undefined;
  /** Default: read from the hostname; for hosts that do not say, `AWS_REGION` or `AWS_DEFAULT_REGION` on Node. */
  readonly region?: string | undefined;
  /** The signing name, `execute-api` for Amazon API Gateway. Default: read from the hostname. */
  readonly service?: string | undefined;
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
  /** Sign for these hosts alone: a host name, `*.example.com` for names below it, or a pattern (anchor it: it is only searched for). Default: any. */
  readonly allowHosts?: readonly (string | RegExp)[] | undefined;
  /** The clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Told what happens. On Node the diagnostics channels `sigv4kit:<type>` are told the same. */
  readonly onEvent?: ((event: SigV4Event) => void) | undefined;
}

/** Exactly what must be sent, and nothing that need be asked again. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names; `host` among them. */
  readonly headers: Record<string, string>;
  /** A stream can be sent but once. */
  readonly body: Bytes | Blob | ReadableStream | null;
}

/** How a request is signed. */
export interface SignOptions {
  /** Gives up hashing a large body, or waiting for credentials, with the signal's reason; other requests that wait for them go on waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** What a presigned URL is like. */
export interface PresignOptions extends SignOptions {
  /** Seconds the URL stays valid, 1 to 604800. Default 3600. */
  readonly expiresIn?: number | undefined;
}

/** Signs requests with one set of options; see {@link createSigner}. */
export interface Signer {
  /**
   * Signs a request with headers. A `Request` is left readable. Rejects with a `SigV4Error` when there is nothing to sign
   * with (`ERR_SIGV4_NO_CREDENTIALS`, `…_INVALID_CREDENTIALS`, `…_EXPIRED_CREDENTIALS`), nobody to sign for
   * (`…_NO_SERVICE`, `…_NO_REGION`, `…_HOST_NOT_ALLOWED`) or nothing that can be signed (`…_INVALID_URL`, `…_INVALID_HEADER`,
   * `…_INVALID_METHOD`, `…_INVALID_BODY`, `…_UNSUPPORTED_BODY`).
   */
  sign(request: AnyRequest, options?: SignOptions): Promise<SignedRequest>;
  /** Signs a request into its URL, for whoever holds it. Headers of the request that are signed must be sent with the URL, as
   * they are. The URL ends with the credentials that signed it, if they end sooner; `onEvent` is told so (`presign-shortened`). Rejects as `sign` does, and with `ERR_SIGV4_INVALID_EXPIRES`. */
  presign(request: AnyRequest, options?: PresignOptions): Promise<URL>;
}

/**
 * Makes a signer. Cheap; keep one for as long as its options hold. Throws `ERR_SIGV4_INVALID_OPTION` for options that
 * cannot work.
 *
 * @example
 * const signer = createSigner({ region: 'us-east-1', service: 'execute-api' });
 * const { url, method, headers, body } = await signer.sign({ url: 'https://api.example.com/orders' });
 */
export function createSigner(options?: SignerOptions): Signer {
  const { sign, presign } = openSigner(options);
  return { sign, presign };
}

/** A signer with what a loop around it needs: a call that is read once is signed for each attempt. */
export interface OpenSigner extends Signer {
  read(input: AnyRequest): ReadRequest | Promise<ReadRequest>;
  signRead(request: ReadRequest, settings?: SignOptions): Promise<SignedAttempt>;
  /** Says that a service has rejected the keys; resolves whether there are others now. */
  renew(rejected: CredentialSnapshot, signal?: AbortSignal): Promise<boolean>;
  /** Set right by whoever learns a server's time. */
  readonly clock: Clock;
  /** Whether the user lets it sign for this host, by name: for where a redirect leads. */
  isNamed(hostname: string): boolean;
}

export interface SignedAttempt {
  readonly signed: SignedRequest;
  readonly credentials: CredentialSnapshot;
}

/** {@link createSigner}, opened up; with a clock, one that is shared. */
export function openSigner(options?: SignerOptions, shared?: Clock): OpenSigner {
  const given = options ?? {};
  checkOptions(given);
  // Taken once: what a caller does to its options later does not lift a limit.
  const { region: ownRegion, service: ownService, signedHeaders, payload, contentSha256Header } = given;
  const inPieces = payload === 'streaming' || payload === 'streaming-unsigned';
  const allowHosts = given.allowHosts?.slice();
  const clock = shared ?? createClock(given.now ?? Date.now);
  const source = credentialSource(given.credentials);

  async function prepare(
    request: ReadRequest,
    settings: PresignOptions | undefined,
    form: 'payload' | 'presignedPayload',
  ): Promise<[SigningContext & { readonly credentials: CredentialSnapshot }, Outgoing | undefined]> {
    const { hostname, protocol } = request.url;
    checkHost(hostname, allowHosts);
    // What is signed is the host of the header, where there is one.
    const host = request.headers.get('host') as string;
    if (host !== request.url.host) checkHost(host.replace(/:\d+$/, '').toLowerCase(), allowHosts);
    const info = ownService && ownRegion ? {} : (hosts.get(hostname) ?? (await lookUp(hostname)));
    // IoT's WebSocket gateway signs under a name of its own.
    const named = info.service === 'iotdata' && protocol[0] === 'w' ? 'iotdevicegateway' : info.service;
    const service = ownService ?? named ?? unknown(hostname, 'service');
    const region = ownRegion ?? info.region ?? environmentRegion() ?? unknown(hostname, 'region');
    // These decode a path before they write the canonical one: an escaped slash is a slash there.
    if (ruleOf(service).plainPath) request.path = request.path.replaceAll('%2F', '/');
    if (ruleOf(service).plainPath && hadDotSegments(request)) {
      throw new SigV4Error(
        'ERR_SIGV4_INVALID_URL',
        'The path holds "." or ".." segments, which URLs drop: it would name another object.',
      );
    }
    // Before what ends with time: a large body takes its own to be hashed.
    const outgoing =
      request.source !== undefined || (inPieces && request.body?.length && form === 'payload')
        ? await planBody(request, { payload, service, form, signal: settings?.signal })
        : undefined;
    const found = source.take(clock, settings?.signal);
    const context = {
      credentials: found instanceof Promise ? await found : found,
      region,
      service,
      // Asked again, since a provider may have taken its time.
      date: new Date(clock.now()),
      signedHeaders,
      payloadHash: outgoing
        ? outgoing.payloadHash
        : payload === 'unsigned'
          ? UNSIGNED_PAYLOAD
          : payload === 'hash'
            ? await hashBody(request.body)
            : undefined,
      contentSha256Header: contentSha256Header === 'auto' ? undefined : contentSha256Header,
      expiresIn: settings?.expiresIn,
    };
    return [context, outgoing];
  }

  async function signRead(request: ReadRequest, settings?: SignOptions): Promise<SignedAttempt> {
    const [context, outgoing] = await prepare(request, settings, 'payload');
    const { method, query, body = null } = request;
    const headers = outgoing?.headers ?? request.headers;
    if (/(?:^|&)X-Amz-Signature=/.test(query)) {
      throw new SigV4Error(
        'ERR_SIGV4_INVALID_URL',
        'The URL to sign is presigned already; send it as it is, or sign the URL it was made of.',
      );
    }
    // Without a body a hash is left from an earlier attempt.
    if (body === null && outgoing === undefined && isHash(headers.get('x-amz-content-sha256') ?? ''))
      headers.delete('x-amz-content-sha256');
    const signed = await signHeaders(outgoing?.headers ? { ...request, headers } : request, context);
    // A token from an earlier signature must not go out beside keys that have none.
    for (const name of SET_BY_SIGNING) headers.delete(name);
    for (const [name, value] of signed.headers) headers.set(name, value);
    const sent = toRecord(headers);
    const opened = outgoing ? await outgoing.open(signed.signature, context) : body;
    // Never signed, since not every sender can send it.
    if (outgoing?.length !== undefined && isStream(opened)) sent['content-length'] = String(outgoing.length);
    return {
      credentials: context.credentials,
      signed: { method, url: urlOf(request, request.query), headers: sent, body: opened },
    };
  }

  return {
    clock,
    read: readRequest,
    signRead,
    async sign(input, settings) {
      const reading = readRequest(input);
      const request = reading instanceof Promise ? await reading : reading;
      return (await signRead(request, settings)).signed;
    },
    async presign(input, settings) {
      const reading = readRequest(input);
      const request = reading instanceof Promise ? await reading : reading;
      const [context] = await prepare(request, settings, 'presignedPayload');
      const { query } = await presignQuery(request, context);
      const { expiration } = context.credentials;
      const end = context.date.getTime() + (settings?.expiresIn ?? 3600) * 1000;
      if (expiration && expiration.getTime() < end) {
        tell(given.onEvent, 'presign-shortened', () => ({ url: withoutQuery(request.url), expiration }));
      }
      return new URL(urlOf(request, query));
    },
    async renew(rejected, signal) {
      if (!source.invalidate(rejected)) return false;
      return !isSame(await source.take(clock, signal), rejected);
    },
    isNamed: (hostname) => allowHosts?.some((rule) => isAllowed(rule, hostname)) ?? false,
  };
}

/** As `Object.fromEntries`, at a fifth of its cost. */
function toRecord(headers: ReadonlyMap<string, string>): Record<string, string> {
  const record: Record<string, string> = {};
  for (const [name, value] of headers) {
    // Setting this one would set the prototype; it is a header name like any other.
    if (name === '__proto__')
      Object.defineProperty(record, name, { value, enumerable: true, writable: true, configurable: true });
    else record[name] = value;
  }
  return record;
}

const environmentRegion = () => variable('AWS_REGION') ?? variable('AWS_DEFAULT_REGION');

const urlOf = ({ url, path }: ReadRequest, query: string) =>
  `${url.protocol}//${url.host}${path}${query && `?${query}`}`;

const hosts = new Map<string, HostInfo>();

/** Each host is read once; a caller that names service and region never needs the tables. */
async function lookUp(hostname: string): Promise<HostInfo> {
  const info = await parseHost(hostname);
  // A caller that walks over many hosts must not make the process grow.
  if (hosts.size > 99) hosts.clear();
  hosts.set(hostname, info);
  return info;
}

function unknown(hostname: string, what: 'service' | 'region'): never {
  throw new SigV4Error(
    what === 'service' ? 'ERR_SIGV4_NO_SERVICE' : 'ERR_SIGV4_NO_REGION',
    `The host "${hostname}" does not tell its AWS ${what}; set the option "${what}".`,
  );
}

function isAllowed(rule: string | RegExp, hostname: string): boolean {
  // `search` ignores the state that a global pattern keeps between calls.
  if (typeof rule !== 'string') return hostname.search(rule) >= 0;
  const name = rule.toLowerCase();
  return name.startsWith('*.') ? hostname.endsWith(name.slice(1)) : hostname === name;
}

function checkHost(hostname: string, allowed: SignerOptions['allowHosts']): void {
  if (allowed && !allowed.some((rule) => isAllowed(rule, hostname))) {
    throw new SigV4Error(
      'ERR_SIGV4_HOST_NOT_ALLOWED',
      `This signer may not sign for the host "${hostname}" (allowHosts).`,
    );
  }
}

function checkOptions({
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
  if (fault) throw new SigV4Error('ERR_SIGV4_INVALID_OPTION', `The option ${fault}.`);
  headerFilter(signedHeaders);
}
