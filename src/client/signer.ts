/**
 * The signer: resolves who signs (credentials), for whom (service, region) and what (the request as it will be sent), and
 * asks the core for the signature. It keeps no request and sends nothing.
 */
import { environmentRegion } from '#environment';
import { hashBody, UNSIGNED_PAYLOAD } from '../core/payload';
import { presignQuery } from '../core/presign-query';
import { ruleOf } from '../core/service-rules';
import { signHeaders } from '../core/sign-headers';
import { headerFilter } from '../core/signed-headers';
import { credentialSource } from '../credentials/snapshot';
import { type HostInfo, parseHost } from '../endpoint/hosts';
import { SigV4Error } from '../errors';
import type { CredentialProvider, Credentials, SignedHeadersPolicy, SigningContext, WireRequest } from '../types';
import type { Bytes } from './body';
import { type ReadRequest, type RequestLike, readRequest } from './request';

export interface SignerOptions {
  /** Keys, or a function that gives them. Default: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN` on Node; on the web there is none. */
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
  /** Sign for these hosts alone: a host name, `*.example.com` for names below it, or a pattern for the whole name. Default: any. */
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

export interface PresignOptions {
  /** Seconds the URL stays valid, 1 to 604800. Default 3600. */
  readonly expiresIn?: number | undefined;
}

export interface Signer {
  /**
   * Signs a request with headers. A `Request` is left readable. Rejects with a `SigV4Error` when there is nothing to sign
   * with (`ERR_SIGV4_NO_CREDENTIALS`, `…_INVALID_CREDENTIALS`, `…_EXPIRED_CREDENTIALS`), nobody to sign for
   * (`…_NO_SERVICE`, `…_NO_REGION`, `…_HOST_NOT_ALLOWED`) or nothing that can be signed (`…_INVALID_URL`, `…_INVALID_HEADER`,
   * `…_INVALID_METHOD`, `…_INVALID_BODY`, `…_UNSUPPORTED_BODY`).
   */
  sign(request: Request | RequestLike): Promise<SignedRequest>;
  /** Signs a request into its URL, for whoever holds it. Rejects as `sign` does, and with `ERR_SIGV4_INVALID_EXPIRES`. */
  presign(request: Request | RequestLike | string | URL, options?: PresignOptions): Promise<URL>;
}

/**
 * Makes a signer. Cheap; keep one for as long as its options hold. Throws `ERR_SIGV4_INVALID_OPTION` for options that
 * cannot work.
 *
 * @example
 * const signer = createSigner({ region: 'us-east-1', service: 'execute-api' });
 * const { url, method, headers, body } = await signer.sign({ url: 'https://api.example.com/orders' });
 */
export function createSigner(options: SignerOptions = {}): Signer {
  checkOptions(options);
  const { payload = 'auto', contentSha256Header = 'auto', now = Date.now } = options;
  const credentialsAt = credentialSource(options.credentials);
  const hosts = new Map<string, HostInfo>();

  function hostInfo(hostname: string): HostInfo {
    let info = hosts.get(hostname);
    if (!info) {
      info = parseHost(hostname);
      // A caller that walks over many hosts must not make the signer grow.
      if (hosts.size >= 100) hosts.clear();
      hosts.set(hostname, info);
    }
    return info;
  }

  async function contextFor(request: ReadRequest): Promise<SigningContext> {
    checkHost(request.hostname, options.allowHosts);
    const info = options.service && options.region ? {} : hostInfo(request.hostname);
    const service = options.service ?? webSocketService(info.service, request.origin);
    if (!service) {
      throw new SigV4Error(
        'ERR_SIGV4_NO_SERVICE',
        `The host "${request.hostname}" does not tell which AWS service it is; set the "service" option ("execute-api" for API Gateway).`,
      );
    }
    const region = options.region ?? info.region ?? environmentRegion();
    if (!region) {
      throw new SigV4Error(
        'ERR_SIGV4_NO_REGION',
        `The host "${request.hostname}" does not tell which AWS region it is in; set the "region" option.`,
      );
    }
    const time = now();
    const found = credentialsAt(time);
    const credentials = found instanceof Promise ? await found : found;
    let payloadHash: string | undefined;
    if (payload === 'unsigned') payloadHash = UNSIGNED_PAYLOAD;
    else if (payload === 'hash') payloadHash = await hashBody(request.body);
    return {
      credentials,
      region,
      service,
      date: new Date(time),
      signedHeaders: options.signedHeaders,
      payloadHash,
      contentSha256Header: contentSha256Header === 'auto' ? undefined : contentSha256Header,
    };
  }

  async function sign(input: Request | RequestLike): Promise<SignedRequest> {
    const request = await readRequest(input, payload === 'unsigned');
    const context = await contextFor(request);
    const signed = await signHeaders(toWire(request, context), context);
    const { headers } = request;
    // A token from an earlier signature must not go out beside keys that have none.
    for (const name of SET_BY_SIGNING) headers.delete(name);
    for (const [name, value] of signed.headers) headers.set(name, value);
    return {
      method: request.method,
      url: urlOf(request, request.query),
      headers: Object.fromEntries(headers),
      body: request.body ?? request.stream ?? null,
    };
  }

  async function presign(
    input: Request | RequestLike | string | URL,
    { expiresIn }: PresignOptions = {},
  ): Promise<URL> {
    const request = await readRequest(input, payload === 'unsigned');
    const context = await contextFor(request);
    const { query } = await presignQuery(toWire(request, context), { ...context, expiresIn });
    return new URL(urlOf(request, query));
  }

  return { sign, presign };
}

const SET_BY_SIGNING = ['authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'];

function toWire(request: ReadRequest, context: SigningContext): WireRequest {
  const { method, path, query, headers, body } = request;
  if (!ruleOf(context.service).encodePathTwice && request.hadDotSegments) {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_URL',
      'The path holds "." or ".." segments, which URLs drop: the request would reach another object than named.',
    );
  }
  return { method, path, query, headers, body };
}

const urlOf = (request: ReadRequest, query: string) => `${request.origin}${request.path}${query ? `?${query}` : ''}`;

/** IoT's WebSocket gateway signs under a name of its own. */
function webSocketService(service: string | undefined, origin: string): string | undefined {
  return service === 'iotdata' && origin.startsWith('ws') ? 'iotdevicegateway' : service;
}

function checkHost(hostname: string, allowed: SignerOptions['allowHosts']): void {
  if (!allowed) return;
  for (const rule of allowed) {
    if (typeof rule !== 'string') {
      // `search` ignores the state that a global pattern keeps between calls.
      if (hostname.search(rule) >= 0) return;
    } else if (rule.startsWith('*.') ? hostname.endsWith(rule.slice(1).toLowerCase()) : hostname === rule.toLowerCase())
      return;
  }
  throw new SigV4Error(
    'ERR_SIGV4_HOST_NOT_ALLOWED',
    `The host "${hostname}" is not among the hosts this signer may sign for (allowHosts).`,
  );
}

function checkOptions({ payload, signedHeaders, allowHosts, now }: SignerOptions): void {
  const wrong = (name: string, rule: string) =>
    new SigV4Error('ERR_SIGV4_INVALID_OPTION', `The option ${name} must be ${rule}.`);
  if (payload !== undefined && !['auto', 'hash', 'unsigned'].includes(payload))
    throw wrong('payload', "'auto', 'hash' or 'unsigned'");
  if (allowHosts !== undefined && !Array.isArray(allowHosts))
    throw wrong('allowHosts', 'a list of host names and patterns');
  if (now !== undefined && typeof now !== 'function') throw wrong('now', 'a function that returns milliseconds');
  headerFilter(signedHeaders);
}
