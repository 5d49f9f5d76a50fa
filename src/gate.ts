/** `sigv4kit/gate`: a local IAM gate, so that callers of IAM-protected APIs run and are tested with no AWS account. */
export { isSigV4Error, SigV4Error, type SigV4ErrorCode } from './errors';
export type { Decision, GateService } from './gate/arrival';
export type { Fault, FaultKind, Faults } from './gate/faults/faults';
export { type Gate, type GateOptions, startGate } from './gate/gate';
export type { DecidingStatement, PolicyType } from './gate/policy/judgement';
export type { GateDispatcher } from './gate/reach/gate-dispatcher';
export { type JoinedGate, type JoinOptions, joinGate } from './gate/reach/join-gate';
export type { Ways } from './gate/reach/ways';
export type {
  Api,
  DomainName,
  HttpApi,
  HttpProxy,
  HttpRoute,
  RestApi,
  Route,
  WebSocketApi,
  WebSocketRoute,
} from './gate/world/api';
export type {
  Authorizer,
  AuthorizerResult,
  JwtAuthorizer,
  PolicyResult,
  RequestAuthorizer,
  RequestAuthorizerEvent,
  SimpleResult,
  TokenAuthorizer,
  TokenAuthorizerEvent,
  UserPoolAuthorizer,
} from './gate/world/authorizer';
export type { Handler, ProxyEvent, ProxyResult } from './gate/world/events';
export type { HandlerV2, IamContextV2, ProxyEventV2, ProxyResultV2, ResultV2 } from './gate/world/events-v2';
export type { FunctionUrl } from './gate/world/function-url';
export type { Claims, IdentityPool, JsonWebKeySet, Metadata, TokenJudge, UserPool } from './gate/world/issuers';
export { loadWorld } from './gate/world/load-world';
export type {
  Condition,
  ConditionValue,
  PolicyDocument,
  PrincipalElement,
  PrincipalKind,
  Statement,
} from './gate/world/policy-document';
export type { StudioDomain } from './gate/world/studio';
export type { WebSocketAnswer, WebSocketEvent, WebSocketHandler, WebSocketResult } from './gate/world/web-socket';
export type {
  AccessKey,
  Account,
  EndpointService,
  Organization,
  Role,
  Standpoint,
  User,
  VpcEndpoint,
  World,
} from './gate/world/world';
