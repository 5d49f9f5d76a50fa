/** Reads a request off the wire, and writes the reply. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { WireRequest } from '../types';
import type { Arrival } from './arrival';
import { isAwsHost, withoutLoopback } from './aws-hosts';
import { GATE_FROM, GATE_HOST, HANDED_OVER, isForGate, parseOrigin, parseStandpoint } from './reach/gate-headers';
import type { Reply } from './reply';
import type { Standpoint } from './world/world';

const NO_BODY = Buffer.alloc(0);

/** API Gateway's limit for a REST API's payload. */
const MAX_BODY = 10 * 1024 * 1024;

/** A request before the clock has been asked. */
export type Received = Omit<Arrival, 'now'>;

/** A request as it came. */
export interface Receipt {
  readonly received: Received;
  /** What is wrong with its headers, as a sentence; such a request must be refused. */
  readonly fault: string | undefined;
}

/**
 * The request; `tooLarge` when its body is longer than API Gateway takes, and was not kept. Rejects when the connection
 * breaks before all of it is there. `from`: where callers stand that do not say otherwise.
 */
export async function receive(
  message: IncomingMessage,
  from?: Standpoint,
): Promise<Receipt & { readonly tooLarge: boolean }> {
  const body = await readAll(message);
  return { ...toReceived(message, body ?? new Uint8Array(), from), tooLarge: body === undefined };
}

/** A request whose body is known, without what its headers tell the gate alone. */
export function toReceived(message: IncomingMessage, body: Uint8Array, from: Standpoint = {}): Receipt {
  const given: [string, string][] = [];
  const headers: [string, string][] = [];
  for (let i = 0; i < message.rawHeaders.length; i += 2) {
    const header: [string, string] = [message.rawHeaders[i] as string, message.rawHeaders[i + 1] as string];
    (isForGate(header[0].toLowerCase()) ? given : headers).push(header);
  }
  const { origin, standpoint, fault } = readGiven(given);
  const sent = headers.find(([name]) => name.toLowerCase() === 'host');
  // A client that was led here has the Host that its address gives; one that it sets itself is meant.
  const isOwn = sent === undefined || isAddressOf(sent[1], message.socket);
  const host = origin && isOwn ? origin.host : (sent?.[1] ?? '');
  const target = message.url ?? '/';
  const question = target.indexOf('?');
  const request: WireRequest = {
    method: message.method ?? 'GET',
    path: question < 0 ? target : target.slice(0, question),
    query: question < 0 ? '' : target.slice(question + 1),
    headers: origin && isOwn ? [['host', host], ...headers.filter((header) => header !== sent)] : headers,
    body,
  };
  const { encrypted = false, servername } = message.socket as Partial<TLSSocket>;
  const name = toName(host);
  const called = sentTo(servername) ?? (origin ? toName(origin.host) : name);
  const received: Received = {
    request,
    host: name,
    target: called,
    awsName: [called, name].find(isAwsHost),
    isSecure: origin?.isSecure ?? encrypted,
    sourceIp: standpoint.sourceIp ?? from.sourceIp ?? addressOf(message.socket),
    vpc: standpoint.vpc === undefined ? from.vpc : standpoint.vpc,
    requestId: randomUUID(),
  };
  return { received, fault: fault ?? findHostFault(message, headers) };
}

interface Given {
  readonly origin?: ReturnType<typeof parseOrigin>;
  readonly standpoint: Standpoint;
  readonly fault?: string | undefined;
}

/** What headers tell the gate alone. */
function readGiven(given: readonly (readonly [string, string])[]): Given {
  if (given.length === 0) return { standpoint: {} };
  const byName = new Map(given.map(([name, value]) => [name.toLowerCase(), value]));
  if (byName.has(HANDED_OVER))
    return {
      standpoint: {},
      fault: 'A gate hands over a call to a gate, maybe to itself: the world names it as the server of a user pool.',
    };
  const stranger = [...byName.keys()].find((name) => name !== GATE_HOST && name !== GATE_FROM);
  if (stranger !== undefined) return { standpoint: {}, fault: `The header "${stranger}" is not known to the gate.` };
  if (byName.size < given.length) return { standpoint: {}, fault: 'A header for the gate is there twice.' };
  const [host, from] = [byName.get(GATE_HOST), byName.get(GATE_FROM)];
  const origin = host === undefined ? undefined : parseOrigin(host);
  const standpoint = from === undefined ? {} : parseStandpoint(from);
  if (host !== undefined && !origin)
    return { standpoint: {}, fault: `The header "${GATE_HOST}" is not of the form "https://host".` };
  if (!standpoint)
    return {
      standpoint: {},
      fault: `The header "${GATE_FROM}" is not of the form "sourceIp=203.0.113.7; vpc=vpc-1a2b3c4d", or "vpc=none".`,
    };
  return { origin, standpoint };
}

/** RFC 9112, section 3.2: one Host, and no more. */
function findHostFault({ httpVersion }: IncomingMessage, headers: readonly (readonly [string, string])[]) {
  const count = headers.filter(([name]) => name.toLowerCase() === 'host').length;
  if (count > 1) return 'The request has more than one Host header.';
  return count === 0 && httpVersion === '1.1' ? 'The request has no Host header.' : undefined;
}

const toName = (host: string) => withoutLoopback(host.toLowerCase().replace(/:\d+$/, ''));

/** The name of a TLS handshake; a client that was pointed to this machine says nothing by it. */
const sentTo = (servername: string | false | null | undefined) =>
  servername && servername.toLowerCase() !== 'localhost' ? toName(servername) : undefined;

/** An IPv4 address as such, also where it came to a socket of IPv6. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/, '');

const addressOf = ({ remoteAddress }: Socket) => plain(remoteAddress ?? '127.0.0.1');

/** Whether a Host says no more than the address that a connection came to. */
function isAddressOf(host: string, { localAddress = '', localPort }: Socket): boolean {
  const [, name = '', port = '80'] = /^(.*?)(?::(\d+))?$/.exec(host.toLowerCase()) ?? [];
  return Number(port) === localPort && ['localhost', plain(localAddress), `[${localAddress}]`].includes(name);
}

async function readAll(message: IncomingMessage): Promise<Buffer | undefined> {
  const { headers } = message;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    message.resume();
    return NO_BODY;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read on, so that the caller gets its answer, but keep nothing.
    if (size <= MAX_BODY) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size <= MAX_BODY ? Buffer.concat(chunks) : undefined;
}

/** Sends the reply, or cuts the connection; gives the status, 0 for none. */
export function send(message: IncomingMessage, response: ServerResponse, reply: Reply | 'reset'): number {
  if (reply === 'reset') {
    // The response has no socket yet while it waits behind another on the same connection.
    message.socket.resetAndDestroy();
    return 0;
  }
  // Of a reply that could not be sent.
  for (const name of response.getHeaderNames()) if (name !== 'date') response.removeHeader(name);
  for (const [name, values] of reply.headers) response.setHeader(name, values);
  response.statusCode = reply.status;
  response.setHeader('Content-Length', reply.body.length);
  response.end(reply.body);
  return reply.status;
}
