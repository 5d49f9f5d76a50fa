/** A real HTTP server on loopback that verifies what it is sent and says what arrived. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Credentials } from 'sigv4kit';
import { createVerifier } from 'sigv4kit/verify';
import { longTerm, temporary } from './keys';

export interface Arrived {
  /** `ok`, or the code of the verifier's refusal. */
  readonly verdict: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  /** As latin1 text, so that every byte shows. */
  readonly body: string;
}

export interface TestServer {
  readonly url: string;
  close(): Promise<void>;
}

const keys = new Map<string, Credentials>([longTerm, temporary].map((key) => [key.accessKeyId, key]));

/** Starts the server; it answers each request with an {@link Arrived} as JSON. */
export async function startServer(service = 'execute-api'): Promise<TestServer> {
  const verifier = createVerifier({ lookup: (id) => keys.get(id), region: 'us-east-1', service });
  const server = createServer(async (message, response) => {
    // A page of another origin asks first, unsigned.
    response.setHeader('access-control-allow-origin', '*');
    if (message.headers['access-control-request-method']) {
      const headers = { 'access-control-allow-headers': message.headers['access-control-request-headers'] ?? '' };
      response.writeHead(204, { ...headers, 'access-control-allow-methods': 'GET, PUT, POST' }).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const headers: [string, string][] = [];
    for (let i = 0; i < message.rawHeaders.length; i += 2)
      headers.push([message.rawHeaders[i] as string, message.rawHeaders[i + 1] as string]);
    const target = message.url as string;
    const [path, query = ''] = target.split(/\?(.*)/s) as [string, string?];
    const verdict = await verifier.verify({ method: message.method as string, path, query, headers, body }).then(
      () => 'ok',
      (error) => error.code,
    );
    const arrived: Arrived = {
      verdict,
      method: message.method as string,
      target,
      headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
      body: body.toString('latin1'),
    };
    if (target.startsWith('/redirect')) response.setHeader('location', '/elsewhere').writeHead(302).end();
    else response.end(JSON.stringify(arrived));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
