/** Checks the routes of an API: their keys, who may call them, and what answers. */
import { parametersOf } from '../api-gateway/integrations/proxy-template';
import { toReply } from '../api-gateway/proxy-result';
import { toReplyV2 } from '../api-gateway/result-v2';
import { answerFault } from '../web-sockets/run-route';
import { selectionPath } from '../web-sockets/select-route';
import type { Api, HttpProxy, HttpRoute, Route, WebSocketRoute } from './api';
import { checkAuthorizers } from './check-authorizers';
import { checkWhole, fault, list, object, show } from './checks';
import type { World } from './world';

const ROUTE = /^(?:ANY|[A-Z]+) \/(?:[\w.~@:-]+|\{[\w.-]+\+?\})?(?:\/(?:[\w.~@:-]+|\{[\w.-]+\+?\}))*$/;

/** Rejects routes and authorizers that do not make sense. */
export function checkRoutes(at: string, api: Api, world: World): void {
  checkAuthorizers(at, api, world);
  const names = Object.keys(api.authorizers ?? {});
  for (const [key, route] of Object.entries(object(`${at}.routes`, api.routes ?? {}))) {
    const here = `${at}.routes["${key}"]`;
    if (api.type === 'WEBSOCKET') checkWebSocketRoute(here, key, route as WebSocketRoute, names);
    else checkRoute(here, key, route as Route | HttpRoute, names, api.type === 'HTTP');
  }
  if (api.type === 'WEBSOCKET') checkSelection(`${at}.routeSelection`, api.routeSelection);
}

function checkRoute(
  here: string,
  key: string,
  route: Route | HttpRoute,
  authorizers: readonly string[],
  isHttpApi: boolean,
): void {
  if (!ROUTE.test(key) && !(isHttpApi && key === '$default')) fault(here, 'is not of the form "GET /path/{parameter}"');
  const { auth, scopes, handler } = object(here, route, ['auth', 'scopes', 'handler']) as unknown as Route;
  checkAuth(`${here}.auth`, auth, authorizers);
  for (const [i, scope] of list(`${here}.scopes`, scopes ?? []).entries())
    if (typeof scope !== 'string' || scope === '') fault(`${here}.scopes[${i}]`, 'is not a text');
  if (typeof handler === 'function') return;
  if (typeof handler === 'object' && handler !== null && 'httpProxy' in handler)
    checkProxy(`${here}.handler`, key, handler as HttpProxy);
  else if (!isAnswer(() => (isHttpApi ? toReplyV2(withStatus(handler)) : toReply(handler as never))))
    fault(`${here}.handler`, 'is neither a function nor an answer that can be sent');
}

function checkAuth(at: string, auth: unknown, authorizers: readonly string[]): void {
  if (auth === undefined || auth === 'NONE' || auth === 'AWS_IAM') return;
  if (typeof auth !== 'string' || !authorizers.includes(auth))
    fault(at, `is ${show(auth)}, and not "NONE", "AWS_IAM" or the name of an authorizer of the API`);
}

function checkProxy(at: string, key: string, proxy: HttpProxy): void {
  const { httpProxy, method, timeout } = object(at, proxy, ['httpProxy', 'method', 'timeout']) as unknown as HttpProxy;
  const used = typeof httpProxy === 'string' ? parametersOf(httpProxy) : undefined;
  if (!used) fault(`${at}.httpProxy`, 'is not a URL of http or https with parameters in its path or query alone');
  const stranger = used.find((name) => !key.includes(`{${name}}`) && !key.includes(`{${name}+}`));
  if (stranger !== undefined) fault(`${at}.httpProxy`, `has the parameter "${stranger}", which the path has not`);
  if (method !== undefined && (typeof method !== 'string' || !/^[A-Z]+$/.test(method)))
    fault(`${at}.method`, 'is not a method');
  checkWhole(`${at}.timeout`, timeout, 50, 30_000);
}

function isAnswer(read: () => unknown): boolean {
  try {
    return read() !== undefined;
  } catch {
    return false;
  }
}

/** An answer that stands in the world says its status; what is inferred is of functions. */
function withStatus(handler: unknown): { statusCode: number } {
  if (typeof handler === 'object' && handler !== null && 'statusCode' in handler)
    return handler as { statusCode: number };
  throw new TypeError('The answer has no statusCode.');
}

function checkWebSocketRoute(here: string, key: string, route: WebSocketRoute, authorizers: readonly string[]): void {
  if (!/^\S+$/.test(key) || (key.startsWith('$') && !['$connect', '$disconnect', '$default'].includes(key)))
    fault(here, 'is not a route key of a WebSocket API');
  const { auth, handler } = object(here, route, ['auth', 'handler']) as unknown as WebSocketRoute;
  if (auth !== undefined && key !== '$connect') fault(`${here}.auth`, 'is of no use: only "$connect" has one');
  checkAuth(`${here}.auth`, auth, authorizers);
  if (typeof handler === 'function') return;
  object(`${here}.handler`, handler, ['statusCode', 'headers', 'body']);
  const found = answerFault(handler);
  if (found) fault(`${here}.handler`, found);
}

function checkSelection(at: string, selection: unknown = '$request.body.action'): void {
  if (typeof selection !== 'string' || selectionPath(selection) === undefined)
    fault(at, 'is not of the form "$request.body.action"');
}
