/** What a function behind an HTTP API or a function URL is given and gives back: payload format 2.0. */

/** What it throws becomes a 500 or 502, and a `cause` in the log. */
export type HandlerV2 = (event: ProxyEventV2) => ResultV2 | Promise<ResultV2>;

/** An answer; or any other value, which is answered as JSON with status 200. */
export type ResultV2 = ProxyResultV2 | string | number | boolean | null | undefined | object;

/** An answer with its status. `cookies` become `Set-Cookie` headers, in place of one in `headers`. */
export interface ProxyResultV2 {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string | number | boolean>> | null | undefined;
  readonly cookies?: readonly string[] | undefined;
  readonly body?: string | null | undefined;
  readonly isBase64Encoded?: boolean | undefined;
}

/** Parts that a request does not have are absent. */
export interface ProxyEventV2 {
  readonly version: '2.0';
  /** `GET /orders/{id}`, or `$default`. */
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[] | undefined;
  /** Lower-case names; values of one name are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>> | undefined;
  readonly pathParameters?: Readonly<Record<string, string>> | undefined;
  readonly stageVariables?: Readonly<Record<string, string>> | undefined;
  readonly requestContext: {
    readonly accountId: string;
    readonly apiId: string;
    readonly authentication: null;
    readonly authorizer?:
      | {
          readonly iam?: IamContextV2 | undefined;
          readonly jwt?: {
            readonly claims: Readonly<Record<string, string>>;
            readonly scopes: readonly string[] | null;
          };
          readonly lambda?: Readonly<Record<string, unknown>> | undefined;
        }
      | undefined;
    readonly domainName: string;
    readonly domainPrefix: string;
    readonly http: {
      readonly method: string;
      readonly path: string;
      readonly protocol: string;
      readonly sourceIp: string;
      readonly userAgent: string;
    };
    readonly requestId: string;
    readonly routeKey: string;
    readonly stage: string;
    /** `12/Mar/2020:19:03:58 +0000` */
    readonly time: string;
    readonly timeEpoch: number;
  };
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
}

/** Who signed. */
export interface IamContextV2 {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  /** Of a caller with an identity of Cognito. */
  readonly cognitoIdentity: {
    readonly amr: readonly string[];
    readonly identityId: string;
    readonly identityPoolId: string;
  } | null;
  readonly principalOrgId: string | null;
  readonly userArn: string;
  readonly userId: string;
}
