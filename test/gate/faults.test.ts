/** Faults laid on a gate: what each looks like to the SDK and on the wire, and when it is over. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CognitoIdentityClient, GetIdCommand } from '@aws-sdk/client-cognito-identity';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { createSignedFetch } from 'sigv4kit';
import { type Fault, type Gate, startGate } from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buddy, type Keys, POOL, roleArn, whoami, world } from '../support/gate-world';
import { codeOf } from '../support/keys';

let gate: Gate;
beforeAll(async () => {
  gate = await startGate({ ...world, metadata: { role: roleArn('machine') } });
});
afterAll(() => gate.close());
afterEach(() => gate.faults.clear());

const sts = (credentials: Keys = buddy, maxAttempts = 1) =>
  new STSClient({ region: 'us-east-1', endpoint: gate.url, credentials, maxAttempts });
const assume = async (client = sts()): Promise<Keys & { expiration: Date }> => {
  const { Credentials } = await client.send(
    new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111122223333:role/apps/named', RoleSessionName: 'test' }),
  );
  return {
    accessKeyId: Credentials?.AccessKeyId as string,
    secretAccessKey: Credentials?.SecretAccessKey as string,
    sessionToken: Credentials?.SessionToken as string,
    expiration: Credentials?.Expiration as Date,
  };
};
const whoAmI = (credentials?: Keys) => sts(credentials).send(new GetCallerIdentityCommand({}));
const getId = () =>
  new CognitoIdentityClient({ region: 'us-east-1', endpoint: gate.url, maxAttempts: 1 }).send(
    new GetIdCommand({ IdentityPoolId: POOL }),
  );
const instance = 'http://169.254.169.254/latest/meta-data/iam/security-credentials/machine';
const container = 'http://169.254.170.2/v2/credentials/task';
const keysAt = async (url: string) => {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = await (await gate.fetch(url)).json();
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token, expiration: Expiration };
};
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (error) => error,
  );

describe('a fault', () => {
  test('throttles each service in its words', async () => {
    gate.faults.add({ kind: 'throttle' });
    const throttled = await errorOf(assume());
    expect([throttled.name, throttled.message, throttled.$metadata.httpStatusCode]).toEqual([
      'Throttling',
      'Rate exceeded',
      400,
    ]);
    expect(await errorOf(getId())).toMatchObject({
      name: 'TooManyRequestsException',
      $metadata: { httpStatusCode: 400 },
    });
    expect(await whoami(gate, buddy)).toMatchObject({ status: 429, type: 'TooManyRequestsException' });
    expect((await gate.fetch(instance)).status).toBe(429);
    expect((await gate.fetch(container)).status).toBe(429);
    expect(gate.log.at(-1)).toMatchObject({ service: 'container', outcome: 'fault', reason: 'throttle', status: 429 });
  });

  test('makes a service unavailable', async () => {
    gate.faults.add({ kind: 'unavailable' });
    expect((await errorOf(assume())).$metadata.httpStatusCode).toBe(503);
    expect((await errorOf(getId())).$metadata.httpStatusCode).toBe(503);
    expect((await whoami(gate, buddy)).status).toBe(503);
    expect((await gate.fetch(instance)).status).toBe(503);
    expect((await gate.fetch(container)).status).toBe(503);
  });

  test('happens as often as it is told, to one service and action', async () => {
    gate.faults.add({ kind: 'throttle', service: 'sts', action: 'AssumeRole', times: 2 });
    expect((await whoAmI()).Arn).toMatch(/buddy$/);
    expect((await getId()).IdentityId).toBeDefined();
    // The SDK tries three times.
    expect((await assume(sts(buddy, 3))).accessKeyId).toMatch(/^ASIA/);
  });

  test('is over when it is undone, alone or with all', async () => {
    const undo = gate.faults.add({ kind: 'throttle', service: 'sts' });
    gate.faults.add({ kind: 'unavailable', service: 'cognito-identity' });
    undo();
    undo();
    expect((await assume()).accessKeyId).toMatch(/^ASIA/);
    expect((await errorOf(getId())).$metadata.httpStatusCode).toBe(503);
    gate.faults.clear();
    expect((await getId()).IdentityId).toBeDefined();
  });

  test('answers with garbage, another each time and the same in each run', async () => {
    const kinds = async () => {
      const undo = gate.faults.add({ kind: 'garbage', service: 'container' });
      const bodies: string[] = [];
      for (let i = 0; i < 5; i++) {
        const response = await gate.fetch(container);
        expect(response.status).toBe(200);
        bodies.push(`${response.headers.get('content-type')} ${(await response.text()).slice(0, 9)}`);
      }
      undo();
      return bodies;
    };
    const first = await kinds();
    expect(first).toEqual(await kinds());
    expect(new Set(first).size).toBe(4);
    expect(first[4]).toBe(first[0]);
    gate.faults.add({ kind: 'garbage', service: 'sts' });
    const given = async () => (await assume()).accessKeyId;
    for (let i = 0; i < 4; i++) expect(await given().catch(() => undefined)).toBeUndefined();
  });

  test('cuts the connection once the request has been read', async () => {
    gate.faults.add({ kind: 'reset', times: 1 });
    await expect(gate.fetch(container)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(gate.log.at(-1)).toMatchObject({ outcome: 'fault', reason: 'reset', status: 0 });
    expect((await gate.fetch(container)).status).toBe(200);
  });

  test('is slow, and then answers', async () => {
    gate.faults.add({ kind: 'slow', service: 'container', delay: 120, times: 1 });
    const start = performance.now();
    expect((await gate.fetch(container)).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThan(110);
  });

  test('gives keys that have expired', async () => {
    gate.faults.add({ kind: 'expired' });
    const given = await assume();
    expect(given.expiration.getTime()).toBeLessThan(Date.now());
    expect((await whoami(gate, given)).type).toBe('ExpiredTokenException');
    expect(await errorOf(whoAmI(given))).toMatchObject({ name: 'ExpiredToken' });
    expect(Date.parse((await keysAt(instance)).expiration)).toBeLessThan(Date.now());
  });

  test('rotates keys: those from before are not known, those from after are', async () => {
    const before = await assume();
    const undo = gate.faults.add({ kind: 'rotated' });
    expect((await whoami(gate, before)).type).toBe('UnrecognizedClientException');
    expect(await errorOf(whoAmI(before))).toMatchObject({ name: 'InvalidClientTokenId' });
    const after = await assume();
    expect((await whoami(gate, after)).status).toBe(200);
    gate.faults.add({ kind: 'rotated', service: 'sts' });
    expect((await whoami(gate, after)).status).toBe(200);
    expect(await errorOf(whoAmI(after))).toMatchObject({ name: 'InvalidClientTokenId' });
    undo();
    expect((await whoami(gate, before)).status).toBe(200);
  });

  test.each([instance, container])('rotates keys half-way at %s', async (url) => {
    const before = await keysAt(url);
    gate.faults.add({ kind: 'half-rotated', times: 2 });
    for (const half of [await keysAt(url), await keysAt(url)]) {
      expect(half.accessKeyId).not.toBe(before.accessKeyId);
      expect(half.secretAccessKey).toBe(before.secretAccessKey);
      expect((await whoami(gate, half)).type).toBe('InvalidSignatureException');
    }
    expect((await whoami(gate, await keysAt(url))).status).toBe(200);
  });

  test.each<[unknown]>([
    [undefined],
    [{}],
    [{ kind: 'fire' }],
    [{ kind: 'throttle', service: 's3' }],
    [{ kind: 'throttle', times: 0 }],
    [{ kind: 'throttle', times: 1.5 }],
    [{ kind: 'throttle', action: 'AssumeRole' }],
    [{ kind: 'throttle', service: 'metadata', action: 'AssumeRole' }],
    [{ kind: 'slow', delay: '5' }],
    [{ kind: 'slow', delay: -1 }],
    [{ kind: 'slow', delay: Number.NaN }],
    [{ kind: 'throttle', status: 500 }],
    [{ kind: 'half-rotated', service: 'sts' }],
    [{ kind: 'expired', service: 'execute-api' }],
    [{ kind: 'rotated', service: 'metadata' }],
  ])('that cannot be meant is refused: %j', async (fault) => {
    expect(await codeOf(() => gate.faults.add(fault as Fault))).toBe('ERR_SIGV4_INVALID_OPTION');
    expect((await gate.fetch(container)).status).toBe(200);
  });
});

describe('a gate that closes', () => {
  test('does not wait for what is slow', async () => {
    const own = await startGate(world);
    own.faults.add({ kind: 'slow', delay: 60_000 });
    const asked = errorOf(
      createSignedFetch({ credentials: buddy, fetch: own.fetch })(
        'https://abc123.execute-api.us-east-1.amazonaws.com/api/whoami',
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    const start = performance.now();
    await own.close();
    expect(await asked).toBeInstanceOf(Error);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test('leaves nothing behind that keeps its process alive', async () => {
    const script = `
      import { startGate } from ${JSON.stringify(new URL('../../src/gate.ts', import.meta.url).href)};
      const gate = await startGate({ accounts: {}, metadata: undefined });
      gate.faults.add({ kind: 'slow', delay: 600_000 });
      const asked = gate.fetch('http://169.254.169.254/latest/').catch(() => 'cut');
      await new Promise((resolve) => setTimeout(resolve, 100));
      await gate.close();
      console.log(await asked);`;
    const tsx = fileURLToPath(new URL('../../node_modules/tsx/dist/cli.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [tsx, '--input-type=module', '-e', script], {
      timeout: 30_000,
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
    });
    expect(stdout.trim()).toBe('cut');
  });
});
