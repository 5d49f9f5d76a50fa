/**
 * Refusals in API Gateway's words: status, `x-amzn-ErrorType`, JSON key and text. Observed replies unless marked
 * "unconfirmed": those are inferred from sister services or from the documentation and not seen raw on execute-api.
 */
import { accessDenied, denialText } from '../policy/denial-text';
import type { Denied } from '../policy/judgement';

/** A reply of API Gateway's own. */
export interface Answer {
  readonly status: number;
  /** As `x-amzn-ErrorType` has it; an HTTP API tells none. */
  readonly errorType?: string | undefined;
  readonly message: string | null;
  /** Of the text in the JSON. Default `message`. */
  readonly key?: 'message' | 'Message' | undefined;
  /** What it has besides those of every reply. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

const answer = (status: number, errorType: string, message: string | null): Answer => ({ status, errorType, message });

/** Unconfirmed: for which of an unknown API or stage, and of an API that is not reached this way. */
export const FORBIDDEN = answer(403, 'ForbiddenException', 'Forbidden');
/** What an authorizer was to read is not there, or it said `Unauthorized`. */
export const UNAUTHORIZED = answer(401, 'UnauthorizedException', 'Unauthorized');
/** An authorizer threw. Unconfirmed: the type and the text. */
export const AUTHORIZER_FAILED = answer(500, 'AuthorizerFailureException', null);
/** An authorizer gave what is no policy. Unconfirmed: the type and the text. */
export const AUTHORIZER_MISCONFIGURED = answer(500, 'AuthorizerConfigurationException', null);
/** The ARN of a method with authorization is longer than 1600 bytes. Unconfirmed: the type. */
export const URI_TOO_LONG = answer(414, 'RequestTooLongException', 'Request URI too long');
/** Unconfirmed: the type. */
export const HANDLER_FAILED = answer(502, 'InternalServerErrorException', 'Internal server error');

/** Of HTTP APIs. Unconfirmed: to a caller whom IAM refuses. */
export const FORBIDDEN_V2: Answer = { status: 403, message: 'Forbidden' };
/** What an authorizer was to read is not there, or does not hold. */
export const UNAUTHORIZED_V2: Answer = { status: 401, message: 'Unauthorized' };
/** No route, or no API that is reached this way. */
export const NOT_FOUND_V2: Answer = { status: 404, message: 'Not Found' };
/** A function behind the route or an authorizer broke. */
export const FAILED_V2: Answer = { status: 500, message: 'Internal Server Error' };

/**
 * The reply to a caller whom policies do not let: an ARN, or `anonymous`. The account id in the resource is masked, and the
 * key is `Message`. Unconfirmed on execute-api: the reasons of boundaries, session and service control policies.
 */
export function wordDenial(
  caller: string,
  { action, resource }: { readonly action: string; readonly resource: string },
  denied: Denied,
): Answer {
  const masked = resource.replace(/:\d{8}(\d{4}):/, ':********$1:');
  // What a Lambda authorizer gave: its explicit deny is told in an older form.
  const message =
    denied.policy !== 'authorizer'
      ? accessDenied(caller, { action, resource: masked }, denied)
      : `User is not authorized to access this resource ${denied.explicit ? 'with an explicit deny' : denialText(denied, action)}`;
  return { status: 403, errorType: 'AccessDeniedException', message, key: 'Message' };
}
