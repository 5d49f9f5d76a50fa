/**
 * The world a gate lives in, as plain data: accounts, their users and keys, their APIs. `check-world.ts` refuses what this
 * version does not emulate, by name, so that it can never turn into a silent allow.
 */
export interface World {
  /** By account id, 12 digits. */
  readonly accounts: Readonly<Record<string, Account>>;
}

/** An AWS account: its users and its APIs. */
export interface Account {
  /** By user name. */
  readonly users?: Readonly<Record<string, User>> | undefined;
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

/** A statement of a policy, with one of Action and NotAction, and one of Resource and NotResource. */
export interface Statement {
  readonly Sid?: string | undefined;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[] | undefined;
  readonly NotAction?: string | readonly string[] | undefined;
  readonly Resource?: string | readonly string[] | undefined;
  readonly NotResource?: string | readonly string[] | undefined;
}

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
