/** The authorizers of APIs: functions, user pools of Cognito, issuers of JSON Web Tokens. */
import type { JsonWebKeySet } from './issuers';
import type { PolicyDocument } from './policy-document';

/** Which of them an API may have: REST all but the last, HTTP `REQUEST` and `JWT`, WEBSOCKET `REQUEST`. */
export type Authorizer = TokenAuthorizer | RequestAuthorizer | UserPoolAuthorizer | JwtAuthorizer;

/** A Lambda authorizer of a REST API that is given one header. */
export interface TokenAuthorizer {
  readonly type: 'TOKEN';
  /**
   * Throwing an error whose message is `Unauthorized`, or that text, answers 401; anything else, and what is no result, is a
   * failure, 500, with a `cause` in the log.
   */
  readonly handler: (event: TokenAuthorizerEvent) => AuthorizerResult | Promise<AuthorizerResult>;
  /** The header of the token. Default `method.request.header.Authorization`. Without it: 401, and the function is not asked. */
  readonly identitySource?: string | undefined;
  /** A regular expression that the whole token must match; where it does not: 401, and the function is not asked. */
  readonly identityValidation?: string | undefined;
  /** Seconds that a result is kept by its token, 0 to 3600. Default 300; 0 keeps nothing. By the gate's clock. */
  readonly ttl?: number | undefined;
}

/** A Lambda authorizer that is given the request. */
export interface RequestAuthorizer {
  readonly type: 'REQUEST';
  /** As for {@link TokenAuthorizer}. */
  readonly handler: (event: RequestAuthorizerEvent) => AuthorizerResult | Promise<AuthorizerResult>;
  /**
   * `method.request.header.X`, `method.request.querystring.X`, `stageVariables.X`, `context.X`; for an HTTP API
   * `$request.header.X`, `$request.querystring.X`, `$context.X`, `$stageVariables.X`; for a WebSocket API
   * `route.request.header.X`, `route.request.querystring.X` and as for a REST API. All must be there, or the answer is 401 and
   * the function is not asked; together they are the key that a result is kept by. Default: none.
   */
  readonly identitySources?: readonly string[] | undefined;
  /** Seconds, 0 to 3600. Default 300 for a REST API, 0 for an HTTP API. Without identity sources nothing is kept. */
  readonly ttl?: number | undefined;
  /** Of an HTTP API: the payload format. Default `2.0`. */
  readonly payload?: '1.0' | '2.0' | undefined;
  /** Of an HTTP API with payload 2.0: the function gives `{ isAuthorized, context }`. Default false. */
  readonly simpleResponses?: boolean | undefined;
}

/**
 * Of a REST API: tokens of user pools of the world, with or without `Bearer` before them. Id tokens; access tokens where the
 * route names scopes. Needs the package `jose`.
 */
export interface UserPoolAuthorizer {
  readonly type: 'COGNITO_USER_POOLS';
  /** Ids of user pools of the world. */
  readonly userPools: readonly string[];
  /** Default `method.request.header.Authorization`. */
  readonly identitySource?: string | undefined;
}

/** Of an HTTP API: tokens of an OpenID Connect issuer, signed with RSA. Needs the package `jose`. */
export interface JwtAuthorizer {
  readonly type: 'JWT';
  /** What tokens have as `iss`. */
  readonly issuer: string;
  /** What tokens have as `aud`, or as `client_id` where they have no `aud`: one of these. */
  readonly audience: readonly string[];
  /** The issuer's keys or their URL. Default: those of the user pool of the world that has this issuer. */
  readonly jwks?: JsonWebKeySet | string | undefined;
  /** Default `$request.header.Authorization`. */
  readonly identitySource?: string | undefined;
}

/** What a Lambda authorizer gives: a policy, or whether the call is authorized. */
export type AuthorizerResult = PolicyResult | SimpleResult;

/** A policy for the caller, and what the function behind the route is told. */
export interface PolicyResult {
  readonly principalId: string;
  /** Without a Principal; no resource in it is longer than 512 characters. */
  readonly policyDocument: PolicyDocument;
  /** Texts, numbers and booleans, which the function behind a REST API gets as texts; of an HTTP API any values, as they are. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
  readonly usageIdentifierKey?: string | undefined;
}

/** Of an HTTP API whose authorizer has {@link RequestAuthorizer.simpleResponses}. */
export interface SimpleResult {
  readonly isAuthorized: boolean;
  readonly context?: Readonly<Record<string, unknown>> | undefined;
}

/** The token is the whole value of the header, with its scheme. */
export interface TokenAuthorizerEvent {
  readonly type: 'TOKEN';
  readonly methodArn: string;
  readonly authorizationToken: string;
}

/** Payload 1.0 has the parts of the proxy event; 2.0 those of the event of an HTTP API. Neither has the body. */
export interface RequestAuthorizerEvent {
  readonly type: 'REQUEST';
  readonly methodArn?: string | undefined;
  readonly routeArn?: string | undefined;
  readonly identitySource?: readonly string[] | undefined;
  readonly [part: string]: unknown;
}
