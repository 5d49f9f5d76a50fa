/** What any service may have to say, in the form of each: JSON of API Gateway, JSON 1.1, XML of STS, plain text. */
import { refusalReply } from './api-gateway/gateway-replies';
import type { GateService, Ruling } from './arrival';
import { functionRefusal } from './function-urls/function-refusals';
import { jsonReply } from './json-answers';
import { type Reply, textReply } from './reply';
import { errorReply, stsRefusal } from './sts/sts-answers';

/** Status, error code and text; Studio, metadata and container tell no code. */
type Words = readonly [status: number, code: string, message: string];
/** The words of each service. */
export type WordsOf = Readonly<Record<GateService, Words>>;

function replyInForm(service: GateService | undefined, words: Words, requestId: string): Reply {
  const [status, code, message] = words;
  switch (service) {
    case 'execute-api':
    case undefined:
      return refusalReply({ status, errorType: code, message }, requestId);
    case 'lambda':
      return functionRefusal({ status, errorType: code, message }, requestId);
    case 'sts':
      return errorReply(stsRefusal(status, code, message), requestId);
    case 'cognito-identity':
    case 'cognito-idp':
    case 'sagemaker':
      return jsonReply(status, { __type: code, message }, requestId, code);
    case 'studio':
    case 'metadata':
    case 'container':
      return textReply(status, 'text/plain', message);
    default:
      return service satisfies never;
  }
}

/** The words of a service in its form; where none is known, those of API Gateway. */
export const replyByTable = (service: GateService | undefined, words: WordsOf, requestId: string): Reply =>
  replyInForm(service, words[service ?? 'execute-api'], requestId);

/** What a service would do and the gate does not; said, so that it can never turn into a silent allow. */
export function notEmulatedBy(service: GateService, what: string, requestId: string): Ruling {
  const words: Words = [501, 'NotEmulatedException', `The gate does not emulate ${what} in this version.`];
  return { outcome: 'not-emulated', reply: replyInForm(service, words, requestId) };
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
  'cognito-idp': [413, 'RequestEntityTooLargeException', 'Request Too Long'],
  sagemaker: [413, 'RequestEntityTooLargeException', 'Request Too Long'],
  studio: [413, '', 'Request Entity Too Large'],
  metadata: [413, '', 'Request Entity Too Large'],
  container: [413, '', 'Request Entity Too Large'],
};

/** The refusal of a request whose body is longer than the gate keeps. */
export const refuseBody = (service: GateService, requestId: string): Ruling => ({
  outcome: 'refused',
  reason: 'too-large',
  reply: replyByTable(service, TOO_LARGE, requestId),
});

/** Unconfirmed: the texts of Cognito and all that stand below it. */
const FAILED: WordsOf = {
  'execute-api': [500, 'InternalServerErrorException', 'Internal server error'],
  lambda: [502, 'InternalServerErrorException', 'Internal Server Error'],
  sts: [500, 'InternalFailure', 'The request processing has failed because of an unknown error, exception or failure.'],
  'cognito-identity': [500, 'InternalErrorException', 'Internal error'],
  'cognito-idp': [500, 'InternalErrorException', 'Internal error'],
  sagemaker: [500, 'InternalFailure', 'Internal error'],
  studio: [500, '', 'Internal Server Error'],
  metadata: [500, '', 'Internal Server Error'],
  container: [500, '', 'Internal Server Error'],
};

/** What a service says when it breaks inside: nothing of the cause, which is for the log. */
export const failInside = (service: GateService | undefined, requestId: string, cause: unknown): Ruling => ({
  outcome: 'failed',
  reason: 'internal',
  cause,
  reply: replyByTable(service, FAILED, requestId),
});
