/** The `HttpRequest` of the AWS SDK and of Smithy, read into our request and made of it. What of theirs is imported is so here. */
import { HttpRequest, type IHttpRequest } from '@smithy/protocol-http';
import type { SignatureV4 } from '@smithy/signature-v4';
import { readBody } from '../client/body';
import type { OpenSigner } from '../client/open-signer';
import type { ReadRequest } from '../client/request';
import { encodeQuery, joinQuery } from '../core/canonical-request';
import { readHeaders } from '../core/header-fields';
import { encodeText } from '../core/percent-encoding';
import { SigV4Error } from '../errors';

export { moveHeadersToQuery } from '@smithy/signature-v4';
export { HttpRequest, type IHttpRequest };

type QueryBag = NonNullable<IHttpRequest['query']>;

/** What an SDK may say of one signature: date, region, service, and the headers that are or are not signed. */
export type SmithySigningArguments = Omit<
  SmithyPresigningArguments,
  'expiresIn' | 'unhoistableHeaders' | 'hoistableHeaders'
>;
/** The same of a presigned request. */
export type SmithyPresigningArguments = NonNullable<Parameters<SignatureV4['presign']>[1]>;

/** Reads a request as it will go out: the path as it is, the query as the SDK's handlers write it, to the signer's endpoint. */
export async function readSmithy(request: IHttpRequest, signer: Pick<OpenSigner, 'read'>): Promise<ReadRequest> {
  const { method, path = '/', query, username, password } = request;
  if (username || password) {
    throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'The request to sign has a user name or password; remove them.');
  }
  const given = urlOf(request);
  const sent = readHeaders(Object.entries(request.headers ?? {}).filter(([, value]) => value !== undefined));
  // The SDK's own Host is that of the host it names, which may not be where the call goes.
  if (sent.get('host') === given.host) sent.delete('host');
  const { url, headers, endpoint } = await signer.read({ url: given, headers: [...sent] });
  const { body, source } = await readBody(request.body);
  return {
    method,
    url,
    givenUrl: url,
    path: path.startsWith('/') ? path : `/${path}`,
    query: writeQuery(query),
    headers,
    body,
    source,
    // The SDK counts for itself; with a count some bodies would be cut into pieces, which it does by itself too.
    givenLength: undefined,
    endpoint,
  };
}

function urlOf({ protocol = 'https:', hostname, port }: IHttpRequest): URL {
  const text = `${protocol}//${hostname}${port ? `:${port}` : ''}`;
  if (typeof hostname === 'string' && hostname && URL.canParse(text)) return new URL(text);
  throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'The request to sign has no hostname that a URL can have.');
}

/** As the SDK's handlers send it: `null` is a name alone, a list gives its name several times. */
export function writeQuery(query: QueryBag | undefined): string {
  const parts: string[] = [];
  for (const [name, given] of Object.entries(query ?? {})) {
    for (const value of Array.isArray(given) ? given : [given]) {
      if (value === undefined) continue;
      parts.push(value === null ? encodeText(name) : `${encodeText(name)}=${encodeText(String(value))}`);
    }
  }
  return parts.join('&');
}

/** The other way; the names and values of the query have their escapes undone. */
export function readQuery(query: string): QueryBag {
  const bag: QueryBag = {};
  for (const [name, value] of encodeQuery(query).map((parameter) => parameter.map(decode) as [string, string])) {
    const before = Object.hasOwn(bag, name) ? bag[name] : undefined;
    const all = before === undefined || before === null ? value : [before, value].flat();
    // Plain setting would set the prototype.
    Object.defineProperty(bag, name, { value: all, enumerable: true, writable: true, configurable: true });
  }
  return bag;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'The query holds escapes that are no UTF-8, which no SDK can sign.');
  }
}

/** A request of ours, read; with what its body is hashed to where that is known already. */
export function toSmithy(request: ReadRequest, headers: Record<string, string>): HttpRequest {
  const { method, url, path, query, body } = request;
  if (/(?:^|&)__proto__=/.test(joinQuery(encodeQuery(query)))) {
    throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'The query has a parameter "__proto__", which no SDK can sign.');
  }
  const { protocol, hostname, port } = url;
  const bag = readQuery(query);
  return new HttpRequest({
    method,
    protocol,
    hostname,
    ...(port && { port: Number(port) }),
    path,
    query: bag,
    headers,
    body,
  });
}
