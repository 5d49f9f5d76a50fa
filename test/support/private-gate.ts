/** A gate with a private API that wants signatures, by TLS and its real names, and how clients of Node reach it. */
import { Agent } from 'node:https';
import type { privateApi } from 'sigv4kit';
import { type Gate, startGate, type World } from 'sigv4kit/gate';
import { ENDPOINT, PRIVATE, world } from './reach-world';

type Options = Parameters<typeof privateApi>[0];

const common = { apiId: 'prv123', region: 'us-east-1', stage: 'api' };
const id = ENDPOINT.split('-', 2).join('-');

/** Each way, and what arrives as Host from who can send one and from who cannot; undefined where it is refused. */
export const ROUTES: readonly [via: string, options: Options, host: string, withoutHost: string | undefined][] = [
  [
    'alias',
    { ...common, vpcEndpoint: id },
    `prv123-${id}.execute-api.us-east-1.amazonaws.com`,
    `prv123-${id}.execute-api.us-east-1.amazonaws.com`,
  ],
  ['api-id-header', { ...common, vpcEndpoint: ENDPOINT }, ENDPOINT, ENDPOINT],
  ['host-header', { ...common, vpcEndpoint: ENDPOINT, via: 'host-header' }, PRIVATE, ENDPOINT],
];

/** The gate. */
export function startPrivate(): Promise<Gate> {
  const [account, all] = Object.entries(world.accounts)[0] as [string, World['accounts'][string]];
  const api = all.apis?.prv123 as NonNullable<typeof all.apis>[string];
  const handler = (Object.values(api.routes ?? {})[0] as { handler: never }).handler;
  const apis = { ...all.apis, prv123: { ...api, routes: { 'ANY /iam/{proxy+}': { auth: 'AWS_IAM', handler } } } };
  return startGate({ ...world, accounts: { [account]: { ...all, apis } } } as World, { https: true });
}

/** Connects to the gate whatever the URL's host; the server's name is what the client asks for. */
export function agentFor(gate: Gate): Agent {
  const agent = new Agent({ ca: gate.ca as string });
  const connect = (agent as unknown as { createConnection: (options: object, done: unknown) => unknown })
    .createConnection;
  const port = Number(new URL(gate.url).port);
  return Object.assign(agent, {
    createConnection: (options: object, done: unknown) =>
      connect.call(agent, { ...options, host: '127.0.0.1', port }, done),
  });
}
