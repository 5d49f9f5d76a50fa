/** Finds the route of a request as API Gateway does: a literal segment before `{parameter}`, that before `{rest+}`. */
import type { RestApi as Api, Route } from '../world/api';

export interface MatchedRoute {
  /** The path as the route writes it, `/orders/{id}`. */
  readonly resource: string;
  readonly route: Route;
  /** The path that the route was matched by, decoded; policies are evaluated on it. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The route for a method and a path below the stage; undefined when the API has none. */
export function findRoute(api: Api, method: string, path: string): MatchedRoute | undefined {
  // Once, for the route and the policies: what one of them read otherwise, a Deny would not see.
  const segments = path.split('/').slice(1).map(decodeSegment);
  const decoded = `/${segments.join('/')}`;
  const found: (MatchedRoute & { rank: string })[] = [];
  for (const [key, route] of Object.entries(api.routes ?? {})) {
    const space = key.indexOf(' ');
    const resource = key.slice(space + 1);
    const verb = key.slice(0, space);
    if (verb !== method && verb !== 'ANY') continue;
    const match = matchPath(resource, segments);
    if (!match) continue;
    const rank = `${match.rank}${verb === 'ANY' ? '1' : '0'}`;
    found.push({ resource, route, path: decoded, parameters: match.parameters, rank });
  }
  return found.sort((a, b) => (a.rank < b.rank ? -1 : 1))[0];
}

/** Byte by byte: one that is no UTF-8 becomes U+FFFD, and hides none of the others. Unconfirmed: what AWS makes of it. */
function decodeSegment(segment: string): string {
  const bytes = segment.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** `rank` sorts better matches first: 0 for a literal segment, 1 for a parameter, 2 for the rest of the path. */
function matchPath(
  resource: string,
  given: readonly string[],
): { parameters: Record<string, string>; rank: string } | undefined {
  const wanted = resource.split('/').slice(1);
  const parameters: [string, string][] = [];
  let rank = '';
  for (const [i, segment] of wanted.entries()) {
    const [, name, rest] = /^\{(.+?)(\+?)\}$/.exec(segment) ?? [];
    const value = given[i];
    // An empty segment is a path of its own: taking it for none would let a path past the policy that names the other.
    if (value === undefined || (value === '' && segment !== '')) return undefined;
    if (name && rest) {
      parameters.push([name, given.slice(i).join('/')]);
      return { parameters: Object.fromEntries(parameters), rank: `${rank}2` };
    }
    if (name) parameters.push([name, value]);
    else if (value !== segment) return undefined;
    rank += name ? '1' : '0';
  }
  return wanted.length === given.length ? { parameters: Object.fromEntries(parameters), rank } : undefined;
}
