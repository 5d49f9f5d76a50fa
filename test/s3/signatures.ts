/** Signatures: what a presigned URL gives and to whom, and what is refused once it is not what was signed. */
import type { SignedFetchOptions, SignedRequest } from 'sigv4kit';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Abilities, bucketOf, type Store, send } from './store';

const HOUR = 3_600_000;

/** Registers the tests; the store is there when the first of them runs. */
export function testSignatures(store: () => Store, can: Abilities): void {
  const bucket = (options?: SignedFetchOptions) => bucketOf(store(), 'signatures', options);
  let report: string;

  beforeAll(async () => {
    const { url, urlOf, fetch } = bucket();
    report = urlOf('report ü');
    expect((await fetch(url, { method: 'PUT' })).status).toBe(200);
    expect((await fetch(report, { method: 'PUT', body: '0123456789' })).status).toBe(200);
  });

  describe('a presigned URL', () => {
    test('gives an object under other response headers', async () => {
      const name = can.marksInQueries ? "it's (a) *!.csv" : 'a b.csv';
      const overrides = new URLSearchParams({
        'response-content-type': 'text/csv; charset=utf-8',
        'response-content-disposition': `attachment; filename="${name}"`,
        'response-cache-control': 'no-store',
      });
      const { status, headers } = await fetch(await bucket().signer.presign(`${report}?${overrides}`));
      expect(status).toBe(200);
      for (const [override, value] of overrides) expect(headers.get(override.replace('response-', ''))).toBe(value);
    });

    test('gives a part of an object to who asks for a range', async () => {
      const response = await fetch(await bucket().signer.presign(report), { headers: { range: 'bytes=2-4' } });
      expect([response.status, await response.text()]).toEqual([206, '234']);
    });

    test('takes an object from who holds it', async () => {
      const { signer, fetch: signedFetch, urlOf } = bucket();
      const url = urlOf("handed in: ü+'()*!");
      const link = await signer.presign({ url, method: 'PUT' });
      expect((await fetch(link, { method: 'PUT', body: 'handed in' })).status).toBe(200);
      expect(await (await signedFetch(url)).text()).toBe('handed in');
    });

    test('takes an object with the headers that were signed, and no others', async () => {
      const { signer, fetch: signedFetch, urlOf } = bucket();
      const headers = { 'content-type': 'text/x-note', 'x-amz-meta-a': 'one' };
      const link = await signer.presign({ url: urlOf('noted'), method: 'PUT', headers });
      expect((await fetch(link, { method: 'PUT', body: 'x', headers })).status).toBe(200);
      expect(Object.fromEntries((await signedFetch(urlOf('noted'))).headers)).toMatchObject(headers);
      for (const others of [{ 'content-type': 'text/html' }, { 'x-amz-meta-a': 'two' }]) {
        const response = await fetch(link, { method: 'PUT', body: 'x', headers: { ...headers, ...others } });
        expect(response.status).toBe(403);
      }
    });

    test('deletes an object', async () => {
      const { signer, fetch: signedFetch, urlOf } = bucket();
      await signedFetch(urlOf('short-lived'), { method: 'PUT', body: 'x' });
      const link = await signer.presign({ url: urlOf('short-lived'), method: 'DELETE' });
      expect((await fetch(link, { method: 'DELETE' })).status).toBe(204);
    });

    test.each<[string, (link: URL) => unknown, string?]>([
      ['with another method', () => {}, 'PUT'],
      ['for another object', (link) => Object.assign(link, { pathname: `${link.pathname}2` })],
      ['for a longer life', (link) => link.searchParams.set('X-Amz-Expires', '604800')],
      ['with a parameter more', (link) => link.searchParams.set('response-content-type', 'text/html')],
      ['of another day', (link) => link.searchParams.set('X-Amz-Date', '20150830T123600Z')],
    ])('is refused %s', async (_, change, method = 'GET') => {
      const link = await bucket().signer.presign(report);
      change(link);
      expect((await fetch(link, { method, ...(method === 'PUT' ? { body: 'x' } : {}) })).status).toBe(403);
    });

    test('is refused when it has ended', async () => {
      const { signer } = bucket({ now: () => Date.now() - HOUR });
      expect((await fetch(await signer.presign(report, { expiresIn: 7200 }))).status).toBe(200);
      expect((await fetch(await signer.presign(report, { expiresIn: 60 }))).status).toBe(403);
    });
  });

  describe('keys that the server does not know', () => {
    test.each<[string, (store: Store) => SignedFetchOptions]>([
      ['a wrong secret', ({ credentials }) => ({ credentials: { ...credentials, secretAccessKey: 'wrong' } })],
      ['an unknown key', ({ credentials }) => ({ credentials: { ...credentials, accessKeyId: 'UNKNOWN' } })],
    ])('%s is refused in both forms', async (_, others) => {
      const { fetch: signedFetch, signer } = bucket(others(store()));
      expect((await signedFetch(report)).status).toBe(403);
      expect((await fetch(await signer.presign(report))).status).toBe(403);
    });
  });

  test('a clock that is an hour off is refused, and set right', async () => {
    for (const now of [() => Date.now() - HOUR, () => Date.now() + HOUR]) {
      expect((await bucket({ now, retry: false }).fetch(report)).status).toBe(403);
      expect((await bucket({ now }).fetch(report)).status).toBe(200);
    }
  });

  describe('what was changed after signing is refused', () => {
    const changes: [string, (signed: SignedRequest) => Partial<SignedRequest>][] = [
      ['the path', ({ url }) => ({ url: `${url}2` })],
      ['the query', ({ url }) => ({ url: `${url}?acl=` })],
      ['the method', () => ({ method: 'DELETE', body: null })],
      ['the content type', ({ headers }) => ({ headers: { ...headers, 'content-type': 'text/html' } })],
      ['metadata', ({ headers }) => ({ headers: { ...headers, 'x-amz-meta-a': 'two' } })],
      ['the date', ({ headers }) => ({ headers: { ...headers, 'x-amz-date': '20150830T123600Z' } })],
      ['the host', ({ headers }) => ({ headers: { ...headers, host: 'localhost' } })],
      [
        'the body with its hash',
        ({ headers }) => ({ headers: { ...headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }),
      ],
    ];
    const sign = () =>
      bucket().signer.sign({
        url: bucket().urlOf('changed'),
        method: 'PUT',
        headers: { 'content-type': 'text/plain', 'x-amz-meta-a': 'one' },
        body: 'body',
      });

    test.each(changes)('%s', async (_, change) => {
      const signed = await sign();
      expect((await send(signed)).status).toBe(200);
      expect((await send(signed, change(signed))).status).toBe(403);
    });

    test.skipIf(!can.bodyHashes)('the body', async () => {
      expect((await send(await sign(), { body: 'evil' })).status).toBe(400);
    });
  });
}
