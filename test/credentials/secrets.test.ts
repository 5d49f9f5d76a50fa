/** Nothing that holds a secret shows it: not an error, not a log, not an object that is printed or turned into JSON. */
import { inspect } from 'node:util';
import { assumeRole, cachedCredentials, cognitoIdentity, createSignedFetch, createSigner, webIdentity } from 'sigv4kit';
import type { Fault, Gate } from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { api, buddy, nobody, POOL, roleArn, startAccounts, USER_POOL } from '../support/accounts';

let gate: Gate;
const traced: unknown[] = [];
beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation((...lines) => void traced.push(lines));
  gate = await startAccounts(0, { trace: true });
});
afterAll(() => gate.close());
afterEach(() => gate.faults.clear());

const planted = [buddy.secretAccessKey, nobody.secretAccessKey, 'good-token', 'old-token', '987654'];

function texts(value: unknown): string[] {
  const json = () => {
    try {
      return JSON.stringify(value) ?? '';
    } catch {
      return '';
    }
  };
  return [
    inspect(value, { depth: 99, showHidden: true, maxArrayLength: null, maxStringLength: null }),
    String(value),
    json(),
  ];
}

function expectNone(value: unknown, secrets: readonly (string | undefined)[] = []): void {
  for (const text of texts(value)) {
    for (const secret of [...planted, ...secrets])
      expect(text.includes(secret as string), `shows ${secret}`).toBe(false);
  }
}

const there = () => ({ region: 'us-east-1', fetch: gate.fetch, timeout: 200 });
const providers = {
  role: () => assumeRole({ ...there(), roleArn: roleArn('api-caller'), credentials: { ...buddy }, shared: false }),
  chain: () => assumeRole({ ...there(), roleArn: roleArn('chained'), credentials: providers.role(), shared: false }),
  token: () => webIdentity({ ...there(), roleArn: roleArn('deploy'), token: 'good-token' }),
  guest: () => cognitoIdentity({ ...there(), identityPoolId: POOL }),
  user: () => cognitoIdentity({ ...there(), identityPoolId: POOL, logins: { [USER_POOL]: 'good-token' } }),
  own: () => cachedCredentials(async () => ({ ...buddy })),
};

describe.each(Object.entries(providers))('a provider (%s)', (_, make) => {
  test('and all that is made with it show nothing', async () => {
    const credentials = make();
    const snapshot = await credentials();
    const secrets = [snapshot.secretAccessKey, snapshot.sessionToken].filter((secret) => secret !== undefined);
    const signer = createSigner({ credentials });
    const fetch = createSignedFetch({ credentials, fetch: gate.fetch });
    await fetch(api);
    expectNone([credentials, snapshot, { snapshot }, signer, fetch, gate, gate.log, traced], secrets);
  });

  const kinds: Fault['kind'][] = ['unavailable', 'reset', 'throttle', 'garbage', 'expired'];
  test.each(kinds)('shows nothing when it fails (%s)', async (kind) => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    gate.faults.add({ kind });
    const error = await make()().catch((caught) => caught);
    expectNone([error, error.cause, error.stack, gate.faults]);
    vi.mocked(Math.random).mockRestore();
  });
});

test.each([
  [
    'a wrong secret',
    () =>
      assumeRole({
        ...there(),
        roleArn: roleArn('api-caller'),
        credentials: { ...buddy, secretAccessKey: nobody.secretAccessKey },
        shared: false,
      }),
  ],
  ['a token that has run out', () => webIdentity({ ...there(), roleArn: roleArn('deploy'), token: 'old-token' })],
  [
    'a login that has run out',
    () => cognitoIdentity({ ...there(), identityPoolId: POOL, logins: { [USER_POOL]: 'old-token' } }),
  ],
  [
    'a device that is not emulated',
    () =>
      assumeRole({
        ...there(),
        roleArn: roleArn('api-caller'),
        credentials: buddy,
        serialNumber: 'GAHT12345678',
        tokenCode: '987654',
      }),
  ],
])('a refusal for %s shows nothing', async (_, make) => {
  const error = await make()().catch((caught) => caught);
  expect(error).toMatchObject({ name: 'SigV4Error' });
  expectNone([error, error.cause, error.stack]);
});

test('a refusal that repeats what was sent, as a service on the way may do, is not repeated', async () => {
  const source = { ...buddy, sessionToken: 'a-token-of-the-source' };
  const echo = async (_: unknown, init?: RequestInit) => {
    const sent = new Headers(init?.headers);
    const text = `no: ${sent.get('x-amz-security-token')}\nThe Canonical String for this request should have been ${JSON.stringify([...sent])}`;
    return new Response(
      `<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>${text}</Message></Error></ErrorResponse>`,
      { status: 403 },
    );
  };
  const call = assumeRole({
    ...there(),
    fetch: echo,
    roleArn: roleArn('api-caller'),
    credentials: source,
    shared: false,
  });
  const error = await call().catch((caught) => caught);
  expect(error.message).toContain('SignatureDoesNotMatch: no: (hidden)');
  expectNone([error, error.cause], [source.sessionToken]);
});
