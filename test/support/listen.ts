/** A server of a test on loopback, at any free port. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Resolves the origin once it listens. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
