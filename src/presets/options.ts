/**
 * What every preset takes beside its own parameters, and the checks they share. No value that a caller gave is in a
 * message: what was pasted into the wrong option may be a secret.
 */
import type { Signer, SignOptions } from '../client/open-signer';
import { createSigner } from '../client/signer';
import type { SignerOptions } from '../client/signer-options';
import { refuseOption } from '../errors';
import type { SignedHeadersPolicy } from '../types';

/** Who signs, for which region and when: the same for every preset. */
export interface PresetOptions extends SignOptions {
  /** Keys, or a function that gives them, as for a signer. Default on Node: the environment, then the default chain of the AWS SDK. */
  readonly credentials?: SignerOptions['credentials'];
  /** Default: read from the hostname; for hosts that do not say, `AWS_REGION` or `AWS_DEFAULT_REGION` on Node. */
  readonly region?: string | undefined;
  /** The clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: SignerOptions['now'];
}

/** The same where the address is made of the region. */
export interface RegionalOptions extends PresetOptions {
  /** As `us-east-1`. */
  readonly region: string;
}

/** A signer for one service. Throws `ERR_SIGV4_INVALID_OPTION`. */
export function signerFor(service: string, options: PresetOptions, signedHeaders?: SignedHeadersPolicy): Signer {
  const { credentials, now } = options;
  const region = options.region === undefined ? undefined : regionOf(options);
  return createSigner({ credentials, region, service, now, signedHeaders });
}

/** The region, which must be given. Throws `ERR_SIGV4_INVALID_OPTION`. */
export const regionOf = ({ region }: PresetOptions): string =>
  checked('region', region, /^[a-z\d]+(?:-[a-z\d]+)+$/, 'the name of a region, as us-east-1');

/** A bare name of a host, in the lower case that is signed. Throws `ERR_SIGV4_INVALID_OPTION`. */
export const hostnameOf = (option: string, value: unknown): string =>
  checked(
    option,
    value,
    /^(?=.{1,253}$)(?:[a-z\d_-]+\.)*[a-z\d_-]+$/i,
    'a host name alone, without scheme, port and path',
  ).toLowerCase();

/** The value, where it is text that matches. Throws `ERR_SIGV4_INVALID_OPTION`. */
export function checked(option: string, value: unknown, pattern: RegExp, says: string): string {
  return typeof value === 'string' && pattern.test(value) ? value : refuse(option, says);
}

/** Says what an option must be. */
export function refuse(option: string, says: string): never {
  refuseOption(`${option} must be ${says}`);
}
