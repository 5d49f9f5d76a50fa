/**
 * Which headers of a request a signature covers. The default is as few as AWS allows, so that what tracers, proxies and
 * HTTP clients add or rewrite on the way does not break it.
 */
import { SigV4Error } from '../errors';
import type { SignedHeadersPolicy } from '../types';

/** Set by signing itself; what an earlier attempt left of them is replaced, whatever its case. */
export const SET_BY_SIGNING = ['authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'];

/** Hops on the way add, drop or rewrite these; no signature can cover them. */
const NEVER =
  /^(?:authorization|connection|expect|keep-alive|te|trailer|transfer-encoding|upgrade|user-agent|x-amzn-trace-id|proxy-.*|sec-.*)$/;
const MINIMAL = /^(?:host|content-type|content-md5|x-apigw-api-id|x-amz-.*)$/;
const REQUIRED = /^(?:host|x-amz-.*)$/;

const minimal = (name: string) => MINIMAL.test(name) && !SET_BY_SIGNING.includes(name);
const all = (name: string) => !NEVER.test(name) && !SET_BY_SIGNING.includes(name);

/** The question "is this lower-case header signed?" for a policy. Rejects a list that names what cannot be signed. */
export function headerFilter(policy: SignedHeadersPolicy | undefined): (name: string) => boolean {
  if (policy === undefined || policy === 'minimal') return minimal;
  if (policy === 'all') return all;
  if (!Array.isArray(policy) || !policy.every((name) => typeof name === 'string')) {
    throw new SigV4Error('ERR_SIGV4_INVALID_OPTION', "signedHeaders must be 'minimal', 'all' or a list of names.");
  }
  const named = new Set(policy.map((name) => name.toLowerCase()));
  for (const name of named) {
    if (NEVER.test(name))
      throw new SigV4Error(
        'ERR_SIGV4_INVALID_OPTION',
        `signedHeaders names "${name}", which hops change; leave it out.`,
      );
  }
  return (name) => (named.has(name) || REQUIRED.test(name)) && !SET_BY_SIGNING.includes(name);
}

/** The policy with more headers; of those that no signature can cover nothing is said. */
export function withHeaders(policy: SignedHeadersPolicy = 'minimal', names: readonly string[]): SignedHeadersPolicy {
  if (policy === 'all') return policy;
  const before = policy === 'minimal' ? ['content-type', 'content-md5', 'x-apigw-api-id'] : (policy as string[]);
  return [...before, ...names.filter((name) => !NEVER.test(name))];
}
