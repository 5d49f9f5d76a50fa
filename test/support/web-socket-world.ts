/** A world of WebSocket APIs, and clients that connect to it. */
import { createSignedFetch, createSigner, type SignerOptions } from 'sigv4kit';
import { type Gate, type PolicyDocument, startGate, type WebSocketEvent, type World } from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { longTerm } from './keys';

export const HOME = '111122223333';
export const key = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: longTerm.secretAccessKey });
export const buddy = key('AKIAIOSFODNN7EXAMPLE');
export const nobody = key('AKIANOBODYEXAMPLE000');
export const elsewhere = key('AKIAELSEWHEREEXAMPLE');
export const stranger = key('AKIASTRANGEREXAMPLE0');
export const temporary = { ...key('ASIAIOSFODNN7EXAMPLE'), sessionToken: 'AQoDYXdzEJr1K7/EXAMPLE+TOKEN==' };

const allow = (Action: string, Resource: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action, Resource },
});
const arn = (api: string, rest: string) => `arn:aws:execute-api:us-east-1:${HOME}:${api}/${rest}`;

/** The events that handlers have seen. */
export const events: WebSocketEvent[] = [];
export const heard = (type: string) => events.filter(({ requestContext }) => requestContext.eventType === type);
export const ok = (event: WebSocketEvent) => {
  events.push(event);
  return { statusCode: 200 };
};
/** Lets a `$connect` with `?wait=1` go on. */
export let release: (() => void) | undefined;
/** The id of the connection that {@link release} lets go on. */
export let waiting = '';

export const world: World = {
  accounts: {
    [HOME]: {
      organization: 'o-exampleorgid',
      users: {
        buddy: {
          accessKeys: [buddy, temporary],
          policies: [
            allow('execute-api:Invoke', arn('chat', 'prod/$connect')),
            allow('execute-api:ManageConnections', arn('*', 'prod/*/@connections/*')),
          ],
        },
        nobody: { accessKeys: [nobody] },
        elsewhere: { accessKeys: [elsewhere], policies: [allow('execute-api:*', arn('chat', 'beta/*'))] },
      },
      apis: {
        chat: {
          type: 'WEBSOCKET',
          region: 'us-east-1',
          stage: 'prod',
          stageVariables: { color: 'blue' },
          routes: {
            $connect: { auth: 'AWS_IAM', handler: ok },
            $disconnect: { handler: ok },
            $default: {
              handler: (event) => {
                ok(event);
                return { statusCode: 200, body: `default: ${event.body}` };
              },
            },
            echo: {
              handler: (event) => {
                ok(event);
                return { statusCode: 500, body: event.body };
              },
            },
            silent: { handler: ok },
            fixed: { handler: { statusCode: 200, body: 'fixed' } },
            throws: {
              handler: () => {
                throw new Error('inside');
              },
            },
            nothing: { handler: () => undefined },
          },
        },
        open: {
          type: 'WEBSOCKET',
          region: 'us-east-1',
          stage: 'prod',
          // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of API Gateway
          routeSelection: '${request.body.to.room}',
          domainNames: { 'chat.example.com': { basePath: 'v1' } },
          routes: {
            $connect: {
              handler: async ({ queryStringParameters, headers, requestContext }) => {
                const { wait, status, fail, protocol } = queryStringParameters ?? {};
                if (wait) {
                  waiting = requestContext.connectionId;
                  await new Promise<void>((resolve) => {
                    release = resolve;
                  });
                }
                if (fail) throw new Error('inside');
                if (headers?.['Sec-WebSocket-Protocol'] && protocol)
                  return { statusCode: 200, headers: { 'sec-websocket-protocol': protocol } };
                return { statusCode: Number(status ?? 200), body: 'not for the client' };
              },
            },
            $disconnect: { handler: ok },
            lobby: { handler: { statusCode: 200, body: 'lobby' } },
            '7': { handler: { statusCode: 200, body: 'seven' } },
          },
        },
        bare: { type: 'WEBSOCKET', region: 'us-east-1', stage: 'prod', routes: {} },
        guarded: {
          type: 'WEBSOCKET',
          region: 'us-east-1',
          stage: 'prod',
          authorizers: {
            byToken: {
              type: 'REQUEST',
              identitySources: ['route.request.header.X-Token', 'route.request.querystring.room'],
              handler: (event) => {
                const { headers, methodArn } = event as unknown as {
                  headers: Record<string, string>;
                  methodArn: string;
                };
                const token = headers['X-Token'];
                if (token === 'broken') throw new Error('inside');
                return {
                  principalId: 'alice',
                  policyDocument: {
                    Version: '2012-10-17',
                    Statement: {
                      Effect: token === 'good' ? 'Allow' : 'Deny',
                      Action: 'execute-api:Invoke',
                      Resource: methodArn,
                    },
                  },
                  context: { team: 'blue' },
                };
              },
            },
          },
          routes: { $connect: { auth: 'byToken', handler: ok }, $default: { handler: ok } },
        },
        rest: {
          region: 'us-east-1',
          stage: 'prod',
          routes: { 'GET /': { handler: { statusCode: 200, body: 'rest' } } },
        },
      },
    },
    '444455556666': {
      users: { stranger: { accessKeys: [stranger], policies: [allow('execute-api:*', '*')] } },
    },
  },
};

let gate: Gate;
/** Starts the gate before the tests of a file and closes it after them; gives it. */
export function useGate(): () => Gate {
  beforeAll(async () => {
    gate = await startGate(world);
  });
  afterAll(() => gate.close());
  beforeEach(() => {
    events.length = 0;
    release = undefined;
  });
  afterEach(() => gate.faults.clear());
  return () => gate;
}

export const hostOf = (api: string) => `${api}.execute-api.us-east-1.amazonaws.com`;
/** What was decided last. */
export const last = () => gate.log.at(-1);

/** A reply that refuses. */
export interface Refused {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}
/** A client that is connected, and what it has heard. */
export class Client {
  readonly heard: string[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.heard.push(String(data)));
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  /** What comes back for a message. */
  ask(message: string | object): Promise<string> {
    const answer = new Promise<string>((resolve) => this.socket.once('message', (data) => resolve(String(data))));
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    return answer;
  }

  /** Says goodbye, and resolves once the gate has done all it does then. */
  async end(code?: number, reason?: string): Promise<void> {
    this.socket.close(code, reason);
    await this.closed;
  }
}

/** Connects by the name of an API; rejects with the reply that refuses it. */
export function connect(
  api: string,
  path = '/prod',
  options: ClientOptions = {},
  protocols: string[] = [],
  at: string = gate.url,
): Promise<Client> {
  const url = `${at.replace('http', 'ws')}${path}`;
  const socket = new WebSocket(url, protocols, { ...options, headers: { host: hostOf(api), ...options.headers } });
  return new Promise((resolve, reject) => {
    const client = new Client(socket);
    socket.once('open', () => resolve(client));
    socket.once('error', reject);
    socket.once('unexpected-response', (_, response) => {
      response.setEncoding('utf8');
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () =>
        reject({ status: response.statusCode, type: response.headers['x-amzn-errortype'], body }),
      );
    });
  });
}
export const refusalOf = (attempt: Promise<Client>): Promise<Refused> =>
  attempt.then(
    () => {
      throw new Error('was connected');
    },
    (refused) => refused,
  );
export const refusal = (type: string, message: string, name = 'message', status = 403) => ({
  status,
  type,
  body: JSON.stringify({ [name]: message }),
});

/** The path of a presigned `$connect`. */
export async function presigned(credentials: SignerOptions['credentials'], url = `wss://${hostOf('chat')}/prod`) {
  const { pathname, search } = await createSigner({ credentials, region: 'us-east-1', service: 'execute-api' }).presign(
    url,
  );
  return `${pathname}${search}`;
}
export const signIn = async (credentials: SignerOptions['credentials'] = buddy) =>
  connect('chat', await presigned(credentials));
/** The headers of a signed `$connect`. */
export const signed = async (credentials: SignerOptions['credentials'], options: SignerOptions = {}) =>
  (await createSigner({ credentials, ...options }).sign(`https://${hostOf('chat')}/prod`)).headers;
export const managed = (credentials: SignerOptions['credentials'] = buddy) =>
  createSignedFetch({ credentials, fetch: gate.fetch });
export const connectionsOf = (id: string, api = 'chat') =>
  `https://${hostOf(api)}/prod/@connections/${encodeURIComponent(id)}`;
export const idOf = (client: WebSocketEvent | undefined) => client?.requestContext.connectionId as string;
