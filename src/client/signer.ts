/**
 * The signer: resolves who signs (credentials), for whom (service, region) and what (the request as it will be sent), and
 * asks the core for the signature. It keeps no request and sends nothing.
 */
import { parseHost, planBody, presignQuery } from '#cold';
import { variable } from '#environment';
import { hashBody, isHash, UNSIGNED_PAYLOAD } from '../core/payload';
import { ruleOf } from '../core/service-rules';
import { signHeaders } from '../core/sign-headers';
import { SET_BY_SIGNING } from '../core/signed-headers';
import { type Clock, createClock } from '../credentials/clock';
import type { CredentialSnapshot } from '../credentials/snapshot';
import { credentialSource } from '../credentials/source';
import type { HostInfo } from '../endpoint/hosts';
import { SigV4Error } from '../errors';
import type { SigningContext } from '../types';
import { type Bytes, isStream } from './body-kinds';
import { tell, withoutQuery } from './events';
import type { Outgoing } from './outgoing';
import { type AnyRequest, hadDotSegments, type ReadRequest, readRequest } from './request';
import { checkHost, checkOptions, isAllowed, type SignerOptions } from './signer-options';

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
  /** When it was signed, by the signer's clock. */
  readonly time: number;
  /** What answers is an application of anybody's behind the service. */
  readonly isFronted: boolean;
}

/** Services that hand requests on to applications. */
const FRONTED = new Set(['execute-api', 'lambda', 'vpc-lattice-svcs', 'appsync']);

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
    if (ruleOf(service).plainPath) {
      // These decode a path before they write the canonical one: an escaped slash is a slash there.
      request.path = request.path.replaceAll('%2F', '/');
      if (hadDotSegments(request)) {
        throw new SigV4Error(
          'ERR_SIGV4_INVALID_URL',
          'The path holds "." or ".." segments, which URLs drop: it would name another object.',
        );
      }
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
      time: context.date.getTime(),
      isFronted: FRONTED.has(context.service),
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
    renew: (rejected, signal) => source.renew(rejected, clock, signal),
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
