/** Which names lead to a gate, and the certificates it shows for them. */
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { isAwsHost, withoutLoopback } from '../aws-hosts';
import type { Authority } from './certificates';

/** What a TLS server asks. */
export interface Names extends SecureContextOptions {
  SNICallback(name: string, tell: (error: Error | null, context?: SecureContext) => void): void;
}

/** How many names are kept with their certificates; the oldest goes first. */
const MAX_KEPT = 1_000;

/** Whether a host (lower-case, without port) leads to a gate: AWS's, and the custom domain names of its world. */
export const leadsBy =
  (domains: { has(name: string): boolean }) =>
  (host: string): boolean => {
    const name = host.replace(/\.$/, '');
    return isAwsHost(name) || domains.has(name);
  };

/** Certificates for the names that lead to a gate, made when they are asked for, and for the address it listens on. */
export async function certify(
  authority: Authority,
  addresses: readonly string[],
  leads: (host: string) => boolean,
): Promise<Names> {
  const kept = new Map<string, Promise<SecureContext>>();

  function contextFor(name: string): Promise<SecureContext> {
    const made = kept.get(name) ?? authority.issue([name]).then(createSecureContext);
    kept.delete(name);
    kept.set(name, made);
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    return made;
  }

  return {
    ...(await authority.issue(['localhost', ...addresses])),
    SNICallback(servername, tell) {
      const name = servername.toLowerCase();
      // Any other is shown the certificate of the address, which its client will not take for that name.
      if (!leads(withoutLoopback(name)) || !/^[\w.-]{1,253}$/.test(name)) return tell(null);
      contextFor(name).then((context) => tell(null, context), tell);
    },
  };
}
