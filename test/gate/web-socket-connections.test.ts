/** `@connections`, by which a backend reaches its clients: signed, and refused in the words of AWS. */
import type { SignerOptions } from 'sigv4kit';
import { describe, expect, test, vi } from 'vitest';
import {
  buddy,
  connect,
  connectionsOf,
  HOME,
  heard,
  hostOf,
  idOf,
  last,
  managed,
  nobody,
  presigned,
  type Refused,
  refusal,
  release,
  signIn,
  useGate,
  waiting,
} from '../support/web-socket-world';

const gate = useGate();

describe('@connections', () => {
  test('POST sends a message', async () => {
    const client = await signIn();
    const message = new Promise((resolve) =>
      client.socket.once('message', (data, isBinary) => resolve([String(data), isBinary])),
    );
    const response = await managed()(connectionsOf(idOf(heard('CONNECT')[0])), {
      method: 'POST',
      body: '{"to":"yöu"}',
    });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(await message).toEqual(['{"to":"yöu"}', false]);
    await client.end();
  });

  test('GET tells of the connection', async () => {
    const client = await connect('chat', await presigned(buddy), { headers: { 'User-Agent': 'agent' } });
    const response = await managed()(connectionsOf(idOf(heard('CONNECT')[0])));
    const { connectedAt, lastActiveAt, ...told } = await response.json();
    expect(told).toEqual({ identity: { sourceIp: '127.0.0.1', userAgent: 'agent' } });
    for (const time of [connectedAt, lastActiveAt]) expect(new Date(time).toISOString()).toBe(time);
    await client.end();
  });

  test('DELETE ends the connection, which is gone then', async () => {
    const client = await signIn();
    const id = idOf(heard('CONNECT')[0]);
    expect((await managed()(connectionsOf(id), { method: 'DELETE' })).status).toBe(204);
    await client.closed;
    await vi.waitUntil(() => heard('DISCONNECT').length === 1);
    for (const method of ['POST', 'GET', 'DELETE']) {
      const response = await managed()(connectionsOf(id), { method });
      expect([response.status, response.headers.get('x-amzn-errortype'), await response.text()]).toEqual([
        410,
        'GoneException',
        '',
      ]);
    }
    expect(last()).toMatchObject({ outcome: 'refused', reason: 'no-connection' });
  });

  test('of another API are nobody', async () => {
    const client = await connect('open');
    const { connectionId } = JSON.parse(await client.ask('no route'));
    expect((await managed()(connectionsOf(connectionId, 'chat'))).status).toBe(410);
    expect((await managed()(connectionsOf(connectionId, 'open'))).status).toBe(200);
    await client.end();
  });

  test('are nobody before they are connected', async () => {
    const connecting = connect('open', '/prod?wait=1');
    await vi.waitUntil(() => release);
    expect((await managed()(connectionsOf(waiting, 'open'))).status).toBe(410);
    release?.();
    const client = await connecting;
    expect((await managed()(connectionsOf(waiting, 'open'))).status).toBe(200);
    await client.end();
  });

  test.each<[string, SignerOptions['credentials'] | undefined, string, RequestInit, Refused]>([
    [
      'no signature',
      undefined,
      'AAAAAAAAAAAAAAA=',
      {},
      refusal('MissingAuthenticationTokenException', 'Missing Authentication Token'),
    ],
    [
      'no permission',
      nobody,
      'AAAAAAAAAAAAAAA=',
      { method: 'DELETE' },
      refusal(
        'AccessDeniedException',
        `User: arn:aws:iam::${HOME}:user/nobody is not authorized to perform: execute-api:ManageConnections on resource: arn:aws:execute-api:us-east-1:********3333:chat/prod/DELETE/@connections/{connectionId} because no identity-based policy allows the execute-api:ManageConnections action`,
        'Message',
      ),
    ],
    [
      'an id that is none',
      buddy,
      'not-an-id',
      {},
      refusal('BadRequestException', 'Invalid connectionId: not-an-id', 'message', 400),
    ],
    [
      'a message of more than 128 KB',
      buddy,
      'AAAAAAAAAAAAAAA=',
      { method: 'POST', body: 'x'.repeat(128 * 1024 + 1) },
      refusal('PayloadTooLargeException', 'The data has exceeded the maximum size allowed.', 'message', 413),
    ],
    ['a method that is none', buddy, 'AAAAAAAAAAAAAAA=', { method: 'PUT' }, refusal('ForbiddenException', 'Forbidden')],
    ['an id of nobody', buddy, 'AAAAAAAAAAAAAAA=', {}, { status: 410, type: 'GoneException', body: '' }],
  ])('refuses %s', async (_, credentials, id, init, expected) => {
    const fetch = credentials ? managed(credentials) : gate().fetch;
    const response = await fetch(connectionsOf(id), init);
    const type = response.headers.get('x-amzn-errortype') ?? undefined;
    expect({ status: response.status, type, body: await response.text() }).toEqual(expected);
  });

  test.each([
    `https://${hostOf('chat')}/prod`,
    `https://${hostOf('chat')}/prod/other`,
    `${connectionsOf('AAAAAAAAAAAAAAA=')}/x`,
  ])('is all that the API has for a request without an upgrade: %s', async (url) => {
    const response = await managed()(url);
    expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }]);
  });
});
