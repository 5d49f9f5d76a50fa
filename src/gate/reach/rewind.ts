/** Takes back a request to change protocols, which HTTP lets a server pass over. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** The connection as it was before the request, which is there again without what asked for the change. `head`: what came behind it. */
export function rewind(
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Duplex {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    if (/^(?:upgrade|http2-settings)$/i.test(name)) continue;
    lines.push(`${name}: ${/^connection$/i.test(name) ? withoutUpgrade(value) : value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  return socket;
}

const withoutUpgrade = (connection: string) =>
  connection
    .split(',')
    .filter((token) => !/^\s*(?:upgrade|http2-settings)\s*$/i.test(token))
    .join(',');
