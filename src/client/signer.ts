/**
 * The signer: resolves who signs (credentials), for whom (service, region) and what (the request as it will be sent), and
 * asks the core for the signature. It keeps no request and sends nothing.
 */
import { parseHost, planBody, presignQuery } from '#cold';
import { variable } from '#environment';
import { hashBody, isHash, UNSIGNED_PAYLOAD } from '../core/payload';
import { ruleOf } from '../core/service-rules';
import { signHeaders } from '../core/sign-headers';
import { SET_BY_SIGNING, withHeaders } from '../core/signed-headers';
import { signingKey } from '../core/signing-key';
import { formatAmzDate } from '../core/time';
import { type Clock, createClock } from '../credentials/clock';
import type { CredentialSnapshot } from '../credentials/snapshot';
import { credentialSource } from '../credentials/source';
import { openEndpoint } from '../endpoint/endpoint';
import type { HostInfo } from '../endpoint/hosts';
import { refuseOption, SigV4Error } from '../errors';
import type { SigningContext } from '../types';
import { adoptSigner } from './adopt-signer';
import { hostRules } from './allowed-hosts';
import { isStream } from './body-kinds';
import { tell, withoutQuery } from './events';
import { FRONTED, isSigner, type OpenSigner, type SignedAttempt, type Signer, type SigningTerms } from './open-signer';
import type { Outgoing } from './outgoing';
import { type AnyRequest, hadDotSegments, type ReadRequest, readRequest, sentUrl } from './request';
import { checkOptions, readOptions, type SignerOptions } from './signer-options';

/**
 * Makes a signer. Cheap; keep one for as long as its options hold. Throws `ERR_SIGV4_INVALID_OPTION` for options that
 * cannot work.
 *
 * @example
 * const signer = createSigner({ region: 'us-east-1', service: 'execute-api' });
 * const { url, method, headers, body } = await signer.sign({ url: 'https://api.example.com/orders' });
 */
export function createSigner(options?: SignerOptions): Signer {
  return toSigner(openSigner(options));
}

/** The part of a signer that callers see. */
export function toSigner(opened: OpenSigner): Signer {
  const { sign, presign } = opened;
  return Object.defineProperty({ sign, presign }, OPENED, { value: opened });
}

/** Where a signer keeps what a loop needs. Registered, since each door of the package is a bundle of its own. */
const OPENED = Symbol.for('sigv4kit.opened-signer');

/** The signer that a loop or an adapter works with: of a {@link Signer}, also of another copy of the package, or of options. */
export function toOpenSigner(given: Signer | SignerOptions | undefined): OpenSigner {
  if (!isSigner(given)) return openSigner(given);
  if (typeof given.sign !== 'function') refuseOption('signer is none: its sign is no function');
  return (given as { [OPENED]?: OpenSigner })[OPENED] ?? adoptSigner(given);
}

/** {@link createSigner}, opened up; with a clock, one that is shared. */
export function openSigner(options?: SignerOptions, shared?: Clock): OpenSigner {
  const given: SignerOptions = readOptions(options);
  checkOptions(given);
  // Taken once: what a caller does to its options later does not lift a limit.
  const { region: ownRegion, service: ownService, payload, contentSha256Header } = given;
  const signedHeaders = typeof given.signedHeaders === 'object' ? given.signedHeaders.slice() : given.signedHeaders;
  const inPieces = payload === 'streaming' || payload === 'streaming-unsigned';
  const clock = shared ?? createClock(given.now ?? Date.now);
  const source = credentialSource(given.credentials);
  const endpoint = openEndpoint(given.endpoint);
  const { check, isNamed } = hostRules(given.allowHosts, endpoint);
  const direct = { endpoint, canSetHost: false };
  const hosted = { endpoint, canSetHost: true };
  const read = (input: AnyRequest, canSetHost = false) => readRequest(input, canSetHost ? hosted : direct);

  async function prepare(
    request: ReadRequest,
    settings: SigningTerms | undefined,
    form: 'payload' | 'presignedPayload',
  ): Promise<[SigningContext & { readonly credentials: CredentialSnapshot }, Outgoing | undefined]> {
    const { hostname, protocol } = request.url;
    check(request);
    const asked = {
      service: settings?.service ?? ownService ?? request.endpoint?.service,
      region: settings?.region ?? ownRegion ?? request.endpoint?.region,
    };
    const info = asked.service && asked.region ? {} : (hosts.get(hostname) ?? (await lookUp(hostname)));
    // IoT's WebSocket gateway signs under a name of its own.
    const named = info.service === 'iotdata' && protocol[0] === 'w' ? 'iotdevicegateway' : info.service;
    const service = asked.service ?? named ?? unknown(hostname, 'service');
    const region = asked.region ?? info.region ?? environmentRegion() ?? unknown(hostname, 'region');
    if (service === 'execute-api' && hostname.startsWith('vpce-')) checkApiId(request);
    if (ruleOf(service).plainPath && !settings?.isPathFinal) {
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
      date: settings?.date ?? new Date(clock.now()),
      signedHeaders: settings?.alsoSigned ? withHeaders(signedHeaders, settings.alsoSigned) : signedHeaders,
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

  async function signRead(request: ReadRequest, settings?: SigningTerms): Promise<SignedAttempt> {
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
      signed: { method, url: sentUrl(request, query), headers: sent, body: opened },
    };
  }

  async function presignRead(request: ReadRequest, settings?: SigningTerms): Promise<string> {
    const [context] = await prepare(request, settings, 'presignedPayload');
    const { query } = await presignQuery(request, context);
    const { expiration } = context.credentials;
    const end = context.date.getTime() + (settings?.expiresIn ?? 3600) * 1000;
    if (expiration && expiration.getTime() < end) {
      tell(given.onEvent, 'presign-shortened', () => ({ url: withoutQuery(request.url), expiration }));
    }
    return query;
  }

  return {
    clock,
    onEvent: given.onEvent,
    read,
    signRead,
    presignRead,
    async sign(input, settings) {
      checkSettings(settings);
      const reading = read(input);
      const request = reading instanceof Promise ? await reading : reading;
      return (await signRead(request, settings)).signed;
    },
    async presign(input, settings) {
      checkSettings(settings);
      const reading = read(input);
      const request = reading instanceof Promise ? await reading : reading;
      return new URL(sentUrl(request, await presignRead(request, settings)));
    },
    async keyFor({ date = new Date(clock.now()), region, service, signal }) {
      const keys = await source.take(clock, signal);
      const day = formatAmzDate(date).slice(0, 8);
      // One that is not known is refused there.
      return signingKey(keys, day, region ?? ownRegion ?? environmentRegion() ?? '', service ?? ownService ?? '');
    },
    renew: (rejected, signal) => source.renew(rejected, clock, signal),
    isNamed,
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

const hosts = new Map<string, HostInfo>();

/** Each host is read once; a caller that names service and region never needs the tables. */
async function lookUp(hostname: string): Promise<HostInfo> {
  const info = await parseHost(hostname);
  // A caller that walks over many hosts must not make the process grow.
  if (hosts.size > 99) hosts.clear();
  hosts.set(hostname, info);
  return info;
}

/** Those of {@link SigningTerms}, which adapters give. */
const SETTINGS = ['signal', 'expiresIn', 'date', 'region', 'service', 'alsoSigned', 'isPathFinal'];

/** Passed over, the method of `sign(url, { method })` would be a GET, and the life of a URL another than was meant. */
function checkSettings(settings: object | undefined): void {
  if (!settings) return;
  const stranger = Object.keys(settings).find((name) => !SETTINGS.includes(name));
  if (stranger !== undefined)
    refuseOption(
      `"${stranger}" is not one of a signature, signal or expiresIn; what is signed goes into one object with the url`,
    );
}

function checkApiId({ url, headers }: ReadRequest): void {
  if (headers.has('x-apigw-api-id') || headers.get('host') !== url.host) return;
  throw new SigV4Error(
    'ERR_SIGV4_NO_API_ID',
    'The URL names a VPC endpoint, which serves many APIs: say which with the header x-apigw-api-id, a Host header, or endpoint: privateApi(…).',
  );
}

function unknown(hostname: string, what: 'service' | 'region'): never {
  throw new SigV4Error(
    what === 'service' ? 'ERR_SIGV4_NO_SERVICE' : 'ERR_SIGV4_NO_REGION',
    `The host "${hostname}" does not tell its AWS ${what}; set the option "${what}".`,
  );
}
