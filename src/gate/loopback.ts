/** Names and addresses of this machine alone. */

/** Whether a hostname, as URLs have it, leads to this machine and no other. */
export const isLoopback = (hostname: string): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
