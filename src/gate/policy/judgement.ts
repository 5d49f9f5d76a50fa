/** What is asked of policies and what they decide, as data: the log tells it, and each service words it. */
import type { PolicyDocument } from '../world/policy-document';
import type { ConditionKeys } from './condition-keys';

/**
 * What a policy is to a request: the caller's own (`identity`), of what is called (`resource`), of the VPC endpoint on the
 * way, the caller's permissions boundary, the session's, the organization's (service control), a role's trust, or what a
 * Lambda authorizer gave.
 */
export type PolicyType =
  | 'identity'
  | 'resource'
  | 'endpoint'
  | 'boundary'
  | 'session'
  | 'organization'
  | 'trust'
  | 'authorizer';

/** A policy and where it stands. */
export interface AttachedPolicy {
  readonly type: PolicyType;
  /** Its path in the world, `accounts.111122223333.users.buddy.policies[0]`, or what it came with. */
  readonly at: string;
  readonly document: PolicyDocument;
}

/** The statement that made a decision. */
export interface DecidingStatement {
  readonly policy: PolicyType;
  /** The path of the statement, `accounts.111122223333.users.buddy.policies[0].Statement[1]`. */
  readonly at: string;
  readonly sid?: string | undefined;
  readonly effect: 'Allow' | 'Deny';
}

/** Whether an action may be done with a resource, by a request of these keys. */
export interface Question {
  /** `execute-api:Invoke` */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  readonly keys: ConditionKeys;
}

/** What all policies together decide. */
export type Judgement = Allowed | Denied;

/** Nothing denies it, and what must allow it does. */
export interface Allowed {
  readonly allowed: true;
  /** Absent where nothing had to allow it. */
  readonly statement?: DecidingStatement | undefined;
}

/** Denied by a statement, or for want of one that allows. */
export interface Denied {
  readonly allowed: false;
  /** A statement denies it; otherwise no policy of that type allows it. */
  readonly explicit: boolean;
  readonly policy: PolicyType;
  readonly statement?: DecidingStatement | undefined;
}
