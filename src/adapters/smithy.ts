/** A signer as the AWS SDK v3 and Smithy clients take one. The date, region and service that a client names are obeyed. */

import type { Signer, SigningTerms } from '../client/open-signer';
import type { ReadRequest } from '../client/request';
import { toOpenSigner } from '../client/signer';
import type { SignerOptions } from '../client/signer-options';
import { tellSigned } from '../client/tell-signed';
import { signText } from '../core/sign-text';
import { SET_BY_SIGNING } from '../core/signed-headers';
import { SigV4Error } from '../errors';
import {
  HttpRequest,
  type IHttpRequest,
  moveHeadersToQuery,
  readQuery,
  readSmithy,
  type SmithyPresigningArguments,
  type SmithySigningArguments,
} from './smithy-request';

/** `RequestSigner`, `RequestPresigner` and `StringSigner` of `@smithy/types`. */
export interface SmithySigner {
  /** Gives a copy of the request with the headers of the signature. */
  sign(request: IHttpRequest, options?: SmithySigningArguments): Promise<IHttpRequest>;
  /** Gives the signature of an ASCII text, in hex. */
  sign(text: string, options?: SmithySigningArguments): Promise<string>;
  /** Gives a copy of the request with the signature, and its `x-amz-*` headers, in the query. */
  presign(request: IHttpRequest, options?: SmithyPresigningArguments): Promise<IHttpRequest>;
}

/**
 * Makes the `signer` of an SDK client, of a signer of ours or the options of one. What the client says for a request (date, which
 * follows its own clock correction, region, service, headers to sign or not) goes before the options.
 *
 * Signed are `host`, `x-amz-*`, `content-type` and `content-md5`, as AWS demands it, and not every header as the SDK's own signer
 * has it; `signedHeaders` and a client's `signableHeaders` say otherwise. A body that can be read but once is signed where the
 * request declares its hash (`x-amz-content-sha256`, as clients for S3 do), else as `payload` says.
 *
 * Events of an event stream cannot be signed (`ERR_SIGV4_UNSUPPORTED_BODY`). All else rejects as `Signer.sign` does.
 *
 * @example
 * const client = new S3Client({ region: 'us-east-1', signer: smithySigner({ credentials }), credentials });
 */
export function smithySigner(options?: Signer | SignerOptions): SmithySigner {
  const signer = toOpenSigner(options);

  async function signRequest(given: IHttpRequest, settings: SmithySigningArguments): Promise<IHttpRequest> {
    const request = await readSmithy(given, signer);
    const isDeclared = request.headers.has('x-amz-content-sha256');
    leaveOut(request, settings);
    const attempt = await signer.signRead(request, toTerms(settings));
    tellSigned(signer, attempt, 1, signer.onEvent);
    const { headers } = attempt.signed;
    if (!isDeclared && headers['x-amz-content-sha256']?.startsWith('STREAMING-')) {
      throw new SigV4Error('ERR_SIGV4_INVALID_OPTION', 'An SDK cuts bodies into pieces by itself; leave out payload.');
    }
    const signed = HttpRequest.clone(given);
    dropGenerated(signed);
    for (const name of SET_BY_SIGNING) if (headers[name] !== undefined) signed.headers[name] = headers[name];
    if (!Object.keys(signed.headers).some(isHost)) signed.headers.host = headers.host as string;
    return request.endpoint ? addressTo(request, headers, signed) : signed;
  }

  async function presign(given: IHttpRequest, terms?: SmithyPresigningArguments): Promise<IHttpRequest> {
    checkRequest(given);
    const settings = terms ?? {};
    const plain = HttpRequest.clone(given);
    const declared = dropGenerated(plain);
    // Services read it from the query by this name.
    if (declared !== undefined) plain.headers['X-Amz-Content-Sha256'] = declared;
    const signed = HttpRequest.clone({ ...plain, ...moveHeadersToQuery(plain, settings) });
    const request = await readSmithy(signed, signer);
    leaveOut(request, settings);
    const query = await signer.presignRead(request, { ...toTerms(settings), expiresIn: settings.expiresIn });
    signed.query = readQuery(query);
    return request.endpoint ? addressTo(request, Object.fromEntries(request.headers), signed) : signed;
  }

  async function sign(given: unknown, terms?: SmithySigningArguments): Promise<unknown> {
    const settings = terms ?? {};
    if (typeof given === 'string') return signText(await signer.keyFor(toTerms(settings)), given);
    const { headers, payload, message } = (given ?? {}) as Partial<Record<'headers' | 'payload' | 'message', unknown>>;
    if (message !== undefined || (headers !== undefined && payload !== undefined)) {
      throw new SigV4Error(
        'ERR_SIGV4_UNSUPPORTED_BODY',
        "Events of an event stream cannot be signed here; leave the option signer of this client out, for the SDK's own.",
      );
    }
    checkRequest(given);
    return signRequest(given as IHttpRequest, settings);
  }

  return { sign: sign as SmithySigner['sign'], presign };
}

function checkRequest(given: unknown): void {
  if (typeof given === 'object' && given !== null) return;
  throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'What is to be signed is no request of an SDK, an HttpRequest.');
}

const isHost = (name: string) => name.toLowerCase() === 'host';

/** Leads a request to the signer's endpoint, with the headers that it needs. */
function addressTo({ url, endpoint }: ReadRequest, headers: Record<string, string>, signed: HttpRequest): HttpRequest {
  signed.protocol = url.protocol;
  signed.hostname = url.hostname;
  if (url.port) signed.port = Number(url.port);
  else delete signed.port;
  for (const name of Object.keys(signed.headers)) if (isHost(name)) delete signed.headers[name];
  for (const name of ['host', ...Object.keys({ ...endpoint?.headers, ...endpoint?.withoutHost })])
    if (headers[name] !== undefined) signed.headers[name] = headers[name];
  return signed;
}

/** What signing sets goes, whatever its case; gives the hash that was declared. */
function dropGenerated({ headers }: IHttpRequest): string | undefined {
  let declared: string | undefined;
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    if (!SET_BY_SIGNING.includes(lower)) continue;
    if (lower === 'x-amz-content-sha256') declared = headers[name];
    delete headers[name];
  }
  return declared;
}

/** Takes away what is not to be signed. */
function leaveOut({ headers }: ReadRequest, { unsignableHeaders, signableHeaders }: SmithySigningArguments): void {
  for (const name of unsignableHeaders ?? []) {
    if (name !== 'host' && !SET_BY_SIGNING.includes(name) && !signableHeaders?.has(name)) headers.delete(name);
  }
}

const toTerms = ({
  signingDate,
  signingRegion,
  signingService,
  signableHeaders,
}: SmithySigningArguments): SigningTerms => ({
  date: toDate(signingDate),
  region: signingRegion,
  service: signingService,
  alsoSigned: signableHeaders && [...signableHeaders].map((name) => name.toLowerCase()),
  isPathFinal: true,
});

/** As the SDK reads it: a number is in seconds, also as text. */
function toDate(given: SmithySigningArguments['signingDate']): Date | undefined {
  if (given === undefined || given instanceof Date) return given;
  return new Date(Number.isNaN(Number(given)) ? given : Number(given) * 1000);
}
