/**
 * Does what Lambda does, where there is no Lambda: gives the client's function the keys of its role as environment variables,
 * calls it, and prints what it returns. On AWS this is `aws lambda invoke`.
 */
import { handler } from './functions/client';
import { isProgram } from './program';

/** Where containers get the keys of their role; the last part is what the session will be called, with Lambda the function's name. */
const KEYS = 'http://169.254.170.2/v2/credentials/';

/** What a function returns, as JSON; `name` is what Lambda calls it. Default: the client's. */
export async function invoke(
  name: string,
  environment: Readonly<Record<string, string>>,
  run: () => Promise<unknown> = handler,
): Promise<string> {
  const { accessKeyId, secretAccessKey, sessionToken } = await keysOfRole(name);
  const restore = setVariables({
    AWS_REGION: 'us-east-1',
    ...environment,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    // Lambda has no profiles.
    AWS_PROFILE: '',
  });
  try {
    return JSON.stringify(await run());
  } finally {
    restore();
  }
}

/** Sets variables of this process; gives what sets them back. */
function setVariables(variables: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

interface TemporaryKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** The keys of the role that code runs with here. */
export async function keysOfRole(session: string): Promise<TemporaryKeys> {
  const response = await fetch(`${KEYS}${session}`, { signal: AbortSignal.timeout(2_000) }).catch((cause) => {
    throw new Error(`Nothing answers at ${KEYS}: is this a shell of the gate?`, { cause });
  });
  if (!response.ok) throw new Error(`There are no keys at ${KEYS}: ${response.status} ${await response.text()}`);
  const { AccessKeyId, SecretAccessKey, Token } = (await response.json()) as Record<string, string>;
  return { accessKeyId: AccessKeyId ?? '', secretAccessKey: SecretAccessKey ?? '', sessionToken: Token ?? '' };
}

if (isProgram(import.meta.url)) {
  const { API_URL = '' } = process.env;
  try {
    console.log(await invoke('orders-client', { API_URL }));
  } catch (error) {
    // As Lambda answers for a function that throws.
    const { name, message } = error as Error;
    console.log(JSON.stringify({ errorType: name, errorMessage: message }));
    process.exitCode = 1;
  }
}
