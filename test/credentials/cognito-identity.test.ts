/** Cognito identities over real HTTP: two unsigned calls to a gate give the keys, and its API takes them. */
import { type CognitoIdentityOptions, cognitoIdentity } from 'sigv4kit';
import type { Gate } from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { callsOf, OWNER, POOL, roleArn, startAccounts, USER_POOL, whoCalls } from '../support/accounts';
import { codeOf } from '../support/keys';

let gate: Gate;
beforeAll(async () => {
  gate = await startAccounts();
});
afterAll(() => gate.close());
afterEach(() => gate.faults.clear());

const guest = `arn:aws:sts::${OWNER}:assumed-role/guest/CognitoIdentityCredentials`;
const pool = (options: Partial<CognitoIdentityOptions> = {}) =>
  cognitoIdentity({ identityPoolId: POOL, fetch: gate.fetch, ...options });
const signedIn = (token: string) => ({ [USER_POOL]: token });

function memory() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

describe('a guest', () => {
  test('gets keys, and the API knows its role', async () => {
    const credentials = pool();
    expect(await whoCalls(gate, credentials)).toBe(guest);
    expect(await credentials.identityId()).toMatch(/^us-east-1:[\da-f-]{36}$/);
  });

  test('makes two calls, however many requests there are, and one at each renewal', async () => {
    const credentials = pool();
    const before = callsOf(gate, 'cognito-identity');
    await Promise.all(Array.from({ length: 1000 }, () => credentials()));
    expect(callsOf(gate, 'cognito-identity') - before).toBe(2);
    const id = await credentials.identityId();
    await credentials({ forceRefresh: true });
    expect(callsOf(gate, 'cognito-identity') - before).toBe(3);
    expect(await credentials.identityId()).toBe(id);
  });

  test('who comes back is the same, by what was stored', async () => {
    const storage = memory();
    const first = pool({ storage });
    await first();
    const second = pool({ storage });
    await second();
    expect(await second.identityId()).toBe(await first.identityId());
    expect([...storage.kept.values()]).toEqual([await first.identityId()]);
  });

  test.each([
    ['that Cognito no longer knows', 'us-east-1:00000000-0000-4000-8000-000000000000'],
    ['that is none', '<script>'],
  ])('with a stored id %s gets another', async (_, id) => {
    const storage = memory();
    storage.setItem(`sigv4kit.identity.${POOL}`, id);
    const credentials = pool({ storage });
    expect(await whoCalls(gate, credentials)).toBe(guest);
    expect(await credentials.identityId()).not.toBe(id);
    expect([...storage.kept.values()]).toEqual([await credentials.identityId()]);
  });

  test('is one, however many ask for its id and its keys at a time', async () => {
    const credentials = pool();
    const before = callsOf(gate, 'cognito-identity', 'GetId');
    const [a, b] = await Promise.all([credentials.identityId(), credentials.identityId(), credentials()]);
    expect(a).toBe(b);
    expect(callsOf(gate, 'cognito-identity', 'GetId') - before).toBe(1);
  });

  test('has keys where nothing can be stored', async () => {
    const full = () => {
      throw new DOMException('the quota is exceeded', 'QuotaExceededError');
    };
    expect(await whoCalls(gate, pool({ storage: { getItem: full, setItem: full, removeItem: full } }))).toBe(guest);
  });

  test('is remembered while the pool admits no guests', async () => {
    const identityPoolId = 'us-east-1:99999999-2222-3333-4444-555555555555';
    const storage = memory();
    const known = await pool().identityId();
    storage.setItem(`sigv4kit.identity.${identityPoolId}`, known);
    const refusing = pool({
      storage,
      identityPoolId,
      fetch: async () =>
        new Response(
          JSON.stringify({
            __type: 'NotAuthorizedException',
            message: 'Unauthenticated access is not supported for this identity pool.',
          }),
          { status: 400 },
        ),
    });
    storage.setItem(`sigv4kit.identity.${identityPoolId}`, known);
    expect(await codeOf(refusing)).toBe('ERR_SIGV4_ACCESS_DENIED');
    expect([...storage.kept.values()]).toEqual([known]);
  });

  test('of a pool that admits none is refused', async () => {
    const credentials = pool({ identityPoolId: 'us-east-1:99999999-2222-3333-4444-555555555555' });
    await expect(credentials()).rejects.toMatchObject({
      code: 'ERR_SIGV4_ACCESS_DENIED',
      message: expect.stringContaining('Unauthenticated access is not supported for this identity pool.'),
      cause: { name: 'NotAuthorizedException', status: 400 },
    });
  });

  test('of a pool that is not there is an option that cannot work', async () => {
    expect(await codeOf(pool({ identityPoolId: 'us-east-1:00000000-2222-3333-4444-555555555555' }))).toBe(
      'ERR_SIGV4_INVALID_OPTION',
    );
  });
});

describe('a user who signed in', () => {
  test('has one identity, wherever', async () => {
    const [a, b] = [pool({ logins: signedIn('good-token') }), pool({ logins: signedIn('good-token') })];
    expect(await whoCalls(gate, a)).toBe(guest);
    await b();
    expect(await a.identityId()).toBe(await b.identityId());
  });

  test('is asked for a fresh token at each renewal', async () => {
    const logins = vi.fn(async () => signedIn('good-token'));
    const credentials = pool({ logins });
    await Promise.all([credentials(), credentials()]);
    expect(logins).toHaveBeenCalledTimes(1);
    await credentials({ forceRefresh: true });
    expect(logins).toHaveBeenCalledTimes(2);
    const each = vi.fn(async () => 'good-token');
    await pool({ logins: { [USER_POOL]: each } })();
    expect(each).toHaveBeenCalledTimes(1);
  });

  test('who makes way for another leaves nothing behind', async () => {
    let token = 'good-token';
    const credentials = pool({ logins: () => signedIn(token) });
    await credentials();
    const first = await credentials.identityId();
    token = 'other-token';
    credentials.invalidate();
    await credentials();
    expect(await credentials.identityId()).not.toBe(first);
    expect(await credentials.identityId()).toBe(await pool({ logins: signedIn('other-token') }).identityId());
  });

  test('who makes way for another has another id asked for, also while the first is asked for', async () => {
    let token = 'good-token';
    const credentials = pool({ logins: () => signedIn(token) });
    const first = credentials.identityId();
    token = 'other-token';
    const second = credentials.identityId();
    expect(await second).not.toBe(await first);
    expect(await second).toBe(await pool({ logins: signedIn('other-token') }).identityId());
  });

  test('who signs out is a guest, and who signs in is none', async () => {
    let logins: Record<string, string> | undefined = signedIn('good-token');
    const credentials = pool({ logins: () => logins });
    const user = await credentials.identityId();
    logins = undefined;
    credentials.invalidate();
    await credentials();
    expect(await credentials.identityId()).not.toBe(user);
    logins = signedIn('good-token');
    credentials.invalidate();
    await credentials();
    expect(await credentials.identityId()).toBe(user);
  });

  test.each([
    ['has run out', 'old-token'],
    ['nobody issued', 'made-up-token'],
  ])('with a token that %s is refused, and the token not told', async (_, token) => {
    const error = await pool({ logins: signedIn(token) })().catch((caught) => caught);
    expect(error).toMatchObject({ code: 'ERR_SIGV4_INVALID_IDENTITY_TOKEN' });
    expect(error.message).not.toContain(token);
  });

  test.each([
    ['a function that fails', () => Promise.reject(new Error('not signed in'))],
    ['a token that is none', { [USER_POOL]: undefined as never }],
  ])('by %s is an identity that cannot be read', async (_, logins) => {
    expect(await codeOf(pool({ logins }))).toBe('ERR_SIGV4_INVALID_IDENTITY_TOKEN');
  });
});

describe('the basic flow', () => {
  test('assumes a role of its own at STS', async () => {
    const credentials = pool({ roleArn: roleArn('guest'), roleSessionName: 'basic' });
    expect(await whoCalls(gate, credentials)).toBe(`arn:aws:sts::${OWNER}:assumed-role/guest/basic`);
    expect(callsOf(gate, 'sts', 'AssumeRoleWithWebIdentity')).toBeGreaterThan(0);
  });

  test("is refused in STS's words where the role does not trust it", async () => {
    const call = pool({ roleArn: roleArn('api-caller') })();
    await expect(call).rejects.toMatchObject({
      code: 'ERR_SIGV4_ACCESS_DENIED',
      message: expect.stringContaining('Not authorized to perform sts:AssumeRoleWithWebIdentity'),
    });
  });

  test('is refused by a pool that does not allow it', async () => {
    const identityPoolId = 'us-east-1:99999999-2222-3333-4444-555555555555';
    const call = pool({ identityPoolId, logins: signedIn('good-token'), roleArn: roleArn('guest') })();
    await expect(call).rejects.toMatchObject({
      code: 'ERR_SIGV4_INVALID_OPTION',
      message: expect.stringContaining('classic'),
    });
  });
});
