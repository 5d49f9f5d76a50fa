/** How caches, clusters and their users are called. Source: the service models of ElastiCache and MemoryDB. */
import { checked } from './options';

/** The name of a cache or cluster, in the lower case that AWS keeps it in. Throws `ERR_SIGV4_INVALID_OPTION`. */
export const cacheNameOf = (option: string, value: unknown): string =>
  checked(
    option,
    value,
    /^(?=.{1,40}$)[a-z][a-z\d]*(?:-[a-z\d]+)*$/i,
    'its name, not its endpoint: up to 40 letters, digits and single "-", beginning with a letter',
  ).toLowerCase();

/** Throws `ERR_SIGV4_INVALID_OPTION`. */
export const userIdOf = (value: unknown): string =>
  checked('userId', value, /^[a-z][a-z\d-]*$/i, 'letters, digits and "-", beginning with a letter');
