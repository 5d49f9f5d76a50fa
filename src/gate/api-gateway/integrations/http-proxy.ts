/**
 * HTTP_PROXY: a call goes on to another server as it came, and its answer back as it is. Failures are thrown with the reply
 * that API Gateway gives for them.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { bytesOf } from '../../arrival';
import type { Reply } from '../../reply';
import type { HttpProxy } from '../../world/api';
import { refusalReply } from '../gateway-replies';
import type { MethodCall } from '../method-call';
import type { Answer } from '../refusals';
import { forwardedHeaders, returnedHeaders } from './proxy-headers';
import { proxyUrl } from './proxy-url';

/** The other server did not answer, or not in time, or with too much; `cause` has what went wrong. */
export class IntegrationFailure extends Error {
  override readonly name = 'IntegrationFailure';
  /** What the caller gets. */
  readonly reply: Reply;

  constructor(message: string, reply: Reply, options?: { cause?: unknown }) {
    super(message, options);
    this.reply = reply;
  }
}

/** Milliseconds: a REST API's default, and an HTTP API's limit. */
const TIMEOUT = { REST: 29_000, HTTP: 30_000 };
/** Bytes of an answer, API Gateway's limit. */
const MAX_ANSWER = 10 * 1024 * 1024;

type Failure = 'timeout' | 'network' | 'too-large';

/** The other server's answer; redirects are handed back. Rejects with an {@link IntegrationFailure}. */
export async function proxyTo(call: MethodCall, integration: HttpProxy): Promise<Reply> {
  const { request } = call.arrival;
  const isHttpApi = call.owner.api.type === 'HTTP';
  const timeout = integration.timeout ?? (isHttpApi ? TIMEOUT.HTTP : TIMEOUT.REST);
  const signal = AbortSignal.timeout(timeout);
  try {
    const url = proxyUrl(integration.httpProxy, call);
    const body = bytesOf(request);
    const answer = await send(
      url,
      integration.method ?? request.method,
      forwardedHeaders(call, url, body),
      body,
      signal,
    );
    const received = await readAll(answer);
    if (!received) throw failure('too-large', call);
    return {
      status: answer.statusCode as number,
      headers: returnedHeaders(answer.rawHeaders, isHttpApi),
      body: received,
    };
  } catch (cause) {
    if (cause instanceof IntegrationFailure) throw cause;
    throw failure(signal.aborted ? 'timeout' : 'network', call, cause);
  }
}

function send(
  url: URL,
  method: string,
  headers: readonly string[],
  body: Buffer,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    // A connection of its own: one that is kept would outlive the gate.
    const outgoing = open(url, { method, headers, signal, agent: false, setHost: false });
    outgoing.on('response', resolve).on('error', reject);
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

const MESSAGES: Record<Failure, string> = {
  timeout: 'The endpoint of the integration did not answer in time.',
  network: 'The endpoint of the integration could not be reached, or broke off.',
  'too-large': 'The endpoint of the integration answered with more than 10 MB.',
};

/** Observed texts, with their space. Unconfirmed: the type of a timeout, and an answer that is too large. */
const ANSWERS: Record<Failure, Answer> = {
  timeout: { status: 504, errorType: 'InternalServerErrorException', message: 'Endpoint request timed out' },
  network: {
    status: 504,
    errorType: 'InternalServerErrorException',
    message: 'Network error communicating with endpoint',
  },
  'too-large': { status: 502, errorType: 'InternalServerErrorException', message: 'Internal server error' },
};
/** Of an HTTP API, whatever went wrong. */
const UNAVAILABLE: Answer = { status: 503, message: 'Service Unavailable' };

function failure(kind: Failure, { arrival, owner }: MethodCall, cause?: unknown): IntegrationFailure {
  const answer = owner.api.type === 'HTTP' ? UNAVAILABLE : ANSWERS[kind];
  const refusal = refusalReply(answer, arrival.requestId);
  const body = owner.api.type === 'HTTP' ? refusal.body : Buffer.from(`{"message": ${JSON.stringify(answer.message)}}`);
  return new IntegrationFailure(MESSAGES[kind], { ...refusal, body }, { cause });
}
