/** A Lambda function URL of a world. */
import type { HandlerV2, ProxyResultV2 } from './events-v2';
import type { PolicyDocument } from './policy-document';

/** A function of AWS Lambda that has a URL, `https://{id}.lambda-url.{region}.on.aws`. */
export interface FunctionUrl {
  readonly region: string;
  /** What its ARN ends with. */
  readonly functionName: string;
  /** Default `AWS_IAM`. With `NONE` the function's policy must still allow everyone, as on AWS. */
  readonly auth?: 'NONE' | 'AWS_IAM' | undefined;
  /** The function's resource-based policy. */
  readonly policy?: PolicyDocument | undefined;
  /** Gets the event of payload format 2.0. */
  readonly handler: HandlerV2 | ProxyResultV2;
}
