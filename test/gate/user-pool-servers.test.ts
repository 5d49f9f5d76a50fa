/** The server behind a user pool of the gate: which one a call goes to, what it gets of it, and what is said where it fails. */
import { createServer, type RequestListener } from 'node:http';
import { ListUserPoolsCommand, SignUpCommand, TagResourceCommand } from '@aws-sdk/client-cognito-identity-provider';
import { createSignedFetch } from 'sigv4kit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { errorOf } from '../support/error-of';
import { listen } from '../support/listen';
import { startOwnGate } from '../support/own-gate';
import {
  ACCOUNT,
  admin,
  CLIENT,
  createUser,
  DUBLIN,
  KEYS_ALONE,
  POOL,
  poolArn,
  send,
  signIn,
  url,
  worldOf,
} from '../support/user-pools-world';

describe('the server', () => {
  const serve = (answer: RequestListener) => {
    const server = createServer(answer);
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return listen(server);
  };

  test('is chosen by the pool, by the region where one has to do, and not by chance', async () => {
    const name = (text: string) =>
      serve((_, response) => response.end(JSON.stringify({ AuthenticationResult: { AccessToken: text } })));
    const [home, other, dublin] = [await name('home'), await name('other'), await name('dublin')];
    const pools = { [POOL]: { server: home }, [KEYS_ALONE]: { server: other }, [DUBLIN]: { server: dublin } };
    const several = await startOwnGate(worldOf(pools));
    const tokenOf = async (command: unknown, region = 'us-east-1') =>
      (await send(command, { region }, several)).AuthenticationResult?.AccessToken;
    expect(await tokenOf(signIn('alice', 'x'), 'eu-west-1')).toBe('dublin');
    const error = await errorOf(tokenOf(signIn('alice', 'x')));
    expect([error.name, error.message]).toEqual([
      'NotEmulatedException',
      'The gate does not emulate a call that names no user pool where there are several servers: cognito-idp:InitiateAuth in this version.',
    ]);
    expect(several.log.at(-1)).toMatchObject({ reason: 'ambiguous', outcome: 'not-emulated' });
  });

  test('gets no call about no pool from another account, and none that names its pool by an ARN', async () => {
    let calls = 0;
    const server = await serve((_, response) => {
      calls++;
      response.end('{}');
    });
    const { accounts } = worldOf({ [POOL]: { server } });
    const policies = [{ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }] as const;
    const stranger = { ...admin, accessKeyId: 'AKIAIOSFODNN7EXAMPLG' };
    const other = await startOwnGate({
      accounts: {
        [ACCOUNT]: { ...accounts[ACCOUNT], users: { admin: { accessKeys: [admin], policies } } },
        444455556666: { users: { stranger: { accessKeys: [stranger], policies } } },
      },
    });
    const list = new ListUserPoolsCommand({ MaxResults: 1 });
    const tag = new TagResourceCommand({ ResourceArn: poolArn(), Tags: {} });
    for (const [command, credentials] of [
      [list, stranger],
      [tag, stranger],
      [tag, admin],
    ] as const)
      expect((await errorOf(send(command, { credentials }, other))).name).toBe('NotEmulatedException');
    expect(calls).toBe(0);
    await send(list, {}, other);
    expect(calls).toBe(1);
  });

  test('gets no more than was judged, where a name is there twice', async () => {
    let sent = '';
    const server = await serve(async (message, response) => {
      for await (const chunk of message) sent += chunk;
      response.end('{}');
    });
    const other = await startOwnGate(worldOf({ [POOL]: { server } }));
    await createSignedFetch({ credentials: admin, fetch: other.fetch })(url(''), {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.AdminDeleteUser' },
      body: `{"UserPoolId":"us-east-1_Other","UserPoolId":"${POOL}"}`,
    });
    expect(sent).toBe(JSON.stringify({ UserPoolId: POOL }));
  });

  test('may not be the gate itself', async () => {
    const probe = createServer();
    const server = await listen(probe);
    await new Promise((resolve) => probe.close(resolve));
    const looped = await startOwnGate(worldOf({ [POOL]: { server } }), { port: Number(new URL(server).port) });
    expect((await errorOf(send(signIn('alice', 'x'), {}, looped))).message).toContain('A gate hands over a call');
    expect((await looped.fetch(url(`${POOL}/.well-known/jwks.json`))).status).toBe(502);
    expect(looped.log.length).toBe(4);
  });

  test('gets the call as it is, without what is for AWS alone', async () => {
    let sent: unknown;
    const server = await serve(async (message, response) => {
      const { host: _, ...headers } = message.headers;
      let body = '';
      for await (const chunk of message) body += chunk;
      sent = { url: message.url, method: message.method, headers, body: JSON.parse(body) };
      response.setHeader('access-control-allow-origin', 'nobody').setHeader('set-cookie', 'a=b').end('{}');
    });
    const other = await startOwnGate(worldOf({ [POOL]: { server } }));
    await send(createUser(), {}, other);
    expect(sent).toEqual({
      url: '/',
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityProviderService.AdminCreateUser',
        'content-length': expect.any(String),
        connection: 'close',
        'x-sigv4kit-handed-over': 'yes',
      },
      body: { UserPoolId: POOL, Username: 'carol', MessageAction: 'SUPPRESS' },
    });
    const answer = await other.fetch(url(''), {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.SignUp', origin: 'https://app.example.com' },
      body: '{}',
    });
    expect([answer.headers.get('access-control-allow-origin'), answer.headers.get('set-cookie')]).toEqual(['*', null]);
  });

  test.each<[what: string, start: () => Promise<string>]>([
    ['is not there', async () => 'http://127.0.0.1:9'],
    ['breaks off', () => serve((message) => message.socket.destroy())],
    ['never answers', () => serve(() => undefined)],
    [
      'changes to another protocol',
      () =>
        serve((message) =>
          message.socket.write('HTTP/1.1 101 Hi\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'),
        ),
    ],
  ])(
    'that %s is a 502 before long, and stands in the log',
    async (_, start) => {
      const server = await start();
      const other = await startOwnGate(worldOf({ [POOL]: { server } }));
      const keys = other.fetch(url(`${POOL}/.well-known/jwks.json`));
      const error = await errorOf(
        send(new SignUpCommand({ ClientId: CLIENT, Username: 'a', Password: 'b' }), {}, other),
      );
      expect([error.name, error.message, error.$metadata.httpStatusCode]).toEqual([
        'BadGatewayException',
        `The gate got no answer from ${server}, which the world names for this user pool.`,
        502,
      ]);
      expect(other.log.at(-1)).toMatchObject({ outcome: 'failed', reason: 'provider', cause: expect.any(Error) });
      expect((await keys).status).toBe(502);
    },
    20_000,
  );

  test('that breaks inside is told as it says, and as a failure', async () => {
    const server = await serve((_, response) => response.writeHead(500).end('{"__type":"CognitoLocal#Unsupported"}'));
    const other = await startOwnGate(worldOf({ [POOL]: { server } }));
    expect((await errorOf(send(signIn('alice', 'x'), {}, other))).$metadata.httpStatusCode).toBe(500);
    expect(other.log.at(-1)).toMatchObject({ outcome: 'failed', reason: 'CognitoLocal#Unsupported', status: 500 });
  });
});
