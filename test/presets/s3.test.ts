/** Amazon S3 needs no preset: `presign` of a signer makes its URLs, for keys and overrides of every kind. */
import { createSigner } from 'sigv4kit';
import { createVerifier } from 'sigv4kit/verify';
import { describe, expect, test } from 'vitest';
import { codeOf, instant, longTerm, temporary } from '../support/keys';
import { signatureBySmithy } from './smithy';

const now = () => instant.getTime();
const bucket = 'https://bucket.s3.eu-west-1.amazonaws.com';
const rule = { service: 's3', region: 'eu-west-1', expiresIn: 3600, asS3: true };
const signer = createSigner({ credentials: temporary, now });
const { verify } = createVerifier({ lookup: () => temporary, region: 'eu-west-1', service: 's3', now });
const signatureIn = ({ searchParams }: URL) => searchParams.get('X-Amz-Signature');

describe('a presigned key', () => {
  test.each([
    ['a space', 'a b.txt', '/a%20b.txt'],
    ['unicode', 'grüße/日本.txt', '/gr%C3%BC%C3%9Fe/%E6%97%A5%E6%9C%AC.txt'],
    ['a plus', 'a+b.txt', '/a%2Bb.txt'],
    ['an escaped plus', 'a%2Bb.txt', '/a%2Bb.txt'],
    ['two slashes', 'a//b/', '/a//b/'],
    ['an escaped slash', 'a%2Fb.txt', '/a/b.txt'],
    ['an escaped percent', '100%25.txt', '/100%25.txt'],
    ['what URLs leave as it is', "it's(1)!*.txt", '/it%27s%281%29%21%2A.txt'],
    ['escapes it does not need', '%7Euser%2dname', '/~user-name'],
  ])('with %s is signed as it is sent', async (_, key, path) => {
    const url = await signer.presign(`${bucket}/${key}`);
    expect(url.pathname).toBe(path);
    expect(signatureIn(url)).toBe(await signatureBySmithy(`${bucket}${path}`, temporary, rule));
    await expect(verify({ url })).resolves.toMatchObject({ presigned: true });
  });

  test('with dot segments is refused, since URLs drop them', async () => {
    expect(await codeOf(() => signer.presign(`${bucket}/a/../b`))).toBe('ERR_SIGV4_INVALID_URL');
  });

  test('keeps the overrides of the response, signed', async () => {
    const disposition = 'attachment; filename="a b+ü.txt"; filename*=UTF-8\'\'a%20b';
    const request = new URL(`${bucket}/report`);
    request.searchParams.set('response-content-disposition', disposition);
    request.searchParams.set('response-content-type', 'text/plain; charset=utf-8');
    const url = await signer.presign(request, { expiresIn: 60 });
    expect(url.searchParams.get('response-content-disposition')).toBe(disposition);
    expect(url.search).not.toContain('+');
    const before = `${bucket}/report${url.search.split('&X-Amz-')[0]}`;
    expect(signatureIn(url)).toBe(await signatureBySmithy(before, temporary, { ...rule, expiresIn: 60 }));
    url.searchParams.set('response-content-disposition', 'inline');
    expect(await codeOf(() => verify({ url }))).toBe('ERR_SIGV4_SIGNATURE_MISMATCH');
  });
});

describe('a presigned upload', () => {
  const headers = { 'content-type': 'image/png', 'x-amz-meta-owner': 'buddy', 'x-amz-acl': 'private' };

  test('signs its headers and not its body', async () => {
    const url = await signer.presign({ url: `${bucket}/photo.png`, method: 'PUT', headers });
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('content-type;host;x-amz-acl;x-amz-meta-owner');
    const told = { ...rule, method: 'PUT', headers };
    expect(signatureIn(url)).toBe(await signatureBySmithy(`${bucket}/photo.png`, temporary, told));
    for (const body of ['one', 'another'])
      await expect(verify({ url, method: 'PUT', headers, body })).resolves.toMatchObject({ presigned: true });
  });

  test('holds for no other type, method or owner', async () => {
    const url = await signer.presign({ url: `${bucket}/photo.png`, method: 'PUT', headers });
    const others = [
      { method: 'PUT', headers: { ...headers, 'content-type': 'text/html' } },
      { method: 'PUT', headers: { ...headers, 'x-amz-meta-owner': 'other' } },
      { method: 'DELETE', headers },
    ];
    for (const other of others)
      expect(await codeOf(() => verify({ url, ...other }))).toBe('ERR_SIGV4_SIGNATURE_MISMATCH');
  });

  test('demands the headers that it signs and no more of x-amz-*', async () => {
    const url = await signer.presign({ url: `${bucket}/photo.png`, method: 'PUT', headers });
    const more = { ...headers, 'x-amz-tagging': 'a=b' };
    expect(await codeOf(() => verify({ url, method: 'PUT', headers: more }))).toBe('ERR_SIGV4_HEADER_NOT_SIGNED');
  });
});

test('long-term keys leave no token in the URL', async () => {
  const url = await createSigner({ credentials: longTerm, now }).presign(`${bucket}/report`);
  expect(url.searchParams.has('X-Amz-Security-Token')).toBe(false);
  expect(signatureIn(url)).toBe(await signatureBySmithy(`${bucket}/report`, longTerm, rule));
});
