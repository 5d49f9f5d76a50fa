/** What the events of every payload format have in common: headers, query and body of a request, and its time as text. */
import { type Arrival, bytesOf, headerOf } from '../arrival';

/** All the values of each name, in order. By way of a Map, since a name may be one that every object has. */
export function group(pairs: Iterable<readonly [string, string]>): Record<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const values = groups.get(name);
    if (values) values.push(value);
    else groups.set(name, [value]);
  }
  return Object.fromEntries(groups);
}

/** The last value of each name. */
export const last = (values: Readonly<Record<string, readonly string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all[all.length - 1] as string]));

/**
 * The headers as a function gets them: those of the request, and what the front of AWS adds. A Signature Version 4 is kept
 * from it, as AWS does.
 */
export function headersOf({ request, sourceIp, isSecure, now, requestId }: Arrival): [string, string][] {
  const kept = [...request.headers].filter(([name, value]) => {
    const lower = name.toLowerCase();
    return !(lower === 'authorization' && value.startsWith('AWS4-')) && !ADDED.has(lower);
  });
  const forwarded = headerOf(request, 'x-forwarded-for');
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0');
  const trace = `Root=1-${seconds}-${requestId.replaceAll('-', '').slice(0, 24)}`;
  return [
    ...(kept as [string, string][]),
    ['X-Amzn-Trace-Id', headerOf(request, 'x-amzn-trace-id') ?? trace],
    ['X-Forwarded-For', forwarded === undefined ? sourceIp : `${forwarded}, ${sourceIp}`],
    ['X-Forwarded-Port', isSecure ? '443' : '80'],
    ['X-Forwarded-Proto', isSecure ? 'https' : 'http'],
  ];
}

const ADDED = new Set(['x-amzn-trace-id', 'x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto']);

/** A body as an event has it: as text, or in base64 where it is no UTF-8; undefined for none. */
export function bodyOf({ request }: Arrival): { readonly text: string | undefined; readonly isBase64Encoded: boolean } {
  const bytes = bytesOf(request);
  if (bytes.length === 0) return { text: undefined, isBase64Encoded: false };
  try {
    return { text: UTF_8.decode(bytes), isBase64Encoded: false };
  } catch {
    return { text: bytes.toString('base64'), isBase64Encoded: true };
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2020:19:03:58 +0000` */
export function logTime(time: number): string {
  const [year, month, day, clock] = new Date(time).toISOString().split(/[-T.]/) as [string, string, string, string];
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${clock} +0000`;
}
