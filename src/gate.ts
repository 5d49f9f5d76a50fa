/** `sigv4kit/gate`: a local IAM gate, so that callers of IAM-protected APIs run and are tested with no AWS account. */
export { isSigV4Error, SigV4Error, type SigV4ErrorCode } from './errors';
export type { Decision, GateService } from './gate/arrival';
export type { Fault, FaultKind, Faults } from './gate/faults/faults';
export { type Gate, type GateOptions, startGate } from './gate/gate';
export type {
  AccessKey,
  Account,
  Api,
  Claims,
  Condition,
  ConditionValue,
  Handler,
  IdentityPool,
  Metadata,
  PolicyDocument,
  PrincipalKind,
  ProxyEvent,
  ProxyResult,
  Role,
  Route,
  Statement,
  TokenJudge,
  User,
  World,
} from './gate/world/world';
