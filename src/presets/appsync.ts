/** AWS AppSync: GraphQL subscriptions over a WebSocket, the connection and each subscription signed on its own. */
import { checked, type PresetOptions, refuse, signerFor } from './options';

/** Which API. */
export interface AppSyncRealtimeOptions extends PresetOptions {
  /** The GraphQL URL of the API, `https:`; its real-time URL is made of it, also for a custom domain (which needs `region`). */
  readonly url: string | URL;
}

/** Which subscription of which API. */
export interface AppSyncAuthorizationOptions extends AppSyncRealtimeOptions {
  /** The text that is sent as `payload.data`: the JSON of `{ query, variables }`. It is signed as it is; send the same text. */
  readonly data: string;
}

/** What a WebSocket is made with. */
export interface AppSyncRealtime {
  /** Carries the signed headers, and so the session token: do not log it. */
  readonly url: URL;
  /** `['graphql-ws']`: AppSync speaks nothing else, and closes a socket that does not ask for it. */
  readonly protocols: string[];
}

/** Signed, though no such headers are sent: AppSync puts the request together again from them. */
const HEADERS = {
  accept: 'application/json, text/javascript',
  'content-encoding': 'amz-1.0',
  'content-type': 'application/json; charset=UTF-8',
};

/**
 * URL and subprotocol of the WebSocket that carries the subscriptions of an AWS AppSync API. Open it within five minutes
 * and send `{"type":"connection_init"}`; each subscription is then signed with {@link appSyncAuthorization}.
 *
 * Rejects with `ERR_SIGV4_INVALID_OPTION`, and as `sign` of a signer does.
 *
 * The rule: https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
 *
 * @example
 * const { url, protocols } = await appSyncRealtimeUrl({ url: 'https://abc.appsync-api.us-east-1.amazonaws.com/graphql' });
 * const socket = new WebSocket(url, protocols);
 */
export async function appSyncRealtimeUrl(options: AppSyncRealtimeOptions): Promise<AppSyncRealtime> {
  const endpoint = endpointOf(options?.url);
  const headers = await signedHeaders(`${endpoint}/connect`, '{}', options);
  const url = realtimeOf(endpoint);
  url.searchParams.set('header', btoa(JSON.stringify(headers)));
  url.searchParams.set('payload', btoa('{}'));
  return { url, protocols: ['graphql-ws'] };
}

/**
 * What a subscription sends as `payload.extensions.authorization` in its `start` message, beside the same
 * `payload.data`: signed headers, each by its lower-case name. Good for five minutes, or until the credentials end.
 *
 * Rejects with `ERR_SIGV4_INVALID_OPTION`, and as `sign` of a signer does.
 *
 * The rule: https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
 *
 * @example
 * const data = JSON.stringify({ query: 'subscription { onOrder { id } }', variables: {} });
 * const authorization = await appSyncAuthorization({ url: 'https://abc.appsync-api.us-east-1.amazonaws.com/graphql', data });
 * const start = { id: crypto.randomUUID(), type: 'start', payload: { data, extensions: { authorization } } };
 */
export async function appSyncAuthorization(options: AppSyncAuthorizationOptions): Promise<Record<string, string>> {
  const endpoint = endpointOf(options?.url);
  const data = checked('data', options.data, /^\s*\{/, 'the JSON text of { query, variables }, as it is sent');
  return signedHeaders(endpoint, data, options);
}

async function signedHeaders(url: string, body: string, options: PresetOptions): Promise<Record<string, string>> {
  const request = { url, method: 'POST', headers: HEADERS, body };
  return (await signerFor('appsync', options, 'all').sign(request, { signal: options.signal })).headers;
}

/** The GraphQL URL, without a slash at its end. */
function endpointOf(given: unknown): string {
  let url: URL | undefined;
  try {
    url = new URL(given as string | URL);
  } catch {
    // Said below, for every fault alike.
  }
  const { protocol, username, password, search, hash } = url ?? {};
  if (!url || protocol !== 'https:' || username || password || search || hash) {
    return refuse('url', 'the GraphQL URL of the API: https, without user name, query and fragment');
  }
  return url.href.replace(/\/+$/, '');
}

/** A standard name has a host of its own for it, a custom domain a path. */
function realtimeOf(endpoint: string): URL {
  const url = new URL(endpoint.replace(/^https/, 'wss'));
  const hostname = url.hostname.replace('.appsync-api.', '.appsync-realtime-api.');
  if (hostname === url.hostname) url.pathname += '/realtime';
  url.hostname = hostname;
  return url;
}
