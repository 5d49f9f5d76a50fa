/** The port of a gate: HTTP, and TLS beside it where there is a certificate; every connection ends when it closes. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { SigV4Error } from '../../errors';
import type { Malformation } from './malformed';
import type { Names } from './names';
import { rewind } from './rewind';

/** Who is told of what comes in. */
export interface Hearers {
  onRequest(message: IncomingMessage, response: ServerResponse): void;
  onTunnel(message: IncomingMessage, socket: Duplex): void;
  /** A request to change protocols, and the bytes behind it. False: it is none for the gate, and goes on as a request. */
  onUpgrade(message: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** What Node's parser cannot read; once for a connection. `canAnswer`: no other answer is under way on it. */
  onMalformed(error: Malformation, socket: Duplex, canAnswer: boolean): void;
}

export interface Port {
  readonly address: AddressInfo;
  /** Listens no more, and ends every connection once `goodbyes` have been said; resolves when all are gone. */
  close(goodbyes: Promise<void>): Promise<void>;
}

/** Bytes. Node's own limit is below what a URL with a web identity token takes, or headers beside a long session token. */
const MAX_HEADERS = 65_536;
/** Milliseconds that a client has for its first byte, its handshake, its headers, its whole request, and until the next. */
const PATIENCE = {
  firstByte: 60_000,
  handshakeTimeout: 30_000,
  headersTimeout: 30_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 60_000,
};
/** The first byte of a TLS handshake: a record of that type, RFC 8446, section 5.1. */
const HANDSHAKE = 0x16;

/** Rejects with `ERR_SIGV4_INVALID_OPTION` when it cannot listen. HTTP/1.1 alone: HTTP/2 is not emulated. */
export async function listen(port: number, host: string, names: Names | undefined, hearers: Hearers): Promise<Port> {
  const { headersTimeout, requestTimeout, keepAliveTimeout } = PATIENCE;
  const patience = { headersTimeout, requestTimeout, keepAliveTimeout, connectionsCheckingInterval: 5_000 };
  // A request without a Host is refused by the gate, in its words.
  const server = createServer({ ...patience, maxHeaderSize: MAX_HEADERS, requireHostHeader: false });
  // Node leaves out what comes behind so many, without a word; how long they may be is limit enough.
  server.maxHeadersCount = 0;
  const accept = server.listeners('connection')[0]?.bind(server) as (socket: Duplex) => void;
  server.on('request', hearers.onRequest);
  server.on('connect', hearers.onTunnel);
  server.on('upgrade', (message, socket, head) => {
    if (!hearers.onUpgrade(message, socket, head)) accept(rewind(message, socket, head));
  });
  hearMalformed(server, hearers);
  if (names) shareWithTls(server, accept, names);

  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new SigV4Error(
          'ERR_SIGV4_INVALID_OPTION',
          `The gate cannot listen on ${host}, port ${port}: ${(cause as NodeJS.ErrnoException).code}.`,
          { cause },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
  return {
    address: server.address() as AddressInfo,
    async close(goodbyes) {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      await goodbyes;
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Tells of what is malformed once for each connection: Node does so with each further packet. */
function hearMalformed(server: Server, { onMalformed }: Hearers): void {
  const told = new WeakSet<Duplex>();
  const pending = new WeakMap<Duplex, Set<IncomingMessage>>();
  server.on('request', (message, response) => {
    const waiting = pending.get(message.socket) ?? new Set();
    pending.set(message.socket, waiting.add(message));
    response.once('close', () => waiting.delete(message));
  });
  server.on('clientError', (error: Malformation, socket) => {
    if (told.has(socket)) return;
    told.add(socket);
    const waiting = [...(pending.get(socket) ?? [])];
    onMalformed(error, socket, waiting.length === 0 || (waiting.length === 1 && !waiting[0]?.complete));
  });
}

/** Has a server look at the first byte of each connection, and take those of TLS out of their wrapping. */
function shareWithTls(server: Server, accept: (socket: Duplex) => void, names: Names): void {
  const raw = new Map<string, Socket>();
  const nameOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;
  const options = { ...names, ALPNProtocols: ['http/1.1'], handshakeTimeout: PATIENCE.handshakeTimeout };
  const secure = createTlsServer(options, (socket) => {
    const below = raw.get(nameOf(socket));
    // TLS can reset nothing; the connection below it can.
    socket.resetAndDestroy = () => {
      below?.resetAndDestroy();
      return socket;
    };
    accept(socket);
  });
  // A client that does not trust the certificate, or gives up: it knows.
  secure.on('tlsClientError', (_, socket: TLSSocket) => socket.destroy());
  server.removeAllListeners('connection');
  server.on('connection', (socket) => {
    socket.setTimeout(PATIENCE.firstByte, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.once('readable', () => {
      const first: Buffer | null = socket.read();
      if (first === null) return void socket.destroy();
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.unshift(first);
      if (first[0] !== HANDSHAKE) return accept(socket);
      const name = nameOf(socket);
      raw.set(name, socket);
      socket.once('close', () => raw.delete(name));
      secure.emit('connection', socket);
    });
  });
}
