/** Finds the route of a request as API Gateway does: a literal segment before `{parameter}`, that before `{rest+}`. */
import { decodeEscapes } from '../../core/percent-encoding';
import type { Api, Route } from '../world/world';

export interface MatchedRoute {
  /** The path as the route writes it, `/orders/{id}`. */
  readonly resource: string;
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The route for a method and a path below the stage; undefined when the API has none. */
export function findRoute(api: Api, method: string, path: string): MatchedRoute | undefined {
  const found: (MatchedRoute & { rank: string })[] = [];
  for (const [key, route] of Object.entries(api.routes)) {
    const space = key.indexOf(' ');
    const resource = key.slice(space + 1);
    const verb = key.slice(0, space);
    if (verb !== method && verb !== 'ANY') continue;
    const match = matchPath(resource, path);
    if (match)
      found.push({ resource, route, parameters: match.parameters, rank: `${match.rank}${verb === 'ANY' ? '1' : '0'}` });
  }
  return found.sort((a, b) => (a.rank < b.rank ? -1 : 1))[0];
}

/** `rank` sorts better matches first: 0 for a literal segment, 1 for a parameter, 2 for the rest of the path. */
function matchPath(resource: string, path: string): { parameters: Record<string, string>; rank: string } | undefined {
  const wanted = resource.split('/').slice(1);
  const given = path.split('/').slice(1);
  const parameters: [string, string][] = [];
  let rank = '';
  for (const [i, segment] of wanted.entries()) {
    const [, name, rest] = /^\{(.+?)(\+?)\}$/.exec(segment) ?? [];
    const value = given[i];
    // An empty segment is a path of its own: taking it for none would let a path past the policy that names the other.
    if (value === undefined || (value === '' && segment !== '')) return undefined;
    if (name && rest) {
      parameters.push([name, decodeEscapes(given.slice(i).join('/'))]);
      return { parameters: Object.fromEntries(parameters), rank: `${rank}2` };
    }
    if (name) parameters.push([name, decodeEscapes(value)]);
    else if (decodeEscapes(value) !== segment) return undefined;
    rank += name ? '1' : '0';
  }
  return wanted.length === given.length ? { parameters: Object.fromEntries(parameters), rank } : undefined;
}
