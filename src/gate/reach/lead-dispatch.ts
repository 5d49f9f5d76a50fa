/** Has a dispatcher of undici, of any version, send what leads to a gate there. It stays what it is for everything else. */
import { headersFor, type Lead } from './lead';

/** As much of a dispatcher and of what it is given as is needed here; the rest is passed on as it is. */
export interface Dispatching {
  dispatch(options: DispatchOptions, handler: unknown): boolean;
}

interface DispatchOptions {
  readonly origin?: string | URL | undefined;
  readonly headers?: unknown;
  readonly maxRedirections?: number | undefined;
}

/** What these are made of calls `dispatch` on what they were called on. */
const BY_DISPATCH = ['request', 'stream', 'pipeline', 'connect', 'upgrade', 'compose'];

/** `find` gives the way to a gate for a host, or undefined. */
export function leadDispatcher<D extends Dispatching>(dispatcher: D, find: (host: string) => Lead | undefined): D {
  const dispatch = (options: DispatchOptions, handler: unknown) => dispatcher.dispatch(lead(options, find), handler);
  return new Proxy(dispatcher, {
    get(target, key) {
      if (key === 'dispatch') return dispatch;
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function' || BY_DISPATCH.includes(String(key))) return value;
      // Private fields are there for the dispatcher itself alone.
      return value.bind(target);
    },
  });
}

function lead(options: DispatchOptions, find: (host: string) => Lead | undefined): DispatchOptions {
  const { origin, headers } = options;
  const url = origin === undefined ? undefined : new URL(origin);
  const found = url && find(url.hostname);
  if (!url || !found) return options;
  const led = { ...options, origin: found.origin, headers: addHeaders(headers, headersFor(found, url.origin)) };
  // Followed below this, a redirect would go past the gate to the real AWS.
  return options.maxRedirections ? { ...led, maxRedirections: 0 } : led;
}

/** Headers in any form that undici takes, and more. */
function addHeaders(headers: unknown, more: readonly [string, string][]): unknown {
  if (Array.isArray(headers)) return [...headers, ...more.flat()];
  if (typeof headers !== 'object' || headers === null) return Object.fromEntries(more);
  if (Symbol.iterator in headers) return [...(headers as Iterable<[string, unknown]>), ...more].flat();
  return { ...headers, ...Object.fromEntries(more) };
}
