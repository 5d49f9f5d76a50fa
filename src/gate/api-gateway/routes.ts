/**
 * Routes, compiled once when a gate starts, and the one a request is for, as API Gateway finds it: a literal segment before
 * `{parameter}`, that before `{rest+}`, a method before `ANY`, and `$default` of an HTTP API last.
 */

/** The methods that an API can have, which `ANY` stands for. */
export const METHODS: readonly string[] = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** The routes of an API, ready to be asked. */
export interface RouteTable<R> {
  /** The route for a method and the decoded segments of a path; undefined when the API has none. */
  find(method: string, segments: readonly string[]): MatchedRoute<R> | undefined;
}

/** A route and what the path gives for its parameters. */
export interface MatchedRoute<R> {
  /** The key of the route, `GET /orders/{id}`. */
  readonly routeKey: string;
  /** The path as the route writes it, `/orders/{id}`. */
  readonly resource: string;
  readonly route: R;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The segments of a path, decoded once for the routes and the policies: what one of them read otherwise, a Deny would not see. */
export function segmentsOf(path: string): string[] {
  const segments = path.split('/').slice(1);
  return /[%\x80-\xff]/.test(path) ? segments.map(decodeSegment) : segments;
}

/** Byte by byte: one that is no UTF-8 becomes U+FFFD, and hides none of the others. Unconfirmed: what AWS makes of it. */
function decodeSegment(segment: string): string {
  const bytes = segment.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

interface Compiled<R> extends Omit<MatchedRoute<R>, 'parameters'> {
  readonly verb: string;
  readonly segments: readonly Segment[];
  readonly rank: string;
}

interface Segment {
  /** Undefined for a parameter. */
  readonly literal: string | undefined;
  readonly name: string;
  readonly isRest: boolean;
}

/** By their keys, `GET /orders/{id}`; of those without a path, `$default` alone. */
export function compileRoutes<R>(routes: Readonly<Record<string, R>> = {}): RouteTable<R> {
  const compiled = Object.entries(routes)
    .filter(([key]) => key.includes(' '))
    .map(([key, route]) => compile(key, route))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const fallback = Object.hasOwn(routes, '$default') ? (routes.$default as R) : undefined;
  // Most routes have no parameter: those are found by their path alone.
  const literal = new Map<string, Compiled<R>[]>();
  for (const one of compiled.filter(({ segments }) => segments.every((segment) => segment.literal !== undefined)))
    literal.set(one.resource, [...(literal.get(one.resource) ?? []), one]);
  const others = compiled.filter(({ segments }) => segments.some((segment) => segment.literal === undefined));
  return {
    find(method, given) {
      const isFor = ({ verb }: Compiled<R>) => verb === method || (verb === 'ANY' && METHODS.includes(method));
      const exact = literal
        .get(`/${given.join('/')}`)
        ?.find((one) => one.segments.length === given.length && isFor(one));
      if (exact) return toMatched(exact, {});
      for (const one of others) {
        const parameters = isFor(one) ? match(one.segments, given) : undefined;
        if (parameters) return toMatched(one, parameters);
      }
      if (fallback === undefined) return undefined;
      return { routeKey: '$default', resource: '$default', route: fallback, parameters: {} };
    },
  };
}

function compile<R>(routeKey: string, route: R): Compiled<R> {
  const space = routeKey.indexOf(' ');
  const verb = routeKey.slice(0, space);
  const resource = routeKey.slice(space + 1);
  const segments = resource.split('/').slice(1).map(readSegment);
  // Better matches sort first: 0 for a literal segment, 1 for a parameter, 2 for the rest of the path.
  const ranks = segments.map(({ literal, isRest }) => (literal !== undefined ? '0' : isRest ? '2' : '1'));
  return { routeKey, verb, resource, route, segments, rank: `${ranks.join('')}${verb === 'ANY' ? '1' : '0'}` };
}

function readSegment(text: string): Segment {
  const [, name, rest] = /^\{(.+?)(\+?)\}$/.exec(text) ?? [];
  return name === undefined
    ? { literal: text, name: '', isRest: false }
    : { literal: undefined, name, isRest: rest === '+' };
}

const toMatched = <R>(
  { routeKey, resource, route }: Compiled<R>,
  parameters: Readonly<Record<string, string>>,
): MatchedRoute<R> => ({ routeKey, resource, route, parameters });

function match(wanted: readonly Segment[], given: readonly string[]): Record<string, string> | undefined {
  const parameters: [string, string][] = [];
  for (const [i, { literal, name, isRest }] of wanted.entries()) {
    const value = given[i];
    // An empty segment is a path of its own: taking it for none would let a path past the policy that names the other.
    if (value === undefined || (value === '' && literal !== '')) return undefined;
    if (isRest) return Object.fromEntries([...parameters, [name, given.slice(i).join('/')]]);
    if (literal === undefined) parameters.push([name, value]);
    else if (value !== literal) return undefined;
  }
  return wanted.length === given.length ? Object.fromEntries(parameters) : undefined;
}
