/** A real server that verifies each request, remembers it, and answers as the test says. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Credentials } from 'sigv4kit';
import { createVerifier } from 'sigv4kit/verify';
import { longTerm, temporary } from './keys';

/** A request as it came. */
export interface Seen {
  /** `ok`, or the code of the verifier's refusal. */
  readonly verdict: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As latin1 text, so that every byte shows. */
  readonly body: string;
  /** The name that TLS asked for. */
  readonly servername: string | false | undefined;
}

/** Answers what it wants answered otherwise than with 200 and the request as JSON. */
export type Answer = (seen: Seen, response: ServerResponse, before: number) => boolean;

export interface Witness {
  readonly url: string;
  readonly port: number;
  readonly seen: Seen[];
  answer: Answer | undefined;
  /** Who is asked, for requests that a test takes from the server otherwise. */
  readonly server: Server;
  close(): Promise<void>;
}

export interface WitnessOptions {
  readonly service?: string;
  readonly region?: string;
  readonly keys?: readonly Credentials[];
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly now?: () => number;
}

export async function startWitness(options: WitnessOptions = {}): Promise<Witness> {
  const { service = 'execute-api', region = 'us-east-1', keys = [longTerm, temporary], tls, now } = options;
  const known = new Map(keys.map((key) => [key.accessKeyId, key]));
  const verifier = createVerifier({ lookup: (id) => known.get(id), region, service, ...(now && { now }) });
  const seen: Seen[] = [];
  const listener: RequestListener = async (message, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of message) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const one = await look(message, Buffer.concat(chunks), verifier);
    seen.push(one);
    if (witness.answer?.(one, response, seen.length - 1)) return;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(one));
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const witness: Witness = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    seen,
    answer: undefined,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return witness;
}

export async function look(
  message: IncomingMessage,
  body: Buffer,
  verifier: ReturnType<typeof createVerifier>,
): Promise<Seen> {
  const { method = '', url: target = '', rawHeaders, socket } = message;
  const headers: [string, string][] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) headers.push([rawHeaders[i] as string, rawHeaders[i + 1] as string]);
  const [path, query = ''] = target.split(/\?(.*)/s) as [string, string?];
  const verdict = await verifier.verify({ method, path, query, headers, body }).then(
    () => 'ok',
    (error) => error.code as string,
  );
  return {
    verdict,
    method,
    target,
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    body: body.toString('latin1'),
    servername: (socket as { servername?: string | false }).servername,
  };
}

/** Refuses a signature's time, as AWS's front end does; `Date` says what the time is. */
export function refuseTime(response: ServerResponse, time = Date.now()): true {
  response.writeHead(403, {
    'content-type': 'application/json',
    'x-amzn-errortype': 'InvalidSignatureException',
    date: new Date(time).toUTCString(),
  });
  const stamp = (at: number) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
  const message = `Signature expired: ${stamp(time - 86_400_000)} is now earlier than ${stamp(time - 300_000)} (${stamp(time)} - 5 min.)`;
  response.end(JSON.stringify({ message }));
  return true;
}

/** Refuses the keys. */
export function refuseKeys(response: ServerResponse): true {
  response
    .writeHead(403, { 'content-type': 'application/json', 'x-amzn-errortype': 'ExpiredTokenException' })
    .end(JSON.stringify({ message: 'The security token included in the request is expired' }));
  return true;
}
