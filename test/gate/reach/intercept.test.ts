/** `gate.intercept()`: every HTTP client of a process meets the gate under real names, and nothing of it is left after. */
import { createServer, get, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { CognitoIdentityClient, GetIdCommand } from '@aws-sdk/client-cognito-identity';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
// @ts-expect-error -- comes without types
import aws4 from 'aws4';
import { AwsClient } from 'aws4fetch';
import axios from 'axios';
import { createSignedFetch } from 'sigv4kit';
import { type Gate, startGate } from 'sigv4kit/gate';
import * as undici from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listen } from '../../support/listen';
import { api, type Echo, ENDPOINT, HOST, keys, POOL, PRIVATE, world } from '../../support/reach-world';

let gate: Gate;
let undo: () => void;
beforeAll(async () => {
  gate = await startGate(world);
});
afterAll(() => gate.close());
beforeEach(() => {
  undo = gate.intercept();
});
afterEach(() => {
  undo();
  gate.faults.clear();
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingMessage['headers'];
}

/** Over `node:https`, found as a program finds it. */
function call(
  url: string | RequestOptions,
  options: RequestOptions = {},
  body?: string | Buffer,
  send = https.request,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const done = async (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString('latin1');
      resolve({ status: response.statusCode as number, text, headers: response.headers });
    };
    const request = typeof url === 'string' ? send(url, options, done) : send(url, done);
    request.on('error', reject).end(body);
  });
}
const echoOf = async (answer: Promise<Answer>): Promise<Echo> =>
  JSON.parse(Buffer.from((await answer).text, 'latin1').toString());

describe('what goes through node:https', () => {
  test('is answered by the gate, with its body', async () => {
    expect(await call(`${api}/open`)).toMatchObject({ status: 200, text: 'open' });
    const told = await echoOf(call(`${api}/echo/a?x=1`, { method: 'POST', headers: { 'X-Some': 'ä' } }, 'héllo'));
    expect(told).toMatchObject({
      method: 'POST',
      host: HOST,
      path: '/echo/a',
      body: 'héllo',
      headers: { 'x-some': 'ä' },
    });
    expect(Object.keys(told.headers).filter((name) => name.startsWith('x-sigv4kit'))).toEqual([]);
  });

  test('keeps a Host of its own, and the name it was sent to is the target', async () => {
    const told = await echoOf(call(`https://${ENDPOINT}/api/echo/a`, { headers: { Host: PRIVATE } }));
    expect(told.host).toBe(PRIVATE);
    expect(gate.log.at(-1)).toMatchObject({ host: PRIVATE, vpcEndpoint: 'vpce-0a1b2c3d4e5f60718' });
  });

  test.each(['/api/echo//b/../c', '/api/echo/%2e%2e/%7Ea', "/api/echo/a'b(c)?q=a'b&q=%20+"])(
    'keeps the path %s as it stands',
    async (path) => {
      await call({ hostname: HOST, path });
      expect(gate.log.at(-1)?.path).toBe(path.split('?')[0]);
    },
  );

  test('reaches the gate also where the path begins with two slashes', async () => {
    expect((await call({ hostname: HOST, path: '//orders/42' })).status).toBe(403);
    expect(gate.log.at(-1)).toMatchObject({ host: HOST, path: '//orders/42' });
  });

  test('may be a GET with a body, a HEAD, an empty answer, bytes, or two cookies', async () => {
    const headers = { 'content-length': 4 };
    expect((await echoOf(call(`${api}/echo/a`, { headers }, 'body'))).body).toBe('body');
    expect(await call(`${api}/echo/a`, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    expect(await call(`${api}/empty`)).toMatchObject({ status: 204, text: '' });
    expect((await call(`${api}/bytes`)).text).toBe('\0\u0001\u0002\u00ff');
    expect((await call(`${api}/cookies`)).headers['set-cookie']).toEqual(['a=1', 'b=2']);
  });

  test('is sent in pieces where it is written in pieces, and may wait for a 100', async () => {
    const told = await new Promise<Echo>((resolve, reject) => {
      const request = https.request(
        `${api}/echo/a`,
        { method: 'POST', headers: { expect: '100-continue' } },
        (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () => resolve(JSON.parse(text)));
        },
      );
      request.on('error', reject);
      request.on('continue', () => {
        request.write('one ');
        setTimeout(() => request.end('two'), 20);
      });
      request.flushHeaders();
    });
    expect(told.body).toBe('one two');
  });

  test('has a connection that is cut for an error', async () => {
    gate.faults.add({ kind: 'reset', times: 1 });
    await expect(call(`${api}/open`)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await call(`${api}/open`)).status).toBe(200);
  });

  test('can be given up', async () => {
    gate.faults.add({ kind: 'slow', delay: 60_000 });
    const controller = new AbortController();
    const asked = call(`${api}/open`, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    const timed = new Promise((resolve) => {
      const request = https.get(`${api}/open`, { timeout: 50 });
      request.on('error', resolve).on('timeout', () => request.destroy(new Error('too slow')));
    });
    expect(await timed).toMatchObject({ message: 'too slow' });
  });

  test.each(['2852039166', '0xa9fea9fe', '169.254.43518'])(
    'knows the metadata address in the spelling %s',
    async (host) => {
      const answer = await call({ host, path: '/latest/meta-data/instance-id' }, {}, undefined, httpRequest as never);
      expect([answer.status, gate.log.at(-1)?.service]).toEqual([200, 'metadata']);
    },
  );

  test('leaves the classes of fetch as they are', () => {
    const { headers } = new Request(api, { method: 'POST', headers: { authorization: 'x' }, body: 'text' });
    expect([...new Headers(headers).keys()]).toEqual(['authorization', 'content-type']);
  });

  test('is connected before it is answered, so that every time limit holds', async () => {
    gate.faults.add({ kind: 'slow', delay: 60_000 });
    const events: string[] = [];
    const request = https.get(`${api}/open`);
    request.on('socket', (socket) => socket.on('connect', () => events.push('connect')));
    await new Promise<void>((resolve) => {
      request.on('error', () => resolve());
      request.setTimeout(50, () => {
        events.push('timeout');
        request.destroy();
      });
    });
    expect(events).toEqual(['connect', 'timeout']);
  });
});

describe('clients that reach the gate by real names', () => {
  test('node:http, by a function that was imported by its name', async () => {
    const status = await new Promise((resolve) => {
      get('http://169.254.169.254/latest/meta-data/instance-id', (response) => resolve(response.resume().statusCode));
    });
    expect(status).toBe(200);
    expect(gate.log.at(-1)).toMatchObject({ service: 'metadata', status: 200 });
  });

  test('the SDK, with no endpoint of its own', async () => {
    const sts = new STSClient({ region: 'us-east-1', credentials: keys });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe('arn:aws:iam::111122223333:user/buddy');
    const cognito = new CognitoIdentityClient({ region: 'us-east-1' });
    expect((await cognito.send(new GetIdCommand({ IdentityPoolId: POOL }))).IdentityId).toMatch(/^us-east-1:/);
    sts.destroy();
    cognito.destroy();
  });

  test('the SDK sees what goes wrong, and tries again', async () => {
    gate.faults.add({ kind: 'reset', service: 'sts', times: 1 });
    const sts = new STSClient({ region: 'us-east-1', credentials: keys });
    expect((await sts.send(new GetCallerIdentityCommand({}))).$metadata.attempts).toBe(2);
    sts.destroy();
  });

  test('axios', async () => {
    expect((await axios.get(`${api}/moved`)).data).toBe('open');
    expect((await axios.post(`${api}/echo/a`, { a: 1 })).data.body).toBe('{"a":1}');
    const failed = await axios.get(`https://${HOST}/nowhere`).catch((error) => error);
    expect(failed.response.status).toBe(403);
  });

  test('aws4 with https.request', async () => {
    const options = {
      host: HOST,
      path: '/api/iam/a?b=c',
      method: 'POST',
      body: 'x',
      service: 'execute-api',
      region: 'us-east-1',
    };
    const signed = aws4.sign(options, keys) as RequestOptions;
    expect((await echoOf(call(signed, {}, 'x'))).user).toBe('arn:aws:iam::111122223333:user/buddy');
  });

  test('the global fetch, with streams both ways', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('one '));
        controller.enqueue(new TextEncoder().encode('two'));
        controller.close();
      },
    });
    const response = await fetch(`${api}/echo/a`, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect([response.url, ((await response.json()) as Echo).body]).toEqual([`${api}/echo/a`, 'one two']);
    const moved = await fetch(`${api}/moved`);
    expect([moved.url, moved.redirected, await moved.text()]).toEqual([`${api}/open`, true, 'open']);
    await expect(fetch(`${api}/open`, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('aws4fetch and a signed fetch', async () => {
    const client = new AwsClient({ ...keys, service: 'execute-api', region: 'us-east-1' });
    expect(await (await client.fetch(`${api}/iam/a`)).json()).toMatchObject({ user: expect.stringMatching(/buddy$/) });
    const signed = createSignedFetch({ credentials: keys });
    expect((await signed(`${api}/iam/a`, { method: 'PUT', body: 'x' })).status).toBe(200);
  });

  test('the package undici, with a Host of its own', async () => {
    const { body } = await undici.request(`https://${ENDPOINT}/api/echo/a`, { headers: { host: PRIVATE } });
    expect(await body.json()).toMatchObject({ host: PRIVATE });
    expect(await (await undici.fetch(`${api}/open`)).text()).toBe('open');
  });

  test('by a custom domain name of the world', async () => {
    expect(await call('https://api.example.com/open')).toMatchObject({ status: 200, text: 'open' });
    expect((await fetch('https://api.example.com/open')).status).toBe(200);
  });
});

describe('others', () => {
  test('are where they are, over their own connections', async () => {
    const seen: unknown[] = [];
    const server = createServer((message, response) => {
      seen.push(message.headers['x-sigv4kit-gate-host']);
      response.end('elsewhere');
    });
    const url = await listen(server);
    expect((await axios.get(url)).data).toBe('elsewhere');
    expect(await (await fetch(url)).text()).toBe('elsewhere');
    const host = await new Promise((resolve) => {
      httpRequest(url, { headers: { host: HOST } }, (response) => resolve(response.resume().statusCode)).end();
    });
    expect([host, seen]).toEqual([200, [undefined, undefined, undefined]]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('several', () => {
  test('the last goes first, in whatever order they are undone, as often as it is', async () => {
    const other = await startGate({ accounts: {} });
    const statuses = async () => [(await call(`${api}/open`)).status, (await fetch(`${api}/open`)).status];
    const first = other.intercept();
    const second = other.intercept();
    expect(await statuses()).toEqual([403, 403]);
    first();
    first();
    expect(await statuses()).toEqual([403, 403]);
    second();
    expect(await statuses()).toEqual([200, 200]);
    const third = other.intercept();
    undo();
    expect(await statuses()).toEqual([403, 403]);
    third();
    await other.close();
  });

  test('a gate that closes undoes its own', async () => {
    const other = await startGate({ accounts: {} });
    other.intercept();
    await other.close();
    expect((await call(`${api}/open`)).status).toBe(200);
  });
});

describe('an undo', () => {
  test('lets who has kept a patched function be led again by the next, and not in between', async () => {
    const { request } = https;
    undo();
    const between = call(
      { hostname: HOST, path: '/api/open', lookup: (_, __, tell) => tell(new Error('left'), '', 4) },
      {},
      undefined,
      request,
    );
    expect(await between.catch((error) => error.message)).toBe('left');
    undo = gate.intercept();
    expect((await call(`${api}/open`, {}, undefined, request)).text).toBe('open');
  });

  test('leaves what was there before', async () => {
    undo();
    const dispatcher = () => (globalThis as Record<symbol, unknown>)[Symbol.for('undici.globalDispatcher.1')];
    const parts = () => [
      httpRequest,
      https.request,
      https.get,
      globalThis.fetch,
      Headers,
      Request,
      Response,
      dispatcher(),
    ];
    const before = parts();
    undo = gate.intercept();
    expect(parts()).not.toEqual(before);
    undo();
    undo();
    expect(parts().map((part, i) => part === before[i])).toEqual(before.map(() => true));
    expect(https.globalAgent.listenerCount('free')).toBe(1);
  });

  test('does not break what is under way', async () => {
    gate.faults.add({ kind: 'slow', delay: 100, times: 2 });
    const asked = [
      call(`${api}/open`).then(({ text }) => text),
      fetch(`${api}/open`).then((response) => response.text()),
    ];
    await new Promise((resolve) => setTimeout(resolve, 30));
    undo();
    expect(await Promise.all(asked)).toEqual(['open', 'open']);
  });
});
