/**
 * The credentials of one request: read once, checked, frozen. A caller who changes or rotates the object in mid-flight
 * cannot mix the parts of two key pairs, and who prints it does not print the keys.
 */
import { SigV4Error } from '../errors';
import type { Credentials } from '../types';

/** Credentials that do not change. Printed, or turned into JSON, they show neither secret nor token; their fields do. */
export interface CredentialSnapshot extends Credentials {
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

const inspect = Symbol.for('nodejs.util.inspect.custom');
const toPrintable = ({ accessKeyId, expiration }: Credentials) => ({ accessKeyId, expiration });
const PROTOTYPE = Object.defineProperties(
  {},
  {
    toJSON: {
      value(this: Credentials) {
        return toPrintable(this);
      },
    },
    [inspect]: {
      value(this: Credentials) {
        return toPrintable(this);
      },
    },
  },
);

/** Reads credentials whose text is checked where they are signed with. */
export function toSnapshot(given: Credentials): CredentialSnapshot {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = given ?? {};
  const expiresAt = timeOf(expiration);
  if (expiresAt !== undefined && !(expiresAt >= 0)) {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_CREDENTIALS',
      'The expiration of the credentials is not a valid Date; make one of a text with new Date().',
    );
  }
  const snapshot = Object.create(PROTOTYPE);
  snapshot.accessKeyId = accessKeyId;
  snapshot.secretAccessKey = secretAccessKey;
  snapshot.sessionToken = sessionToken;
  // A Date can be changed even where it cannot be replaced.
  snapshot.expiration = expiresAt === undefined ? undefined : new Date(expiresAt);
  // The AWS SDK notes in keys that it is given where they came from.
  Object.defineProperty(snapshot, '$source', { value: {} });
  return Object.freeze(snapshot);
}

/** Milliseconds of a Date, also of another realm; undefined where there is none, NaN for what is no Date. */
function timeOf(expiration: unknown): number | undefined {
  if (expiration === undefined || expiration === null) return undefined;
  const isDate = Object.prototype.toString.call(expiration) === '[object Date]';
  return isDate ? Date.prototype.getTime.call(expiration) : Number.NaN;
}

/** True when both are the same keys, good until the same moment. */
export function isSame(a: Credentials, b: Credentials): boolean {
  return (
    a.secretAccessKey === b.secretAccessKey &&
    a.accessKeyId === b.accessKeyId &&
    a.sessionToken === b.sessionToken &&
    timeOf(a.expiration) === timeOf(b.expiration)
  );
}

/**
 * One half of a pair never changes without the other, and a token belongs to one pair. A rejected pair may have been such a
 * half: its id may come again with the secret that is its own.
 */
export function isTorn(
  given: CredentialSnapshot,
  last: CredentialSnapshot | undefined,
  isLastRejected: boolean,
): boolean {
  if (!given.accessKeyId !== !given.secretAccessKey) return true;
  if (!last) return false;
  const isSameSecret = given.secretAccessKey === last.secretAccessKey;
  if (given.accessKeyId === last.accessKeyId) return !isSameSecret && !isLastRejected;
  return isSameSecret || (given.sessionToken !== undefined && given.sessionToken === last.sessionToken);
}

/** The same keys; throws `ERR_SIGV4_EXPIRED_CREDENTIALS` once they have ended. */
export function unexpired(credentials: CredentialSnapshot, now: number): CredentialSnapshot {
  const { expiration } = credentials;
  if (expiration && !(expiration.getTime() > now)) {
    throw new SigV4Error(
      'ERR_SIGV4_EXPIRED_CREDENTIALS',
      `The credentials expired at ${expiration.toISOString()}; get fresh ones, and check the clock of this machine.`,
    );
  }
  return credentials;
}
