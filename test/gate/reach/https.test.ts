/** A gate with TLS: its certificates, and that one port speaks both. */
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get as httpGet } from 'node:http';
import https, { type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type Gate, startGate } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { api, type Echo, HOST, keys, world } from '../../support/reach-world';

let gate: Gate;
let folder: string;
let ca: string;
let port: number;
beforeAll(async () => {
  gate = await startGate(world, { https: true });
  folder = await mkdtemp(join(tmpdir(), 'gate-'));
  ca = join(folder, 'ca.pem');
  await writeFile(ca, gate.ca as string);
  port = Number(new URL(gate.url).port);
});
afterAll(async () => {
  await gate.close();
  await rm(folder, { recursive: true });
});

interface Seen {
  readonly status: number | undefined;
  readonly text: string;
  readonly names: string | undefined;
}

/** A request to the gate's port under a name. */
function call(options: RequestOptions): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const agent = new https.Agent();
    https
      .get({ host: '127.0.0.1', port, ca: gate.ca, agent, ...options }, async (response) => {
        const socket = response.socket as TLSSocket;
        const names = socket.getPeerCertificate().subjectaltname;
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode, text, names });
      })
      .on('error', reject);
  });
}

describe('a gate with TLS', () => {
  test('says so in its URL, and gives the certificate of its authority alone', () => {
    expect(gate.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(gate.ca).not.toContain('PRIVATE');
    const authority = new X509Certificate(gate.ca as string);
    expect([authority.ca, authority.verify(authority.publicKey)]).toEqual([true, true]);
  });

  test.each([
    [HOST, 200],
    // What comes by the name of STS is for STS, whatever its Host says.
    ['sts.us-east-1.amazonaws.com', 400],
    ['api.example.com', 200],
    ['localhost', 200],
    ['ABC123.execute-api.us-east-1.amazonaws.com', 200],
  ])('has a certificate for %s', async (servername, answer) => {
    const { status, names } = await call({ servername, path: '/api/open', headers: { host: HOST } });
    expect([status, names]).toEqual([answer, expect.stringContaining(`DNS:${servername.toLowerCase()}`)]);
  });

  test('has one for its address, and none for any other name', async () => {
    expect((await call({ path: '/api/open', headers: { host: HOST }, servername: '' })).status).toBe(200);
    await expect(call({ servername: 'www.example.com' })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  test('is trusted by nobody who was not given the certificate, and goes on', async () => {
    await expect(call({ servername: HOST, ca: undefined })).rejects.toThrow(/self.signed certificate|unable to/);
    expect((await call({ servername: HOST, path: '/api/open', headers: { host: HOST } })).status).toBe(200);
  });

  test('takes the name of the handshake for where a request was sent, and its Host as it is', async () => {
    const endpoint = 'vpce-0a1b2c3d4e5f60718-abcdefgh.execute-api.us-east-1.vpce.amazonaws.com';
    const headers = { host: 'prv123.execute-api.us-east-1.amazonaws.com' };
    expect((await call({ servername: endpoint, path: '/api/echo/a', headers })).status).toBe(200);
    expect(gate.log.at(-1)).toMatchObject({ host: headers.host, vpcEndpoint: 'vpce-0a1b2c3d4e5f60718' });
  });

  test('speaks HTTP/1.1 to a client that offers both, and refuses one that offers HTTP/2 alone', async () => {
    const offer = (...ALPNProtocols: string[]) =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port, ca: gate.ca, servername: HOST, ALPNProtocols });
        socket.on('error', reject).on('secureConnect', () => resolve(socket.end().alpnProtocol));
      });
    expect(await offer('h2', 'http/1.1')).toBe('http/1.1');
    await expect(offer('h2')).rejects.toMatchObject({
      code: expect.stringMatching(/ALPN|ALERT|APPLICATION_PROTOCOL|ECONNRESET/),
    });
  });

  test('speaks plain HTTP on the same port', async () => {
    const status = await new Promise((resolve) => {
      const headers = { host: HOST };
      httpGet({ port, host: '127.0.0.1', path: '/api/open', headers }, (response) =>
        resolve(response.resume().statusCode),
      );
    });
    expect(status).toBe(200);
    expect(await (await gate.fetch(`${api}/open`)).text()).toBe('open');
  });

  test('answers what asks to change protocols like any other request', async () => {
    const headers = { host: HOST, connection: 'Upgrade', upgrade: 'h2c' };
    expect(await call({ servername: HOST, path: '/api/open', headers })).toMatchObject({ status: 200, text: 'open' });
  });

  test('can be reset', async () => {
    gate.faults.add({ kind: 'reset', times: 1 });
    await expect(call({ servername: HOST, headers: { host: HOST } })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(gate.log.at(-1)).toMatchObject({ reason: 'reset', status: 0 });
  });

  test('answers many at once, on connections that are kept', async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 4 });
    const all = Array.from({ length: 40 }, () =>
      call({ servername: HOST, path: '/api/open', headers: { host: HOST }, agent }),
    );
    expect((await Promise.all(all)).map(({ status }) => status)).toEqual(Array(40).fill(200));
    agent.destroy();
  });
});

describe('real clients over TLS', () => {
  test('curl, by the real name and with its own signature', async () => {
    const options = [
      '--silent',
      '--show-error',
      '--noproxy',
      '*',
      '--cacert',
      ca,
      '--connect-to',
      `::127.0.0.1:${port}`,
    ];
    const user = `${keys.accessKeyId}:${keys.secretAccessKey}`;
    const signed = ['--aws-sigv4', 'aws:amz:us-east-1:execute-api', '--user', user];
    const curl = promisify(execFile)('curl', [...options, ...signed, '--data', 'a=b', `${api}/iam/a`]);
    const told: Echo | undefined = await curl.then(
      ({ stdout }) => JSON.parse(stdout),
      (error) => {
        // Where there is no curl there is nothing to be seen.
        if (error.code !== 'ENOENT') throw error;
      },
    );
    if (told) expect(told).toMatchObject({ body: 'a=b', host: HOST, user: 'arn:aws:iam::111122223333:user/buddy' });
  });

  test.each(['endpoint', 'AWS_ENDPOINT_URL'])('the SDK, by %s', async (way) => {
    const requestHandler = new NodeHttpHandler({ httpsAgent: new https.Agent({ ca: gate.ca as string }) });
    if (way === 'AWS_ENDPOINT_URL') process.env[way] = gate.url;
    const endpoint = way === 'endpoint' ? { endpoint: gate.url } : {};
    const sts = new STSClient({ region: 'us-east-1', credentials: keys, requestHandler, ...endpoint });
    try {
      expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toMatch(/buddy$/);
    } finally {
      delete process.env.AWS_ENDPOINT_URL;
      sts.destroy();
    }
  });

  test('a fetch of another process that has been told of the authority', async () => {
    const script = `console.log((await fetch('${gate.url}/latest/meta-data/instance-id')).status)`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: ca, NO_PROXY: '*' };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
    expect(stdout.trim()).toBe('200');
  });
});

test('a gate without it has no certificate, and says in its log what a client of TLS did', async () => {
  const plain = await startGate(world);
  expect(plain.ca).toBeUndefined();
  const asked = fetch(plain.url.replace('http:', 'https:'));
  await expect(asked).rejects.toThrow();
  expect(plain.log.at(-1)).toMatchObject({ status: 400, outcome: 'refused', reason: 'tls' });
  await plain.close();
});

test('each gate has an authority of its own', async () => {
  const other = await startGate(world, { https: true });
  expect(other.ca).not.toBe(gate.ca);
  const both = `${gate.ca}${other.ca}`;
  const otherPort = new URL(other.url).port;
  for (const at of [port, otherPort])
    expect(
      (await call({ servername: HOST, ca: both, port: at, path: '/api/open', headers: { host: HOST } })).status,
    ).toBe(200);
  await other.close();
});
