/** On the web there is no environment to read: a page's keys come from its own sign-in, never from a default. */
import { SigV4Error } from '../errors';
import type { Credentials } from '../types';

export function environmentCredentials(): Credentials {
  throw new SigV4Error(
    'ERR_SIGV4_NO_CREDENTIALS',
    'There are no default credentials on the web; set the option "credentials".',
  );
}

export function environmentRegion(): string | undefined {
  return undefined;
}
