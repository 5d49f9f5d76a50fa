/** Presigned URLs of Studio in the gate: they open while they hold, for as long as they say. */
import { describe, expect, test } from 'vitest';
import { startOwnGate } from '../support/own-gate';
import {
  asked,
  buddyArn,
  create,
  DOMAIN,
  office,
  open,
  session,
  setClock,
  useGate,
  world,
} from '../support/studio-world';

const gate = useGate();

describe('opening the URL', () => {
  test('shows who has come in, and whose page it is', async () => {
    const answer = await open(await create(asked({ SpaceName: 'shared', LandingUri: 'studio::' })));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const page = await answer.text();
    for (const part of [DOMAIN, 'alice', 'shared', 'gate', 'There is no Studio behind it'])
      expect(page).toContain(part);
    expect(gate().log.at(-1)).toMatchObject({
      service: 'studio',
      action: 'CreatePresignedDomainUrl',
      host: `${DOMAIN}.studio.us-east-1.sagemaker.aws`,
      path: '/auth',
      status: 200,
      outcome: 'answered',
      principal: buddyArn,
    });
  });

  test('needs no memory of it, and may be done again', async () => {
    const url = await create();
    expect([(await open(url)).status, (await open(url)).status]).toEqual([200, 200]);
  });

  test.each([
    [5, 4_999, 200],
    [5, 5_000, 302],
    [undefined, 299_999, 200],
    [undefined, 300_000, 302],
  ])('of %s seconds after %i ms is answered with %i', async (ExpiresInSeconds, later, status) => {
    const start = Date.now();
    setClock(() => start);
    const url = await create(asked(ExpiresInSeconds === undefined ? {} : { ExpiresInSeconds }));
    setClock(() => start + later);
    const answer = await open(url);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      status,
      status === 302 ? 'https://signin.aws.amazon.com/console' : null,
    ]);
    if (status === 302)
      expect(gate().log.at(-1)).toMatchObject({ outcome: 'refused', reason: 'expired', principal: buddyArn });
  });

  test.each<[what: string, change: (url: string) => string]>([
    ['is changed', (url) => `${url.slice(0, -2)}${url.endsWith('AA') ? 'BB' : 'AA'}`],
    ['is cut', (url) => url.slice(0, -8)],
    ['is longer by what decodes to nothing', (url) => `${url}A`],
    ['is not there', (url) => url.replace(/\?.*/, '')],
    ['is another text', (url) => url.replace(/token=.*/, 'token=e30%3D')],
    ['is of another domain', (url) => url.replace(DOMAIN, 'd-sso')],
    ['is of another region', (url) => url.replace('us-east-1', 'us-west-2')],
  ])('is refused where the token %s', async (_, change) => {
    const answer = await open(change(await create()));
    expect([answer.status, await answer.text()]).toEqual([403, 'Invalid auth token']);
    expect(gate().log.at(-1)).toMatchObject({ outcome: 'refused', reason: 'token' });
    expect(gate().log.at(-1)?.principal).toBeUndefined();
  });

  test('is refused by another gate', async () => {
    const other = await startOwnGate(world);
    expect((await other.fetch(await create())).status).toBe(403);
  });

  test('is all that the gate has of Studio', async () => {
    const url = await create();
    expect((await open(url.replace('/auth', '/jupyter/default/lab'))).status).toBe(501);
    expect((await open(url, office, { method: 'POST' })).status).toBe(501);
  });

  test('takes a session with all that it can hold, in a URL that servers take', async () => {
    const Policy = JSON.stringify({
      Statement: {
        Effect: 'Allow',
        Action: '*',
        Resource: ['*', ...Array.from({ length: 30 }, (_, i) => `arn:aws:s3:::${'x'.repeat(40)}${i}`)],
      },
    });
    const credentials = await session({ RoleSessionName: 'long', Policy });
    const url = await create(asked(), { credentials });
    expect((await open(url)).status).toBe(200);
  });
});
