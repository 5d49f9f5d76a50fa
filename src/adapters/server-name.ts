/** The name that a certificate is asked for: the URL's, whatever Host is sent. */

/** For TLS beside a Host of its own, which Node would take for it. Empty for an address, which is no name. */
export const serverNameOf = (hostname: string): string => (/^[\d.]+$|^\[/.test(hostname) ? '' : hostname);
