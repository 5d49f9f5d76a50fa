/** Replies with the headers that API Gateway puts on them. */
import type { Ruling } from '../arrival';
import { type Reply, textReply, withDefaults } from '../reply';
import type { Answer } from './refusals';

/** A refusal of API Gateway's own; one without a type is that of an HTTP API. */
export function refusalReply(
  { status, errorType, message, key = 'message', headers }: Answer,
  requestId: string,
): Reply {
  const own = errorType === undefined ? idV2(requestId) : { ...ids(requestId), 'x-amzn-ErrorType': errorType };
  return textReply(status, 'application/json', JSON.stringify({ [key]: message }), { ...own, ...headers });
}

/** What a handler of a REST API answers; a header of its own goes before API Gateway's. */
export const handlerReply = (reply: Reply, requestId: string): Reply =>
  withDefaults(reply, { 'Content-Type': 'application/json', ...ids(requestId) });

/** What a handler of an HTTP API answers. Unconfirmed: the type where it names none. */
export const handlerReplyV2 = (reply: Reply, requestId: string): Reply =>
  withDefaults(reply, { 'Content-Type': 'text/plain; charset=utf-8', ...idV2(requestId) });

/** What another server answered, whose headers are kept as they are. */
export const proxiedReply = (reply: Reply, requestId: string, isHttpApi: boolean): Reply =>
  withDefaults(reply, isHttpApi ? idV2(requestId) : ids(requestId));

/** For what the gate does not stand for; said, so that it can never turn into a silent allow. */
export function notEmulated(message: string, requestId: string): Ruling & { readonly reply: Reply } {
  const answer: Answer = { status: 501, errorType: 'NotEmulatedException', message };
  return { outcome: 'not-emulated', reply: refusalReply(answer, requestId) };
}

const ids = (requestId: string) => ({ 'x-amzn-RequestId': requestId, 'x-amz-apigw-id': gatewayId(requestId) });
/** Unconfirmed: that an HTTP API tells no more. */
const idV2 = (requestId: string) => ({ 'apigw-requestid': gatewayId(requestId) });

/** The id that API Gateway gives a request besides its UUID. */
export const gatewayId = (requestId: string): string =>
  `${Buffer.from(requestId.replaceAll('-', ''), 'hex').toString('base64url').slice(0, 15)}=`;
