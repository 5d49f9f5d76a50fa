/**
 * The signer: resolves who signs (credentials), for whom (service, region) and what (the request as it will be sent), and
 * asks the core for the signature. It keeps no request and sends nothing.
 */
import { parseHost, presignQuery } from '#cold';
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
import type { Bytes } from './body';
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
  /** `'auto'` (default): as the service demands; `'hash'`: cover the body; `'unsigned'`: send `UNSIGNED-PAYLOAD`, for services that take it. */
  readonly payload?: 'auto' | 'hash' | 'unsigned' | undefined;
  /** Send `x-amz-content-sha256`. Default `'auto'`: to the services that need it. */
  readonly contentSha256Header?: boolean | 'auto' | undefined;
  /** Sign for these hosts alone: a host name, `*.example.com` for names below it, or a pattern (anchor it: it is only searched for). Default: any. */
  readonly allowHosts?: readonly (string | RegExp)[] | undefined;
  /** The clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** Exactly what must be sent, and nothing that need be asked again. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names; `host` among them. */
  readonly headers: Record<string, string>;
  readonly body: Bytes | ReadableStream | null;
}

/** How a request is signed. */
export interface SignOptions {
  /** Gives up waiting for credentials, with the signal's reason; other requests that wait for them go on waiting. */
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
   * they are. The URL ends with the credentials that signed it, if they end sooner. Rejects as `sign` does, and with `ERR_SIGV4_INVALID_EXPIRES`. */
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
  const allowHosts = given.allowHosts?.slice();
  const clock = shared ?? createClock(given.now ?? Date.now);
  const source = credentialSource(given.credentials);

  async function prepare(
    request: ReadRequest,
    settings: PresignOptions | undefined,
  ): Promise<SigningContext & { readonly credentials: CredentialSnapshot }> {
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
    if (ruleOf(service).plainPath && hadDotSegments(request)) {
      throw new SigV4Error(
        'ERR_SIGV4_INVALID_URL',
        'The path holds "." or ".." segments, which URLs drop: it would name another object.',
      );
    }
    const found = source.take(clock, settings?.signal);
    return {
      credentials: found instanceof Promise ? await found : found,
      region,
      service,
      // Asked again, since a provider may have taken its time.
      date: new Date(clock.now()),
      signedHeaders,
      payloadHash:
        payload === 'unsigned' ? UNSIGNED_PAYLOAD : payload === 'hash' ? await hashBody(request.body) : undefined,
      contentSha256Header: contentSha256Header === 'auto' ? undefined : contentSha256Header,
      expiresIn: settings?.expiresIn,
    };
  }

  async function signRead(request: ReadRequest, settings?: SignOptions): Promise<SignedAttempt> {
    const context = await prepare(request, settings);
    const { method, headers, query, body, stream } = request;
    if (/(?:^|&)X-Amz-Signature=/.test(query)) {
      throw new SigV4Error(
        'ERR_SIGV4_INVALID_URL',
        'The URL to sign is presigned already; send it as it is, or sign the URL it was made of.',
      );
    }
    // Without a body a hash is left from an earlier attempt.
    if (body === undefined && stream === undefined && isHash(headers.get('x-amz-content-sha256') ?? ''))
      headers.delete('x-amz-content-sha256');
    const signed = await signHeaders(request, context);
    // A token from an earlier signature must not go out beside keys that have none.
    for (const name of SET_BY_SIGNING) headers.delete(name);
    for (const [name, value] of signed.headers) headers.set(name, value);
    return {
      credentials: context.credentials,
      signed: {
        method,
        url: urlOf(request, request.query),
        headers: toRecord(headers),
        body: body ?? stream ?? null,
      },
    };
  }

  const read = (input: AnyRequest) => readRequest(input, payload === 'unsigned');

  return {
    clock,
    read,
    signRead,
    async sign(input, settings) {
      const reading = read(input);
      const request = reading instanceof Promise ? await reading : reading;
      return (await signRead(request, settings)).signed;
    },
    async presign(input, settings) {
      const reading = read(input);
      const request = reading instanceof Promise ? await reading : reading;
      const { query } = await presignQuery(request, await prepare(request, settings));
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

function checkOptions({ payload = 'auto', signedHeaders, allowHosts = ['*'], now = Date.now }: SignerOptions): void {
  const isHostRule = (rule: unknown) => (typeof rule === 'string' && /^[^/\s]+$/.test(rule)) || rule instanceof RegExp;
  const fault = !['auto', 'hash', 'unsigned'].includes(payload)
    ? "payload must be 'auto', 'hash' or 'unsigned'"
    : !Array.isArray(allowHosts) || !allowHosts.every(isHostRule)
      ? 'allowHosts must be a list of host names (without scheme or path) and patterns'
      : typeof now !== 'function'
        ? 'now must be a function'
        : undefined;
  if (fault) throw new SigV4Error('ERR_SIGV4_INVALID_OPTION', `The option ${fault}.`);
  headerFilter(signedHeaders);
}
