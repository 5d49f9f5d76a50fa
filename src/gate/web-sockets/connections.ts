/** The WebSocket connections of a gate that runs: who is connected, and how they all end when the gate closes. */
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';

/** Bytes that a message may have, either way: a quota of API Gateway. */
export const MAX_MESSAGE = 128 * 1024;

/** A client that is connected. */
export interface Connection {
  readonly id: string;
  readonly apiId: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** Milliseconds since the epoch, as the next. */
  readonly connectedAt: number;
  /** When a message last went either way. */
  lastActiveAt: number;
  /** Sends a message of text; false when the connection is ending. */
  send(text: string): boolean;
  /** Begins the closing handshake. */
  close(code: number, reason: string): void;
  /** Cuts the connection. */
  cut(): void;
}

/** A gate's connections. */
export interface Connections {
  /** How many clients are connected. */
  readonly size: number;
  /** False once the gate closes. */
  readonly open: boolean;
  /** Keeps hold of a socket that is no connection yet, so that it ends with the gate. Returns the release. */
  hold(socket: Duplex): () => void;
  add(connection: Connection): void;
  /** Of one API: an id of another's is none. */
  find(apiId: string, id: string): Connection | undefined;
  remove(connection: Connection): void;
  /** Ends them all; resolves when they are gone. Clients that do not answer within half a second are cut off. */
  close(): Promise<void>;
}

/** Milliseconds that clients have to say goodbye. */
const PATIENCE = 500;

/** Without any client. */
export function createConnections(): Connections {
  const connected = new Map<string, Connection>();
  const held = new Set<Duplex>();
  let closing: Promise<void> | undefined;
  let settle: (() => void) | undefined;
  const settled = () => {
    if (connected.size === 0) settle?.();
  };

  function end(): Promise<void> {
    for (const socket of held) socket.destroy();
    held.clear();
    const gone = new Promise<void>((resolve) => {
      settle = resolve;
    });
    // What AWS says to a connection that it ends on its own account.
    for (const connection of connected.values()) connection.close(1001, 'Going away');
    const timer = setTimeout(() => {
      for (const connection of [...connected.values()]) connection.cut();
    }, PATIENCE);
    settled();
    return gone.finally(() => clearTimeout(timer));
  }

  return {
    get size() {
      return connected.size;
    },
    get open() {
      return closing === undefined;
    },
    hold(socket) {
      const release = () => {
        held.delete(socket);
      };
      held.add(socket);
      socket.once('close', release);
      if (closing) socket.destroy();
      return release;
    },
    add(connection) {
      connected.set(connection.id, connection);
      if (closing) connection.cut();
    },
    find(apiId, id) {
      const found = connected.get(id);
      return found?.apiId === apiId ? found : undefined;
    },
    remove(connection) {
      connected.delete(connection.id);
      settled();
    },
    close() {
      closing ??= end();
      return closing;
    },
  };
}

/** An id as API Gateway gives to connections, messages and requests: 15 letters and a `=`. */
export const newId = (): string => `${randomBytes(12).toString('base64url').slice(0, 15)}=`;

/** Whether a text could be the id of a connection. */
export const isId = (text: string): boolean => /^[\w-]{15}=$/.test(text);
