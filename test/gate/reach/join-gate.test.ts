/** A gate of another process: joined by its address, by code or by a program that knows nothing of it. */
import { execFile } from 'node:child_process';
import { get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createSignedFetch } from 'sigv4kit';
import { type Gate, joinGate, startGate } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { api, type Echo, HOST, keys, world } from '../../support/reach-world';

let gate: Gate;
beforeAll(async () => {
  gate = await startGate(world);
});
afterAll(() => gate.close());

const echoOf = async (answer: Promise<Response>): Promise<Echo> => (await answer).json() as Promise<Echo>;

describe('joinGate', () => {
  test('leads to a gate by its address, under the real names', async () => {
    const fetch = createSignedFetch({ credentials: keys, fetch: joinGate(gate.url).fetch });
    expect(await echoOf(fetch(`${api}/iam/x`))).toMatchObject({
      host: HOST,
      user: expect.stringContaining(':user/buddy'),
    });
  });

  test('says where its callers stand, and those of other ways', async () => {
    const joined = joinGate(gate.url, { sourceIp: '203.0.113.7' });
    const fetch = createSignedFetch({ credentials: keys, fetch: joined.fetch });
    expect((await echoOf(fetch(`${api}/iam/x`))).sourceIp).toBe('203.0.113.7');
    const elsewhere = createSignedFetch({ credentials: keys, fetch: joined.from({ sourceIp: '198.51.100.1' }).fetch });
    expect((await echoOf(elsewhere(`${api}/iam/x`))).sourceIp).toBe('198.51.100.1');
    const same = createSignedFetch({ credentials: keys, fetch: joined.from({ sourceIp: undefined }).fetch });
    expect((await echoOf(same(`${api}/iam/x`))).sourceIp).toBe('203.0.113.7');
    expect(() => joined.from(null as never)).toThrow(expect.objectContaining({ code: 'ERR_SIGV4_INVALID_OPTION' }));
  });

  test('leads custom domain names that it is told of, and intercepts until it is closed', async () => {
    const joined = joinGate(new URL(gate.url), { hosts: ['API.example.com'] });
    const undo = joined.intercept();
    onTestFinished(undo);
    expect((await fetch('https://api.example.com/open')).status).toBe(200);
    await joined.close();
    undo();
    expect(() => joined.intercept()).toThrow('closed');
    // The gate goes on.
    expect((await gate.fetch(`${api}/open`)).status).toBe(200);
  });

  test.each([
    'nowhere',
    'ftp://127.0.0.1:1',
    'http://gate.example.com:4180',
    'http://127.0.0.1.example.com:4180',
    'http://127.0.0.1',
    7 as unknown as string,
  ])('refuses %s as its address', (url) => {
    expect(() => joinGate(url)).toThrow(expect.objectContaining({ code: 'ERR_SIGV4_INVALID_OPTION' }));
  });

  test.each([
    { sourceIp: 'here' },
    { vpc: 'mine' },
    { hosts: 'api.example.com' },
    { hosts: ['https://api.example.com'] },
    { hosts: ['api.example.com:443'] },
    { hosts: [''] },
    { where: 1 },
    null,
  ])('refuses %j as its options', (options) => {
    expect(() => joinGate(gate.url, options as object)).toThrow(
      expect.objectContaining({ code: 'ERR_SIGV4_INVALID_OPTION' }),
    );
  });
});

describe('a program started with sigv4kit/gate/join', () => {
  const door = new URL('../../../dist/node/gate-join.js', import.meta.url).href;
  const program = `fetch('${api}/echo/x').then(async (r) => console.log(r.status, (await r.json()).sourceIp))`;
  const run = (env: Record<string, string>) =>
    promisify(execFile)(process.execPath, ['--import', door, '--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      env: { PATH: process.env.PATH ?? '', ...env },
      timeout: 30_000,
    }).catch(({ stderr }: { stderr: string }) => ({ stdout: '', stderr }));

  test('meets the gate as it is', async () => {
    const { stdout } = await run({ SIGV4KIT_GATE: gate.url, SIGV4KIT_GATE_FROM: 'sourceIp=203.0.113.9; vpc=none' });
    expect(stdout).toBe('200 203.0.113.9\n');
  });

  test.each([
    [{}, 'SIGV4KIT_GATE'],
    [{ SIGV4KIT_GATE: 'nonsense' }, 'SIGV4KIT_GATE'],
    [{ SIGV4KIT_GATE: 'http://127.0.0.1:9', SIGV4KIT_GATE_FROM: 'home' }, 'SIGV4KIT_GATE_FROM'],
  ])('is not started where %j says no gate', async (env, named) => {
    const { stdout, stderr } = await run(env);
    expect([stdout, stderr]).toEqual(['', expect.stringContaining(`The option ${named} of the environment is no`)]);
  });
});

describe('names with .localhost behind them', () => {
  /** As curl and browsers send it, which take such names for this machine. */
  const call = (host: string, path: string) =>
    new Promise<string>((resolve, reject) => {
      const { port, hostname } = new URL(gate.url);
      get({ host: hostname, port, path, headers: { host: `${host}:${port}` } }, async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve(`${response.statusCode} ${text}`);
      }).on('error', reject);
    });

  test('are those of AWS', async () => {
    expect(await call(`${HOST}.localhost`, '/api/open')).toBe('200 open');
    expect(await call(`${HOST}.LOCALHOST`, '/api/open')).toBe('200 open');
  });

  test('of no AWS service lead nowhere', async () => {
    expect(await call('orders.localhost', '/api/open')).toMatch(/^501/);
  });

  test('are signed as they were sent', async () => {
    const { port } = new URL(gate.url);
    const url = `http://${HOST}.localhost:${port}/api/iam/x`;
    const { createSigner } = await import('sigv4kit');
    const { headers } = await createSigner({ credentials: keys, region: 'us-east-1', service: 'execute-api' }).sign({
      url,
    });
    const response = await fetch(`${gate.url}/api/iam/x`, { headers: { ...headers } });
    // Node's fetch sends the address that it connects to, which is not the name that was signed.
    expect(response.status).toBe(501);
    const sent = await new Promise<number | undefined>((resolve, reject) =>
      get(
        { host: '127.0.0.1', port, path: '/api/iam/x', headers: { ...headers, host: `${HOST}.localhost:${port}` } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      ).on('error', reject),
    );
    expect(sent).toBe(200);
  });
});
