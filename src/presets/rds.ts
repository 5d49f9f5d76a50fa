/** Amazon RDS and Aurora: a password made of IAM credentials. */
import { authToken } from './auth-token';
import { checked, hostnameOf, type PresetOptions, refuse } from './options';

/** Which database, and as whom. */
export interface RdsAuthTokenOptions extends PresetOptions {
  /** The endpoint of the instance, cluster or proxy, without scheme and port. RDS knows no other name, no CNAME of yours. */
  readonly hostname: string;
  /** 1 to 65535; 3306 for MySQL and MariaDB, 5432 for PostgreSQL unless set otherwise. */
  readonly port: number;
  /** The database user who may sign in with IAM; as in the database, in its case. */
  readonly username: string;
}

/**
 * A password for Amazon RDS, Aurora or RDS Proxy, in place of a stored one. Ask for a fresh one for each connection:
 * it opens connections for 900 seconds, or until the credentials end, and a connection that is open stays open. The
 * connection must use TLS.
 *
 * Rejects with `ERR_SIGV4_INVALID_OPTION`, and as `presign` of a signer does.
 *
 * The rule: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html and
 * `generate_db_auth_token` of botocore's signers.py.
 *
 * @example
 * const password = await rdsAuthToken({
 *   hostname: 'orders.abc123.eu-west-1.rds.amazonaws.com',
 *   port: 5432,
 *   username: 'app',
 * });
 */
export async function rdsAuthToken(options: RdsAuthTokenOptions): Promise<string> {
  const hostname = hostnameOf('hostname', options?.hostname);
  const { port } = options;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) refuse('port', 'a whole number from 1 to 65535');
  const username = checked('username', options.username, /^[^\p{Cc}\p{Cs}]+$/u, 'a name without control characters');
  return authToken('rds-db', `${hostname}:${port}`, { Action: 'connect', DBUser: username }, options);
}
