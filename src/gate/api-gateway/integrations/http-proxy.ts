/**
 * HTTP_PROXY: a call goes on to another server as it came, and its answer back as it is. Failures are thrown with the reply
 * that API Gateway gives for them.
 */
import { bytesOf } from '../../arrival';
import { askServer } from '../../ask-server';
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
    const method = integration.method ?? request.method;
    const headers = forwardedHeaders(call, url, body);
    const answer = await askServer(url, { method, headers, body, signal });
    if (!answer) throw failure('too-large', call);
    return { status: answer.status, headers: returnedHeaders(answer.rawHeaders, isHttpApi), body: answer.body };
  } catch (cause) {
    if (cause instanceof IntegrationFailure) throw cause;
    throw failure(signal.aborted ? 'timeout' : 'network', call, cause);
  }
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
