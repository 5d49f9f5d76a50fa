/** Writes a reply onto a bare connection, which the HTTP server has let go of, and ends that. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Reply } from '../reply';

/** Sends the reply and ends the connection, or cuts it; gives the status, 0 for none. */
export function sendRaw(socket: Duplex, reply: Reply | 'reset', now: number): number {
  if (reply === 'reset') {
    const { resetAndDestroy } = socket as { resetAndDestroy?: () => void };
    if (resetAndDestroy) resetAndDestroy.call(socket);
    else socket.destroy();
    return 0;
  }
  // A client that stays would keep it open.
  socket.end(toBytes(reply, now), () => socket.destroy());
  return reply.status;
}

/** A reply as the bytes of HTTP, after which the connection ends. */
export function toBytes({ status, headers, body }: Reply, now: number): Buffer {
  const lines = headers.flatMap(([name, values]) => values.map((value) => `${name}: ${value}`));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Date: ${new Date(now).toUTCString()}`,
    ...lines,
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}
