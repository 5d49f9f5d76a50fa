/** What the process environment says, under the names every AWS tool uses. */
import { SigV4Error } from '../errors';
import type { Credentials } from '../types';
import type { CachedCredentialProvider } from './cached-provider';
import { defaultChain } from './default-chain';

/**
 * Keys from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and `AWS_CREDENTIAL_EXPIRATION`, as they are,
 * without loading anything; where there are none, or `AWS_PROFILE` names others, the default chain.
 */
export function defaultCredentials(): Credentials | CachedCredentialProvider {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION, AWS_PROFILE } =
    process.env;
  if (AWS_PROFILE || (!AWS_ACCESS_KEY_ID && !AWS_SECRET_ACCESS_KEY)) return defaultChain(AWS_PROFILE ?? '');
  return {
    accessKeyId: AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '',
    // Tools unset a token by leaving it empty.
    sessionToken: AWS_SESSION_TOKEN || undefined,
    expiration: AWS_CREDENTIAL_EXPIRATION ? new Date(AWS_CREDENTIAL_EXPIRATION) : undefined,
  };
}

/** The variables that decide whose keys the defaults are. */
const OF_KEYS =
  'AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SHARED_CREDENTIALS_FILE AWS_CONFIG_FILE AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI HOME'.split(
    ' ',
  );

/** What stands for whose keys the defaults are now; holds secrets, so never to be shown. */
export const defaultName = (): string => JSON.stringify(OF_KEYS.map((name) => process.env[name] ?? null));

/** A variable of the environment; undefined when it is not set or empty. */
export function variable(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** The text of a file that another program may replace at any time, so read again for each use. */
export async function readTextFile(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return (await readFile(path, 'utf8')).trim();
}

type Command = new (input: unknown) => unknown;

/** The command that an STS client of the AWS SDK is sent. */
export async function loadAssumeRoleCommand(): Promise<Command> {
  try {
    // Who has a client has its package; nobody else need have it, so bundlers are told to let it be.
    const { AssumeRoleCommand } = await import(/* webpackIgnore: true */ /* @vite-ignore */ '@aws-sdk/client-sts');
    return AssumeRoleCommand as unknown as Command;
  } catch (cause) {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_OPTION',
      'The option client needs the package @aws-sdk/client-sts; install it.',
      { cause },
    );
  }
}
