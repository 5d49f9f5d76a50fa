/** The walkthrough, step by step, and what else the callers promise: temporary keys, queries, and a signature by hand. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Gate, startGate, type World } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testWalkthrough } from '../../test/support/walkthrough';
import { explain } from './algorithm';
import { assemble, type Keys, type Signing } from './algorithm/assemble';
import { call, describeRanges } from './call';
import { callWithCurl, hasCurl, runCollection } from './clients';
import { keys, walkthrough } from './walkthrough';
import { type OpenWorld, openWorld } from './world';

const region = 'eu-central-1';
const HOST = `a1b2c3d4e5.execute-api.${region}.amazonaws.com`;
const apiUrl = `https://${HOST}/PROD`;
const temporary: Keys = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYTEMPORARYK',
  sessionToken: 'AQoDYXdzEJr1EXAMPLE+TOKEN/with==',
};
const signing: Signing = {
  method: 'GET',
  url: new URL(`${apiUrl}/path1`),
  region,
  service: 'execute-api',
  date: new Date('2026-01-01T00:00:00Z'),
  keys,
};
const NO_CURL = 'No curl that signs on this machine.';

describe('The walkthrough', () => {
  const walked = testWalkthrough(walkthrough);

  test('has the steps that it says', () => {
    expect(walked.steps.length).toBeGreaterThanOrEqual(20);
  });

  test('calls with curl too', async ({ skip }) => {
    skip(!(await hasCurl()), NO_CURL);
    expect(walked.steps.filter(({ title }) => title.startsWith('curl: '))).toHaveLength(2);
  });
});

describe('Callers with temporary keys', () => {
  let opened: OpenWorld;
  let gate: Gate;
  let env: Record<string, string>;
  beforeAll(async () => {
    opened = await openWorld();
    gate = await startGate(withKeys(opened.world, temporary));
    env = {
      API_URL: `http://${HOST}.localhost:${new URL(gate.url).port}/PROD`,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: temporary.accessKeyId,
      AWS_SECRET_ACCESS_KEY: temporary.secretAccessKey,
      AWS_SESSION_TOKEN: temporary.sessionToken ?? '',
    };
  });
  afterAll(async () => {
    await gate.close();
    await opened.close();
  });

  test('call with TypeScript', async () => {
    expect((await call({ apiUrl, credentials: temporary, fetch: gate.fetch })).status).toBe(200);
  });

  test('call with curl, and a query in any order', async ({ skip }) => {
    skip(!(await hasCurl()), NO_CURL);
    for (const path of ['/path1', '/path1?b=2&a=1&a-b=%20', '/path1?a=2&a=1']) {
      expect((await callWithCurl(['GET', path], env))[0], path).toBe(200);
    }
  });

  test('run the Postman collection', async () => {
    const { assertions } = await runCollection('gate', { gatePort: new URL(gate.url).port }, env);
    expect(assertions).toMatchObject({ total: 7, failed: 0 });
  });

  test('sign by hand, and neither secret nor token is shown', async () => {
    const { text, headers, proofs } = await explain({ ...signing, date: new Date(), keys: temporary });
    expect(proofs.filter(({ holds }) => !holds)).toEqual([]);
    expect((await gate.fetch(signing.url, { headers })).status).toBe(200);
    for (const secret of [temporary.secretAccessKey, temporary.sessionToken ?? '']) expect(text).not.toContain(secret);
    expect(text).toContain(`x-amz-security-token:(${temporary.sessionToken?.length} characters)`);
  });
});

describe('The collection', () => {
  test('fails where the API does not do what it says', async () => {
    const opened = await openWorld();
    const gate = await startGate(withoutPolicies(opened.world));
    const env = { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey };
    try {
      const { assertions } = await runCollection('gate', { gatePort: new URL(gate.url).port }, env);
      expect(assertions).toMatchObject({ total: 7, failed: 1 });
    } finally {
      await gate.close();
      await opened.close();
    }
  });
});

describe('The backend', () => {
  test('has a file of the form of AWS’s, with ranges for documentation alone', async () => {
    const ranges = JSON.parse(await readFile(new URL('ip-ranges.json', import.meta.url), 'utf8'));
    const all = [...ranges.prefixes, ...ranges.ipv6_prefixes].map(
      ({ ip_prefix, ipv6_prefix }) => ip_prefix ?? ipv6_prefix,
    );
    for (const range of all) expect(range).toMatch(/^(192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|2001:db8:)/);
    expect(describeRanges(ranges, 'ap-south-1')).toBe(
      '2026-01-01-00-00-00: 3 ranges of IPv4, 1 of IPv6\nAPI Gateway in ap-south-1: none',
    );
  });
});

describe('The algorithm', () => {
  test.each([
    '/path1?b=2&a=1&a-b=3',
    '/path1?a=2&a=1&empty=&bare',
    '/path1?q=a+b%20c&tilde=%7e~',
    "/caf\u00e9/a b/(c)'d*!",
    '/path%2F1/%40connections/R0oX%3D',
    '//path1/../path2/./',
    '/',
  ])('is that of sigv4kit for %s', async (path) => {
    const { proofs } = await explain({ ...signing, method: 'POST', url: new URL(`${apiUrl}${path}`) });
    expect(proofs.filter(({ holds }) => !holds)).toEqual([]);
  });

  test('gives what AWS has published for "get-vanilla"', () => {
    const published: Signing = {
      method: 'GET',
      url: new URL('https://example.amazonaws.com/'),
      region: 'us-east-1',
      service: 'service',
      date: new Date('2015-08-30T12:36:00Z'),
      keys: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
    };
    expect(assemble(published).signature).toBe('5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31');
  });

  test('shows each step, so that it can be done again', async () => {
    const { text } = await explain(signing);
    const request = ['GET', '/PROD/path1', '', `host:${HOST}`, 'x-amz-date:20260101T000000Z', '', 'host;x-amz-date'];
    const sha256 = (value: string) => createHash('sha256').update(value).digest('hex');
    expect(text).toContain(`SHA-256 of these lines: ${sha256([...request, sha256('')].join('\n'))}`);
    expect(text).not.toContain(keys.secretAccessKey);
    expect(text).not.toMatch(/NO {3}/);
  });

  test('shows derived keys for the keys of the documentation alone, and only when asked', async () => {
    const shown = assemble(signing).derived.map((key) => key.toString('hex'));
    const asked = (await explain(signing, { showKeys: true })).text;
    const unasked = (await explain(signing)).text;
    expect(shown).toHaveLength(4);
    for (const key of shown) {
      expect(asked).toContain(key);
      expect(unasked).not.toContain(key);
    }
    await expect(explain({ ...signing, keys: temporary }, { showKeys: true })).rejects.toThrow('--show-keys');
  });
});

/** The world whose api-caller has these keys in place of its own. */
const withKeys = (world: World, accessKey: Keys): World => changeCaller(world, { accessKeys: [accessKey] });
const withoutPolicies = (world: World): World => changeCaller(world, { policies: [] });

function changeCaller(world: World, change: object): World {
  const copy = structuredClone(world) as { accounts: Record<string, { users: Record<string, object> }> };
  const users = copy.accounts['123456789012']?.users ?? {};
  users['api-caller'] = { ...users['api-caller'], ...change };
  return copy as World;
}
