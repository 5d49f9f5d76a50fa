/**
 * What each signing name wants that others do not, as one table. A service that is not listed follows the general rule:
 * path normalised and encoded twice, body hashed, no `x-amz-content-sha256`, session token signed.
 * Sources: the endpoint rule sets, service models and signers of botocore; the Amazon S3, VPC Lattice and OpenSearch
 * Serverless documentation; the IoT device gateway as observed with aws-sdk-js and aws-c-auth.
 */

export interface ServiceRule {
  /** The path is normalised, and percent-encoded once more than on the wire. */
  readonly encodePathTwice: boolean;
  /** When `x-amz-content-sha256` must be sent. */
  readonly contentSha256: 'never' | 'with-body' | 'always';
  /** `'unsigned'`: the body cannot be covered by the signature; `'either'`: it need not be. */
  readonly payload: 'hash' | 'either' | 'unsigned';
  /** The same for a presigned URL. */
  readonly presignedPayload: 'hash' | 'unsigned';
  /** The session token is added after signing. */
  readonly tokenAfterSigning: boolean;
}

const GENERAL: ServiceRule = {
  encodePathTwice: true,
  contentSha256: 'never',
  payload: 'hash',
  presignedPayload: 'hash',
  tokenAfterSigning: false,
};
const S3: ServiceRule = {
  ...GENERAL,
  encodePathTwice: false,
  contentSha256: 'always',
  payload: 'either',
  presignedPayload: 'unsigned',
};
const HASH_HEADER: ServiceRule = { ...GENERAL, contentSha256: 'always' };
const EITHER: ServiceRule = { ...GENERAL, payload: 'either' };

const RULES = new Map<string, ServiceRule>([
  ['s3', S3],
  ['s3-object-lambda', S3],
  ['s3-outposts', S3],
  ['s3express', S3],
  ['aoss', HASH_HEADER],
  ['glacier', HASH_HEADER],
  // CloudFront in front of a function URL (origin access control) demands it for requests with a body.
  ['lambda', { ...GENERAL, contentSha256: 'with-body' }],
  ['vpc-lattice-svcs', { ...GENERAL, contentSha256: 'always', payload: 'unsigned', presignedPayload: 'unsigned' }],
  ['iotdevicegateway', { ...GENERAL, tokenAfterSigning: true }],
  // Operations with an unsigned-payload trait in their service models.
  ['ebs', EITHER],
  ['lex', EITHER],
  ['mediastore', EITHER],
  ['omics', EITHER],
]);

/** The rule of a signing name. */
export function ruleOf(service: string): ServiceRule {
  return RULES.get(service) ?? GENERAL;
}
