/**
 * The `@connections` of a WebSocket API, by which its backend reaches clients: POST sends a message, GET tells of the
 * connection, DELETE ends it. Always signed, for `execute-api:ManageConnections`.
 */
import { handlerReply, refusalReply } from '../api-gateway/gateway-replies';
import type { ApiCall } from '../api-gateway/method-call';
import { questionOf, stageArn } from '../api-gateway/question';
import { type Answer, FORBIDDEN } from '../api-gateway/refusals';
import { refuse, refuseByPolicy, refuseSignature } from '../api-gateway/refuse';
import { segmentsOf } from '../api-gateway/routes';
import { signatureOf } from '../api-gateway/signature';
import { bytesOf, type Ruling } from '../arrival';
import { judgeCaller } from '../policy/judge';
import type { Realm } from '../realm';
import type { Reply } from '../reply';
import { type Connection, isId, MAX_MESSAGE } from './connections';

const METHODS = ['POST', 'GET', 'DELETE'];

/** Unconfirmed: the text. */
const TOO_LARGE: Answer = {
  status: 413,
  errorType: 'PayloadTooLargeException',
  message: 'The data has exceeded the maximum size allowed.',
};

const invalidId = (id: string): Answer => ({
  status: 400,
  errorType: 'BadRequestException',
  message: `Invalid connectionId: ${id}`,
});

/** Rules on an HTTP request for a WebSocket API that does not open a connection. */
export async function ruleOnConnections(realm: Realm, call: ApiCall): Promise<Ruling> {
  const { arrival, owner } = call;
  const { method } = arrival.request;
  const [collection, id = '', ...more] = segmentsOf(call.path);
  // Unconfirmed: what a path that is none of these is told.
  if (collection !== '@connections' || id === '' || more.length > 0 || !METHODS.includes(method))
    return refuse(arrival, 'no-route', FORBIDDEN);
  const signed = await signatureOf(realm, call)();
  if ('code' in signed) return refuseSignature(call, signed);
  const { principal } = signed;
  const operation = stageArn(call, `${method}/@connections/${id}`);
  const question = questionOf(realm.world, call, operation, principal, 'execute-api:ManageConnections');
  const judgement = judgeCaller(realm.world, principal, question, { accountId: owner.accountId, policies: [] });
  if (judgement.allowed) return { principal: principal.arn, ...manage(realm, call, id) };
  // The text has the operation's path, not that of the request, as observed.
  const resource = stageArn(call, `${method}/@connections/{connectionId}`);
  return refuseByPolicy(call, { ...question, resource }, judgement, principal);
}

function manage(realm: Realm, { arrival, owner }: ApiCall, id: string): Ruling {
  const { request, requestId, now } = arrival;
  if (!isId(id)) return refuse(arrival, 'no-connection', invalidId(id));
  const message = bytesOf(request);
  if (message.length > MAX_MESSAGE) return refuse(arrival, 'too-large', TOO_LARGE);
  const connection = realm.connections.find(owner.apiId, id);
  const done = connection && operate(connection, request.method, message.toString('utf8'), now);
  if (done) return { outcome: 'answered', reply: handlerReply({ ...done, headers: [] }, requestId) };
  // The type and no text, as observed.
  const gone = refusalReply({ status: 410, errorType: 'GoneException', message: null }, requestId);
  return { outcome: 'refused', reason: 'no-connection', reply: { ...gone, body: Buffer.alloc(0) } };
}

/** Undefined for a connection that is ending. */
function operate(
  connection: Connection,
  method: string,
  message: string,
  now: number,
): Pick<Reply, 'status' | 'body'> | undefined {
  switch (method) {
    case 'POST':
      if (!connection.send(message)) return undefined;
      connection.lastActiveAt = now;
      return { status: 200, body: Buffer.alloc(0) };
    case 'DELETE':
      // Unconfirmed: the code that the client gets.
      connection.close(1000, '');
      return { status: 204, body: Buffer.alloc(0) };
    default: {
      const { connectedAt, lastActiveAt, sourceIp, userAgent } = connection;
      const told = {
        connectedAt: new Date(connectedAt).toISOString(),
        identity: { sourceIp, userAgent },
        lastActiveAt: new Date(lastActiveAt).toISOString(),
      };
      return { status: 200, body: Buffer.from(JSON.stringify(told)) };
    }
  }
}
