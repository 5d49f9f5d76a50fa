/** A call of an API as the front of API Gateway knows it, step by step: which API and by which way, which method, who calls. */
import type { Arrival } from '../arrival';
import type { Principal } from '../principals/principals';
import type { Passage } from '../vpc-endpoints/endpoint-index';
import type { HttpRoute, Route } from '../world/api';
import type { ApiOwner, Domain } from './api-index';

/** A request whose API and way are known. */
export interface ApiCall {
  readonly arrival: Arrival;
  readonly owner: ApiOwner;
  readonly partition: string;
  readonly stage: string;
  /** Below the stage (or the base path of a custom domain), percent-encoded as it was sent; starts with `/`. */
  readonly path: string;
  readonly passage: Passage | undefined;
  /** The custom domain name that it was called by. */
  readonly domain?: Domain | undefined;
}

/** A call whose method is known. */
export interface MethodCall extends ApiCall {
  /** The path as the route writes it, `/orders/{id}`; `$default` of an HTTP API. */
  readonly resource: string;
  /** The key of the route, `GET /orders/{id}`. */
  readonly routeKey: string;
  readonly route: Route | HttpRoute;
  readonly parameters: Readonly<Record<string, string>>;
  /** `arn:aws:execute-api:us-east-1:111122223333:abc123/prod/GET/orders/7`, with the path decoded. */
  readonly arn: string;
}

/** Who calls, and what an authorizer said. */
export interface Authorized {
  /** Who signed; absent for a caller who did not. */
  readonly principal?: Principal | undefined;
  readonly accessKeyId?: string | undefined;
  /** What the function behind the route gets as `requestContext.authorizer`, in the form of its payload. */
  readonly authorizer?: Readonly<Record<string, unknown>> | undefined;
}
