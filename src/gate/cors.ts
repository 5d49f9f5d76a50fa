/**
 * What lets a page of any origin call STS and Cognito, as AWS does. An API's own CORS is the affair of its routes.
 * Unconfirmed: the age, and that every header is allowed by name.
 */
import { type Arrival, headerOf, type Ruling } from './arrival';
import { type Reply, textReply } from './reply';

const ANY_ORIGIN = ['Access-Control-Allow-Origin', ['*']] as const;
const EXPOSED = ['Access-Control-Expose-Headers', ['x-amzn-RequestId,x-amzn-ErrorType,Date']] as const;

/** The ruling for pages of any origin too: their question whether they may call is answered, and they can read what comes. */
export async function openToPages(arrival: Arrival, rule: () => Promise<Ruling>): Promise<Ruling> {
  return answerPreflight(arrival) ?? readableByPages(arrival, await rule());
}

/** The answer to a page's question whether it may call; undefined for any other request. */
function answerPreflight({ request }: Arrival): Ruling | undefined {
  if (request.method !== 'OPTIONS' || headerOf(request, 'origin') === undefined) return undefined;
  const asked = headerOf(request, 'access-control-request-headers') ?? '';
  const reply = textReply(200, 'text/plain', '', {
    'Access-Control-Allow-Methods': 'GET, POST',
    'Access-Control-Allow-Headers': asked,
    'Access-Control-Max-Age': '172800',
  });
  return { outcome: 'answered', reason: 'preflight', reply: { ...reply, headers: [...reply.headers, ANY_ORIGIN] } };
}

/** The ruling on a page's call, with what lets the page read it. */
function readableByPages({ request }: Arrival, ruling: Ruling): Ruling {
  if (ruling.reply === 'reset' || headerOf(request, 'origin') === undefined) return ruling;
  const reply: Reply = { ...ruling.reply, headers: [...ruling.reply.headers, ANY_ORIGIN, EXPOSED] };
  return { ...ruling, reply };
}
