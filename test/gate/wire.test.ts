/** The gate on a bare connection: what HTTP clients hide, what goes wrong inside it, and the form each service says that in. */
import { connect } from 'node:net';
import { createSigner } from 'sigv4kit';
import { signHeaders } from 'sigv4kit/core';
import { type Gate, type PolicyDocument, startGate, type World } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longTerm } from '../support/keys';

const host = 'abc123.execute-api.us-east-1.amazonaws.com';
const secret = longTerm.secretAccessKey;
const user = (accessKeyId: string, ...Statement: (PolicyDocument['Statement'] & object)[]) => ({
  accessKeys: [{ accessKeyId, secretAccessKey: secret }],
  policies: Statement.map((one) => ({ Statement: one })),
});
const all = { Effect: 'Allow', Action: '*', Resource: '*' } as const;
const deny = (path: string) =>
  ({ Effect: 'Deny', Action: '*', Resource: `arn:aws:execute-api:*:*:abc123/prod/GET${path}` }) as const;

const world: World = {
  accounts: {
    '111122223333': {
      users: { kept: user('AKIAKEPTOUTEXAMPLE00', all, deny('/admin/*')) },
      apis: {
        abc123: {
          region: 'us-east-1',
          stage: 'prod',
          routes: {
            'GET /{proxy+}': {
              auth: 'AWS_IAM',
              handler: ({ pathParameters }) => ({ statusCode: 200, body: JSON.stringify(pathParameters) }),
            },
            'GET /open': { handler: { statusCode: 200, body: 'open' } },
          },
        },
      },
    },
  },
};

let gate: Gate;
beforeAll(async () => {
  gate = await startGate(world);
});
afterAll(() => gate.close());

/** All that comes back on a connection for what is written to it; the connection's end, or what broke it. */
function exchange(to: Gate, ...writes: string[]): Promise<{ text: string; end: string }> {
  const { port, hostname } = new URL(to.url);
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(writes.join('')));
    const done = (end: string) => {
      socket.destroy();
      resolve({ text, end });
    };
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code as string));
    socket.on('end', () => done('closed'));
    socket.setTimeout(3000, () => done('open'));
  });
}
const get = (path: string, headers: Iterable<readonly [string, string]> = [['host', host]], close = true) =>
  `GET ${path} HTTP/1.1\r\n${[...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')}${close ? 'connection: close\r\n' : ''}\r\n`;

/** A request for a path as it stands, signed by a user. */
async function signedGet(path: string): Promise<string> {
  const { headers } = await signHeaders(
    { method: 'GET', path, query: '', headers: [['host', host]] },
    {
      credentials: { accessKeyId: 'AKIAKEPTOUTEXAMPLE00', secretAccessKey: secret },
      region: 'us-east-1',
      service: 'execute-api',
      date: new Date(),
    },
  );
  return (await exchange(gate, get(path, [['host', host], ...headers]))).text;
}

describe('an explicit deny', () => {
  test.each(['/prod/admin/x', '/prod/%61dmin/x', '/prod/%61dmin/%ff', '/prod/admin%2f%ff', '/prod/%61dmin%2F%c3/%e9'])(
    'is not passed by with %s',
    async (path) => {
      expect(await signedGet(path)).toMatch(/^HTTP\/1\.1 403 .*with an explicit deny/s);
    },
  );

  test('names what is on another path no more than before', async () => {
    expect(await signedGet('/prod/%61dmins/%ff')).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('is held against the path that the handler is given', async () => {
    expect(await signedGet('/prod/a%20b/%c3%a9/%25%36%31')).toMatch(/\{"proxy":"a b\/é\/%61"\}$/);
  });
});

const TROUBLE = new Error('no clock today');
const trouble = () => {
  throw TROUBLE;
};

describe('what throws inside the gate', () => {
  test.each([
    [
      host,
      'execute-api',
      'InternalServerErrorException',
      'application/json',
      /^\{"message":"Internal server error"\}$/,
    ],
    ['sts.us-east-1.amazonaws.com', 'sts', null, 'text/xml', /<Type>Receiver<\/Type><Code>InternalFailure<\/Code>/],
    [
      'cognito-identity.us-east-1.amazonaws.com',
      'cognito-identity',
      'InternalErrorException',
      'application/x-amz-json-1.1',
      /^\{"__type":"InternalErrorException",/,
    ],
    ['169.254.169.254', 'metadata', null, 'text/plain', /^Internal Server Error$/],
    ['sqs.us-east-1.amazonaws.com', 'sqs', 'InternalServerErrorException', 'application/json', /Internal server error/],
  ])('is a 500 of %s, in its form and in the log', async (at, service, errorType, contentType, body) => {
    const own = await startGate(world, { now: trouble });
    const response = await own.fetch(`http://${at}/prod/open`);
    const { status, headers } = response;
    expect([status, headers.get('x-amzn-errortype'), headers.get('content-type')]).toEqual([
      500,
      errorType,
      contentType,
    ]);
    expect(await response.text()).toMatch(body);
    expect(own.log).toEqual([
      expect.objectContaining({
        service,
        host: at,
        path: '/prod/open',
        status: 500,
        outcome: 'failed',
        reason: 'internal',
        cause: TROUBLE,
        time: expect.any(Number),
      }),
    ]);
    await own.close();
  });

  test('leaves the gate answering', async () => {
    let broken = true;
    const own = await startGate(world, { now: () => (broken ? trouble() : Date.now()) });
    expect((await own.fetch(`https://${host}/prod/open`)).status).toBe(500);
    broken = false;
    expect((await own.fetch(`https://${host}/prod/open`)).status).toBe(200);
    await own.close();
  });

  test('is not what a caller who leaves half-way has caused', async () => {
    const own = await startGate(world);
    const { port } = new URL(own.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(`POST /prod/open HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 10\r\n\r\nhalf`, () => {
          setTimeout(() => socket.destroy(), 50);
        });
      });
      socket.on('close', () => setTimeout(resolve, 50));
    });
    expect(own.log).toEqual([]);
    await own.close();
  });
});

describe('a body above 10 MiB', () => {
  const body = new Uint8Array(10 * 1024 * 1024 + 1);
  test.each([
    ['execute-api', `https://${host}/prod/open`, {}, 'RequestTooLargeException', /^\{"message":"Request Too Long"\}$/],
    [
      'sts',
      'https://sts.us-east-1.amazonaws.com/',
      {},
      null,
      /^<ErrorResponse .*<Type>Sender<\/Type><Code>RequestEntityTooLarge</s,
    ],
    [
      'cognito-identity',
      'https://cognito-identity.us-east-1.amazonaws.com/',
      { 'x-amz-target': 'AWSCognitoIdentityService.GetId' },
      'RequestEntityTooLargeException',
      /^\{"__type":"RequestEntityTooLargeException"/,
    ],
    ['metadata', 'http://169.254.169.254/latest/', {}, null, /^Request Entity Too Large$/],
  ])('is refused in the form of %s', async (service, url, headers, errorType, text) => {
    const response = await gate.fetch(url, { method: 'POST', headers: headers as Record<string, string>, body });
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([413, errorType]);
    expect(await response.text()).toMatch(text);
    expect(gate.log.at(-1)).toMatchObject({ service, status: 413, outcome: 'refused', reason: 'too-large' });
  });
});

describe('a connection', () => {
  test('for a tunnel is refused in words, and logged', async () => {
    const own = await startGate(world);
    const { text, end } = await exchange(own, `CONNECT ${host}:443 HTTP/1.1\r\nhost: ${host}:443\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 501 Not Implemented\r\n.*x-amzn-ErrorType: NotEmulatedException\r\n/is);
    expect(text).toMatch(/\r\n\r\n\{"message":"[^"]*no proxy[^"]*"\}$/);
    expect(end).toBe('closed');
    expect(own.log).toEqual([
      expect.objectContaining({ method: 'CONNECT', host, path: '', status: 501, outcome: 'not-emulated' }),
    ]);
    await own.close();
  });

  test('for a tunnel is refused also when the clock is broken or the caller is gone, and the gate can close', async () => {
    const own = await startGate(world, { now: trouble });
    expect((await exchange(own, `CONNECT ${host}:443 HTTP/1.1\r\nhost: x\r\n\r\n`)).text).toMatch(/^HTTP\/1\.1 501 /);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(own.url).port), '127.0.0.1', () => {
        socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nhost: x\r\n\r\n`, () => socket.resetAndDestroy());
      });
      socket.on('error', () => undefined).on('close', () => setTimeout(resolve, 50));
    });
    await own.close();
  });

  test.each(['websocket', 'h2c'])(
    'asked to become a %s stays what it is: the request is answered',
    async (protocol) => {
      const headers = [
        ['host', host],
        ['connection', 'Upgrade, close'],
        ['upgrade', protocol],
      ] as const;
      const { text } = await exchange(gate, get('/prod/open', headers, false));
      expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n.*open$/s);
      expect(gate.log.at(-1)).toMatchObject({ path: '/prod/open', status: 200 });
    },
  );

  test('is cut for a fault on a request that waits behind another', async () => {
    const own = await startGate({
      accounts: {
        '111122223333': {
          apis: {
            abc123: {
              region: 'us-east-1',
              stage: 'prod',
              routes: {
                'GET /slow': {
                  handler: () =>
                    new Promise((resolve) => setTimeout(() => resolve({ statusCode: 200, body: 'slow' }), 10_000)),
                },
              },
            },
          },
        },
      },
    });
    own.faults.add({ kind: 'reset', service: 'sts' });
    const first = get('/prod/slow', [['host', host]], false);
    const second = get('/', [['host', 'sts.us-east-1.amazonaws.com']], false);
    expect(await exchange(own, first, second)).toEqual({ text: '', end: 'ECONNRESET' });
    expect(own.log.at(-1)).toMatchObject({ reason: 'reset', status: 0 });
    await own.close();
  });

  test('brings headers as large as a session token of AWS may be', async () => {
    const signer = createSigner({ credentials: { accessKeyId: 'AKIAKEPTOUTEXAMPLE00', secretAccessKey: secret } });
    const headers = { 'x-filler': 'x'.repeat(40_000) };
    const signed = await signer.sign({ url: `https://${host}/prod/some`, headers });
    expect((await gate.fetch(signed.url, { headers: signed.headers })).status).toBe(200);
  });
});

test("the Date of an answer is the gate's own time", async () => {
  const gate = await startGate(world, { now: () => Date.parse('2030-01-01T00:00:00Z') });
  expect((await fetch(gate.url)).headers.get('date')).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
  await gate.close();
});
