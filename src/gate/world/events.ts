/** What a function behind a REST API is given and gives back: payload format 1.0 of the Lambda proxy integration. */

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
  readonly stageVariables: Readonly<Record<string, string>> | null;
  readonly requestContext: {
    readonly accountId: string;
    readonly apiId: string;
    /** What an authorizer said of the caller; absent for a method without one. */
    readonly authorizer?: Readonly<Record<string, unknown>> | undefined;
    readonly domainName: string;
    readonly domainPrefix: string;
    readonly extendedRequestId: string;
    readonly httpMethod: string;
    /** Who signed, for a method that asks for a signature; null for all else. */
    readonly identity: {
      readonly accessKey: string | null;
      readonly accountId: string | null;
      readonly caller: string | null;
      readonly user: string | null;
      readonly userArn: string | null;
      readonly principalOrgId: string | null;
      /** Of a caller with an identity of Cognito. */
      readonly cognitoAuthenticationProvider: string | null;
      readonly cognitoAuthenticationType: string | null;
      readonly cognitoIdentityId: string | null;
      readonly cognitoIdentityPoolId: string | null;
      /** Of a caller through a VPC endpoint. */
      readonly vpcId?: string | undefined;
      readonly vpceId?: string | undefined;
      readonly sourceIp: string;
      readonly userAgent: string | null;
    };
    /** With the stage, or the base path of a custom domain name. */
    readonly path: string;
    readonly protocol: string;
    readonly requestId: string;
    /** `12/Mar/2020:19:03:58 +0000` */
    readonly requestTime: string;
    readonly requestTimeEpoch: number;
    readonly resourceId: string;
    readonly resourcePath: string;
    readonly stage: string;
  };
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}
