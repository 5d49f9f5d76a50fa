/** The headers that go with a call to another server, and come back with its answer. */
import type { Reply } from '../../reply';
import { headersOf } from '../event-parts';
import type { MethodCall } from '../method-call';

/** Of one connection alone, RFC 9110 section 7.6.1, and what each of the two says anew. */
const HOP_BY_HOP = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The caller's, without those of the connection and without a Signature Version 4, which was for API Gateway; the host is the
 * other server's. As Node takes them: names and values in turn.
 */
export function forwardedHeaders(call: MethodCall, url: URL, body: Buffer): string[] {
  const { arrival, owner } = call;
  const isHttpApi = owner.api.type === 'HTTP';
  const given = withoutHops(headersOf(arrival));
  const kept = given.filter(([name]) => !REPLACED.has(name.toLowerCase()));
  const before = given.filter(([name]) => name.toLowerCase() === 'via').map(([, value]) => value);
  const { host, sourceIp, isSecure } = arrival;
  const added: [string, string][] = isHttpApi
    ? [
        [
          'Forwarded',
          `for=${sourceIp.includes(':') ? `"[${sourceIp}]"` : sourceIp};host=${host};proto=${isSecure ? 'https' : 'http'}`,
        ],
      ]
    : [['x-amzn-apigateway-api-id', owner.apiId]];
  return [
    ['Host', url.host],
    ...kept,
    ['Via', [...before, 'HTTP/1.1 AmazonAPIGateway'].join(', ')],
    ...added,
    ...(body.length > 0 ? [['Content-Length', String(body.length)]] : []),
  ].flat();
}

/** What API Gateway says itself, and a session token, which is for it alone. Unconfirmed: that it keeps the token. */
const REPLACED = new Set(['via', 'forwarded', 'x-amzn-apigateway-api-id', 'x-amz-security-token']);

/** The other server's: each name with all its values; a REST API gives a few of them other names. */
export function returnedHeaders(raw: readonly string[], isHttpApi: boolean): Reply['headers'] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < raw.length; i += 2) pairs.push([raw[i] as string, raw[i + 1] as string]);
  const fields = new Map<string, [name: string, values: string[]]>();
  for (const [given, value] of withoutHops(pairs)) {
    const name = !isHttpApi && REMAPPED.has(given.toLowerCase()) ? `x-amzn-Remapped-${given}` : given;
    // The reply has the time of the gate's clock.
    if (name.toLowerCase() === 'date') continue;
    const field = fields.get(name.toLowerCase());
    if (field) field[1].push(value);
    else fields.set(name.toLowerCase(), [name, [value]]);
  }
  return [...fields.values()];
}

/** Of those that the documentation names, the ones that were seen in answers. */
const REMAPPED = new Set(['date', 'server', 'www-authenticate']);

/** What `Connection` names is of the connection too. */
function withoutHops(pairs: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const named = pairs
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.toLowerCase().split(/ *, */))
    // What API Gateway tells the other server is not the caller's to take away.
    .filter((name) => !/^x-(?:forwarded|amzn)-/.test(name));
  const hops = new Set([...HOP_BY_HOP, ...named]);
  return pairs.filter(([name]) => !hops.has(name.toLowerCase()));
}
