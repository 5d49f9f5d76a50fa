/** A signer of the AWS SDK, so that it can drive our fetch and adapters: its own, that of version 4A, or anybody's of that kind. */
import { type AdoptionOptions, adoptEngine } from '../client/adopt-signer';
import { isStream } from '../client/body-kinds';
import type { SignedRequest, Signer } from '../client/open-signer';
import { planBody } from '../client/outgoing';
import { type ReadRequest, sentUrl } from '../client/request';
import { toSigner } from '../client/signer';
import { readOptions } from '../client/signer-options';
import { isHash, UNSIGNED_PAYLOAD } from '../core/payload';
import { ruleOf } from '../core/service-rules';
import { headerFilter, SET_BY_SIGNING } from '../core/signed-headers';
import { refuseOption } from '../errors';
import type { SigningContext } from '../types';
import {
  type IHttpRequest,
  type SmithyPresigningArguments,
  type SmithySigningArguments,
  toSmithy,
  writeQuery,
} from './smithy-request';

/** `RequestSigner` of `@smithy/types`; one that is `RequestPresigner` too can presign. */
export interface SmithyRequestSigner {
  sign(request: IHttpRequest, options?: SmithySigningArguments): Promise<IHttpRequest>;
  presign?(request: IHttpRequest, options?: SmithyPresigningArguments): Promise<IHttpRequest>;
}

/** What is said of the calls beside what signs them; the rest goes to the SDK's signer with each. */
export interface FromSmithyOptions extends AdoptionOptions {
  /** For this region. Default: that of the signer. */
  readonly signingRegion?: string | undefined;
  /** For this service. Default: that of the signer. Needed to presign for Amazon S3. */
  readonly signingService?: string | undefined;
}

/**
 * Makes a {@link Signer} of one of the AWS SDK's, such as `SignatureV4` or the multi-region signer of version 4A, for
 * `createSignedFetch({ signer })` and every adapter. Signed are `host`, `x-amz-*`, `content-type` and `content-md5`. The clock is
 * set right where a service refuses the time (`signingDate`); keys are the SDK signer's own affair. Throws
 * `ERR_SIGV4_INVALID_OPTION` for what is no signer.
 *
 * @example
 * const signer = fromSmithySigner(new SignatureV4({ credentials, region: 'us-east-1', service: 'execute-api', sha256: Sha256 }));
 * const fetch = createSignedFetch({ signer });
 */
export function fromSmithySigner(signer: SmithyRequestSigner, options?: FromSmithyOptions): Signer {
  if (typeof signer?.sign !== 'function') refuseOption('signer is none of the AWS SDK: it has no function sign');
  const { signingRegion, signingService, ...adoption }: FromSmithyOptions = readOptions(options);
  const names = { ...(signingRegion && { signingRegion }), ...(signingService && { signingService }) };
  const opened = adoptEngine(
    {
      async sign(request, { date, signal }) {
        const outgoing =
          request.source === undefined
            ? undefined
            : await planBody(request, { payload: undefined, service: signingService ?? '', form: 'payload', signal });
        const headers = plainHeaders(request);
        if (outgoing?.payloadHash) headers['x-amz-content-sha256'] = outgoing.payloadHash;
        const unsignableHeaders = unsignable(headers);
        const signed = await signer.sign(toSmithy(request, headers), {
          ...names,
          signingDate: date,
          unsignableHeaders,
        });
        if (typeof signed?.headers !== 'object' || signed.headers === null)
          refuseOption('signer gives no signed request: its headers');
        const sent = lowerCase(signed.headers);
        const body = outgoing ? await outgoing.open('', NO_CONTEXT) : (request.body ?? null);
        if (outgoing?.length !== undefined && isStream(body)) sent['content-length'] = String(outgoing.length);
        return toSigned(request, request.query, sent, body);
      },
      async presign(request, { date, expiresIn = 3600 }) {
        if (!signer.presign) refuseOption('signer cannot presign: it has no function presign');
        const headers = plainHeaders(request);
        const unhoistableHeaders = new Set(Object.keys(headers));
        if (ruleOf(signingService ?? '').presignedPayload) headers['X-Amz-Content-Sha256'] = UNSIGNED_PAYLOAD;
        const settings = { ...names, signingDate: date, expiresIn, unhoistableHeaders };
        const signed = await signer.presign(toSmithy(request, headers), {
          ...settings,
          unsignableHeaders: unsignable(headers),
        });
        return new URL(toSigned(request, writeQuery(signed.query), {}, null).url);
      },
    },
    adoption,
  );
  return toSigner(opened);
}

/** Pieces, which alone ask for it, are never chosen here. */
const NO_CONTEXT = {} as SigningContext;

/** Without what an earlier attempt has left. A hash of bytes is made anew; what else was declared of a body stands. */
function plainHeaders({ headers, source }: ReadRequest): Record<string, string> {
  const kept = [...headers].filter(
    ([name, value]) =>
      !SET_BY_SIGNING.includes(name) || (name === 'x-amz-content-sha256' && (source !== undefined || !isHash(value))),
  );
  return Object.fromEntries(kept);
}

const isMinimal = headerFilter('minimal');

/** What tracers and proxies may change. */
const unsignable = (headers: Record<string, string>) =>
  new Set(Object.keys(headers).filter((name) => !isMinimal(name) && !SET_BY_SIGNING.includes(name.toLowerCase())));

const lowerCase = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const toSigned = (
  request: ReadRequest,
  query: string,
  headers: Record<string, string>,
  body: SignedRequest['body'],
): SignedRequest => ({ method: request.method, url: sentUrl(request, query), headers, body });
