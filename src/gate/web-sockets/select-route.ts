/** Which route a message is for: the field of its JSON that the API selects by names it. */
import type { WebSocketApi } from '../world/api';
import { own } from '../world/own';

const SELECTION = /^\$(?:request\.body\.([\w-]+(?:\.[\w-]+)*)|\{request\.body\.([\w-]+(?:\.[\w-]+)*)\})$/;

/** The path of a route selection expression, `$request.body.action` or `${request.body.a.b}`; undefined for any other. */
export function selectionPath(expression: string): string[] | undefined {
  const [, plain, braced] = SELECTION.exec(expression) ?? [];
  return (plain ?? braced)?.split('.');
}

/** The key of a message's route: one of its own, else `$default` where the API has that; undefined where it has not. */
export function selectRoute({ routes = {}, routeSelection }: WebSocketApi, message: string): string | undefined {
  const key = fieldOf(message, selectionPath(routeSelection ?? '$request.body.action') ?? []);
  // Unconfirmed: that a message cannot ask for the routes of the connection itself.
  if (key !== undefined && !key.startsWith('$') && Object.hasOwn(routes, key)) return key;
  return own(routes, '$default') && '$default';
}

function fieldOf(message: string, path: readonly string[]): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    return undefined;
  }
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
