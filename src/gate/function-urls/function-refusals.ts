/** What AWS Lambda answers at a function URL: refusals in its words, and the headers it puts on every reply. */
import type { Answer } from '../api-gateway/refusals';
import type { Reply } from '../reply';

/** What a caller hears whom policies do not let in, or who did not sign; nothing of the reason. */
export const FORBIDDEN: Answer = {
  status: 403,
  errorType: 'AccessDeniedException',
  message:
    'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
  key: 'Message',
};

/** A refusal of Lambda's own. */
export function functionRefusal({ status, errorType, message, key = 'message' }: Answer, requestId: string): Reply {
  return {
    status,
    headers: [
      ['Content-Type', ['application/json']],
      ['x-amzn-RequestId', [requestId]],
      ['x-amzn-ErrorType', [errorType ?? 'UnknownError']],
    ],
    body: Buffer.from(JSON.stringify({ [key]: message })),
  };
}

/** The reply for a function that threw, or gave what is no answer. Unconfirmed: the body, which is no JSON. */
export const functionFailed = (requestId: string): Reply => ({
  status: 502,
  headers: [
    ['Content-Type', ['application/json']],
    ['x-amzn-RequestId', [requestId]],
  ],
  body: Buffer.from('Internal Server Error'),
});

/** What a function answers; a header of its own goes before Lambda's. `trace` is the id that its event had. */
export function functionReply({ status, headers, body }: Reply, requestId: string, trace: string): Reply {
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  const added: Reply['headers'] = [
    ['Content-Type', ['application/json']],
    ['x-amzn-RequestId', [requestId]],
    ['X-Amzn-Trace-Id', [trace]],
  ];
  return { status, headers: [...added.filter(([name]) => !given.has(name.toLowerCase())), ...headers], body };
}
