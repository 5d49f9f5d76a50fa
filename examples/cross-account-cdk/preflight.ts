/**
 * Asks an API what a browser asks before a page of another origin may send a signed request: the preflight of CORS, OPTIONS
 * without a signature. Prints the answer. `npx tsx preflight.ts https://…/prod/`
 */
import { isProgram } from './program';

const ORIGIN = 'https://shop.example.com';
const METHOD = 'GET';
/** What sigv4kit adds to a request of a page. */
const HEADERS = ['authorization', 'x-amz-date', 'x-amz-security-token'];

export interface Leave {
  /** Whether a browser would send the request. */
  readonly given: boolean;
  /** The answer in a line. */
  readonly answer: string;
}

/** As the Fetch standard has it: a status of success, this origin, every header by its name. GET needs no leave of its own. */
export async function askLeave(url: string | URL): Promise<Leave> {
  const response = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin: ORIGIN,
      'access-control-request-method': METHOD,
      'access-control-request-headers': HEADERS.join(','),
    },
  });
  const { ok, status, headers } = response;
  const body = await response.text();
  const allowed = (what: string) => headers.get(`access-control-allow-${what}`) ?? '';
  if (!ok) return { given: false, answer: `${status} ${headers.get('x-amzn-errortype')} ${body}` };
  const named = allowed('headers')
    .toLowerCase()
    .split(/\s*,\s*/);
  const given = ['*', ORIGIN].includes(allowed('origin')) && HEADERS.every((header) => named.includes(header));
  return {
    given,
    answer: `${status} origin ${allowed('origin')}, methods ${allowed('methods')}, headers ${named.join(' ')}`,
  };
}

if (isProgram(import.meta.url)) process.exitCode = await run(process.argv[2]);

/** The exit status. */
async function run(url: string | undefined): Promise<number> {
  if (!url || !URL.canParse(url)) {
    console.error('Say which API: npx tsx preflight.ts https://…/prod/');
    return 2;
  }
  try {
    const { given, answer } = await askLeave(url);
    console.log(answer);
    console.log(
      given ? 'A page may send a signed GET.' : 'A browser sends nothing more: the page may not call this API.',
    );
    return given ? 0 : 1;
  } catch (error) {
    const { message, cause } = error as Error;
    console.error(`${url} cannot be reached: ${cause instanceof Error ? cause.message : message}`);
    return 1;
  }
}
