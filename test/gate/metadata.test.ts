/** Instance metadata and the container endpoint: the SDK's providers get keys there, by address and by redirected setting. */
import { request as httpRequest } from 'node:http';
import {
  fromContainerMetadata,
  fromHttp,
  fromInstanceMetadata,
  fromNodeProviderChain,
} from '@aws-sdk/credential-providers';
import { type Gate, startGate, type World } from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { HOME, roleArn, whoami, world } from '../support/gate-world';

let gate: Gate;
let now = Date.now;
beforeAll(async () => {
  gate = await startGate(world, { now: () => now() });
});
afterAll(() => gate.close());
afterEach(() => {
  vi.unstubAllEnvs();
  now = Date.now;
});

const instance = `arn:aws:sts::${HOME}:assumed-role/machine/i-1234567890abcdef0`;
const container = `arn:aws:sts::${HOME}:assumed-role/machine/9781c248-0edd-4cdb-9a93-f63cb662a5d3`;
const containerPath = '/v2/credentials/9781c248-0edd-4cdb-9a93-f63cb662a5d3';

/** The settings of an SDK on a machine with this gate for its metadata. */
function onInstance(more: Record<string, string> = {}): void {
  // What is unset, an SDK would look for on the machine that tests run on.
  vi.stubEnv('AWS_CONFIG_FILE', '/nowhere/config');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere/credentials');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'false');
  vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', gate.url);
  for (const [name, value] of Object.entries(more)) vi.stubEnv(name, value);
}

describe('the SDK gets keys that an API answers', () => {
  test('with fromInstanceMetadata, by version 2', async () => {
    onInstance();
    const credentials = await fromInstanceMetadata()();
    expect(credentials.expiration?.getTime()).toBeGreaterThan(Date.now() + 21_590_000);
    expect((await whoami(gate, credentials)).userArn).toBe(instance);
    const calls = gate.log
      .filter(({ service }) => service === 'metadata')
      .map(({ method, path }) => `${method} ${path}`);
    expect(calls).toEqual([
      'PUT /latest/api/token',
      'GET /latest/meta-data/iam/security-credentials/',
      'GET /latest/meta-data/iam/security-credentials/machine',
    ]);
  });

  test('with fromNodeProviderChain, which comes to the instance at its end', async () => {
    onInstance();
    expect((await whoami(gate, await fromNodeProviderChain()())).userArn).toBe(instance);
  });

  test('with fromNodeProviderChain in a container', async () => {
    onInstance({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: gate.url + containerPath,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'Bearer example',
    });
    expect((await whoami(gate, await fromNodeProviderChain()())).userArn).toBe(container);
  });

  test('with fromContainerMetadata', async () => {
    onInstance({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: gate.url + containerPath,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'Bearer example',
    });
    expect((await whoami(gate, await fromContainerMetadata()())).userArn).toBe(container);
  });

  test('with fromHttp', async () => {
    const provider = fromHttp({
      awsContainerCredentialsFullUri: gate.url + containerPath,
      awsContainerAuthorizationToken: 'Bearer example',
    });
    expect((await whoami(gate, await provider())).userArn).toBe(container);
  });
});

const base = 'http://169.254.169.254/latest';
async function get(url: string, init: RequestInit = {}, from: Gate = gate) {
  const response = await from.fetch(url, init);
  return { status: response.status, text: await response.text() };
}
const newToken = async (seconds: string, from: Gate = gate) =>
  (
    await get(
      `${base}/api/token`,
      { method: 'PUT', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': seconds } },
      from,
    )
  ).text;
const withToken = (token: string) => ({ headers: { 'x-aws-ec2-metadata-token': token } });

describe('instance metadata', () => {
  const credentials = `${base}/meta-data/iam/security-credentials/`;

  test.each(['http://169.254.169.254', 'http://[fd00:ec2::254]'])('is at %s through gate.fetch', async (address) => {
    expect(await get(`${address}/latest/meta-data/iam/security-credentials/`)).toEqual({
      status: 200,
      text: 'machine',
    });
  });

  test('is at its address for a client that sets Host', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { host: '169.254.169.254' };
      httpRequest(`${gate.url}/latest/meta-data/instance-id`, { headers }, (response) =>
        resolve(response.resume().statusCode),
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });

  test('gives keys in the form of an instance', async () => {
    const { status, text } = await get(`${credentials}machine`, withToken(await newToken('60')));
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      Code: 'Success',
      LastUpdated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      Type: 'AWS-HMAC',
      AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      SecretAccessKey: expect.any(String),
      Token: expect.any(String),
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
  });

  test('tells instance and region', async () => {
    expect((await get(`${base}/meta-data/instance-id`)).text).toBe('i-1234567890abcdef0');
    expect((await get(`${base}/meta-data/placement/region`)).text).toBe('us-east-1');
  });

  test.each<[string, string, RequestInit, number]>([
    ['a token without a life', '/api/token', { method: 'PUT' }, 400],
    [
      'a token for longer than six hours',
      '/api/token',
      { method: 'PUT', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '21601' } },
      400,
    ],
    ['a token by GET', '/api/token', {}, 405],
    ['a token that is none', '/meta-data/instance-id', withToken('none'), 401],
    ["another role's keys", '/meta-data/iam/security-credentials/account', {}, 404],
    ['what is not emulated', '/meta-data/ami-id', {}, 404],
    ['a method that changes something', '/meta-data/instance-id', { method: 'POST' }, 405],
  ])('refuses %s', async (_, path, init, status) => {
    expect((await get(base + path, init)).status).toBe(status);
  });

  test('takes a token for as long as it lives', async () => {
    const token = await newToken('60');
    expect((await get(credentials, withToken(token))).status).toBe(200);
    const later = Date.now() + 61_000;
    now = () => later;
    expect((await get(credentials, withToken(token))).status).toBe(401);
  });

  const start = (change: object, roles: object = {}) => {
    const home = world.accounts[HOME];
    const accounts = { [HOME]: { ...home, roles: { ...home?.roles, ...roles } } };
    return startGate({ accounts, metadata: { role: roleArn('machine'), ...change } } as World);
  };

  test('may ask for a token, and last as long as it is told', async () => {
    const own = await start({ tokensRequired: true, sessionDuration: 60, instanceId: 'i-0abc', region: 'eu-west-1' });
    expect((await get(credentials, {}, own)).status).toBe(401);
    const token = withToken(await newToken('60', own));
    const { Expiration } = JSON.parse((await get(`${credentials}machine`, token, own)).text);
    expect(Date.parse(Expiration)).toBeLessThan(Date.now() + 61_000);
    expect((await get(`${base}/meta-data/placement/region`, token, own)).text).toBe('eu-west-1');
    await own.close();
  });

  test('has no keys of a role that does not trust the machine', async () => {
    const own = await start({ role: roleArn('account') });
    const { status, text } = await get(`${credentials}account`, {}, own);
    expect([status, JSON.parse(text).Code, JSON.parse(text).AccessKeyId]).toEqual([
      200,
      'AssumeRoleUnauthorizedAccess',
      undefined,
    ]);
    expect((await get(`http://169.254.170.2${containerPath}`, {}, own)).status).toBe(403);
    await own.close();
  });

  test('is not there in a world without it', async () => {
    const own = await startGate({ accounts: {} });
    expect((await get(`${base}/api/token`, { method: 'PUT' }, own)).status).toBe(404);
    expect((await get(`http://169.254.170.2${containerPath}`, {}, own)).status).toBe(404);
    await own.close();
  });
});

describe('the container endpoint', () => {
  const authorized = { headers: { authorization: 'Bearer example' } };

  test.each([
    ['ECS', `169.254.170.2${containerPath}`],
    ['EKS Pod Identity', '169.254.170.23/v1/credentials'],
    ['EKS Pod Identity over IPv6', '[fd00:ec2::23]/v1/credentials'],
  ])('gives keys where %s does', async (_, address) => {
    const { status, text } = await get(`http://${address}`, authorized);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      RoleArn: roleArn('machine'),
      AccessKeyId: expect.stringMatching(/^ASIA/),
      SecretAccessKey: expect.any(String),
      Token: expect.any(String),
      Expiration: expect.stringMatching(/Z$/),
      AccountId: HOME,
    });
  });

  test('refuses another Authorization, or none, and another path', async () => {
    const url = `http://169.254.170.2${containerPath}`;
    expect((await get(url)).status).toBe(401);
    expect((await get(url, { headers: { authorization: 'Bearer other' } })).status).toBe(401);
    expect((await get('http://169.254.170.2/v2/credentials/', authorized)).status).toBe(404);
  });
});
