/** The form that the databases of AWS share: a presigned URL of the database itself, without its scheme, as a password. */
import { type PresetOptions, signerFor } from './options';

/** `host/?Action=…&X-Amz-Signature=…`; `host` in lower case, with its port where the database wants it. */
export async function authToken(
  service: string,
  host: string,
  query: Readonly<Record<string, string>>,
  options: PresetOptions,
  expiresIn = 900,
): Promise<string> {
  // Given as a header, since a URL drops the port that is its scheme's own; the token and the signature keep it.
  const request = { url: `https://${host}/?${new URLSearchParams(query)}`, headers: { host } };
  const { search } = await signerFor(service, options).presign(request, { expiresIn, signal: options.signal });
  return `${host}/${search}`;
}
