/** Reads what a Lambda proxy integration answers (payload format 1.0); throws on what API Gateway calls malformed. */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Reply } from '../reply';
import type { ProxyResult } from '../world/events';

/** Belong to the connection, not to an answer. */
const CONNECTION = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade']);

/** The reply; headers of the connection are left out, and `multiValueHeaders` go before `headers`. */
export function toReply(result: ProxyResult): Reply {
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = result;
  if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) {
    throw new TypeError('The statusCode of the answer is not a whole number from 200 to 599.');
  }
  if (body !== undefined && body !== null && typeof body !== 'string') {
    throw new TypeError('The body of the answer is not a string.');
  }
  const fields = new Map<string, readonly [string, readonly string[]]>();
  const single = Object.entries(headers ?? {}).map(([name, value]) => [name, [value]] as const);
  for (const [name, values] of [...single, ...Object.entries(multiValueHeaders ?? {})]) {
    validateHeaderName(name);
    const texts = [...values].map(String);
    for (const text of texts) validateHeaderValue(name, text);
    if (!CONNECTION.has(name.toLowerCase())) fields.set(name.toLowerCase(), [name, texts]);
  }
  return {
    status: statusCode,
    headers: [...fields.values()],
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}
