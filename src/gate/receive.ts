/** Reads a request off the wire, and writes the reply. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WireRequest } from '../types';
import { type Arrival, headerOf } from './arrival';
import { HOST_OVERRIDE } from './gate-fetch';
import type { Reply } from './reply';

/** API Gateway's limit for a REST API's payload. */
const MAX_BODY = 10 * 1024 * 1024;

/** A request before the clock has been asked. */
export type Received = Omit<Arrival, 'now'>;

/**
 * The request; `tooLarge` when its body is longer than API Gateway takes, and was not kept. Rejects when the connection
 * breaks before all of it is there.
 */
export async function receive(
  message: IncomingMessage,
): Promise<{ readonly received: Received; readonly tooLarge: boolean }> {
  const body = await readAll(message);
  return { received: toReceived(message, body ?? new Uint8Array()), tooLarge: body === undefined };
}

function toReceived(message: IncomingMessage, body: Uint8Array): Received {
  const headers: [string, string][] = [];
  for (let i = 0; i < message.rawHeaders.length; i += 2)
    headers.push([message.rawHeaders[i] as string, message.rawHeaders[i + 1] as string]);
  // `gate.fetch` cannot set Host; it says the origin it stands for in a header of its own.
  const override = message.headers[HOST_OVERRIDE];
  const [, scheme = '', intended = ''] =
    /^(?:(https?):\/\/)?(.*)$/.exec(typeof override === 'string' ? override : '') ?? [];
  const fields = intended ? replaceHost(headers, intended) : headers;
  const target = message.url ?? '/';
  const question = target.indexOf('?');
  const request: WireRequest = {
    method: message.method ?? 'GET',
    path: question < 0 ? target : target.slice(0, question),
    query: question < 0 ? '' : target.slice(question + 1),
    headers: fields,
    body,
  };
  const host = (headerOf(request, 'host') ?? '').toLowerCase().replace(/:\d+$/, '');
  const isSecure = scheme === 'https';
  const sourceIp = message.socket.remoteAddress ?? '127.0.0.1';
  return { request, host, target: host, isSecure, sourceIp, vpc: undefined, requestId: randomUUID() };
}

function replaceHost(headers: [string, string][], host: string): [string, string][] {
  const others = headers.filter(([name]) => !['host', HOST_OVERRIDE].includes(name.toLowerCase()));
  return [['host', host], ...others];
}

async function readAll(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read on, so that the caller gets its answer, but keep nothing.
    if (size <= MAX_BODY) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size <= MAX_BODY ? Buffer.concat(chunks) : undefined;
}

/** Sends the reply, or cuts the connection; gives the status, 0 for none. */
export function send(message: IncomingMessage, response: ServerResponse, reply: Reply | 'reset'): number {
  if (reply === 'reset') {
    // The response has no socket yet while it waits behind another on the same connection.
    message.socket.resetAndDestroy();
    return 0;
  }
  // Of a reply that could not be sent.
  for (const name of response.getHeaderNames()) if (name !== 'date') response.removeHeader(name);
  for (const [name, values] of reply.headers) response.setHeader(name, values);
  response.statusCode = reply.status;
  response.setHeader('Content-Length', reply.body.length);
  response.end(reply.body);
  return reply.status;
}
