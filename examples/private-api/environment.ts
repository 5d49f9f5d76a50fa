/** What both programs read from their environment: the API, the way to it, and the keys to sign with. */
import type { Credentials, PrivateApiOptions, PrivateApiRoute } from 'sigv4kit';

/** The stage that Terraform deploys, `stage` of `terraform/modules/api`. */
const STAGE = 'api';

/** `GWY_ID`, `AWS_REGION`; and `VPC_ENDPOINT`, `VIA` for another way than private DNS. */
export function readApi({ GWY_ID, AWS_REGION, VPC_ENDPOINT, VIA }: NodeJS.ProcessEnv): PrivateApiOptions {
  if (!GWY_ID) throw new Error('GWY_ID is not set. It is the id of the API: terraform output -raw api_id');
  return {
    apiId: GWY_ID,
    region: AWS_REGION || 'us-east-1',
    stage: STAGE,
    vpcEndpoint: VPC_ENDPOINT || undefined,
    via: (VIA || undefined) as PrivateApiRoute | undefined,
  };
}

/** Long-term keys; undefined where there are none, so that the library looks for others: on an instance, those of its role. */
export function readLongTermKeys({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }: NodeJS.ProcessEnv) {
  if (!AWS_ACCESS_KEY_ID && !AWS_SECRET_ACCESS_KEY) return undefined;
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY)
    return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  throw new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together, and only one of them is set.');
}

/** The same keys and `AWS_SESSION_TOKEN`, without which temporary ones are worth nothing. */
export function readTemporaryKeys(env: NodeJS.ProcessEnv): Credentials | undefined {
  const keys = readLongTermKeys(env);
  return keys && { ...keys, sessionToken: env.AWS_SESSION_TOKEN || undefined };
}
