/**
 * The world a gate lives in, as plain data: accounts, their users, roles and keys, their APIs and VPC endpoints.
 * `check-world.ts` refuses what this version does not emulate, by name, so that it can never turn into a silent allow.
 */
import type { Api } from './api';
import type { FunctionUrl } from './function-url';
import type { IdentityPool, Metadata, TokenJudge, UserPool } from './issuers';
import type { PolicyDocument } from './policy-document';
import type { StudioDomain } from './studio';

/** What a gate stands for: {@link Account}s and what is around them. */
export interface World {
  /** By account id, 12 digits. */
  readonly accounts: Readonly<Record<string, Account>>;
  /** By organization id, `o-exampleorgid`. One that only accounts name has no policies. */
  readonly organizations?: Readonly<Record<string, Organization>> | undefined;
  /** The instance or container that callers run on; without it the metadata endpoints answer 404. */
  readonly metadata?: Metadata | undefined;
  /** Where callers stand unless a request says otherwise. Default: at the address they connect from, in no known VPC. */
  readonly from?: Standpoint | undefined;
}

/** Where a caller stands. */
export interface Standpoint {
  /** Its address: what `aws:SourceIp` gives, or `aws:VpcSourceIp` through a VPC endpoint. Default: that of the connection. */
  readonly sourceIp?: string | undefined;
  /**
   * The id of its VPC: the private DNS names of the endpoints in there hold for it, and no endpoint elsewhere is reached.
   * `null` is the internet, from which no VPC endpoint is reached. Default: any that it names is.
   */
  readonly vpc?: string | null | undefined;
}

/** An organization of AWS Organizations. */
export interface Organization {
  /** Limit every member account but the management account. Without any, they may do what their own policies say. */
  readonly serviceControlPolicies?: readonly PolicyDocument[] | undefined;
  /** The id of the account that service control policies do not limit. */
  readonly managementAccount?: string | undefined;
}

/** An AWS account: who is in it, whom it trusts, and its APIs. */
export interface Account {
  /** The organization it belongs to, `o-exampleorgid`. */
  readonly organization?: string | undefined;
  /** Attached to this account itself: they limit it beside those of its organization. */
  readonly serviceControlPolicies?: readonly PolicyDocument[] | undefined;
  /** By user name. */
  readonly users?: Readonly<Record<string, User>> | undefined;
  /** By role name. */
  readonly roles?: Readonly<Record<string, Role>> | undefined;
  /** Amazon Cognito identity pools, by id: `us-east-1:` and a GUID. */
  readonly identityPools?: Readonly<Record<string, IdentityPool>> | undefined;
  /** Amazon Cognito user pools, by id: `us-east-1_Example`. */
  readonly userPools?: Readonly<Record<string, UserPool>> | undefined;
  /** IAM's OpenID Connect providers, by host and path, `token.actions.githubusercontent.com`. */
  readonly oidcProviders?: Readonly<Record<string, TokenJudge>> | undefined;
  /** Interface VPC endpoints, by id: `vpce-` and hexadecimal digits. */
  readonly vpcEndpoints?: Readonly<Record<string, VpcEndpoint>> | undefined;
  /** By API id. */
  readonly apis?: Readonly<Record<string, Api>> | undefined;
  /** Domains of Amazon SageMaker Studio, by id: `d-` and lower-case letters and digits. */
  readonly studioDomains?: Readonly<Record<string, StudioDomain>> | undefined;
  /** Lambda function URLs, by the id that their hostname begins with. */
  readonly functionUrls?: Readonly<Record<string, FunctionUrl>> | undefined;
}

/** An IAM user. */
export interface User {
  /** Begins and ends with `/`. Default `/`. */
  readonly path?: string | undefined;
  readonly accessKeys?: readonly AccessKey[] | undefined;
  /** Identity policies. A user without any may do nothing, as on AWS. */
  readonly policies?: readonly PolicyDocument[] | undefined;
  /** The permissions boundary: what its policies can give at most. */
  readonly boundary?: PolicyDocument | undefined;
  /** What `aws:PrincipalTag/…` gives. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** An IAM role. */
export interface Role {
  /** Begins and ends with `/`. Default `/`. */
  readonly path?: string | undefined;
  /** Who may assume it: statements with a Principal and without a Resource. */
  readonly trust: PolicyDocument;
  /** Identity policies. A role without any may do nothing, as on AWS. */
  readonly policies?: readonly PolicyDocument[] | undefined;
  /** The permissions boundary: what its policies can give at most. */
  readonly boundary?: PolicyDocument | undefined;
  /** Seconds that a session may last, 3600 to 43200. Default 3600. */
  readonly maxSessionDuration?: number | undefined;
  /** What `aws:PrincipalTag/…` gives of its sessions, unless they have a tag of that name themselves. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** A key pair of a user; with a session token, temporary keys as GetSessionToken gives them. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** A Date or ISO 8601 text. */
  readonly expiration?: Date | string | undefined;
}

/**
 * What a VPC endpoint leads to. AWS's names of these: `com.amazonaws.{region}.execute-api`, `com.amazonaws.{region}.sts`,
 * `com.amazonaws.{region}.sagemaker.api` and `aws.sagemaker.{region}.studio`.
 */
export type EndpointService = (typeof ENDPOINT_SERVICES)[number];

/** Every {@link EndpointService}. */
export const ENDPOINT_SERVICES = ['execute-api', 'sts', 'sagemaker.api', 'studio'] as const;

/** An interface VPC endpoint: for `execute-api` the way to private APIs, and the only way; for others a way beside the internet. */
export interface VpcEndpoint {
  /** Default `execute-api`. */
  readonly service?: EndpointService | undefined;
  readonly region: string;
  /** The id of its VPC, `vpc-…`. */
  readonly vpc: string;
  /**
   * The VPC endpoint policy. Default: full access. One for Studio decides on the action
   * `sagemaker:CreatePresignedDomainUrl`, for whoever created the URL that is opened.
   */
  readonly policy?: PolicyDocument | undefined;
  /**
   * Private DNS: in its VPC, the names of its service and region lead to it. So every `{api}.execute-api.{region}` name does,
   * those of public APIs too, which then cannot be reached. `sts.amazonaws.com` is of no region, and never does. Default true.
   */
  readonly privateDns?: boolean | undefined;
  /**
   * The first label of its DNS names, `vpce-0a1b2c3d4e5f60718-abcdefgh`; zonal names put `-us-east-1a` behind it. Default: any
   * that begins with its id and `-`.
   */
  readonly dnsName?: string | undefined;
}
