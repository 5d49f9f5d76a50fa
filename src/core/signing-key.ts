/**
 * Signing keys, derived once for each credentials, day, region and service, and kept in a bounded cache. The secret is
 * never a key of the cache: entries are found by a keyed hash of it.
 */
import { hash } from '#hash';
import { SigV4Error } from '../errors';
import type { MaybePromise } from '../hash/port';
import type { Credentials } from '../types';
import { checkCredentials } from './check-credentials';

type HmacKey = Awaited<ReturnType<typeof hash.deriveKey>>;

export interface SigningKey {
  /** `20150830/us-east-1/service/aws4_request` */
  readonly scope: string;
  readonly key: HmacKey;
}

/** What was last derived from a credentials object; dropped with the object. */
interface Memo {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signingKey: SigningKey;
}

const MAX_KEYS = 256;
const memos = new WeakMap<Credentials, Memo>();
const keys = new Map<string, SigningKey>();

/** The signing key for one day (`20150830`) of a region and service. Rejects credentials, regions and services that cannot be signed with. */
export function signingKey(
  credentials: Credentials,
  day: string,
  region: string,
  service: string,
): MaybePromise<SigningKey> {
  const memo = memos.get(credentials);
  if (
    memo !== undefined &&
    memo.day === day &&
    memo.service === service &&
    memo.region === region &&
    // A caller may have changed the object since.
    memo.secretAccessKey === credentials.secretAccessKey &&
    memo.accessKeyId === credentials.accessKeyId &&
    memo.sessionToken === credentials.sessionToken
  ) {
    return memo.signingKey;
  }
  return deriveOrFind(credentials, day, region, service);
}

async function deriveOrFind(
  credentials: Credentials,
  day: string,
  region: string,
  service: string,
): Promise<SigningKey> {
  checkCredentials(credentials);
  checkScopePart('region', region);
  checkScopePart('service', service);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const scope = `${day}/${region}/${service}/aws4_request`;
  const fingerprint = await hash.hmac(await hash.deriveKey(secretAccessKey, ['sigv4kit']), accessKeyId);
  const id = `${fingerprint}/${scope}`;
  let found = keys.get(id);
  if (found) keys.delete(id);
  else found = { scope, key: await hash.deriveKey(`AWS4${secretAccessKey}`, [day, region, service, 'aws4_request']) };
  // Most recently used last; the first is the one to give up.
  keys.set(id, found);
  if (keys.size > MAX_KEYS) keys.delete(keys.keys().next().value as string);
  memos.set(credentials, { accessKeyId, secretAccessKey, sessionToken, day, region, service, signingKey: found });
  return found;
}

const SCOPE_PART = /^[\w.-]+$/;

function checkScopePart(name: 'region' | 'service', value: unknown): void {
  if (!value)
    throw new SigV4Error(
      name === 'region' ? 'ERR_SIGV4_NO_REGION' : 'ERR_SIGV4_NO_SERVICE',
      `There is no ${name} to sign for; give one.`,
    );
  if (typeof value !== 'string' || !SCOPE_PART.test(value))
    throw new SigV4Error('ERR_SIGV4_INVALID_OPTION', `The ${name} is not a name of letters, digits and "-".`);
}
