/** Answers in words what Node's parser cannot read as HTTP, and lets the client finish, so that it hears them. */
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Decision } from '../arrival';
import { refuseMalformed } from '../serve';
import { toBytes } from '../web-sockets/raw-reply';

/** As Node tells it. `reason` is the parser's own words, which repeat nothing of what was sent. */
export interface Malformation extends NodeJS.ErrnoException {
  readonly reason?: string;
  readonly rawPacket?: Uint8Array;
}

/** Who cut the connection: nobody to answer. */
const GONE = ['ECONNRESET', 'EPIPE'];
/** Who ended it half-way. One may wait for the answer, another is gone: there is no telling, and no decision. */
const HALF = 'HPE_INVALID_EOF_STATE';
/** Milliseconds that a client has to read the answer, and bytes that it may still be sending meanwhile. */
const LINGER = 2_000;
const MAX_LEFT = 64 * 1024 * 1024;

/** Undefined where nobody may be there to hear it; `canAnswer` is false where an answer would come into the middle of another. */
export function answerMalformed(error: Malformation, socket: Duplex, canAnswer: boolean): Decision | undefined {
  if (!canAnswer || !socket.writable || GONE.includes(error.code ?? '')) {
    socket.destroy();
    return undefined;
  }
  const [status, reason, message] = wordsOf(error);
  const { outcome, reply } = refuseMalformed(status, reason, message, randomUUID());
  const time = Date.now();
  socket.write(toBytes(reply, time));
  // To close now would make the client lose what it has not read yet.
  const end = setTimeout(() => socket.destroy(), LINGER);
  let left = 0;
  socket.removeAllListeners('data');
  socket.on('data', (chunk: Buffer) => {
    left += chunk.length;
    if (left > MAX_LEFT) socket.destroy();
  });
  socket.on('error', () => undefined);
  socket.once('end', () => socket.destroy());
  socket.once('close', () => clearTimeout(end));
  socket.end();
  return error.code === HALF ? undefined : { time, method: '', host: '', path: '', status, outcome, reason };
}

function wordsOf({
  code,
  reason,
  rawPacket,
}: Malformation): [status: 400 | 408 | 431, reason: string, message: string] {
  if (code === 'HPE_HEADER_OVERFLOW') return [431, 'too-large', 'The headers of the request are larger than 64 KiB.'];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'timeout', 'The request did not come to its end in time.'];
  if (code === HALF) return [400, 'half', 'The request ended before it was complete.'];
  // The first byte of a TLS handshake. Nobody reads this answer, but the log tells.
  if (rawPacket?.[0] === 0x16) return [400, 'tls', 'The gate speaks plain HTTP here: start it with the option https.'];
  return [400, 'malformed', `The request is not HTTP/1.1: ${reason ?? 'it cannot be read'}.`];
}
