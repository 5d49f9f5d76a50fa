/**
 * What stands where AWS publishes its address ranges: a server on this machine that has a file of the same form, with ranges
 * that RFC 5737 and RFC 3849 set aside for documentation.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that API Gateway has let through, as it came here. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Backend {
  readonly url: string;
  /** Oldest first. */
  readonly received: readonly Received[];
  close(): Promise<void>;
}

export async function startBackend(): Promise<Backend> {
  const ranges = await readFile(new URL('ip-ranges.json', import.meta.url));
  const received: Received[] = [];
  const server = createServer(({ method = '', url = '', headers }, response) => {
    received.push({ method, url, headers });
    if (url.split('?')[0] !== '/ip-ranges.json') return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': 'application/json' }).end(ranges);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}
