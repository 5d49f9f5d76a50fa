/** A mock integration: the answer that its templates give, where they are plain text. */
import { fault } from '../world/checks';
import type { ProxyResult } from '../world/events';
import { child, children, type Part, step, textOf } from './document';

/** Rejects templates with references or directives, which this version does not run. */
export function mockAnswer(integration: Part): ProxyResult {
  const status = statusOf(integration);
  const response = findResponse(integration, status);
  if (!response) return { statusCode: status, body: '' };
  const code = Number(response.value.statusCode ?? status);
  if (!Number.isInteger(code)) fault(`${response.at}.statusCode`, 'is not a status');
  return { statusCode: code, headers: headersOf(response), body: template(response, 'responseTemplates') ?? '' };
}

/** What the request template gives as JSON. */
function statusOf(integration: Part): number {
  const text = template(integration, 'requestTemplates');
  const at = `${integration.at}.requestTemplates`;
  if (text === undefined) return fault(at, 'has no template for application/json');
  const status: unknown = /^\s*\{\s*["']?statusCode["']?\s*:\s*"?(\d{3})"?\s*\}\s*$/.exec(text)?.[1];
  return status === undefined ? fault(at, 'gives no more than {"statusCode": 200} in this version') : Number(status);
}

/** The response whose key matches the status as a regular expression, else the default. */
function findResponse(integration: Part, status: number): Part | undefined {
  const responses = children(child(integration, 'responses'));
  const matching = responses.find(([key, { at }]) => key !== 'default' && matches(at, key, String(status)));
  return (matching ?? responses.find(([key]) => key === 'default'))?.[1];
}

function matches(at: string, key: string, status: string): boolean {
  try {
    return new RegExp(`^(?:${key})$`).test(status);
  } catch {
    return fault(at, 'has a key that is no regular expression');
  }
}

const HEADER = /^method\.response\.header\.([\w!#$%&'*+.^`|~-]+)$/;

/** Those that the response gives as literals. */
function headersOf(response: Part): Record<string, string> {
  const parameters = child(response, 'responseParameters');
  const headers = Object.keys(parameters?.value ?? {}).map((key) => {
    const at = `${response.at}.responseParameters${step(key)}`;
    const [, name] = HEADER.exec(key) ?? [];
    const [, value] = /^'(.*)'$/s.exec(textOf(parameters as Part, key) ?? '') ?? [];
    if (name === undefined || value === undefined)
      return fault(at, 'is not "method.response.header.X" with a value in single quotes, all that is emulated');
    return [name, value] as const;
  });
  return Object.fromEntries([['Content-Type', 'application/json'], ...headers]);
}

/** The template for JSON, or else the first. */
function template(part: Part, name: string): string | undefined {
  const table = child(part, name);
  const [type] = Object.keys(table?.value ?? {}).sort((a, b) => Number(b === JSON_TYPE) - Number(a === JSON_TYPE));
  const text = table && type !== undefined ? textOf(table, type) : undefined;
  if (text !== undefined && /\$[!{a-z]|^\s*#|#(?:set|if|foreach|else|end)/im.test(text))
    fault(`${part.at}.${name}`, 'holds a template with references or directives, which this version does not run');
  return text;
}

const JSON_TYPE = 'application/json';
