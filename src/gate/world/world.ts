/**
 * The world a gate lives in, as plain data: accounts, their users, roles and keys, their APIs. `check-world.ts` refuses what
 * this version does not emulate, by name, so that it can never turn into a silent allow.
 */
export interface World {
  /** By account id, 12 digits. */
  readonly accounts: Readonly<Record<string, Account>>;
  /** The instance or container that callers run on; without it the metadata endpoints answer 404. */
  readonly metadata?: Metadata | undefined;
}

/** An AWS account: who is in it, whom it trusts, and its APIs. */
export interface Account {
  /** The organization it belongs to, `o-exampleorgid`. */
  readonly organization?: string | undefined;
  /** By user name. */
  readonly users?: Readonly<Record<string, User>> | undefined;
  /** By role name. */
  readonly roles?: Readonly<Record<string, Role>> | undefined;
  /** Amazon Cognito identity pools, by id: `us-east-1:` and a GUID. */
  readonly identityPools?: Readonly<Record<string, IdentityPool>> | undefined;
  /** IAM's OpenID Connect providers, by host and path, `token.actions.githubusercontent.com`. */
  readonly oidcProviders?: Readonly<Record<string, TokenJudge>> | undefined;
  /** By API id. */
  readonly apis?: Readonly<Record<string, Api>> | undefined;
}

/** An IAM user. */
export interface User {
  /** Begins and ends with `/`. Default `/`. */
  readonly path?: string | undefined;
  readonly accessKeys?: readonly AccessKey[] | undefined;
  /** Identity policies. A user without any may do nothing, as on AWS. */
  readonly policies?: readonly PolicyDocument[] | undefined;
}

/** An IAM role. */
export interface Role {
  /** Begins and ends with `/`. Default `/`. */
  readonly path?: string | undefined;
  /** Who may assume it: statements with a Principal and without a Resource. */
  readonly trust: PolicyDocument;
  /** Identity policies. A role without any may do nothing, as on AWS. */
  readonly policies?: readonly PolicyDocument[] | undefined;
  /** Seconds that a session may last, 3600 to 43200. Default 3600. */
  readonly maxSessionDuration?: number | undefined;
  /** What `aws:PrincipalTag/…` gives of its sessions, unless they have a tag of that name themselves. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** An identity pool of Amazon Cognito. */
export interface IdentityPool {
  /** Whether guests get an identity. Default false. */
  readonly allowUnauthenticated?: boolean | undefined;
  /** Whether it gives tokens for STS (GetOpenIdToken). Default true. */
  readonly allowClassicFlow?: boolean | undefined;
  /** Names of roles of the pool's account, or ARNs. */
  readonly roles: {
    readonly authenticated?: string | undefined;
    readonly unauthenticated?: string | undefined;
  };
  /** By provider name, `cognito-idp.us-east-1.amazonaws.com/us-east-1_Example`. */
  readonly logins?: Readonly<Record<string, TokenJudge>> | undefined;
}

/**
 * Stands for an identity provider: a table of its tokens, or a function that gives the claims of a token and undefined for
 * one that is not its own. What the function throws is a provider that cannot be reached.
 */
export type TokenJudge =
  | Readonly<Record<string, Claims>>
  | ((token: string) => Claims | undefined | Promise<Claims | undefined>);

/** The claims of a token. */
export interface Claims {
  readonly sub: string;
  readonly aud?: string | undefined;
  /** Seconds since the epoch; a token without it does not expire. */
  readonly exp?: number | undefined;
  readonly [claim: string]: string | number | undefined;
}

/** The instance or container whose metadata the gate serves. */
export interface Metadata {
  /** The ARN of its role, which must trust a service that runs code, such as `ec2.amazonaws.com`. */
  readonly role: string;
  /** The name of its sessions. Default `i-1234567890abcdef0`, the documentation's. */
  readonly instanceId?: string | undefined;
  /** Default `us-east-1`. */
  readonly region?: string | undefined;
  /** Refuse requests without a token, as an instance does that allows IMDSv2 alone. Default false. */
  readonly tokensRequired?: boolean | undefined;
  /** Seconds that the keys last, 1 to 43200. Default 21600. */
  readonly sessionDuration?: number | undefined;
  /** The Authorization header that the container endpoint demands. Default: none. */
  readonly containerAuthorization?: string | undefined;
}

/** A key pair of a user; with a session token, temporary keys as GetSessionToken gives them. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** A Date or ISO 8601 text. */
  readonly expiration?: Date | string | undefined;
}

/** An IAM policy; elements that are not here are refused by name. */
export interface PolicyDocument {
  readonly Version?: '2012-10-17' | '2008-10-17' | undefined;
  readonly Statement: Statement | readonly Statement[];
}

/** A statement of a policy: one of Action and NotAction; one of Resource and NotResource, or a Principal in a trust policy. */
export interface Statement {
  readonly Sid?: string | undefined;
  readonly Effect: 'Allow' | 'Deny';
  /** Trust policies alone. */
  readonly Principal?: '*' | Readonly<Partial<Record<PrincipalKind, string | readonly string[]>>> | undefined;
  readonly Action?: string | readonly string[] | undefined;
  readonly NotAction?: string | readonly string[] | undefined;
  readonly Resource?: string | readonly string[] | undefined;
  readonly NotResource?: string | readonly string[] | undefined;
  readonly Condition?: Condition | undefined;
}

/** What a principal of a trust policy can be. */
export type PrincipalKind = 'AWS' | 'Federated' | 'Service';

/** By operator and key: `{ StringEquals: { 'sts:ExternalId': 'abc' } }`. */
export type Condition = Readonly<Record<string, Readonly<Record<string, ConditionValue | readonly ConditionValue[]>>>>;

/** A value as the JSON of a policy writes it. */
export type ConditionValue = string | number | boolean;

/** An API of Amazon API Gateway with one stage. */
export interface Api {
  readonly region: string;
  /** Default `REST`, the only type this version emulates. */
  readonly type?: 'REST' | undefined;
  /** Default `REGIONAL`. */
  readonly endpoint?: 'REGIONAL' | 'EDGE' | undefined;
  readonly stage: string;
  /** By method and path, `'GET /orders/{id}'`; `ANY` for every method, `{name+}` for the rest of the path. */
  readonly routes: Readonly<Record<string, Route>>;
}

/** A method of an API. */
export interface Route {
  /** Default `NONE`. */
  readonly auth?: 'NONE' | 'AWS_IAM' | undefined;
  /** What answers: a function of the proxy event, or one answer for all. */
  readonly handler: Handler | ProxyResult;
}

/** Stands for the function behind a route. What it throws becomes a 502, and a `cause` in the log. */
export type Handler = (event: ProxyEvent) => ProxyResult | Promise<ProxyResult>;

/** What a Lambda proxy integration answers (payload format 1.0). */
export interface ProxyResult {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string | number | boolean>> | null | undefined;
  readonly multiValueHeaders?: Readonly<Record<string, readonly (string | number | boolean)[]>> | null | undefined;
  readonly body?: string | null | undefined;
  readonly isBase64Encoded?: boolean | undefined;
}

/** What a Lambda proxy integration is given (payload format 1.0). */
export interface ProxyEvent {
  readonly resource: string;
  readonly path: string;
  readonly httpMethod: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly queryStringParameters: Readonly<Record<string, string>> | null;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>> | null;
  readonly pathParameters: Readonly<Record<string, string>> | null;
  readonly stageVariables: null;
  readonly requestContext: {
    readonly accountId: string;
    readonly apiId: string;
    readonly domainName: string;
    readonly httpMethod: string;
    readonly identity: {
      readonly accessKey: string | null;
      readonly accountId: string | null;
      readonly caller: string | null;
      readonly user: string | null;
      readonly userArn: string | null;
      readonly sourceIp: string;
      readonly userAgent: string | null;
    };
    readonly path: string;
    readonly protocol: string;
    readonly requestId: string;
    readonly requestTimeEpoch: number;
    readonly resourcePath: string;
    readonly stage: string;
  };
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}
