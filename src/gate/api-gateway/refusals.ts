/**
 * Refusals in API Gateway's words: status, `x-amzn-ErrorType`, JSON key and text. Observed replies unless marked
 * "unconfirmed": those are inferred from sister services or from the documentation and not seen raw on execute-api.
 */
import type { IdentityDenial } from '../policy/authorize';
import type { FrontEndRefusal } from '../signature-refusals';

export interface Answer extends FrontEndRefusal {
  /** Of the text in the JSON. Default `message`. */
  readonly key?: 'message' | 'Message' | undefined;
}

/** Unconfirmed: the stage does not exist. */
export const FORBIDDEN: Answer = { status: 403, errorType: 'ForbiddenException', message: 'Forbidden' };
/** Unconfirmed: the type. */
export const HANDLER_FAILED: Answer = {
  status: 502,
  errorType: 'InternalServerErrorException',
  message: 'Internal server error',
};

/** Why a caller who is known is not allowed. */
export type Denial = IdentityDenial | 'no-resource-policy';

const REASONS: Record<Denial, string> = {
  'explicit-deny': 'with an explicit deny in an identity-based policy',
  'implicit-deny': 'because no identity-based policy allows the execute-api:Invoke action',
  // Unconfirmed on execute-api: the reasons of a session policy, from IAM's list of texts.
  'session-explicit-deny': 'with an explicit deny in a session policy',
  'no-session-policy': 'because no session policy allows the execute-api:Invoke action',
  'no-resource-policy': 'because no resource-based policy allows the execute-api:Invoke action',
};

/** The reply to a caller who is not allowed. The account id in the resource is masked, and the key is `Message`. */
export function refuseCaller(userArn: string, resource: string, denial: Denial): Answer {
  const masked = resource.replace(/:\d{8}(\d{4}):/, ':********$1:');
  return {
    status: 403,
    errorType: 'AccessDeniedException',
    message: `User: ${userArn} is not authorized to perform: execute-api:Invoke on resource: ${masked} ${REASONS[denial]}`,
    key: 'Message',
  };
}
