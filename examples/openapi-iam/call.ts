/**
 * Calls the API: `npx tsx call.ts [METHOD PATH]`, by default GET /path1. The stage's address is API_URL of the environment; keys
 * come from there too, or from wherever the AWS SDK would find them. Prints what comes, and what AWS says when it refuses.
 */
import { createSignedFetch } from 'sigv4kit';
import { fromEnvironment, runProgram } from './program';

type SignedFetchOptions = NonNullable<Parameters<typeof createSignedFetch>[0]>;

export interface Call extends SignedFetchOptions {
  /** Of the stage, without a slash at its end. Service and region of the signature are read from its name. */
  readonly apiUrl: string;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
}

/** What the API answers, whatever that is. */
export function call({ apiUrl, method = 'GET', path = '/path1', ...options }: Call): Promise<Response> {
  return createSignedFetch(options)(`${apiUrl}${path}`, { method });
}

/** The parts of AWS's file that are read here. */
export interface Ranges {
  readonly createDate: string;
  readonly prefixes: readonly { readonly ip_prefix: string; readonly region: string; readonly service: string }[];
  readonly ipv6_prefixes: readonly {
    readonly ipv6_prefix: string;
    readonly region: string;
    readonly service: string;
  }[];
}

/** How many ranges there are, and those of API Gateway in a region. */
export function describeRanges({ createDate, prefixes, ipv6_prefixes }: Ranges, region: string): string {
  const all = [
    ...prefixes.map(({ ip_prefix, ...about }) => ({ range: ip_prefix, ...about })),
    ...ipv6_prefixes.map(({ ipv6_prefix, ...about }) => ({ range: ipv6_prefix, ...about })),
  ];
  const own = all.filter((each) => each.service === 'API_GATEWAY' && each.region === region).map(({ range }) => range);
  return [
    `${createDate}: ${prefixes.length} ranges of IPv4, ${ipv6_prefixes.length} of IPv6`,
    `API Gateway in ${region}: ${own.join(', ') || 'none'}`,
  ].join('\n');
}

/** A refusal in AWS's words. */
export async function describeRefusal(response: Response): Promise<string> {
  const text = await response.text();
  const type = response.headers.get('x-amzn-errortype') ?? response.statusText;
  return `${response.status} ${type}: ${messageOf(text)}`;
}

/** It stands as `message` or as `Message`. */
function messageOf(text: string): string {
  try {
    const { message, Message } = JSON.parse(text) as { message?: string; Message?: string };
    return message ?? Message ?? text;
  } catch {
    return text;
  }
}

async function main([method, path]: readonly string[]): Promise<void> {
  const region = fromEnvironment('AWS_REGION');
  const response = await call({ apiUrl: fromEnvironment('API_URL'), method, path });
  if (!response.ok) throw new Error(await describeRefusal(response));
  const answer = (await response.json()) as object;
  // AWS's whole file has some ten thousand ranges.
  console.log('prefixes' in answer ? describeRanges(answer as Ranges, region) : JSON.stringify(answer));
}

await runProgram(import.meta.url, main);
