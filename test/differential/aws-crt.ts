/** The second witness: the AWS Common Runtime (aws-c-auth, native code), driven as one of its callers has to. */
import { auth, http } from 'aws-crt';
import type { Credentials } from 'sigv4kit/core';
import { sha256, type Told } from './tell';
import { type Declined, readPresigned, type Testimony } from './witness';

export async function askAwsCrt(told: Told): Promise<Testimony | Declined> {
  const { form, headers, signed, payload, bodyIsHashed, hashHeader } = told;
  const fields = new http.HttpHeaders(headers.map(([name, value]) => [name, value]));
  const request = new http.HttpRequest(told.method, targetOf(told), fields);
  const unsigned = headers.map(([name]) => name.toLowerCase()).filter((name) => !signed.has(name));
  try {
    await auth.aws_sign_request(request, {
      algorithm: auth.AwsSigningAlgorithm.SigV4,
      signature_type:
        form === 'header'
          ? auth.AwsSignatureType.HttpRequestViaHeaders
          : auth.AwsSignatureType.HttpRequestViaQueryParams,
      provider: providerOf(told.credentials),
      region: told.region,
      service: told.service,
      date: told.date,
      ...(unsigned.length > 0 && { header_blacklist: unsigned }),
      use_double_uri_encode: told.doubleEncode,
      should_normalize_uri_path: told.normalize,
      omit_session_token: !told.signToken,
      // It reads bodies as streams only, so it is told the hash; that of no body it finds out itself.
      ...(!(bodyIsHashed && payload === EMPTY) && { signed_body_value: payload }),
      signed_body_header:
        form === 'header' && hashHeader
          ? auth.AwsSignedBodyHeaderType.XAmzContentSha256
          : auth.AwsSignedBodyHeaderType.None,
      ...(form === 'presigned' && { expiration_in_seconds: told.expiresIn }),
    });
  } catch (error) {
    return { declined: error instanceof Error && 'error_name' in error ? String(error.error_name) : String(error) };
  }
  if (form === 'header') {
    const delivered = request.headers.get('Authorization');
    return { signature: delivered.slice(-64), delivered };
  }
  return readPresigned(request.path.slice(request.path.indexOf('?') + 1));
}

const EMPTY = sha256('');

/** The path and query as it reads them. */
export function targetOf({ path, query }: Pick<Told, 'path' | 'query'>): string {
  const target = `${path}${query === '' ? '' : `?${query}`}`;
  // Its URL parser looks at the byte behind the first colon, even where there is none: memory of who knows what.
  if (target.indexOf(':') < target.length - 1) return target;
  return query === '' ? `${target}?` : `${target}&`;
}

const providers = new Map<Credentials, auth.AwsCredentialsProvider>();

function providerOf(credentials: Credentials): auth.AwsCredentialsProvider {
  const known = providers.get(credentials);
  if (known) return known;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const provider = auth.AwsCredentialsProvider.newStatic(accessKeyId, secretAccessKey, sessionToken);
  providers.set(credentials, provider);
  return provider;
}
