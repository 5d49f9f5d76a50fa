/**
 * Leads what goes through `node:http` and `node:https`: SDK clients, axios, got and the like. Built on the package
 * `@mswjs/interceptors`; hosts that lead to no gate do not even touch that.
 */
import http, { type ClientRequest, request as nodeRequest } from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import type { Readable } from 'node:stream';
import { deliverToGate, originOf, readRequest } from './deliver';
import type { Lead } from './lead';
import { loadPeer } from './peers';

type Interceptors = typeof import('@mswjs/interceptors');
type ForClientRequests = typeof import('@mswjs/interceptors/ClientRequest');
type ForNode = typeof import('@mswjs/interceptors/utils/node');

/** Node's own, whatever stands in its place later. */
const send = nodeRequest;

/** Returns the undo. Throws `ERR_SIGV4_INVALID_OPTION` when the package is not installed. */
export function leadClientRequests(find: (host: string) => Lead | undefined): () => void {
  const user = 'gate.intercept()';
  const { getRawRequest } = loadPeer<Interceptors>('@mswjs/interceptors', user);
  const { ClientRequestInterceptor } = loadPeer<ForClientRequests>('@mswjs/interceptors/ClientRequest', user);
  const { getClientRequestBodyStream } = loadPeer<ForNode>('@mswjs/interceptors/utils/node', user);

  const listener: Parameters<InstanceType<typeof ClientRequestInterceptor>['on']>[1] = async (event) => {
    const { request, controller } = event as { request: Request; controller: Controller };
    const raw = getRawRequest(request) as ClientRequest | undefined;
    const found = find(new URL(originOf(request, raw)).hostname);
    if (!found) return;
    connect(raw);
    const body = raw && (getClientRequestBodyStream(request) as Readable);
    try {
      controller.respondWith(await deliverToGate(send, found, readRequest(request, raw, body)));
    } catch (error) {
      // To a client that has given up, this would be an error that nobody listens for.
      if (!raw?.destroyed) controller.errorWith(error as Error);
    }
  };

  const before = readEntries();
  // Somebody else's may be at work already, and there is but one in a process.
  const running = (globalThis as Record<symbol, unknown>)[ClientRequestInterceptor.symbol] as
    | InstanceType<typeof ClientRequestInterceptor>
    | undefined;
  const interceptor = running ?? new ClientRequestInterceptor();
  if (!running) {
    const giveBack = keepFetchClasses();
    interceptor.apply();
    giveBack();
  }
  interceptor.on('request', listener);
  const forget = spare(before, find);
  syncBuiltinESMExports();
  return () => {
    forget();
    interceptor.off('request', listener);
    if (!running) interceptor.dispose();
    syncBuiltinESMExports();
  };
}

const METHODS = ['set', 'append', 'delete'] as const;

/**
 * The package puts classes of its own in place of fetch's, to know how the names of headers are spelt. A copy of a Request's
 * headers loses some of them then, for the whole process; and the spelling is read from the wire here. Returns what puts the
 * platform's own back.
 */
function keepFetchClasses(): () => void {
  const { Headers } = globalThis;
  const methods = METHODS.map((name) => Headers.prototype[name]);
  const classes = ['Headers', 'Request', 'Response'].map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name) as PropertyDescriptor] as const,
  );
  return () => {
    for (const [name, descriptor] of classes) Object.defineProperty(globalThis, name, descriptor);
    for (const [i, name] of METHODS.entries()) Object.assign(Headers.prototype, { [name]: methods[i] });
  };
}

/**
 * Has a client learn now that it is connected, and not with the answer: its time limits begin with the connection, and one of
 * `setTimeout` would else be none. A part of the package that it does not name; without it, all is as before.
 */
function connect(raw: ClientRequest | undefined): void {
  const socket = raw?.socket as { connecting?: boolean; mockConnect?: () => void } | null | undefined;
  if (!socket?.connecting || typeof socket.mockConnect !== 'function') return;
  socket.mockConnect();
  // The answer would connect once more.
  socket.mockConnect = () => undefined;
}

interface Controller {
  respondWith(response: Response): void;
  errorWith(error: Error): void;
}

/** What programs call, and the modules they find it in. */
const ENTRIES = [
  [http, 'request'],
  [http, 'get'],
  [http, 'ClientRequest'],
  [https, 'request'],
  [https, 'get'],
] as const;

type Entry = (...input: unknown[]) => unknown;
type Module = Record<string, Entry>;

const readEntries = () => ENTRIES.map(([module, name]) => (module as unknown as Module)[name] as Entry);

/** What stands in the place of each entry now; none once all is undone. */
let patched: readonly (Entry | undefined)[] = [];

/** Has calls for hosts that lead nowhere go straight to what was there before. Returns the undo. */
function spare(before: readonly Entry[], find: (host: string) => Lead | undefined): () => void {
  patched = readEntries();
  for (const [i, [module, name]] of ENTRIES.entries()) {
    const original = before[i] as Entry;
    if (patched[i] === original) continue;
    // Looked up at each call: who keeps one of these over an undo is led again by what intercepts next.
    const choose = (input: readonly unknown[]) => {
      const host = hostOf(input);
      return (host !== undefined && find(host) && patched[i]) || original;
    };
    (module as unknown as Module)[name] = new Proxy(original, {
      apply: (_, self, input) => Reflect.apply(choose(input), self, input),
      construct: (_, input, newTarget) => Reflect.construct(choose(input), input, newTarget),
    });
  }
  return () => {
    patched = [];
  };
}

interface Options {
  readonly hostname?: unknown;
  readonly host?: unknown;
  readonly socketPath?: unknown;
}

/** The host that a call of `http.request` is for, as Node reads it; undefined where it is none that could lead anywhere. */
function hostOf([first, second]: readonly unknown[]): string | undefined {
  const isUrl = typeof first === 'string' || first instanceof URL;
  const given = ((isUrl ? second : first) ?? {}) as Options;
  // What is no URL is for Node to refuse.
  const url = isUrl && URL.canParse(String(first)) ? new URL(String(first)) : undefined;
  if (given.socketPath) return undefined;
  const host = given.hostname || url?.hostname || given.host;
  // `url.parse` of old gives a port with the host; an IPv6 address has colons of its own.
  return typeof host === 'string' ? spellingOf(host.toLowerCase().replace(/^([^:]*):\d+$/, '$1')) : undefined;
}

/** An address may be written as one number, or in hexadecimal. */
const spellingOf = (host: string) =>
  /^[\da-fx.]+$/.test(host) && URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host;
