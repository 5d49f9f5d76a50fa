/** The APIs of a world: their routes, who may call them, and by which names they are reached. */
import type { JwtAuthorizer, RequestAuthorizer, TokenAuthorizer, UserPoolAuthorizer } from './authorizer';
import type { Handler, ProxyResult } from './events';
import type { HandlerV2, ProxyResultV2 } from './events-v2';
import type { PolicyDocument } from './policy-document';
import type { WebSocketHandler, WebSocketResult } from './web-socket';

/** An API of Amazon API Gateway with one stage. */
export type Api = RestApi | HttpApi | WebSocketApi;

/** What every type of API has. */
interface AnyApi {
  readonly region: string;
  /** The first segment of the path; of an HTTP API also `$default`, which is not in the path. */
  readonly stage: string;
  readonly stageVariables?: Readonly<Record<string, string>> | undefined;
  /** Custom domain names, by name in lower case; no two APIs of a world have the same. */
  readonly domainNames?: Readonly<Record<string, DomainName>> | undefined;
  /** False: not reached by its `execute-api` names, only by its custom domain names. Default true. */
  readonly defaultEndpoint?: boolean | undefined;
}

/** A REST API. */
export interface RestApi extends AnyApi {
  /** Default `REST`. */
  readonly type?: 'REST' | undefined;
  /** Default `REGIONAL`. */
  readonly endpoint?: 'REGIONAL' | 'EDGE' | 'PRIVATE' | undefined;
  /** Ids of the VPC endpoints that a private API is associated with: each gives it the name `{api}-{vpce}.execute-api.…`. */
  readonly vpcEndpoints?: readonly string[] | undefined;
  /** The resource policy. A private API without one refuses every call, as on AWS. */
  readonly policy?: PolicyDocument | undefined;
  /** By name; a route says by this name which of them it asks. */
  readonly authorizers?: Readonly<Record<string, TokenAuthorizer | RequestAuthorizer | UserPoolAuthorizer>> | undefined;
  /**
   * An OpenAPI 3 document with API Gateway's extensions. Its paths become routes; a route of the same key in `routes` goes
   * before what the document says, and gives the handler of an `aws_proxy` integration.
   */
  readonly openapi?: Readonly<Record<string, unknown>> | undefined;
  /** By method and path, `'GET /orders/{id}'`; `ANY` for every method, `{name+}` for the rest of the path. */
  readonly routes?: Readonly<Record<string, Route>> | undefined;
}

/** An HTTP API. It has no resource policy. */
export interface HttpApi extends AnyApi {
  readonly type: 'HTTP';
  /** By name; a route says by this name which of them it asks. */
  readonly authorizers?: Readonly<Record<string, RequestAuthorizer | JwtAuthorizer>> | undefined;
  /** As for {@link RestApi}. */
  readonly openapi?: Readonly<Record<string, unknown>> | undefined;
  /** By method and path, `'GET /orders/{id}'`; `ANY` for every method, `{name+}` for the rest, `$default` for all else. */
  readonly routes?: Readonly<Record<string, HttpRoute>> | undefined;
}

/** A WebSocket API. */
export interface WebSocketApi extends AnyApi {
  readonly type: 'WEBSOCKET';
  /** By name; the `auth` of `$connect` says by this name which of them it asks. */
  readonly authorizers?: Readonly<Record<string, RequestAuthorizer>> | undefined;
  /** Which field of a message tells its route. Default `$request.body.action`. */
  readonly routeSelection?: string | undefined;
  /** `$connect`, `$disconnect`, `$default` and keys of its own. Only `$connect` has an `auth`. */
  readonly routes?: Readonly<Record<string, WebSocketRoute>> | undefined;
}

/** A custom domain name. */
export interface DomainName {
  /** The first segment of the path that leads to the API, without slashes. Default: none. */
  readonly basePath?: string | undefined;
  /** Of a private custom domain: the VPC endpoints that have an access association. */
  readonly vpcEndpoints?: readonly string[] | undefined;
  /** Of a private custom domain: its policy. Default: nobody may use it. */
  readonly policy?: PolicyDocument | undefined;
}

interface AnyRoute {
  /** `NONE`, `AWS_IAM` or the name of an authorizer. Default `NONE`. */
  readonly auth?: 'NONE' | 'AWS_IAM' | (string & {}) | undefined;
  /** The scopes of which an access token must have one; for authorizers that read tokens. */
  readonly scopes?: readonly string[] | undefined;
}

/** A method of a REST API. */
export interface Route extends AnyRoute {
  /** What answers: a function of the proxy event, one answer for all, or another server. */
  readonly handler: Handler | ProxyResult | HttpProxy;
}

/** A route of an HTTP API. */
export interface HttpRoute extends AnyRoute {
  /** What answers: a function of the event of payload 2.0, one answer for all, or another server. */
  readonly handler: HandlerV2 | ProxyResultV2 | HttpProxy;
}

/** A route of a WebSocket API. */
export interface WebSocketRoute {
  /** Of `$connect`: `NONE`, `AWS_IAM` or the name of an authorizer. Default `NONE`. */
  readonly auth?: 'NONE' | 'AWS_IAM' | (string & {}) | undefined;
  /** What answers: a function of the event, or one answer for all. */
  readonly handler: WebSocketHandler | WebSocketResult;
}

/** HTTP_PROXY: the request goes on to a URL, in which `{name}` stands for a path parameter. */
export interface HttpProxy {
  readonly httpProxy: string;
  /** Default: the method of the request. */
  readonly method?: string | undefined;
  /** Milliseconds to wait for the answer, 50 to 30000. Default 29000, for an HTTP API 30000. */
  readonly timeout?: number | undefined;
}
