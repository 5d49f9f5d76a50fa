/** A signed call of the private API, by whichever of its addresses. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { urlToHttpOptions } from 'node:url';
import { type Credentials, createSignedFetch, type PrivateApiOptions, privateApi } from 'sigv4kit';
import { signHttpRequest } from 'sigv4kit/http';

/** Who calls, and by which way. */
export interface Caller {
  readonly api: PrivateApiOptions;
  /** Without keys the default chain of the AWS SDK finds some: on an instance, those of its role. */
  readonly credentials?: Credentials | undefined;
}

/** What is sent. */
export interface Message {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The URL of a path below the stage, `''` or `/greet`. */
export const urlOf = ({ api }: Caller, path: string): string => `${privateApi(api).url}${path}`;

export function call(caller: Caller, path: string, message: Message): Promise<Response> {
  const { api, credentials } = caller;
  // No fetch sends a Host of the caller's own; node:https does.
  if (api.via === 'host-header') return callWithHost(caller, path, message);
  return createSignedFetch({ endpoint: privateApi(api), credentials })(urlOf(caller, path), message);
}

async function callWithHost(caller: Caller, path: string, { body, ...init }: Message): Promise<Response> {
  const target = { ...urlToHttpOptions(new URL(urlOf(caller, path))), ...init };
  const endpoint = privateApi(caller.api);
  const options = await signHttpRequest(target, body, { endpoint, credentials: caller.credentials });
  const [answer] = (await once(request(options).end(body), 'response')) as [IncomingMessage];
  const headers = new Headers(answer.headers as Record<string, string>);
  return new Response(await text(answer), { status: answer.statusCode ?? 0, headers });
}
