/** Replies with the headers that API Gateway puts on them. */
import type { Ruling } from '../arrival';
import type { Reply } from '../reply';
import type { Answer } from './refusals';

/** A refusal of API Gateway's own. */
export function refusalReply({ status, errorType, message, key = 'message' }: Answer, requestId: string): Reply {
  return {
    status,
    headers: [
      ['Content-Type', ['application/json']],
      ['x-amzn-RequestId', [requestId]],
      ['x-amzn-ErrorType', [errorType]],
      ['x-amz-apigw-id', [gatewayId(requestId)]],
    ],
    body: Buffer.from(JSON.stringify({ [key]: message })),
  };
}

/** What a handler answers; a header of its own goes before API Gateway's. */
export function handlerReply({ status, headers, body }: Reply, requestId: string): Reply {
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  const added: Reply['headers'] = [
    ['Content-Type', ['application/json']],
    ['x-amzn-RequestId', [requestId]],
    ['x-amz-apigw-id', [gatewayId(requestId)]],
  ];
  return { status, headers: [...added.filter(([name]) => !given.has(name.toLowerCase())), ...headers], body };
}

/** For what the gate does not stand for; said, so that it can never turn into a silent allow. */
export function notEmulated(message: string, requestId: string): Ruling & { readonly reply: Reply } {
  const answer: Answer = { status: 501, errorType: 'NotEmulatedException', message };
  return { outcome: 'not-emulated', reply: refusalReply(answer, requestId) };
}

const gatewayId = (requestId: string) =>
  `${Buffer.from(requestId.replaceAll('-', ''), 'hex').toString('base64url').slice(0, 15)}=`;
