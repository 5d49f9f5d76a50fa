/** HTTP_PROXY: what reaches the other server, what comes back, and what is said where nothing does. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createSigner } from 'sigv4kit';
import { type Gate, startGate, type World } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, key } from '../../support/gate-caller';
import { codeOf } from '../../support/keys';
import { listen } from '../../support/listen';

const buddy = key('AKIAIOSFODNN7EXAMPLE');
let server: Server;
let origin: string;
let gate: Gate;
/** What reached the other server last. */
let arrived: { method: string; url: string; headers: [string, string][]; body: string };

async function note(message: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const headers: [string, string][] = [];
  for (let i = 0; i < message.rawHeaders.length; i += 2)
    headers.push([message.rawHeaders[i] as string, message.rawHeaders[i + 1] as string]);
  arrived = {
    method: message.method as string,
    url: message.url as string,
    headers,
    body: Buffer.concat(chunks).toString('latin1'),
  };
}

/** A port that refuses: one that was free a moment ago. */
async function closedPort(): Promise<string> {
  const short = createServer();
  const url = await listen(short);
  await new Promise((resolve) => short.close(resolve));
  return url;
}

beforeAll(async () => {
  server = createServer(async (message, response) => {
    if (message.url === '/hang') return;
    if (message.url === '/cut') return void message.socket.destroy();
    if (message.url === '/half') {
      response.writeHead(200, { 'content-length': '100' });
      return void response.write('half', () => message.socket.destroy());
    }
    await note(message);
    if (message.url === '/big') return void response.end(Buffer.alloc(10 * 1024 * 1024 + 1));
    if (message.url === '/moved') return void response.writeHead(302, { location: '/elsewhere' }).end();
    if (message.url === '/zipped') {
      return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed'));
    }
    response.writeHead(201, 'Made', [
      ...['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Own', 'yes', 'Connection', 'X-Hop', 'X-Hop', '1'],
      ...['Server', 'other', 'WWW-Authenticate', 'Basic', 'Content-Type', 'text/plain'],
    ]);
    response.end(`\xff${arrived.body}`, 'latin1');
  });
  origin = await listen(server);
  const closed = await closedPort();
  const to = (path: string, more: object = {}) => ({ handler: { httpProxy: `${origin}${path}`, ...more } });
  const common = {
    'ANY /plain': to('/plain'),
    'GET /signed': { auth: 'AWS_IAM', ...to('/plain') },
    'GET /orders/{id}/of/{user}': to('/v2/{user}/orders/{id}?as={id}'),
    'ANY /all/{proxy+}': to('/base/{proxy}'),
    'GET /posting': to('/plain', { method: 'POST' }),
    'GET /moved': to('/moved'),
    'GET /zipped': to('/zipped'),
    'GET /hang': to('/hang', { timeout: 60 }),
    'GET /cut': to('/cut'),
    'GET /half': to('/half'),
    'GET /big': to('/big'),
    'GET /closed': { handler: { httpProxy: closed } },
  };
  const world: World = {
    accounts: {
      '111122223333': {
        users: {
          buddy: {
            accessKeys: [buddy, { ...key('ASIAIOSFODNN7EXAMPLE'), sessionToken: 'AQoDYXdzEJr1K7/EXAMPLE+TOKEN==' }],
            policies: [{ Statement: { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' } }],
          },
        },
        apis: {
          rest00: { region: 'us-east-1', stage: 'prod', routes: common },
          http00: { type: 'HTTP', region: 'us-east-1', stage: '$default', routes: common },
        },
      },
    },
  };
  gate = await startGate(world);
});
afterAll(async () => {
  await gate.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const rest = (path: string, options: Parameters<typeof call>[2] = {}) =>
  call(gate, `https://rest00.execute-api.us-east-1.amazonaws.com/prod${path}`, options);
const http = (path: string, options: Parameters<typeof call>[2] = {}) =>
  call(gate, `https://http00.execute-api.us-east-1.amazonaws.com${path}`, options);
const sent = (name: string) =>
  arrived.headers.filter(([header]) => header.toLowerCase() === name).map(([, value]) => value);

describe('To the other server goes', () => {
  test('the method, the body and the query as they are', async () => {
    await rest('/plain?b=2&a=%20&a', { method: 'PUT', body: 'text' });
    expect(arrived).toMatchObject({ method: 'PUT', url: '/plain?b=2&a=%20&a', body: 'text' });
  });

  test('the method of the integration where it names one', async () => {
    await rest('/posting');
    expect(arrived.method).toBe('POST');
  });

  test('no session token, and nothing of a signature, in a header or in the query', async () => {
    const keys = { ...key('ASIAIOSFODNN7EXAMPLE'), sessionToken: 'AQoDYXdzEJr1K7/EXAMPLE+TOKEN==' };
    expect((await rest('/signed?a=1', { keys })).status).toBe(201);
    expect([sent('authorization'), sent('x-amz-security-token'), arrived.url]).toEqual([[], [], '/plain?a=1']);
    const signer = createSigner({ credentials: keys, region: 'us-east-1', service: 'execute-api' });
    const url = 'https://rest00.execute-api.us-east-1.amazonaws.com/prod/signed?a=1&b=%20';
    const presigned = await signer.presign(url, { expiresIn: 60 });
    expect((await call(gate, String(presigned).replace('X-Amz-Signature', 'X-Amz-%53ignature'))).status).toBe(201);
    expect(arrived.url).toBe('/plain?a=1&b=%20');
  });

  test('the host of the other server, and no length where there is no body', async () => {
    await rest('/plain');
    expect(sent('host')).toEqual([new URL(origin).host]);
    expect([sent('content-length'), sent('transfer-encoding')]).toEqual([[], []]);
  });

  test('no header of the connection, nor one that Connection names', async () => {
    await rest('/plain', {
      headers: { connection: 'close, x-hop, x-forwarded-for', 'x-hop': '1', te: 'trailers', 'x-end': '2' },
    });
    expect([sent('x-hop'), sent('te'), sent('x-end')]).toEqual([[], [], ['2']]);
    expect(sent('x-forwarded-for')).toEqual(['127.0.0.1']);
  });

  test('where the call came from', async () => {
    await rest('/plain', { headers: { 'x-forwarded-for': '203.0.113.7', via: '1.1 cache' } });
    expect(sent('x-forwarded-for')).toEqual(['203.0.113.7, 127.0.0.1']);
    expect([sent('x-forwarded-proto'), sent('x-forwarded-port')]).toEqual([['https'], ['443']]);
    expect(sent('via')).toEqual(['1.1 cache, HTTP/1.1 AmazonAPIGateway']);
    expect(sent('x-amzn-apigateway-api-id')).toEqual(['rest00']);
  });

  test('of an HTTP API the header Forwarded', async () => {
    await http('/plain');
    expect(sent('forwarded')).toEqual(['for=127.0.0.1;host=http00.execute-api.us-east-1.amazonaws.com;proto=https']);
  });

  test('no Signature Version 4, but any other Authorization', async () => {
    expect((await rest('/signed', { keys: buddy })).status).toBe(201);
    expect(sent('authorization')).toEqual([]);
    await rest('/plain', { headers: { authorization: 'Bearer abc' } });
    expect(sent('authorization')).toEqual(['Bearer abc']);
  });
});

describe('A path parameter', () => {
  test.each([
    ['has its place in the path and in the query', '/orders/7/of/ann', '/v2/ann/orders/7?as=7'],
    ['goes before the query of the call', '/orders/7/of/ann?x=1', '/v2/ann/orders/7?as=7&x=1'],
    ['stays one segment', '/orders/a%2Fb/of/ann', '/v2/ann/orders/a%2Fb?as=a%2Fb'],
    ['adds nothing to the query', '/orders/a%26b%3D1/of/ann', '/v2/ann/orders/a&b=1?as=a%26b%3D1'],
    ['ends no path', '/orders/a%3Fb%23c/of/ann', '/v2/ann/orders/a%3Fb%23c?as=a%3Fb%23c'],
    ['is UTF-8', '/orders/%C3%A9%20/of/ann', '/v2/ann/orders/%C3%A9%20?as=%C3%A9%20'],
    ['keeps its slashes where it is the rest of the path', '/all/a/b%20c//d', '/base/a/b%20c//d'],
  ])('%s', async (_, path, url) => {
    expect((await rest(path)).status).toBe(201);
    expect(arrived.url).toBe(url);
  });

  test.each(['/all/../secret', '/all/%2e%2e/secret', '/all/a/%2E', '/orders/%2e%2e/of/ann'])(
    'leads not out of the path: %s',
    async (path) => {
      arrived = { method: '', url: 'nothing', headers: [], body: '' };
      // As it is written; a URL would resolve it before it is sent.
      const status = await raw(`/prod${path}`);
      expect([arrived.url, status]).toEqual(['nothing', 504]);
    },
  );

  function raw(path: string): Promise<number> {
    const { hostname, port } = new URL(gate.url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write(
          `GET ${path} HTTP/1.1\r\nHost: rest00.execute-api.us-east-1.amazonaws.com\r\nConnection: close\r\n\r\n`,
        ),
      );
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('end', () => resolve(Number(text.split(' ')[1]))).on('error', reject);
    });
  }
});

describe('Back comes', () => {
  test('status, headers with all their values, and body, byte by byte', async () => {
    const { status, headers, decision } = await rest('/plain');
    expect(status).toBe(201);
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(headers).toMatchObject({ 'x-own': 'yes', 'content-type': 'text/plain', 'content-length': '1' });
    expect(headers['x-hop']).toBeUndefined();
    expect(decision?.outcome).toBe('answered');
    const response = await gate.fetch('https://rest00.execute-api.us-east-1.amazonaws.com/prod/plain', {
      method: 'POST',
      body: new Uint8Array([0, 255, 128]),
    });
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([255, 0, 255, 128]);
  });

  test('of a REST API some headers under other names', async () => {
    expect((await rest('/plain')).headers).toMatchObject({
      'x-amzn-remapped-server': 'other',
      'x-amzn-remapped-www-authenticate': 'Basic',
      'x-amzn-requestid': expect.any(String),
    });
    expect((await http('/plain')).headers).toMatchObject({ server: 'other', 'www-authenticate': 'Basic' });
  });

  test('a redirect, which is not followed', async () => {
    expect(await rest('/moved')).toMatchObject({ status: 302, headers: { location: '/elsewhere' } });
    expect(arrived.url).toBe('/moved');
  });

  test('what is packed as it is packed', async () => {
    const response = await gate.fetch('https://rest00.execute-api.us-east-1.amazonaws.com/prod/zipped');
    expect(await response.text()).toBe('packed');
  });

  test('of HEAD no body', async () => {
    expect(await rest('/plain', { method: 'HEAD' })).toMatchObject({ status: 201, body: '' });
  });
});

describe('A server that gives no answer', () => {
  const NETWORK = '{"message": "Network error communicating with endpoint"}';
  test.each([
    ['refuses the connection', '/closed', 504, NETWORK],
    ['cuts the connection', '/cut', 504, NETWORK],
    ['cuts it within its answer', '/half', 504, NETWORK],
    ['takes too long', '/hang', 504, '{"message": "Endpoint request timed out"}'],
    ['answers with more than 10 MB', '/big', 502, '{"message": "Internal server error"}'],
  ])('and %s is told as API Gateway does', async (_, path, status, body) => {
    const got = await rest(path);
    expect(got).toMatchObject({ status, body, type: 'InternalServerErrorException' });
    expect(got.decision).toMatchObject({
      outcome: 'failed',
      reason: 'integration',
      cause: expect.objectContaining({ name: 'IntegrationFailure' }),
    });
    expect(await http(path)).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}', type: undefined });
  });
});

describe('A world is refused', () => {
  const start = (route: string, httpProxy: unknown, more: object = {}) =>
    startGate({
      accounts: {
        '111122223333': {
          apis: { a: { region: 'us-east-1', stage: 's', routes: { [route]: { handler: { httpProxy, ...more } } } } },
        },
      },
    } as never);

  test.each<[string, string, unknown, object?]>([
    ['with a URL of another scheme', 'GET /', 'ftp://a.example/'],
    ['with what is no URL', 'GET /', '/path'],
    ['with a parameter that the path has not', 'GET /{id}', 'https://a.example/{name}'],
    ['with a parameter in the host', 'GET /{id}', 'https://{id}.example/'],
    ['with a time that API Gateway does not wait', 'GET /', 'https://a.example/', { timeout: 60_000 }],
  ])('%s', async (_, route, url, more) => {
    expect(await codeOf(() => start(route, url, more))).toBe('ERR_SIGV4_INVALID_WORLD');
  });
});
