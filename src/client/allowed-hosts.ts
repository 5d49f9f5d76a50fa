/** For which hosts a signer may sign, and for which of them it does so where a redirect leads there. */
import type { OpenEndpoint } from '../endpoint/endpoint';
import { SigV4Error } from '../errors';
import type { ReadRequest } from './request';
import type { SignerOptions } from './signer-options';

/** The rules of one signer. */
export interface HostRules {
  /** Throws `ERR_SIGV4_HOST_NOT_ALLOWED` where there are rules, and none names the URL's host or the Host that is sent. */
  check(request: Pick<ReadRequest, 'url' | 'headers'>): void;
  /** Whether the user names the host: by a rule, or as the endpoint's. Without either none is named, though all are signed for. */
  isNamed(hostname: string): boolean;
}

/** Reads `allowHosts`, which has been checked. What the caller does to the list later lifts no limit. */
export function hostRules(allowHosts: SignerOptions['allowHosts'], endpoint: OpenEndpoint | undefined): HostRules {
  const rules = allowHosts?.slice();
  const isAllowed = (hostname: string) => rules?.some((rule) => isNamedBy(rule, hostname)) ?? false;
  function checkHost(hostname: string): void {
    if (!rules || isAllowed(hostname)) return;
    throw new SigV4Error(
      'ERR_SIGV4_HOST_NOT_ALLOWED',
      `This signer may not sign for the host "${hostname}" (allowHosts).`,
    );
  }
  return {
    check({ url, headers }) {
      checkHost(url.hostname);
      // What is signed is the host of the header.
      const host = headers.get('host') as string;
      if (host !== url.host) checkHost(host.replace(/:\d+$/, '').toLowerCase());
    },
    isNamed: (hostname) => endpoint?.has(hostname) || isAllowed(hostname),
  };
}

function isNamedBy(rule: string | RegExp, hostname: string): boolean {
  // `search` ignores the state that a global pattern keeps between calls.
  if (typeof rule !== 'string') return hostname.search(rule) >= 0;
  const name = rule.toLowerCase();
  return name.startsWith('*.') ? hostname.endsWith(name.slice(1)) : hostname === name;
}
