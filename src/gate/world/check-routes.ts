/** Checks the routes of an API: their keys, who may call them, and what answers. */
import { parametersOf } from '../api-gateway/integrations/proxy-template';
import { METHODS } from '../api-gateway/routes';
import { answerFault } from '../web-sockets/run-route';
import { selectionPath } from '../web-sockets/select-route';
import type { Api, HttpProxy, HttpRoute, Route, WebSocketRoute } from './api';
import { handlerFault, isAnswer, isAnswerV2 } from './check-answer';
import { checkAuthorizers } from './check-authorizers';
import { checkWhole, fault, list, object, show } from './checks';
import type { World } from './world';

const SEGMENT = String.raw`(?:[\w.~@:-]+|\{[\w.-]+\})`;
/** The rest of a path comes last. */
const REST = String.raw`\{[\w.-]+\+\}`;
const ROUTE = new RegExp(`^(?:ANY|${METHODS.join('|')}) /(?:${SEGMENT}(?:/${SEGMENT})*(?:/${REST})?|${REST})?$`);

/** Rejects routes and authorizers that do not make sense. */
export function checkRoutes(at: string, api: Api, world: World): void {
  checkAuthorizers(at, api, world);
  const names = Object.keys(api.authorizers ?? {});
  for (const [key, route] of Object.entries(object(`${at}.routes`, api.routes ?? {}))) {
    const here = `${at}.routes["${key}"]`;
    if (api.type === 'WEBSOCKET') checkWebSocketRoute(here, key, route as WebSocketRoute, names);
    else checkRoute(here, key, route as Route | HttpRoute, names, api.type === 'HTTP');
  }
  if (api.type !== 'WEBSOCKET') checkShapes(at, Object.keys(api.routes ?? {}));
  if (api.type === 'WEBSOCKET') checkSelection(`${at}.routeSelection`, api.routeSelection);
}

/** Of two routes for the same paths one would never be asked, whatever its authorization. */
function checkShapes(at: string, keys: readonly string[]): void {
  const known = new Map<string, string>();
  for (const key of keys) {
    const shape = key.replace(/\{[\w.-]+(\+?)\}/g, '{$1}');
    const other = known.get(shape);
    if (other !== undefined)
      fault(`${at}.routes["${key}"]`, `is the same as "${other}" but for the names of its parameters`);
    known.set(shape, key);
  }
}

function checkRoute(
  here: string,
  key: string,
  route: Route | HttpRoute,
  authorizers: readonly string[],
  isHttpApi: boolean,
): void {
  if (/\/:/.test(key)) fault(here, 'has a segment that begins with ":"; a parameter is written {name}');
  if (!ROUTE.test(key) && !(isHttpApi && key === '$default')) fault(here, 'is not of the form "GET /path/{parameter}"');
  const { auth, scopes, handler } = object(here, route, ['auth', 'scopes', 'handler']) as unknown as Route;
  checkAuth(`${here}.auth`, auth, authorizers);
  for (const [i, scope] of list(`${here}.scopes`, scopes ?? []).entries())
    if (typeof scope !== 'string' || scope === '') fault(`${here}.scopes[${i}]`, 'is not a text');
  if (typeof handler === 'function') return;
  if (typeof handler === 'object' && handler !== null && 'httpProxy' in handler)
    checkProxy(`${here}.handler`, key, handler as HttpProxy);
  else if (!(isHttpApi ? isAnswerV2(handler) : isAnswer(handler))) fault(`${here}.handler`, handlerFault(handler));
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
