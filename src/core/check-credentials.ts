/** Judges keys before they are signed with. */
import { SigV4Error } from '../errors';
import type { Credentials } from '../types';

const PRINTABLE = /^[\x21-\x7e]+$/;

/** Rejects credentials that no service could accept; says which part is wrong, never what it holds. */
export function checkCredentials(credentials: Credentials): void {
  const { accessKeyId, secretAccessKey, sessionToken = 'none' } = credentials ?? {};
  if (!accessKeyId && !secretAccessKey) {
    throw new SigV4Error(
      'ERR_SIGV4_NO_CREDENTIALS',
      'The credentials have neither an accessKeyId nor a secretAccessKey; give both.',
    );
  }
  for (const [name, value] of Object.entries({ accessKeyId, secretAccessKey, sessionToken })) {
    // An id stands between "=", "/" and "," in the Authorization header.
    if (typeof value === 'string' && PRINTABLE.test(value) && (name !== 'accessKeyId' || !/[,/]/.test(value))) continue;
    const found = !value ? 'missing' : typeof value === 'string' ? 'text that no key is (white space?)' : typeof value;
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_CREDENTIALS',
      `The ${name} is ${found}; give the credentials as they were issued (in the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN).`,
    );
  }
}
