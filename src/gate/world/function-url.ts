/** A Lambda function URL of a world. */
import type { HandlerV2, ProxyResultV2 } from './events-v2';
import type { PolicyDocument } from './policy-document';

/**
 * A function of AWS Lambda that has a URL, `https://{id}.lambda-url.{region}.on.aws`. Callers need the actions
 * `lambda:InvokeFunctionUrl` and `lambda:InvokeFunction`, as AWS demands since October 2025.
 */
export interface FunctionUrl {
  readonly region: string;
  /** What its ARN ends with; for the URL of an alias, `name:alias`. */
  readonly functionName: string;
  /** Default `AWS_IAM`. With `NONE` the function's policy must still allow everyone both actions, as on AWS. */
  readonly auth?: 'NONE' | 'AWS_IAM' | undefined;
  /** The function's resource-based policy. Conditions may ask for `lambda:FunctionUrlAuthType` and `lambda:InvokedViaFunctionUrl`. */
  readonly policy?: PolicyDocument | undefined;
  /** Gets the event of payload format 2.0. What it throws is answered with 502. */
  readonly handler: HandlerV2 | ProxyResultV2;
}
