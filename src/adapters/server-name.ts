/** The name that a certificate is asked for: the URL's, whatever Host is sent. */

/** For TLS beside a Host of its own, which Node would take for it. Empty for an address, which is no name. */
export function serverNameOf(url: string): string {
  const { hostname } = new URL(url);
  return /^[\d.]+$|^\[/.test(hostname) ? '' : hostname;
}
