/** The headers that are for the gate alone: to where a request was sent, and where its caller stands. No handler sees them. */
import { isIP } from 'node:net';
import { SigV4Error } from '../../errors';
import type { Standpoint } from '../world/world';

/** Carries the origin that a request was sent to, `https://host`, for clients that are led to the gate. */
export const GATE_HOST = 'x-sigv4kit-gate-host';
/** Carries where the caller of one request stands: `sourceIp=203.0.113.7; vpc=vpc-1a2b3c4d`, `vpc=none` for the internet. */
export const GATE_FROM = 'x-sigv4kit-gate-from';

/** Tells a gate that a gate asks, which would hand the request over again, and to itself without end. */
export const HANDED_OVER = 'x-sigv4kit-handed-over';

/** Whether a header is for the gate alone, by its name in lower case. */
export const isForGate = (name: string): boolean => name.startsWith('x-sigv4kit-');

/** An origin as {@link GATE_HOST} carries it. */
export interface Origin {
  /** Undefined where only a host was told. */
  readonly isSecure: boolean | undefined;
  /** With its port, if it has one. */
  readonly host: string;
}

/** Undefined for what is no origin. */
export function parseOrigin(text: string): Origin | undefined {
  const [, scheme, host] = /^(?:(https?):\/\/)?([^\s/?#@,]+)$/.exec(text) ?? [];
  return host === undefined ? undefined : { isSecure: scheme === undefined ? undefined : scheme === 'https', host };
}

const VPC = /^vpc-[\w-]{1,64}$/;

/** Undefined for what is no standpoint. */
export function parseStandpoint(text: string): Standpoint | undefined {
  const found: { sourceIp?: string; vpc?: string | null } = {};
  for (const part of text.split(';')) {
    const [, name, value = ''] = /^\s*(sourceIp|vpc)=(\S+)\s*$/.exec(part) ?? [];
    if (name === undefined || name in found) return undefined;
    if (name === 'sourceIp') found.sourceIp = value;
    else found.vpc = value === 'none' ? null : value;
  }
  return findFault(found) === undefined ? found : undefined;
}

/** As {@link GATE_FROM} carries it; undefined where it tells nothing. */
export function formatStandpoint({ sourceIp, vpc }: Standpoint): string | undefined {
  const parts: string[] = [];
  if (sourceIp !== undefined) parts.push(`sourceIp=${sourceIp}`);
  if (vpc !== undefined) parts.push(`vpc=${vpc ?? 'none'}`);
  return parts.length > 0 ? parts.join('; ') : undefined;
}

/** Throws `ERR_SIGV4_INVALID_OPTION` for what is no standpoint. */
export function checkStandpoint(standpoint: Standpoint): void {
  const fault = findFault(standpoint);
  if (fault) throw new SigV4Error('ERR_SIGV4_INVALID_OPTION', `Nobody can call the gate from there: ${fault}.`);
}

function findFault(standpoint: Standpoint): string | undefined {
  if (typeof standpoint !== 'object' || standpoint === null) return 'it is not an object';
  const stranger = Object.keys(standpoint).find((part) => part !== 'sourceIp' && part !== 'vpc');
  if (stranger !== undefined) return `"${stranger}" is not known`;
  const { sourceIp, vpc } = standpoint;
  if (sourceIp !== undefined && !(typeof sourceIp === 'string' && isIP(sourceIp))) return 'sourceIp is no IP address';
  if (vpc !== undefined && vpc !== null && !(typeof vpc === 'string' && VPC.test(vpc)))
    return 'vpc is neither the id of a VPC ("vpc-…") nor null';
  return undefined;
}
