/** Options for one call alone, over those of the signer that an adapter was made with. */
import { refuseOption } from '../errors';
import { isSigner, type OpenSigner, type Signer } from './open-signer';
import { openSigner, toOpenSigner } from './signer';
import type { SignerOptions } from './signer-options';

/** The options that are really given: an undefined one lifts nothing. */
export const withoutUndefined = <T extends object>(options: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;

/** Options as they are now, whatever becomes of them. */
export function copyOf<T extends SignerOptions>(options: T | Signer | null | undefined): Partial<T> {
  const { allowHosts, signedHeaders } = (options ?? {}) as SignerOptions;
  return {
    ...options,
    ...(Array.isArray(allowHosts) && { allowHosts: allowHosts.slice() }),
    ...(Array.isArray(signedHeaders) && { signedHeaders: signedHeaders.slice() }),
  } as Partial<T>;
}

/** Gives the signer of each call: the one of the adapter, or one of the call's own options over the adapter's. */
export function signersOf(shared: Signer | SignerOptions | undefined): (aws?: SignerOptions) => OpenSigner {
  const signer = toOpenSigner(shared);
  // A copy, for the same reason that the signer takes one.
  const options = copyOf(shared);
  return (aws) => {
    if (aws === undefined || aws === null) return signer;
    if (typeof aws !== 'object') return refuseOption('aws of a call is an object of options');
    if (isSigner(shared))
      return refuseOption(
        'aws of a call goes with options: make the adapter of options, not of a signer, to change some',
      );
    // One clock for all, so that what one call learns helps the others.
    return openSigner({ ...options, ...withoutUndefined(aws) }, aws.now ? undefined : signer.clock);
  };
}
