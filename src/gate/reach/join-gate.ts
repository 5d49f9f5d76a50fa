/** Ways to a gate that runs in another process: of a program under test, a command line, a test of its own. */
import { refuseOption } from '../../errors';
import { isLoopback } from '../loopback';
import type { Standpoint } from '../world/world';
import { checkStandpoint, parseStandpoint } from './gate-headers';
import { leadsBy } from './names';
import { createWays, type Ways } from './ways';

/** Where callers stand, and what leads to the gate beside AWS's hostnames. */
export interface JoinOptions extends Standpoint {
  /** Custom domain names of the gate's world, which leads there only what it knows of. Default: none. */
  readonly hosts?: readonly string[] | undefined;
}

/** Ways to a gate of another process, and their end. */
export interface JoinedGate extends Ways {
  /** Ways for callers who stand elsewhere. */
  from(standpoint: Standpoint): Ways;
  /** Undoes what intercepts, and ends the dispatchers; the gate goes on. */
  close(): Promise<void>;
}

/**
 * Ways to a gate that listens at `url`, whose `Gate.url` it is; it may run in another process. The gate is not asked before the
 * first call. Throws `ERR_SIGV4_INVALID_OPTION` for what is no address on this machine, and no standpoint.
 *
 * @example
 * const undo = joinGate('http://127.0.0.1:4180').intercept();
 */
export function joinGate(url: string | URL, options: JoinOptions = {}): JoinedGate {
  if (typeof options !== 'object' || options === null) return refuseOption('given to joinGate is no object of options');
  const { hosts = [], ...standpoint } = options;
  checkStandpoint(standpoint);
  // What is none would lead nowhere, and its requests to the real host.
  if (!Array.isArray(hosts) || !hosts.every(isName)) refuseOption('hosts is no list of names');
  const ways = createWays(readAddress(url), leadsBy(new Set(hosts.map((host) => host.toLowerCase()))));
  return {
    ...ways.from(standpoint),
    from(elsewhere) {
      checkStandpoint(elsewhere);
      const { sourceIp = standpoint.sourceIp, vpc = standpoint.vpc } = elsewhere;
      return ways.from({ sourceIp, vpc });
    },
    close: () => ways.end(),
  };
}

/** Neither a URL nor with a port. */
const isName = (host: unknown) => typeof host === 'string' && /^[\w-]+(?:\.[\w-]+)*$/.test(host);

/** What a program that was started with `--import sigv4kit/gate/join` reads from its environment. */
export function joinFromEnvironment({
  SIGV4KIT_GATE,
  SIGV4KIT_GATE_FROM,
  SIGV4KIT_GATE_HOSTS,
}: NodeJS.ProcessEnv): JoinedGate {
  if (!SIGV4KIT_GATE)
    return refuseOption(
      'SIGV4KIT_GATE of the environment is not set: it is the address of a gate, http://127.0.0.1:4180',
    );
  if (!URL.canParse(SIGV4KIT_GATE)) return refuseOption('SIGV4KIT_GATE of the environment is no URL');
  const standpoint = SIGV4KIT_GATE_FROM ? parseStandpoint(SIGV4KIT_GATE_FROM) : {};
  if (!standpoint)
    return refuseOption(
      'SIGV4KIT_GATE_FROM of the environment is not of the form "sourceIp=203.0.113.7; vpc=vpc-1a2b3c4d", or "vpc=none"',
    );
  const hosts = SIGV4KIT_GATE_HOSTS ? SIGV4KIT_GATE_HOSTS.split(',').map((host) => host.trim()) : [];
  return joinGate(SIGV4KIT_GATE, { ...standpoint, hosts });
}

/** The origin over plain HTTP, which a gate speaks even where it speaks TLS too. */
function readAddress(url: string | URL): string {
  const { protocol, hostname, port } = toUrl(url);
  if (protocol !== 'http:' && protocol !== 'https:')
    refuseOption('url, the address of a gate, does not begin with "http:" or "https:"');
  // A gate is no server for others than its machine; what goes there is not encrypted.
  if (!isLoopback(hostname))
    refuseOption('url is not that of this machine, where a gate is: 127.0.0.1, [::1] or localhost');
  if (!port) refuseOption('url, the address of a gate, has no port');
  return `http://${hostname}:${port}`;
}

function toUrl(url: string | URL): URL {
  if (url instanceof URL) return url;
  return typeof url === 'string' && URL.canParse(url)
    ? new URL(url)
    : refuseOption('url, the address of a gate, is no URL');
}
