/** `sigv4kit/gate`: a local IAM gate, so that callers of IAM-protected APIs run and are tested with no AWS account. */
export { isSigV4Error, SigV4Error, type SigV4ErrorCode } from './errors';
export type { Decision } from './gate/arrival';
export { type Gate, type GateOptions, startGate } from './gate/gate';
export type {
  AccessKey,
  Account,
  Api,
  Handler,
  PolicyDocument,
  ProxyEvent,
  ProxyResult,
  Route,
  Statement,
  User,
  World,
} from './gate/world';
