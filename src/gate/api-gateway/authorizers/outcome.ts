/** What asking an authorizer leads to. */
import type { AttachedPolicy } from '../../policy/judgement';
import type { Api } from '../../world/api';
import type { Authorized } from '../method-call';
import {
  type Answer,
  AUTHORIZER_FAILED,
  AUTHORIZER_MISCONFIGURED,
  FAILED_V2,
  FORBIDDEN,
  FORBIDDEN_V2,
  UNAUTHORIZED,
  UNAUTHORIZED_V2,
} from '../refusals';

/** The caller is known, or is refused. */
export type Outcome = Passed | Refused;

interface Passed {
  readonly authorized: Authorized;
  /** What a Lambda authorizer gave: policies decide on it. Without it the caller has passed. */
  readonly policy?: AttachedPolicy | undefined;
}

interface Refused {
  readonly answer: Answer;
  /** `unauthorized`: by the authorizer, or for want of what it reads; `authorizer`: it failed. */
  readonly reason: 'unauthorized' | 'authorizer';
  /** For the log: what it threw, or what is wrong with the token or with what it gave. */
  readonly cause?: unknown;
}

type Headers = Readonly<Record<string, string>>;

/** 401. `headers`: beside those of every refusal. */
export const unauthorized = ({ type }: Api, cause: string, headers?: Headers): Refused => ({
  answer: { ...(type === 'HTTP' ? UNAUTHORIZED_V2 : UNAUTHORIZED), headers },
  reason: 'unauthorized',
  cause,
});

/** 401 to a token of a user pool that held once. An observed text; unconfirmed: the type. */
export const expired = (cause: string): Refused => ({
  answer: { ...UNAUTHORIZED, message: 'The incoming token has expired' },
  reason: 'unauthorized',
  cause,
});

/** 403: the caller is known, and may not. Unconfirmed for a REST API, of a token without a scope of the method. */
export const forbidden = ({ type }: Api, cause: string, headers?: Headers): Refused => ({
  answer: { ...(type === 'HTTP' ? FORBIDDEN_V2 : FORBIDDEN), headers },
  reason: 'unauthorized',
  cause,
});

/** 500: it could not be asked, or threw. */
export const failed = ({ type }: Api, cause: unknown): Refused => ({
  answer: type === 'HTTP' ? FAILED_V2 : AUTHORIZER_FAILED,
  reason: 'authorizer',
  cause,
});

/** 500: it gave what API Gateway cannot read. */
export const misconfigured = ({ type }: Api, cause: unknown): Refused => ({
  answer: type === 'HTTP' ? FAILED_V2 : AUTHORIZER_MISCONFIGURED,
  reason: 'authorizer',
  cause,
});
