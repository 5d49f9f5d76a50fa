/**
 * What each signing name wants that others do not, as one table. A service that is not listed follows the general rule:
 * path normalised and encoded twice, body hashed, no `x-amz-content-sha256`, session token signed.
 * Sources: the endpoint rule sets, service models and signers of botocore; the Amazon S3, VPC Lattice and OpenSearch
 * Serverless documentation; the IoT device gateway as observed with aws-sdk-js and aws-c-auth.
 */

export interface ServiceRule {
  /** The path is sent as it is canonical: never normalised, percent-encoded once. */
  readonly plainPath?: true;
  /** When `x-amz-content-sha256` must be sent; otherwise it need not be. */
  readonly contentSha256?: 'with-body' | 'always';
  /** `'unsigned'`: the signature cannot cover the body; `'either'`: it need not. */
  readonly payload?: 'either' | 'unsigned';
  /** The same for a presigned URL. */
  readonly presignedPayload?: 'unsigned';
  /** Takes a body in signed pieces (`aws-chunked`). */
  readonly chunks?: true;
  /** The session token is added after signing. */
  readonly tokenAfterSigning?: true;
}

const OBJECTS: ServiceRule = {
  plainPath: true,
  contentSha256: 'always',
  payload: 'either',
  presignedPayload: 'unsigned',
};
const S3: ServiceRule = { ...OBJECTS, chunks: true };
const HASH_HEADER: ServiceRule = { contentSha256: 'always' };
/** Operations with an unsigned-payload trait in their service models. */
const EITHER: ServiceRule = { payload: 'either' };

const RULES: Readonly<Record<string, ServiceRule>> = {
  s3: S3,
  's3-object-lambda': OBJECTS,
  's3-outposts': S3,
  s3express: S3,
  aoss: HASH_HEADER,
  glacier: HASH_HEADER,
  // CloudFront in front of a function URL (origin access control) demands it for requests with a body.
  lambda: { contentSha256: 'with-body' },
  'vpc-lattice-svcs': { contentSha256: 'always', payload: 'unsigned', presignedPayload: 'unsigned' },
  iotdevicegateway: { tokenAfterSigning: true },
  ebs: EITHER,
  lex: EITHER,
  mediastore: EITHER,
  omics: EITHER,
};
const GENERAL: ServiceRule = {};

/** The rule of a signing name. */
export function ruleOf(service: string): ServiceRule {
  return Object.hasOwn(RULES, service) ? (RULES[service] as ServiceRule) : GENERAL;
}
