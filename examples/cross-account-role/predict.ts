/**
 * A caller of `POST /predict` from another account: assumes the invoker role with keys of its own, once, and signs each call
 * with the session's keys. As a program: `npx tsx predict.ts '{"sepalLength":6.3,…}' …`, all of them at the same time.
 */
import { assumeRole, type Credentials, createSignedFetch, isSigV4Error } from 'sigv4kit';
import { isProgram } from './program';

export interface CallerOptions {
  /** The role of the API's account. */
  readonly roleArn: string;
  /** The stage of the API, without a slash at its end. */
  readonly url: string;
  /** That of the API; STS is called there too. */
  readonly region: string;
  /** What the role's trust asks for. */
  readonly externalId?: string | undefined;
  /** Whose keys assume the role. Default: those of the environment, of a profile, of a container or instance. */
  readonly credentials?: Credentials | undefined;
  /** What sends. Default: the global one. */
  readonly fetch?: typeof fetch | undefined;
  readonly now?: (() => number) | undefined;
}

export interface Caller {
  predict(features: unknown): Promise<Response>;
  /** How often the role was asked for. */
  readonly assumed: number;
}

/** Nothing is asked for before the first call. */
export function createCaller({ url, region, now, fetch = globalThis.fetch, ...role }: CallerOptions): Caller {
  let assumed = 0;
  const countedFetch: typeof fetch = (input, init) => {
    assumed++;
    return fetch(input, init);
  };
  const credentials = assumeRole({ ...role, roleSessionName: 'predict', region, fetch: countedFetch });
  const signedFetch = createSignedFetch({ credentials, region, service: 'execute-api', fetch, now });
  return {
    predict: (features) =>
      signedFetch(`${url}/predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(features),
      }),
    get assumed() {
      return assumed;
    },
  };
}

/** What the environment says; throws for what is missing, or cannot be meant. */
export function optionsFrom(env: NodeJS.ProcessEnv): CallerOptions {
  const { INVOKER_ROLE_ARN: roleArn, AWS_REGION: region, API_ID, API_URL, EXTERNAL_ID: externalId } = env;
  if (!roleArn)
    throw new Error('Set INVOKER_ROLE_ARN to the ARN of the role, which the stack of the API has as output.');
  if (!region) throw new Error('Set AWS_REGION to the region of the API.');
  if (!API_URL && !API_ID) throw new Error('Set API_ID to the id of the API, or API_URL to the URL of its stage.');
  const url = API_URL || `https://${API_ID}.execute-api.${region}.amazonaws.com/prod`;
  if (!URL.canParse(url)) throw new Error(`API_URL, or the URL that API_ID makes, is none: ${url}`);
  return { roleArn, region, url: url.replace(/\/+$/, ''), externalId: externalId || undefined };
}

/** What the program does: prints each answer and how often the role was asked for; false when something was refused. */
async function main(given: readonly string[]): Promise<boolean> {
  if (given.length === 0) throw new Error('Give the measurements of a flower as JSON, or of several.');
  const flowers = given.map(parse);
  const caller = createCaller(optionsFrom(process.env));
  const answers = await Promise.all(flowers.map(caller.predict));
  for (const answer of answers) await print(answer);
  console.log(
    `${count(answers.length)}, the role assumed ${caller.assumed === 1 ? 'once' : `${caller.assumed} times`}`,
  );
  return answers.every(({ ok }) => ok);
}

const count = (calls: number) => (calls === 1 ? '1 call' : `${calls} calls`);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`This is not JSON: ${text}`);
  }
}

async function print(answer: Response): Promise<void> {
  const text = await answer.text();
  if (answer.ok) return console.log(answer.status, text);
  console.error([answer.status, answer.headers.get('x-amzn-errortype'), text].filter(Boolean).join(' '));
}

if (isProgram(import.meta.url)) {
  const ok = await main(process.argv.slice(2)).catch((error) => {
    // STS's words are in the message; whose fault it is, in the code.
    console.error(isSigV4Error(error) ? `${error.code}: ${error.message}` : error.message);
    return false;
  });
  process.exitCode = ok ? 0 : 1;
}
