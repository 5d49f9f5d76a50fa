/** Amazon MemoryDB: a password made of IAM credentials. */
import { authToken } from './auth-token';
import { cacheNameOf, userIdOf } from './cache-names';
import type { PresetOptions } from './options';

/** Which cluster, and as whom. */
export interface MemoryDbAuthTokenOptions extends PresetOptions {
  /** The name of the cluster, not its endpoint; in any case. */
  readonly clusterName: string;
  /** The name of the IAM-enabled user. */
  readonly userId: string;
  /** Where the cluster is. Default: `AWS_REGION` or `AWS_DEFAULT_REGION` on Node; the name does not say. */
  readonly region?: string | undefined;
}

/**
 * A password for `AUTH` or `HELLO` of Amazon MemoryDB (Valkey, or Redis OSS 7.0 and later, with TLS). It is good for 900
 * seconds, or until the credentials end.
 *
 * Rejects with `ERR_SIGV4_INVALID_OPTION`, `ERR_SIGV4_NO_REGION`, and as `presign` of a signer does.
 *
 * The rule: https://docs.aws.amazon.com/memorydb/latest/devguide/auth-iam.html
 *
 * @example
 * const password = await memoryDbAuthToken({ clusterName: 'cluster-01', userId: 'app', region: 'us-east-1' });
 */
export async function memoryDbAuthToken(options: MemoryDbAuthTokenOptions): Promise<string> {
  const clusterName = cacheNameOf('clusterName', options?.clusterName);
  return authToken('memorydb', clusterName, { Action: 'connect', User: userIdOf(options.userId) }, options);
}
