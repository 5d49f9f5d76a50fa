/** Amazon EKS: a bearer token for the Kubernetes API. */
import { partitionOf } from '../endpoint/partitions';
import { checked, type RegionalOptions, regionOf, signerFor } from './options';

/** Which cluster. */
export interface EksTokenOptions extends RegionalOptions {
  /** 1 to 100 letters, digits, `-` and `_`, in the case of the cluster. */
  readonly clusterName: string;
}

const CLUSTER = 'x-k8s-aws-id';

/**
 * A bearer token for the Kubernetes API of an Amazon EKS cluster: a call of STS that EKS makes in your name, with the
 * cluster's name signed, so that no other cluster can use it. Take a fresh one after 14 minutes: the call is signed for 60
 * seconds, which is what authenticators ask for, but STS takes it for 15 minutes from its date, or until the credentials end.
 *
 * Rejects with `ERR_SIGV4_INVALID_OPTION`, and as `presign` of a signer does.
 *
 * The rule: https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go
 *
 * @example
 * const authorization = `Bearer ${await eksToken({ clusterName: 'production', region: 'eu-west-1' })}`;
 */
export async function eksToken(options: EksTokenOptions): Promise<string> {
  const says = '1 to 100 letters, digits, "-" and "_", beginning with a letter or digit';
  const clusterName = checked('clusterName', options?.clusterName, /^[a-z\d][\w-]{0,99}$/i, says);
  const region = regionOf(options);
  const url = `https://sts.${region}.${partitionOf(region).domain}/?Action=GetCallerIdentity&Version=2011-06-15`;
  const request = { url, headers: { [CLUSTER]: clusterName } };
  const signed = await signerFor('sts', options, [CLUSTER]).presign(request, { expiresIn: 60, signal: options.signal });
  return `k8s-aws-v1.${btoa(signed.href).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}
