/** The gate: a real HTTP server on loopback that stands where AWS would, and a `fetch` that leads there. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SigV4Error } from '../errors';
import type { Decision } from './arrival';
import { createFaultBook, type Faults } from './faults/faults';
import { gateFetch } from './gate-fetch';
import { createSessions } from './principals/sessions';
import type { Realm } from './realm';
import { describe, refuseTunnel, serve } from './serve';
import { checkWorld } from './world/check-world';
import type { World } from './world/world';

/** Where a gate listens, and how it tells the time. */
export interface GateOptions {
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /** The address to listen on. Default `127.0.0.1`; the gate is no server for anyone but the machine it runs on. */
  readonly host?: string | undefined;
  /** Print each decision to standard error. Default false. */
  readonly trace?: boolean | undefined;
  /** The clock signatures are judged by, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** A gate that runs; see {@link startGate}. */
export interface Gate {
  /**
   * `http://127.0.0.1:port`. Requests for an API say which by their `Host`; STS, Cognito Identity and the metadata endpoints
   * also answer to this address, for clients that are pointed to it (`AWS_ENDPOINT_URL`, `endpoint`).
   */
  readonly url: string;
  /** `fetch` for code that calls real AWS hostnames: those go to the gate, all others where they say. */
  readonly fetch: typeof fetch;
  /** What was decided on each request, oldest first; the last 10,000 are kept. */
  readonly log: readonly Decision[];
  /** What goes wrong; nothing does unless it is added here. */
  readonly faults: Faults;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

const MAX_LOG = 10_000;
/** Bytes. Node's own limit is below what a URL with a web identity token takes, or headers beside a long session token. */
const MAX_HEADERS = 65_536;

/**
 * Starts a gate for a world. Rejects with `ERR_SIGV4_INVALID_WORLD`, which names the path of what is wrong or not emulated.
 *
 * @example
 * const gate = await startGate(world);
 * const response = await gate.fetch('https://abc123.execute-api.us-east-1.amazonaws.com/api/');
 * await gate.close();
 */
export async function startGate(world: World, options: GateOptions = {}): Promise<Gate> {
  checkWorld(world);
  const { port = 0, host = '127.0.0.1', trace = false, now = Date.now } = options ?? {};
  // An empty host would listen on every address of the machine.
  if (
    typeof host !== 'string' ||
    !host ||
    !Number.isInteger(port) ||
    port < 0 ||
    port > 65_535 ||
    typeof now !== 'function'
  ) {
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_OPTION',
      'The gate needs a host name, a port from 0 to 65535, and a function as its clock.',
    );
  }
  const log: Decision[] = [];
  const faults = createFaultBook();
  const key = randomBytes(32);
  const realm: Realm = { world, key, faults, sessions: createSessions(key), lastGiven: new Map() };

  function record(decision: Decision): void {
    log.push(decision);
    if (log.length > MAX_LOG) log.splice(0, log.length - MAX_LOG);
    if (trace) console.error(describe(decision));
  }

  const server = createServer({ maxHeaderSize: MAX_HEADERS }, (message, response) => {
    serve(realm, message, response, now)
      .then(record)
      // The connection broke while the request was read: there is nobody to answer.
      .catch(() => response.destroy());
  });
  server.on('connect', (message, socket) => record(refuseTunnel(message, socket)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new SigV4Error('ERR_SIGV4_INVALID_OPTION', `The gate cannot listen on ${host}, port ${port}.`, { cause }));
    });
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  return {
    url,
    log,
    fetch: gateFetch(url),
    faults: { add: faults.add, clear: faults.clear },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        faults.end();
      }),
  };
}
