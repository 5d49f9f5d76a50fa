/** Asks the server that plays user pools, which has a bounded time to answer, and tells what it said. */
import { type Arrival, headerOf, type Ruling } from '../arrival';
import { askServer, type ServerAnswer } from '../ask-server';
import { jsonReply, readJson } from '../json-answers';
import { HANDED_OVER } from '../reach/gate-headers';
import type { Reply } from '../reply';

/** Milliseconds. */
const TIMEOUT = 5_000;
/** The headers of a call that mean something to it; a signature is for this host alone. */
const KEPT = ['content-type', 'x-amz-target'];
/** Those of an answer; what lets pages read it is the gate's own to say. */
const RETURNED = ['content-type', 'x-amzn-errortype', 'x-amzn-errormessage'];

/** The ruling on a call that a server answers. */
export async function handOver(arrival: Arrival, server: string, call: Buffer): Promise<Ruling> {
  const { request, requestId } = arrival;
  const headers = KEPT.flatMap((name) => {
    const value = headerOf(request, name);
    return value === undefined ? [] : [name, value];
  });
  const asked = await ask(new URL(server), 'POST', headers, call);
  if ('cause' in asked) return unreachable(arrival, server, asked.cause);
  const { status, body } = asked;
  const reply: Reply = { status, headers: [...returned(asked), ['x-amzn-RequestId', [requestId]]], body };
  if (status < 400) return { outcome: 'answered', reply };
  const { __type: type } = readJson(body) ?? {};
  const reason = typeof type === 'string' && /^[\w.#]{1,100}$/.test(type) ? type : 'provider';
  return { outcome: status < 500 ? 'refused' : 'failed', reason, reply };
}

/** What a server gave, or why it gave nothing. */
export async function ask(
  url: URL,
  method: string,
  headers: readonly string[] = [],
  body: Buffer = Buffer.alloc(0),
): Promise<ServerAnswer | { readonly cause: unknown }> {
  const own = ['host', url.host, 'content-length', String(body.length), 'connection', 'close', HANDED_OVER, 'yes'];
  try {
    const signal = AbortSignal.timeout(TIMEOUT);
    const answer = await askServer(url, { method, headers: [...headers, ...own], body, signal });
    return answer ?? { cause: new Error('The server answered with more than 10 MB.') };
  } catch (cause) {
    return { cause };
  }
}

/** The ruling where a server did not answer. */
export function unreachable({ requestId }: Arrival, url: string, cause: unknown): Ruling {
  const message = `The gate got no answer from ${url}, which the world names for this user pool.`;
  const reply = jsonReply(502, { __type: 'BadGatewayException', message }, requestId, 'BadGatewayException');
  return { outcome: 'failed', reason: 'provider', cause, reply };
}

function returned({ rawHeaders }: ServerAnswer): (readonly [string, readonly string[]])[] {
  const found: (readonly [string, readonly string[]])[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    if (RETURNED.includes(name.toLowerCase())) found.push([name, [value]]);
  }
  return found;
}
