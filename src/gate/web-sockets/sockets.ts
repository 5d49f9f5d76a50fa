/** Makes WebSockets of upgraded connections, by the package `ws`, which is loaded when a world first needs it. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { SigV4Error } from '../../errors';
import type { World } from '../world/world';
import { MAX_MESSAGE } from './connections';
import { frameWatch } from './frame-limit';

/** Bytes of a frame: a quota of API Gateway. */
const MAX_FRAME = 32 * 1024;

/** The package `ws`. */
export type WebSocketPackage = typeof import('ws');
let loading: Promise<WebSocketPackage> | undefined;

/** The package; rejects with `ERR_SIGV4_INVALID_WORLD` when it is not installed. */
export function loadWebSockets(): Promise<WebSocketPackage> {
  loading ??= import('ws').catch((cause) => {
    loading = undefined;
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_WORLD',
      'A WebSocket API needs the package "ws", which cannot be loaded: install it (npm install --save-dev ws).',
      { cause },
    );
  });
  return loading;
}

/** Loads the package for a world that has a WebSocket API, so that its gate does not start without; rejects as {@link loadWebSockets}. */
export async function preloadWebSockets(world: World): Promise<void> {
  const apis = Object.values(world.accounts).flatMap((account) => Object.values(account.apis ?? {}));
  if (apis.some(({ type }) => type === 'WEBSOCKET')) await loadWebSockets();
}

const TOKEN = "[!#$%&'*+.^_`|~\\w-]+";
const TOKENS = new RegExp(`^${TOKEN}(?:[ \\t]*,[ \\t]*${TOKEN})*$`);

/** Whether a request opens a WebSocket, by RFC 6455. */
export function isHandshake({ method, headers }: IncomingMessage): boolean {
  const protocols = headers['sec-websocket-protocol'];
  const names = protocols?.split(',').map((name) => name.trim()) ?? [];
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '') &&
    (protocols === undefined || TOKENS.test(protocols)) &&
    new Set(names).size === names.length
  );
}

/** The codes that clients get for what the package finds wrong with their frames; RFC 6455, section 7.4.1. */
const FAULTS = new Map([
  ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 1009],
  ['WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH', 1009],
  ['WS_ERR_INVALID_UTF8', 1007],
]);
/** As observed, where a client says goodbye without a code. */
const NO_STATUS = 'Client-side close frame status not set';

/** What a socket tells of its client. */
interface Listeners {
  onMessage(text: string): void;
  /** The code and reason of the closing handshake; 1006 for a connection that broke. Comes once, and last. */
  onClose(code: number, reason: string): void;
}

/**
 * Completes the handshake; undefined when the client is gone meanwhile. Messages of more than 128 KB and frames of more than
 * 32 KB close it with 1009, binary messages with 1003, and come to nobody.
 */
export function openSocket(
  { WebSocketServer }: WebSocketPackage,
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string | undefined,
  { onMessage, onClose }: Listeners,
): WebSocket | undefined {
  let opened: WebSocket | undefined;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE,
    handleProtocols: () => protocol ?? false,
  });
  server.handleUpgrade(message, socket, head, (webSocket) => {
    opened = webSocket;
    // Before the package's own listener, which may make a message of the frame at once.
    socket.prependListener(
      'data',
      frameWatch(MAX_FRAME, () => webSocket.close(1009)),
    );
    webSocket.on('message', (data, isBinary) => {
      if (webSocket.readyState !== webSocket.OPEN) return;
      if (isBinary) webSocket.close(1003);
      else onMessage(String(data));
    });
    // What is wrong with a connection ends it, and the client is told by a code that `close` does not know.
    let fault: number | undefined;
    webSocket.on('error', (error: NodeJS.ErrnoException) => {
      const { code = '' } = error;
      if (code.startsWith('WS_ERR_')) fault = FAULTS.get(code) ?? 1002;
    });
    webSocket.on('close', (code, reason) => {
      const told = code === 1006 ? (fault ?? code) : code;
      onClose(told, told === 1005 ? NO_STATUS : String(reason));
    });
  });
  return opened;
}
