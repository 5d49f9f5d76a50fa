/** The URL that a call is sent on to. */
import type { MethodCall } from '../method-call';
import { PARAMETER, TEMPLATE } from './proxy-template';

/** Escaped, but for what a segment of a path may hold as it is. */
const encodePart = (text: string): string =>
  encodeURIComponent(text).replace(/%(?:40|3A|24|2C|3B|2B|3D|26)/gi, (found) => decodeURIComponent(found));

/**
 * The integration's URL, in which `{name}` is the path parameter of that name; a slash stays one where the parameter is the
 * rest of the path. The query of the call goes behind that of the URL, without a signature, which is for API Gateway alone.
 * Throws where a value would lead out of the path. Unconfirmed: what AWS makes of such a value, and of such a signature.
 */
export function proxyUrl(template: string, { arrival, resource, parameters }: MethodCall): URL {
  const [, origin = '', path = '/', search = ''] = TEMPLATE.exec(template) ?? [];
  const given = (name: string) => (Object.hasOwn(parameters, name) ? (parameters[name] as string) : '');
  const filledPath = path.replace(PARAMETER, (_, name: string) => {
    const isRest = resource.includes(`{${name}+}`);
    const parts = isRest ? given(name).split('/') : [given(name)];
    // A URL would resolve them, and the call would go where no policy let it.
    if (parts.some((part) => part === '.' || part === '..')) throw new TypeError('A path parameter is a dot segment.');
    return parts.map(encodePart).join('/');
  });
  const filledSearch = search.replace(PARAMETER, (_, name: string) => encodeURIComponent(given(name)));
  const query = withoutSignature(arrival.request.query);
  const whole = query === '' ? filledSearch : `${filledSearch === '' ? '?' : `${filledSearch}&`}${query}`;
  return new URL(`${origin}${filledPath}${whole}`);
}

const SIGNING = /^X-Amz-(?:Algorithm|Content-Sha256|Credential|Date|Expires|Security-Token|Signature|SignedHeaders)$/;

/** The parameters that are none of a presigned URL, as they were sent. */
function withoutSignature(query: string): string {
  const kept = query.split('&').filter((piece) => {
    const [[name] = ['']] = new URLSearchParams(piece);
    return !SIGNING.test(name);
  });
  return kept.join('&');
}
