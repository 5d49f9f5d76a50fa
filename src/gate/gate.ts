/** The gate: a real server on loopback that stands where AWS would, and the ways that lead there. */
import type { IncomingMessage } from 'node:http';
import { refuseOption } from '../errors';
import { preloadTokens } from './api-gateway/authorizers/json-web-tokens';
import type { Decision } from './arrival';
import type { Faults } from './faults/faults';
import { type Authority, createAuthority } from './reach/certificates';
import { listen } from './reach/listen';
import { answerMalformed } from './reach/malformed';
import { certify, leadsBy } from './reach/names';
import { createWays, type Ways } from './reach/ways';
import { createRealm, type Realm } from './realm';
import { describe, refuseTunnel, serve } from './serve';
import { closeConnections, connectWebSocket } from './web-sockets/connect-web-socket';
import { preloadWebSockets } from './web-sockets/sockets';
import { checkWorld } from './world/check-world';
import type { Standpoint, World } from './world/world';

/** Where a gate listens, and how it tells the time. */
export interface GateOptions {
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /** The address to listen on. Default `127.0.0.1`; the gate is no server for anyone but the machine it runs on. */
  readonly host?: string | undefined;
  /**
   * Speak TLS on the port too, with certificates of an authority of its own: {@link Gate.ca}. Needs the package
   * `@peculiar/x509`. HTTP/1.1 alone; a client that offers nothing but HTTP/2 is refused. Default false.
   */
  readonly https?: boolean | undefined;
  /** Print each decision to standard error, and the statement that made it. Default false. */
  readonly trace?: boolean | undefined;
  /** The clock signatures are judged by, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** A gate that runs; see {@link startGate}. */
export interface Gate extends Ways {
  /**
   * `http://127.0.0.1:port`, or `https://…` with the option `https`; the port speaks plain HTTP even then. Requests for an API
   * say which by their `Host`; the other services and the metadata endpoints also answer to this address, for clients that
   * are pointed to it (`AWS_ENDPOINT_URL`, `endpoint`).
   */
  readonly url: string;
  /**
   * With the option `https`: the certificate of its authority, PEM, for `NODE_EXTRA_CA_CERTS`, `curl --cacert` and the option
   * `ca`. It vouches for AWS hostnames, custom domain names of the world, `localhost` and the address; its key is kept nowhere.
   */
  readonly ca: string | undefined;
  /** Ways for callers who stand elsewhere than the world says; what is not given stays. `ERR_SIGV4_INVALID_OPTION` for no standpoint. */
  from(standpoint: Standpoint): Ways;
  /** What was decided on each request, oldest first; at least the last 10,000 are kept. `log.length = 0` begins anew. */
  readonly log: Decision[];
  /** What goes wrong; nothing does unless it is added here. */
  readonly faults: Faults;
  /** Stops listening, ends every connection, and undoes what intercepts. */
  close(): Promise<void>;
}

const MAX_LOG = 10_000;

/**
 * Starts a gate for a world. Rejects with `ERR_SIGV4_INVALID_WORLD`, which names the path of what is wrong or not emulated,
 * and with `ERR_SIGV4_INVALID_OPTION` for options that cannot work.
 *
 * @example
 * const gate = await startGate(world);
 * const response = await gate.fetch('https://abc123.execute-api.us-east-1.amazonaws.com/api/');
 * await gate.close();
 */
export async function startGate(world: World, options: GateOptions = {}): Promise<Gate> {
  checkWorld(world);
  const { port, host, https, trace, now } = readOptions(options);
  const realm = createRealm(world);
  await preloadWebSockets(world);
  await preloadTokens(realm);
  const leads = leadsBy(realm.index.domains);
  const authority = https ? await createAuthority() : undefined;

  const log: Decision[] = [];
  function record(decision: Decision | undefined): void {
    if (!decision) return;
    log.push(decision);
    // Many at a time: to take the first of a long list costs as much as to take them all.
    if (log.length >= MAX_LOG + 1000) log.splice(0, log.length - MAX_LOG);
    if (trace) console.error(describe(decision));
  }

  const bound = await listen(port, host, authority && (await namesFor(authority, host, leads)), {
    onRequest(message, response) {
      serve(realm, message, response, now)
        .then(record)
        // The connection broke while the request was read: there is nobody to answer.
        .catch(() => response.destroy());
    },
    onTunnel: (message, socket) => record(refuseTunnel(message, socket)),
    onUpgrade(message, socket, head) {
      if (!isForWebSocket(realm, message)) return false;
      connectWebSocket(realm, message, socket, head, now, record).then(record);
      return true;
    },
    onMalformed: (error, socket, canAnswer) => record(answerMalformed(error, socket, canAnswer)),
  });
  const ways = createWays(`http://${addressOf(bound.address.address)}:${bound.address.port}`, leads);
  return {
    ...ways.from({}),
    url: `${https ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${bound.address.port}`,
    ca: authority?.certificate,
    from: ways.from,
    log,
    faults: { add: realm.faults.add, clear: realm.faults.clear },
    async close() {
      await Promise.all([bound.close(closeConnections(realm)), ways.end()]);
      // Not before: what a fault holds back would be answered after all.
      realm.faults.end();
    },
  };
}

const OPTIONS = ['port', 'host', 'https', 'trace', 'now'];

/** The options with their defaults. Throws `ERR_SIGV4_INVALID_OPTION`. */
function readOptions(options: GateOptions) {
  if (typeof options !== 'object' || options === null)
    return refuseOption('given to startGate is no object of options');
  const stranger = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (stranger !== undefined) refuseOption(`"${stranger}" is not one of startGate`);
  const { port = 0, host = '127.0.0.1', https = false, trace = false, now = Date.now } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) refuseOption('port is not a whole number from 0 to 65535');
  // An empty host would listen on every address of the machine.
  if (typeof host !== 'string' || !host) refuseOption('host is not a host name');
  if (typeof https !== 'boolean') refuseOption('https is neither true nor false');
  if (typeof trace !== 'boolean') refuseOption('trace is neither true nor false');
  if (typeof now !== 'function') refuseOption('now is not a function');
  return { port, host, https, trace, now };
}

/** Where no API has WebSockets, and for any other protocol, a request for an upgrade is answered like any other. */
const isForWebSocket = ({ index }: Realm, { headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket' &&
  [...index.apis.values()].some(({ api }) => api.type === 'WEBSOCKET');

/** An address that leads to a server which listens on another, or on every one. */
function addressOf(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return address.includes(':') ? `[${address}]` : address;
}

const namesFor = (authority: Authority, host: string, leads: (host: string) => boolean) =>
  certify(authority, [...new Set(['127.0.0.1', '::1', host])], leads);
