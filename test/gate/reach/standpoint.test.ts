/** Where callers stand: by the world, by the ways of `gate.from`, and by a header that nobody else gets to see. */
import { request as httpRequest } from 'node:http';
import { createSigner } from 'sigv4kit';
import { type Gate, type Standpoint, startGate } from 'sigv4kit/gate';
import * as undici from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf } from '../../support/keys';
import { api, type Echo, ENDPOINT, HOST, keys, PRIVATE, world } from '../../support/reach-world';

let gate: Gate;
beforeAll(async () => {
  gate = await startGate(world);
});
afterAll(() => gate.close());

const ipOf = async (response: Response | Promise<Response>) => ((await (await response).json()) as Echo).sourceIp;

/** A request by a bare client, whose headers are sent as they are. */
function send(
  headers: Record<string, string>,
  to = gate,
  path = '/api/echo/a',
): Promise<{ status?: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${to.url}${path}`, { headers }, async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve({ ...(response.statusCode === undefined ? {} : { status: response.statusCode }), body });
    });
    request.on('error', reject).end();
  });
}

describe('the header of a standpoint', () => {
  test('gives the address, and is shown to nobody', async () => {
    const { body } = await send({ host: HOST, 'X-Sigv4kit-Gate-From': 'sourceIp=203.0.113.7; vpc=none' });
    const told: Echo = JSON.parse(body);
    expect(told.sourceIp).toBe('203.0.113.7');
    expect(Object.keys(told.headers).filter((name) => name.startsWith('x-sigv4kit'))).toEqual([]);
  });

  test('is no part of what is signed', async () => {
    const { headers } = await createSigner({ credentials: keys }).sign({ url: `${api}/iam/a` });
    const from = { 'x-sigv4kit-gate-from': 'sourceIp=2001:db8::7' };
    const { status, body } = await send({ ...headers, ...from }, gate, '/api/iam/a');
    expect([status, JSON.parse(body).sourceIp]).toEqual([200, '2001:db8::7']);
  });

  test('gives the VPC, whose endpoint lets in', async () => {
    const through = (vpc: string) =>
      send({ host: PRIVATE, 'x-sigv4kit-gate-host': `https://${ENDPOINT}`, 'x-sigv4kit-gate-from': `vpc=${vpc}` });
    expect((await through('vpc-1a2b3c4d')).status).toBe(200);
    expect(gate.log.at(-1)).toMatchObject({ vpcEndpoint: 'vpce-0a1b2c3d4e5f60718' });
    for (const elsewhere of ['vpc-99999999', 'none']) {
      await expect(through(elsewhere)).rejects.toMatchObject({ code: 'ECONNRESET' });
      expect(gate.log.at(-1)).toMatchObject({ reason: 'unreachable' });
    }
  });

  test.each([
    '',
    'here',
    'sourceIp=localhost',
    'sourceIp=1.2.3.4; sourceIp=1.2.3.5',
    'vpc=vpce-1',
    'vpc=',
    'ip=1.2.3.4',
    'sourceIp=1.2.3.4, vpc=none',
  ])('of another form, "%s", is refused in words', async (text) => {
    const { status, body } = await send({ host: HOST, 'x-sigv4kit-gate-from': text });
    expect([status, JSON.parse(body).message]).toEqual([
      400,
      'The header "x-sigv4kit-gate-from" is not of the form "sourceIp=203.0.113.7; vpc=vpc-1a2b3c4d", or "vpc=none".',
    ]);
    expect(gate.log.at(-1)).toMatchObject({ status: 400, outcome: 'refused', reason: 'malformed' });
  });
});

describe('the header of an origin', () => {
  test('goes before the own address of the gate, and not before a Host that a client sets', async () => {
    const origin = { 'x-sigv4kit-gate-host': `https://${HOST}` };
    for (const headers of [origin, { ...origin, host: `localhost:${new URL(gate.url).port}` }])
      expect(JSON.parse((await send(headers)).body).host).toBe(HOST);
    const named = await send({ 'x-sigv4kit-gate-host': `https://${ENDPOINT}`, host: PRIVATE });
    expect(JSON.parse(named.body).host).toBe(PRIVATE);
  });

  test.each(['https://', 'ftp://a', 'https://a/b', 'a b', `https://${HOST}, https://${HOST}`])(
    'is refused as "%s"',
    async (text) => {
      const { status, body } = await send({ 'x-sigv4kit-gate-host': text });
      expect([status, JSON.parse(body).message]).toEqual([
        400,
        'The header "x-sigv4kit-gate-host" is not of the form "https://host".',
      ]);
    },
  );
});

test('a header for the gate that it does not know is refused, so that a slip of the pen shows', async () => {
  const { status, body } = await send({ host: HOST, 'x-sigv4kit-gate-form': 'vpc=none' });
  expect([status, JSON.parse(body).message]).toEqual([
    400,
    'The header "x-sigv4kit-gate-form" is not known to the gate.',
  ]);
});

describe('the world', () => {
  test('says where callers stand who do not, part by part', async () => {
    const own = await startGate({ ...world, from: { sourceIp: '198.51.100.1', vpc: 'vpc-1a2b3c4d' } });
    const url = `https://prv123-vpce-0a1b2c3d4e5f60718.execute-api.us-east-1.amazonaws.com/api/echo/a`;
    expect(await ipOf(own.fetch(`${api}/echo/a`))).toBe('198.51.100.1');
    expect((await own.fetch(url)).status).toBe(200);
    const outside = own.from({ vpc: null });
    await expect(outside.fetch(url)).rejects.toThrow(TypeError);
    expect(own.log.at(-1)).toMatchObject({ reason: 'unreachable' });
    expect(await ipOf(outside.fetch(`${api}/echo/a`))).toBe('198.51.100.1');
    await own.close();
  });
});

describe('gate.from', () => {
  const there = { sourceIp: '203.0.113.9' };

  test('gives a fetch that stands elsewhere, and the gate its own stays', async () => {
    expect(await ipOf(gate.from(there).fetch(`${api}/echo/a`))).toBe('203.0.113.9');
    expect(await ipOf(gate.fetch(`${api}/echo/a`))).toBe('127.0.0.1');
    expect((await gate.from({}).fetch(`${api}/open`)).status).toBe(200);
  });

  test('gives a dispatcher and an interceptor likewise', async () => {
    const ways = gate.from(there);
    const { body } = await undici.request(`${api}/echo/a`, { dispatcher: ways.dispatcher() });
    expect(((await body.json()) as Echo).sourceIp).toBe('203.0.113.9');
    const outer = gate.intercept();
    const undo = ways.intercept();
    expect(await ipOf(fetch(`${api}/echo/a`))).toBe('203.0.113.9');
    undo();
    expect(await ipOf(fetch(`${api}/echo/a`))).toBe('127.0.0.1');
    outer();
  });

  test.each<[unknown]>([
    [undefined],
    [null],
    ['203.0.113.9'],
    [{ sourceIp: 'localhost' }],
    [{ sourceIp: 5 }],
    [{ sourceIp: '1.2.3.4\r\nx: y' }],
    [{ vpc: 'vpce-1a2b3c4d' }],
    [{ vpc: '' }],
    [{ ip: '203.0.113.9' }],
  ])('refuses %j', async (standpoint) => {
    expect(await codeOf(() => gate.from(standpoint as Standpoint))).toBe('ERR_SIGV4_INVALID_OPTION');
  });
});
