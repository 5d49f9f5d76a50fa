/** Keys in the options of a call, which clients keep in what they print, log and put into errors: a function hides them there. */
import type { SignerOptions } from '../client/signer-options';
import type { CredentialProvider, Credentials } from '../types';

const covered = new WeakMap<CredentialProvider, Credentials>();

/** The same options, with keys that lie open put into a function. */
export function coverKeys<T extends SignerOptions>(aws: T): T {
  const credentials = aws?.credentials;
  if (typeof credentials !== 'object' || credentials === null) return aws;
  const give = async () => credentials;
  covered.set(give, credentials);
  return { ...aws, credentials: give };
}

/** As they were given. */
export function uncoverKeys<T extends SignerOptions>(aws: T): T {
  const { credentials } = aws;
  const open = typeof credentials === 'function' ? covered.get(credentials) : undefined;
  return open ? { ...aws, credentials: open } : aws;
}
