/**
 * Ceph's radosgw, which verifies signatures, bodies and session tokens with code of its own, and has an STS. It is started
 * where it is installed (scripts/install-radosgw.sh).
 */
import { type AssumeRoleOptions, assumeRole, type Credentials } from 'sigv4kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf } from '../support/keys';
import { testObjects } from './objects';
import { type Radosgw, startRadosgw } from './radosgw';
import { testSignatures } from './signatures';
import { type Abilities, bucketOf, type Store } from './store';

const ALL: Abilities = {
  emptySegments: true,
  marksInQueries: true,
  spacesInHeaders: true,
  continuation: true,
  bodyHashes: true,
};

/** Another first character. */
const changed = (token: string) => `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`;

const gateway = await startRadosgw();
afterAll(() => gateway?.stop());

describe.skipIf(!gateway)('radosgw', () => {
  const { endpoint, region, buddy, stranger, roles } = gateway ?? ({} as Radosgw);
  const store: Store = { endpoint, region, credentials: buddy };

  testObjects(() => store, ALL);
  testSignatures(() => store, ALL);

  describe('refusals of its own', () => {
    const bucket = bucketOf(store, 'refusals');
    beforeAll(async () => {
      await bucket.fetch(bucket.url, { method: 'PUT' });
      await bucket.fetch(bucket.urlOf('secret'), { method: 'PUT', body: 'secret' });
    });

    test('what is signed for another service', async () => {
      expect((await bucket.fetch(bucket.urlOf('secret'), { aws: { service: 'execute-api' } })).status).toBe(403);
    });

    test('a body that is not of its content-md5', async () => {
      const headers = { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' };
      const response = await bucket.fetch(bucket.urlOf('secret'), { method: 'PUT', body: 'other', headers });
      expect(response.status).toBe(400);
    });
  });

  // It wants to know a stream's length, as S3 does; s3rver does not.
  test('a stream whose length the caller gives is sent unsigned', async () => {
    const { fetch: signedFetch, url, urlOf } = bucketOf(store, 'streams');
    await signedFetch(url, { method: 'PUT' });
    const body = new Blob(['stream']).stream();
    const init = { method: 'PUT', body, headers: { 'content-length': '6' }, aws: { payload: 'unsigned' } } as const;
    expect((await signedFetch(urlOf('streamed'), init)).status).toBe(200);
    expect(await (await signedFetch(urlOf('streamed'))).text()).toBe('stream');
  });

  describe('its STS', () => {
    const assume = (options: Pick<AssumeRoleOptions, 'roleArn'> & Partial<AssumeRoleOptions>) =>
      assumeRole({ endpoint, region, credentials: buddy, roleSessionName: 'test', shared: false, ...options });
    const as = (credentials: Credentials | (() => Promise<Credentials>)) => bucketOf(store, 'roles', { credentials });
    const put = (bucket: ReturnType<typeof bucketOf>, key: string, body = key) =>
      bucket.fetch(bucket.urlOf(key), { method: 'PUT', body });

    beforeAll(async () => {
      const owner = bucketOf(store, 'roles');
      expect((await owner.fetch(owner.url, { method: 'PUT' })).status).toBe(200);
      expect((await put(owner, 'of the owner')).status).toBe(200);
    });

    test('gives keys with a session token that open both forms', async () => {
      const bucket = as(assume({ roleArn: roles.uploader }));
      for (const key of ['by role', 'by role/ü +//', "by role '()*!"]) {
        expect((await put(bucket, key)).status).toBe(200);
        expect(await (await bucket.fetch(bucket.urlOf(key))).text()).toBe(key);
        expect(await (await fetch(await bucket.signer.presign(bucket.urlOf(key)))).text()).toBe(key);
        const link = await bucket.signer.presign({ url: bucket.urlOf(key), method: 'PUT' });
        expect((await fetch(link, { method: 'PUT', body: 'again' })).status).toBe(200);
      }
      expect((await bucket.fetch(`${bucket.url}?list-type=2`)).status).toBe(200);
    });

    test('says how long they live', async () => {
      const { sessionToken, expiration } = await assume({ roleArn: roles.uploader, durationSeconds: 900 })();
      expect(sessionToken).toBeTruthy();
      expect(Math.abs((expiration as Date).getTime() - Date.now() - 900_000)).toBeLessThan(60_000);
    });

    test('gives what the role may do and no more', async () => {
      const bucket = as(assume({ roleArn: roles.reader }));
      expect(await (await bucket.fetch(bucket.urlOf('of the owner'))).text()).toBe('of the owner');
      expect((await put(bucket, 'not mine')).status).toBe(403);
    });

    test('takes a session policy', async () => {
      const Statement = [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::roles/*'] }];
      const bucket = as(assume({ roleArn: roles.uploader, policy: { Version: '2012-10-17', Statement } }));
      expect((await bucket.fetch(bucket.urlOf('of the owner'))).status).toBe(200);
      expect((await put(bucket, 'not mine')).status).toBe(403);
    });

    test.each<[string, (keys: Credentials) => Credentials]>([
      ['without its token', ({ sessionToken, ...keys }) => keys],
      ['with another token', ({ sessionToken = '', ...keys }) => ({ ...keys, sessionToken: changed(sessionToken) })],
      ['with another secret', (keys) => ({ ...keys, secretAccessKey: buddy.secretAccessKey })],
    ])('a key %s opens nothing', async (_, change) => {
      const bucket = as(change(await assume({ roleArn: roles.uploader })()));
      // 403, or 400 for a token that it cannot read.
      const url = bucket.urlOf('of the owner');
      expect([400, 403]).toContain((await bucket.fetch(url)).status);
      expect([400, 403]).toContain((await fetch(await bucket.signer.presign(url))).status);
    });

    test.each<[string, Partial<AssumeRoleOptions> & Pick<AssumeRoleOptions, 'roleArn'>, string]>([
      ['a role that trusts another', { roleArn: roles?.closed }, 'ERR_SIGV4_ACCESS_DENIED'],
      ['a role of another account', { roleArn: roles?.uploader, credentials: stranger }, 'ERR_SIGV4_ACCESS_DENIED'],
      // It has one word for keys that it rejects and for what they may not do.
      [
        'a wrong secret',
        { roleArn: roles?.uploader, credentials: { ...buddy, secretAccessKey: 'wrong' } },
        'ERR_SIGV4_ACCESS_DENIED',
      ],
      ['no such role', { roleArn: `${roles?.closed}-not` }, 'ERR_SIGV4_INVALID_OPTION'],
      [
        'a longer session than the role allows',
        { roleArn: roles?.uploader, durationSeconds: 7200 },
        'ERR_SIGV4_INVALID_OPTION',
      ],
      ['a policy that is none', { roleArn: roles?.uploader, policy: '{"Statement":[' }, 'ERR_SIGV4_INVALID_OPTION'],
    ])('refuses %s', async (_, options, code) => {
      expect(await codeOf(assume(options))).toBe(code);
    });

    // As most of radosgw have: the account of their ARN is empty.
    test('gives roles without an account', async () => {
      const keys = await assume({ roleArn: roles.plain, credentials: stranger })();
      expect(keys.sessionToken).toBeTruthy();
    });
  });
});
