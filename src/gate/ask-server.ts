/** A request to another server, over a connection of its own, and all of its answer. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Bytes of an answer that the gate keeps: what API Gateway does. */
const MAX_ANSWER = 10 * 1024 * 1024;

/** What another server answered. */
export interface ServerAnswer {
  readonly status: number;
  /** As Node has them: names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** What is sent; `headers` are names and values in turn. */
export interface Question {
  readonly method: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly signal: AbortSignal;
}

/** The answer; undefined for one of more than 10 MB. Redirects are answers. Rejects when there is none. */
export async function askServer(url: URL, question: Question): Promise<ServerAnswer | undefined> {
  const answer = await send(url, question);
  const body = await readAll(answer);
  return body && { status: answer.statusCode as number, rawHeaders: answer.rawHeaders, body };
}

function send(url: URL, { method, headers, body, signal }: Question): Promise<IncomingMessage> {
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    // A connection of its own: one that is kept would outlive the gate.
    const outgoing = open(url, { method, headers, signal, agent: false, setHost: false });
    outgoing.on('response', resolve).on('error', reject);
    // Else Node ends the connection without a word to anybody.
    outgoing.on('upgrade', (_, socket) => {
      socket.destroy();
      reject(new Error('The server changed to another protocol, which nobody had asked it for.'));
    });
    outgoing.end(body);
  });
}

async function readAll(answer: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
