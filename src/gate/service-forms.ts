/** What any service may have to say, in the form of each: JSON of API Gateway and of Cognito, XML of STS, plain text. */
import { refusalReply } from './api-gateway/gateway-replies';
import type { GateService, Ruling } from './arrival';
import { jsonReply } from './cognito/cognito-answers';
import { functionRefusal } from './function-urls/function-refusals';
import { type Reply, textReply } from './reply';
import { errorReply, stsRefusal } from './sts/sts-answers';

/** Status, error code and text; metadata and container tell no code. */
export type Words = readonly [status: number, code: string, message: string];
export type WordsOf = Readonly<Record<GateService, Words>>;

/** Words in the form of a service; where none is known, in that of API Gateway. */
export function replyInForm(service: GateService | undefined, words: WordsOf, requestId: string): Reply {
  const [status, code, message] = words[service ?? 'execute-api'];
  switch (service) {
    case 'execute-api':
    case undefined:
      return refusalReply({ status, errorType: code, message }, requestId);
    case 'lambda':
      return functionRefusal({ status, errorType: code, message }, requestId);
    case 'sts':
      return errorReply(stsRefusal(status, code, message), requestId);
    case 'cognito-identity':
      return jsonReply(status, { __type: code, message }, requestId, code);
    case 'metadata':
    case 'container':
      return textReply(status, 'text/plain', message);
    default:
      return service satisfies never;
  }
}

/** Unconfirmed: all but the status. */
const TOO_LARGE: WordsOf = {
  'execute-api': [413, 'RequestTooLargeException', 'Request Too Long'],
  lambda: [
    413,
    'RequestEntityTooLargeException',
    'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
  ],
  sts: [413, 'RequestEntityTooLarge', 'Request Too Long'],
  'cognito-identity': [413, 'RequestEntityTooLargeException', 'Request Too Long'],
  metadata: [413, '', 'Request Entity Too Large'],
  container: [413, '', 'Request Entity Too Large'],
};

/** The refusal of a request whose body is longer than the gate keeps. */
export const refuseBody = (service: GateService, requestId: string): Ruling => ({
  outcome: 'refused',
  reason: 'too-large',
  reply: replyInForm(service, TOO_LARGE, requestId),
});

/** Unconfirmed: the texts of Cognito, metadata and container. */
const FAILED: WordsOf = {
  'execute-api': [500, 'InternalServerErrorException', 'Internal server error'],
  lambda: [502, 'InternalServerErrorException', 'Internal Server Error'],
  sts: [500, 'InternalFailure', 'The request processing has failed because of an unknown error, exception or failure.'],
  'cognito-identity': [500, 'InternalErrorException', 'Internal error'],
  metadata: [500, '', 'Internal Server Error'],
  container: [500, '', 'Internal Server Error'],
};

/** What a service says when it breaks inside: nothing of the cause, which is for the log. */
export const failInside = (service: GateService | undefined, requestId: string, cause: unknown): Ruling => ({
  outcome: 'failed',
  reason: 'internal',
  cause,
  reply: replyInForm(service, FAILED, requestId),
});
