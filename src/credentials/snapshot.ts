/**
 * The credentials of one request: read once, checked, frozen. A caller who changes or rotates the object in mid-flight
 * cannot mix the parts of two key pairs.
 */
import { environmentCredentials } from '#environment';
import { SigV4Error } from '../errors';
import type { CredentialProvider, Credentials } from '../types';

/** A function that gives the snapshot to sign with at `now` (milliseconds), from keys, a provider, or the environment. */
export function credentialSource(
  source: Credentials | CredentialProvider | undefined,
): (now: number) => Credentials | Promise<Credentials> {
  const freeze = freezer();
  if (typeof source === 'function') return async () => freeze(await ask(source));
  if (source === undefined) return (now) => unexpired(freeze(environmentCredentials()), now);
  return (now) => unexpired(freeze(source), now);
}

async function ask(provider: CredentialProvider): Promise<Credentials> {
  try {
    return await provider();
  } catch (cause) {
    throw new SigV4Error('ERR_SIGV4_NO_CREDENTIALS', 'The credential provider failed; see the cause.', {
      cause,
    });
  }
}

/** Equal keys give the same object again, so that what is kept for a snapshot (its signing key) is found. */
function freezer(): (credentials: Credentials) => Credentials {
  let last: Credentials | undefined;
  return (given) => {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = given ?? {};
    if (
      !last ||
      last.secretAccessKey !== secretAccessKey ||
      last.accessKeyId !== accessKeyId ||
      last.sessionToken !== sessionToken ||
      last.expiration?.getTime() !== expiration?.getTime?.()
    ) {
      if (expiration && !(expiration instanceof Date && expiration.getTime() >= 0)) {
        throw new SigV4Error(
          'ERR_SIGV4_INVALID_CREDENTIALS',
          'The expiration of the credentials is not a valid Date; make one of a text with new Date().',
        );
      }
      last = Object.freeze({ accessKeyId, secretAccessKey, sessionToken, expiration });
    }
    return last;
  };
}

function unexpired(credentials: Credentials, now: number): Credentials {
  const { expiration } = credentials;
  if (expiration && expiration.getTime() <= now) {
    throw new SigV4Error(
      'ERR_SIGV4_EXPIRED_CREDENTIALS',
      `The credentials expired at ${expiration.toISOString()}; get fresh ones.`,
    );
  }
  return credentials;
}
