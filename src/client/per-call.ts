/** Options for one call alone, over those of the signer that an adapter was made with. */
import { refuseOption } from '../errors';
import type { OpenSigner, Signer } from './open-signer';
import { openSigner, toOpenSigner } from './signer';
import type { SignerOptions } from './signer-options';

/** The options that a call really gives: an undefined one lifts nothing. */
export const given = <T extends object>(aws: T): T =>
  Object.fromEntries(Object.entries(aws).filter(([, value]) => value !== undefined)) as T;

/** Options as they are now, whatever becomes of them. */
export function copyOf<T extends SignerOptions>(options: T | Signer | null | undefined): Partial<T> {
  const { allowHosts, signedHeaders } = (options ?? {}) as SignerOptions;
  return {
    ...options,
    ...(allowHosts && { allowHosts: allowHosts.slice() }),
    ...(typeof signedHeaders === 'object' && { signedHeaders: signedHeaders.slice() }),
  } as Partial<T>;
}

/** Gives the signer of each call: the one of the adapter, or one of the call's own options over the adapter's. */
export function signersOf(shared: Signer | SignerOptions | undefined): (aws?: SignerOptions) => OpenSigner {
  const signer = toOpenSigner(shared);
  // A copy, for the same reason that the signer takes one.
  const options = copyOf(shared);
  const isSigner = typeof shared === 'object' && shared !== null && 'sign' in shared;
  return (aws) => {
    if (aws === undefined || aws === null) return signer;
    if (typeof aws !== 'object') return refuseOption('aws of a call is an object of options');
    if (isSigner)
      return refuseOption(
        'aws of a call goes with options: make the adapter of options, not of a signer, to change some',
      );
    // One clock for all, so that what one call learns helps the others.
    return openSigner({ ...options, ...given(aws) }, aws.now ? undefined : signer.clock);
  };
}
