/** The `fetch` functions that sign: nothing may send through one that gets keys for it, or signs already. */
import { SigV4Error } from '../errors';

export const signingFetches = new WeakSet<object>();

/** What sends: the one given, or the global `fetch`. Throws `ERR_SIGV4_INVALID_OPTION` for one that is none, or signs itself. */
export function senderOf(given: typeof fetch | undefined): typeof fetch {
  const send = given ?? globalThis.fetch;
  if (typeof send === 'function' && !signingFetches.has(send)) return send;
  throw new SigV4Error(
    'ERR_SIGV4_INVALID_OPTION',
    'The fetch to send with is no function, or signs itself; set the option "fetch".',
  );
}
