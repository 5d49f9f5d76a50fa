/** The ways by which code in this process reaches a gate, from any standpoint, and the end of them all. */
import { SigV4Error } from '../../errors';
import { gateFetch } from '../gate-fetch';
import type { Standpoint } from '../world/world';
import { createDispatcher } from './dispatcher';
import type { GateDispatcher } from './gate-dispatcher';
import { checkStandpoint, formatStandpoint } from './gate-headers';
import { intercept } from './intercept';
import type { Lead } from './lead';

/**
 * Ways to a gate for code that calls real AWS hostnames and addresses, and custom domain names of the world: those lead to
 * the gate, all others where they say. None of them speaks HTTP/2.
 */
export interface Ways {
  /** As the global one, which it sends with. Cannot set Host, as that cannot. */
  readonly fetch: typeof fetch;
  /**
   * A dispatcher for the package undici, versions 6 to 8, which must be installed: for `request`, `fetch` and the rest, as
   * their option or by `setGlobalDispatcher`. A Host header of the caller's own is kept. Node's own `fetch` takes one of the
   * version of undici that Node has in it, and may not take another's: use {@link Ways.fetch} there, or
   * {@link Ways.intercept}. It ends with the gate. Throws `ERR_SIGV4_INVALID_OPTION` without the package.
   */
  dispatcher(): GateDispatcher;
  /**
   * Leads every HTTP client of the process: `node:http` and `node:https` and what is made of them, such as SDK clients, axios
   * and got; the global `fetch`; and the package undici, if it has been imported before. A Host header of the caller's own is
   * kept. Not reached are clients of HTTP/2, WebSockets of the package ws, what is given an undici dispatcher of its own, and
   * other threads and processes. Of several the latest goes first. Needs the package `@mswjs/interceptors`, 0.39 or later; throws
   * `ERR_SIGV4_INVALID_OPTION` without it. Returns the undo, which may be called more than once; the gate's end is one too.
   */
  intercept(): () => void;
}

/** Makes ways to a gate, and ends them. */
export interface WayMaker {
  /** From somewhere; throws `ERR_SIGV4_INVALID_OPTION` for what is no standpoint. Once it has ended, they lead nowhere. */
  from(standpoint: Standpoint): Ways;
  /** Undoes what intercepts, and cuts what dispatchers have under way. */
  end(): Promise<void>;
}

/** `origin` is the gate's address over plain HTTP; `leads` tells which hosts lead there. */
export function createWays(origin: string, leads: (host: string) => boolean): WayMaker {
  // Taken now: a test may put that of the gate in its place later.
  const send = globalThis.fetch;
  const undos = new Set<() => void>();
  const dispatchers = new Set<{ end(): Promise<void> }>();
  let ended = false;
  const checkOpen = () => {
    if (ended)
      throw new SigV4Error('ERR_SIGV4_INVALID_OPTION', 'The gate is closed: nothing can be led there any more.');
  };
  return {
    from(standpoint) {
      checkStandpoint(standpoint);
      const lead: Lead = { leads, origin, from: formatStandpoint(standpoint) };
      return {
        fetch: gateFetch(lead, send),
        dispatcher() {
          checkOpen();
          const made = createDispatcher(lead);
          dispatchers.add(made);
          return made.dispatcher;
        },
        intercept() {
          checkOpen();
          const undo = intercept(lead);
          undos.add(undo);
          return () => {
            undos.delete(undo);
            undo();
          };
        },
      };
    },
    async end() {
      ended = true;
      for (const undo of undos) undo();
      undos.clear();
      await Promise.all([...dispatchers].map((made) => made.end()));
    },
  };
}
