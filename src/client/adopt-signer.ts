/** Signers that others have made, opened up as our own are: so that they drive the loop and every adapter. */
import { createClock } from '../credentials/clock';
import type { CredentialSnapshot } from '../credentials/snapshot';
import { openEndpoint } from '../endpoint/endpoint';
import { refuseOption, SigV4Error } from '../errors';
import { hostRules } from './allowed-hosts';
import {
  FRONTED,
  type OpenSigner,
  type PresignOptions,
  type SignedRequest,
  type Signer,
  type SigningTerms,
  type SignOptions,
} from './open-signer';
import { type AnyRequest, type ReadRequest, readRequest } from './request';
import { checkOptions, readOptions, type SignerOptions } from './signer-options';

/** What signs a request that has been read. The date is that of a clock that is set right where a service says that it is wrong. */
export interface Engine {
  sign(request: ReadRequest, terms: SignOptions & { readonly date: Date }): Promise<SignedRequest>;
  presign(request: ReadRequest, terms: PresignOptions & { readonly date: Date }): Promise<URL>;
}

/** What is said of the calls, beside what signs them. */
export type AdoptionOptions = Pick<SignerOptions, 'endpoint' | 'allowHosts' | 'onEvent' | 'now'>;

/** Opens a signer of anybody's. Its clock is its own affair, unless it takes the `date` that it is given. */
export const adoptSigner = (signer: Signer): OpenSigner =>
  adoptEngine({
    sign: (request, terms) => signer.sign(toPlain(request), terms),
    presign: (request, terms) => signer.presign(toPlain(request), terms),
  });

const toPlain = ({ url, method, headers, body, source, givenLength }: ReadRequest) => ({
  url,
  method,
  headers: [...headers, ...(givenLength === undefined ? [] : [['content-length', givenLength] as [string, string]])],
  body: body ?? source ?? null,
});

/** Opens what signs. It has no source of keys that could be asked for others. */
export function adoptEngine(engine: Engine, options?: AdoptionOptions): OpenSigner {
  const given: AdoptionOptions = readOptions(options);
  checkOptions(given);
  const { onEvent, now = Date.now } = given;
  const endpoint = openEndpoint(given.endpoint);
  const { check, isNamed } = hostRules(given.allowHosts, endpoint);
  const clock = createClock(now);
  const read = (input: AnyRequest, canSetHost = false) => readRequest(input, { endpoint, canSetHost });
  const presign = async (request: ReadRequest, settings?: SigningTerms) => {
    check(request);
    return engine.presign(request, { ...settings, date: settings?.date ?? new Date(clock.now()) });
  };
  const opened: OpenSigner = {
    clock,
    onEvent,
    read,
    async signRead(request, settings) {
      check(request);
      const date = settings?.date ?? new Date(clock.now());
      const signed: unknown = await engine.sign(request, { ...settings, date });
      if (!isSigned(signed)) refuseOption('signer gives no signed request: its url, method and headers');
      return { signed, time: date.getTime(), ...madeBy(signed) };
    },
    presignRead: async (request, settings) => (await presign(request, settings)).search.slice(1),
    sign: async (input, settings) => (await opened.signRead(await read(input), settings)).signed,
    presign: async (input, settings) => presign(await read(input), settings),
    async keyFor() {
      throw new SigV4Error('ERR_SIGV4_INVALID_OPTION', 'This signer signs requests alone; give one of createSigner.');
    },
    renew: async () => false,
    isNamed,
  };
  return opened;
}

function isSigned(given: unknown): given is SignedRequest {
  const { url, method, headers } = (given ?? {}) as Partial<SignedRequest>;
  return typeof url === 'string' && typeof method === 'string' && typeof headers === 'object' && headers !== null;
}

/** What a signature says of who made it; that of version 4A has no region in its scope. */
function madeBy({ headers }: SignedRequest): {
  readonly credentials: CredentialSnapshot;
  readonly isFronted: boolean;
} {
  const scope = /Credential=([^/,]+)\/\d{8}\/(?:[^/,]+\/)?([^/,]+)\/aws4_request/.exec(headers.authorization ?? '');
  const [, accessKeyId = '', service = ''] = scope ?? [];
  return { credentials: { accessKeyId, secretAccessKey: '' }, isFronted: FRONTED.has(service) };
}
