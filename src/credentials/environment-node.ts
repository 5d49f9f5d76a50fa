/** What the process environment says: keys and region, under the names every AWS tool uses. */
import { SigV4Error } from '../errors';
import type { Credentials } from '../types';

/** Keys from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and `AWS_CREDENTIAL_EXPIRATION`. */
export function environmentCredentials(): Credentials {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION } = process.env;
  if (!AWS_ACCESS_KEY_ID && !AWS_SECRET_ACCESS_KEY) {
    throw new SigV4Error(
      'ERR_SIGV4_NO_CREDENTIALS',
      'No credentials were given and the environment has none. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or pass the "credentials" option.',
    );
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '',
    // Tools unset a token by leaving it empty.
    sessionToken: AWS_SESSION_TOKEN || undefined,
    expiration: AWS_CREDENTIAL_EXPIRATION ? new Date(AWS_CREDENTIAL_EXPIRATION) : undefined,
  };
}

/** `AWS_REGION`, or `AWS_DEFAULT_REGION`. */
export function environmentRegion(): string | undefined {
  return process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || undefined;
}
