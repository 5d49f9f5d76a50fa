/** AssumeRole through an STS client of the AWS SDK v3, which brings its own credentials, endpoint and retries. */
import { loadAssumeRoleCommand } from '#environment';
import { SigV4Error } from '../errors';
import type { Credentials } from '../types';
import { meaningOf, refusalError } from './service-refusals';
import type { StsParameters } from './sts';

/** An `STSClient`, or the `STS` client that has a method for each operation. */
export interface StsClient {
  send(command: never): Promise<unknown>;
}

/** Sends the parameters through the client, whose failures get the codes that our own call's would. */
export async function assumeRoleThrough(
  client: StsClient,
  what: string,
  parameters: StsParameters,
): Promise<Credentials> {
  const AssumeRoleCommand = await loadAssumeRoleCommand();
  let output: unknown;
  try {
    output = await client.send(new AssumeRoleCommand(toInput(parameters)) as never);
  } catch (cause) {
    const { name, message, $metadata } = cause as Error & {
      $metadata?: { httpStatusCode?: number; requestId?: string };
    };
    const status = $metadata?.httpStatusCode;
    if (status === undefined) {
      // It had no keys, or nobody answered it.
      const code = name === 'CredentialsProviderError' ? 'ERR_SIGV4_NO_CREDENTIALS' : 'ERR_SIGV4_SERVICE_UNAVAILABLE';
      throw new SigV4Error(code, `Could not ${what}: the STS client failed; see the cause.`, { cause });
    }
    const refusal = { code: name, message, requestId: $metadata?.requestId };
    throw refusalError(what, refusal, status, meaningOf(refusal, status, false).code, []);
  }
  return fromOutput(output);
}

/** `Tags.member.1.Key` as the SDK has it: `Tags: [{ Key }]`. */
function toInput(parameters: StsParameters): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, value] of parameters) {
    const [field, , index, member] = name.split('.') as [string, string?, string?, string?];
    if (index === undefined) {
      input[field] = field === 'DurationSeconds' ? Number(value) : value;
      continue;
    }
    const members = (input[field] ?? []) as unknown[];
    input[field] = members;
    const position = Number(index) - 1;
    members[position] = member === undefined ? value : { ...(members[position] as object), [member]: value };
  }
  return input;
}

function fromOutput(output: unknown): Credentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } =
    (output as { Credentials?: Record<string, unknown> })?.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) {
    throw new SigV4Error('ERR_SIGV4_SERVICE_UNAVAILABLE', 'The STS client answered without credentials.');
  }
  return {
    accessKeyId: AccessKeyId as string,
    secretAccessKey: SecretAccessKey as string,
    sessionToken: SessionToken as string,
    expiration: Expiration as Date,
  };
}
