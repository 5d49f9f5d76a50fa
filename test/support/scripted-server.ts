/**
 * A real server on loopback that verifies what it is sent, keeps it, and misbehaves as it is told: for clients that send by
 * themselves. `/redirect?to=URL&status=307` redirects, `/slow` never answers.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Credentials } from 'sigv4kit';
import { createVerifier } from 'sigv4kit/verify';
import { longTerm, temporary } from './keys';
import type { Arrived } from './server';

/** A status, a broken connection, or an answer in full. */
export type Scripted =
  | number
  | 'reset'
  | { delay?: number; status: number; headers?: Record<string, string>; body?: string | Uint8Array };

export interface ScriptedServer {
  readonly url: string;
  readonly port: number;
  readonly arrived: (Arrived & { readonly servername?: string })[];
  /** What it answers next, one by one; then it answers 200. */
  script: Scripted[];
  /** Milliseconds its clock is ahead. */
  offset: number;
  /** Keys that it does not take any more. */
  readonly revoked: Set<string>;
  close(): Promise<void>;
}

export interface ServerSettings {
  readonly keys?: readonly Credentials[];
  /** Over TLS, with this certificate. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Over TLS, also HTTP/2. */
  readonly http2?: boolean;
}

export async function startScripted({ keys = [], tls, http2 }: ServerSettings = {}): Promise<ScriptedServer> {
  const known = new Map([longTerm, temporary, ...keys].map((key) => [key.accessKeyId, key]));
  const answer = async (message: IncomingMessage, response: ServerResponse) => {
    const arrival = await readArrival(message);
    const { verdict, target } = arrival;
    state.arrived.push(arrival);
    const next = state.script.shift();
    if (next === 'reset') return void message.socket.destroy();
    if (typeof next === 'number') return void response.writeHead(next).end('{}');
    if (next?.delay) await new Promise((resolve) => setTimeout(resolve, next.delay));
    if (next) return void response.writeHead(next.status, next.headers).end(next.body);
    const now = new Date(Date.now() + state.offset);
    response.setHeader('date', now.toUTCString());
    const [path, query = ''] = target.split('?') as [string, string?];
    if (path === '/slow') return;
    const key = /Credential=([^/]+)/.exec(arrival.headers.authorization ?? '')?.[1];
    if (key && state.revoked.has(key))
      return refuse(response, 'ExpiredTokenException', 'The security token included in the request is expired');
    if (verdict === 'ERR_SIGV4_SIGNATURE_EXPIRED' || verdict === 'ERR_SIGV4_SIGNATURE_NOT_YET_CURRENT') {
      const word = verdict.endsWith('EXPIRED')
        ? 'expired: X is now earlier than'
        : 'not yet current: X is still later than';
      const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '');
      return refuse(
        response,
        'InvalidSignatureException',
        `Signature ${word.replace('X', String(arrival.headers['x-amz-date']))} ${stamp} (${stamp} ${verdict.endsWith('EXPIRED') ? '-' : '+'} 5 min.)`,
      );
    }
    const parameters = new URLSearchParams(query);
    if (path === '/redirect')
      return void response
        .writeHead(Number(parameters.get('status') ?? 302), { location: parameters.get('to') ?? '/elsewhere' })
        .end();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(arrival));
  };

  async function readArrival(message: IncomingMessage): Promise<Arrived & { servername?: string }> {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const headers: [string, string][] = [];
    for (let i = 0; i < message.rawHeaders.length; i += 2)
      headers.push([(message.rawHeaders[i] as string).toLowerCase(), message.rawHeaders[i + 1] as string]);
    const target = message.url as string;
    const [path, query = ''] = target.split(/\?(.*)/s) as [string, string?];
    // As servers that speak HTTP/2 do.
    const read = headers.filter(([name]) => !name.startsWith(':'));
    const authority = headers.find(([name]) => name === ':authority')?.[1];
    if (authority !== undefined) read.push(['host', authority]);
    const verifier = createVerifier({
      lookup: (id) => known.get(id),
      region: 'us-east-1',
      service: 'execute-api',
      now: () => Date.now() + state.offset,
    });
    const verdict = await verifier.verify({ method: message.method as string, path, query, headers: read, body }).then(
      () => 'ok',
      (error) => error.code as string,
    );
    const { servername } = message.socket as { servername?: string };
    return {
      verdict,
      method: message.method as string,
      target,
      headers: Object.fromEntries(headers),
      body: body.toString('latin1'),
      ...(servername ? { servername } : {}),
    };
  }

  const handler = (message: IncomingMessage, response: ServerResponse) => void answer(message, response);
  const server =
    http2 && tls
      ? createSecureServer({ ...tls, allowHTTP1: true }, handler as never)
      : tls
        ? createTlsServer(tls, handler)
        : createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const state: ScriptedServer = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    arrived: [],
    script: [],
    offset: 0,
    revoked: new Set(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return state;
}

const refuse = (response: ServerResponse, type: string, message: string) =>
  void response.writeHead(403, { 'x-amzn-errortype': type }).end(JSON.stringify({ message }));
