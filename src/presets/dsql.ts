/** Amazon Aurora DSQL: a password made of IAM credentials. */
import { authToken } from './auth-token';
import { hostnameOf, type PresetOptions } from './options';

/** Which cluster, and as whom. */
export interface DsqlAuthTokenOptions extends PresetOptions {
  /** The endpoint of the cluster, without scheme and port. */
  readonly hostname: string;
  /** For the user `admin`, which the action `dsql:DbConnectAdmin` allows. Default false: for a role of your own (`dsql:DbConnect`). */
  readonly admin?: boolean | undefined;
  /** Seconds the token opens connections, 1 to 604800. Default 900. */
  readonly expiresIn?: number | undefined;
}

/**
 * A password for Amazon Aurora DSQL. It opens connections for `expiresIn` seconds, or until the credentials end; a
 * connection that is open stays open.
 *
 * Rejects with `ERR_SIGV4_INVALID_OPTION` and `ERR_SIGV4_INVALID_EXPIRES`, and as `presign` of a signer does.
 *
 * The rule: https://docs.aws.amazon.com/aurora-dsql/latest/userguide/SECTION_authentication-token.html and
 * `dsql_generate_db_connect_auth_token` of botocore's signers.py.
 *
 * @example
 * const password = await dsqlAuthToken({ hostname: 'abc0def1.dsql.us-east-1.on.aws', admin: true });
 */
export async function dsqlAuthToken(options: DsqlAuthTokenOptions): Promise<string> {
  const hostname = hostnameOf('hostname', options?.hostname);
  const Action = options.admin ? 'DbConnectAdmin' : 'DbConnect';
  return authToken('dsql', hostname, { Action }, options, options.expiresIn);
}
