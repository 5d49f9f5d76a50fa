/** The gate: a real HTTP server on loopback that stands where AWS would, and a `fetch` that leads there. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseHost } from '../endpoint/hosts';
import { SigV4Error } from '../errors';
import type { WireRequest } from '../types';
import { findApi, headerOf, type Ruling, rule } from './api-gateway';
import type { Arrival, Decision } from './arrival';
import { checkWorld } from './check-world';
import { gateFetch, HOST_OVERRIDE } from './gate-fetch';
import type { ProxyResponse } from './proxy-result';
import { type Answer, FORBIDDEN, TOO_LARGE } from './refusals';
import type { World } from './world';

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
  /** `http://127.0.0.1:port`. Requests for an API say which by their `Host`. */
  readonly url: string;
  /** `fetch` for code that calls real AWS hostnames: those go to the gate, all others where they say. */
  readonly fetch: typeof fetch;
  /** What was decided on each request, oldest first; the last 10,000 are kept. */
  readonly log: readonly Decision[];
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

const MAX_LOG = 10_000;
const MAX_LOGGED_PATH = 1_000;
/** API Gateway's limit for a REST API's payload. */
const MAX_BODY = 10 * 1024 * 1024;

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

  const server = createServer((message, response) => {
    serve(world, message, response, now)
      .then((decision) => {
        log.push(decision);
        if (log.length > MAX_LOG) log.splice(0, log.length - MAX_LOG);
        if (trace) console.error(describe(decision));
      })
      // The connection broke while the request was read: there is nobody to answer.
      .catch(() => response.destroy());
  });
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
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  world: World,
  message: IncomingMessage,
  response: ServerResponse,
  now: () => number,
): Promise<Decision> {
  const body = await readAll(message);
  const arrival = toArrival(message, body ?? new Uint8Array(), now());
  const { request, host } = arrival;
  const ruling: Ruling = body
    ? await ruleOn(world, arrival)
    : { outcome: 'refused', reason: 'too-large', refusal: TOO_LARGE };
  const status =
    'refusal' in ruling
      ? send(response, ruling.refusal, arrival.requestId)
      : forward(response, ruling.response, arrival.requestId);
  const { outcome, reason, principal, cause } = ruling;
  const path = request.path.slice(0, MAX_LOGGED_PATH);
  return {
    time: arrival.now,
    method: request.method,
    host,
    path,
    status,
    outcome,
    reason,
    principal,
    ...(cause === undefined ? undefined : { cause }),
  };
}

async function ruleOn(world: World, arrival: Arrival): Promise<Ruling> {
  const { service, region } = parseHost(arrival.host);
  const [apiId = '', label] = arrival.host.split('.');
  if (service !== 'execute-api') {
    const message = service
      ? `The gate does not emulate "${service}" in this version.`
      : 'The gate answers for AWS hostnames: send the Host of an API, or call through gate.fetch.';
    return { outcome: 'not-emulated', refusal: { status: 501, errorType: 'NotEmulatedException', body: { message } } };
  }
  const owner = findApi(world, apiId);
  // Unconfirmed: an API that does not exist.
  if (!owner || label !== 'execute-api' || region !== owner.api.region)
    return { outcome: 'refused', reason: 'no-api', refusal: FORBIDDEN };
  return rule(world, owner, arrival);
}

function toArrival(message: IncomingMessage, body: Uint8Array, now: number): Arrival {
  const headers: [string, string][] = [];
  for (let i = 0; i < message.rawHeaders.length; i += 2)
    headers.push([message.rawHeaders[i] as string, message.rawHeaders[i + 1] as string]);
  // `gate.fetch` cannot set Host; it says the host it stands for in a header of its own.
  const override = message.headers[HOST_OVERRIDE];
  const fields = typeof override === 'string' ? replaceHost(headers, override) : headers;
  const target = message.url ?? '/';
  const question = target.indexOf('?');
  const request: WireRequest = {
    method: message.method ?? 'GET',
    path: question < 0 ? target : target.slice(0, question),
    query: question < 0 ? '' : target.slice(question + 1),
    headers: fields,
    body,
  };
  const host = (headerOf(request, 'host') ?? '').toLowerCase().replace(/:\d+$/, '');
  return { request, host, sourceIp: message.socket.remoteAddress ?? '127.0.0.1', requestId: randomUUID(), now };
}

function replaceHost(headers: [string, string][], host: string): [string, string][] {
  const others = headers.filter(([name]) => !['host', HOST_OVERRIDE].includes(name.toLowerCase()));
  return [['host', host], ...others];
}

/** The whole body; undefined once it is longer than API Gateway takes. */
async function readAll(message: IncomingMessage): Promise<Buffer | undefined> {
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

function send(response: ServerResponse, { status, errorType, body }: Answer, requestId: string): number {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'x-amzn-RequestId': requestId,
    'x-amzn-ErrorType': errorType,
    'x-amz-apigw-id': gatewayId(requestId),
  });
  response.end(text);
  return status;
}

function forward(response: ServerResponse, { status, headers, body }: ProxyResponse, requestId: string): number {
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('x-amzn-RequestId', requestId);
  response.setHeader('x-amz-apigw-id', gatewayId(requestId));
  for (const [name, values] of headers) response.setHeader(name, values);
  response.statusCode = status;
  response.setHeader('Content-Length', body.length);
  response.end(body);
  return status;
}

const gatewayId = (requestId: string) =>
  `${Buffer.from(requestId.replaceAll('-', ''), 'hex').toString('base64url').slice(0, 15)}=`;

function describe({ method, host, path, status, outcome, reason, principal, cause }: Decision): string {
  return `gate: ${status} ${method} ${host}${path} ${outcome}${reason ? ` (${reason})` : ''}${principal ? ` as ${principal}` : ''}${cause === undefined ? '' : `: ${cause instanceof Error ? cause.stack : String(cause)}`}`;
}
