/** Reads a request off the wire, and writes the reply. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WireRequest } from '../types';
import { type Arrival, headerOf } from './arrival';
import { HOST_OVERRIDE } from './gate-fetch';
import type { Reply } from './reply';

/** API Gateway's limit for a REST API's payload. */
const MAX_BODY = 10 * 1024 * 1024;

/** The request; `tooLarge` when its body is longer than API Gateway takes, and was not kept. */
export async function receive(
  message: IncomingMessage,
  now: () => number,
): Promise<{ readonly arrival: Arrival; readonly tooLarge: boolean }> {
  const body = await readAll(message);
  return { arrival: toArrival(message, body ?? new Uint8Array(), now()), tooLarge: body === undefined };
}

function toArrival(message: IncomingMessage, body: Uint8Array, now: number): Arrival {
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
  return {
    request,
    host,
    isSecure,
    sourceIp: message.socket.remoteAddress ?? '127.0.0.1',
    requestId: randomUUID(),
    now,
  };
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
export function send(response: ServerResponse, reply: Reply | 'reset'): number {
  if (reply === 'reset') {
    response.socket?.resetAndDestroy();
    return 0;
  }
  for (const [name, values] of reply.headers) response.setHeader(name, values);
  response.statusCode = reply.status;
  response.setHeader('Content-Length', reply.body.length);
  response.end(reply.body);
  return reply.status;
}
