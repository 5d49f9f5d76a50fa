/** Amazon ElastiCache: a password made of IAM credentials. */
import { authToken } from './auth-token';
import { cacheNameOf, userIdOf } from './cache-names';
import type { PresetOptions } from './options';

/** Which cache, and as whom. */
export interface ElastiCacheAuthTokenOptions extends PresetOptions {
  /** The name of the serverless cache, or the id of the replication group; not its endpoint. In any case: AWS keeps it in lower case. */
  readonly cacheName: string;
  /** The IAM-enabled user; its id and its name are the same. */
  readonly userId: string;
  /** Where the cache is. Default: `AWS_REGION` or `AWS_DEFAULT_REGION` on Node; the name does not say. */
  readonly region?: string | undefined;
  /** The cache is serverless. Default false. */
  readonly serverless?: boolean | undefined;
}

/**
 * A password for `AUTH` or `HELLO` of Amazon ElastiCache (Valkey 7.2, Redis OSS 7.0 and later, with TLS). It is good for
 * 900 seconds, or until the credentials end. ElastiCache closes the connection after 12 hours, unless a fresh token is
 * sent on it.
 *
 * Rejects with `ERR_SIGV4_INVALID_OPTION`, `ERR_SIGV4_NO_REGION`, and as `presign` of a signer does.
 *
 * The rule: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
 *
 * @example
 * const password = await elastiCacheAuthToken({ cacheName: 'cache-01', userId: 'app', region: 'us-east-1', serverless: true });
 */
export async function elastiCacheAuthToken(options: ElastiCacheAuthTokenOptions): Promise<string> {
  const cacheName = cacheNameOf('cacheName', options?.cacheName);
  const query = { Action: 'connect', User: userIdOf(options.userId) };
  const whole = options.serverless ? { ...query, ResourceType: 'ServerlessCache' } : query;
  return authToken('elasticache', cacheName, whole, options);
}
