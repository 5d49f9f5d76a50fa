/** What a gate prints of its decisions when it is asked to. */
import { createSignedFetch } from 'sigv4kit';
import { startGate } from 'sigv4kit/gate';
import { afterEach, expect, test, vi } from 'vitest';
import { api, HOST, keys, PRIVATE, world } from '../../support/reach-world';

afterEach(() => vi.restoreAllMocks());

test('each decision is a line, with its statement and the VPC endpoint on the way', async () => {
  const lines: unknown[] = [];
  vi.spyOn(console, 'error').mockImplementation((line) => lines.push(line));
  const gate = await startGate(world, { trace: true });
  await createSignedFetch({ credentials: keys, fetch: gate.fetch })(`${api}/iam/a?secret=1`);
  await gate.fetch(`${api}/iam/a`);
  await gate
    .from({ vpc: 'vpc-1a2b3c4d' })
    .fetch(`https://prv123-vpce-0a1b2c3d4e5f60718.${PRIVATE.slice(7)}/api/echo/a`);
  await gate.close();
  const user = 'arn:aws:iam::111122223333:user/buddy';
  const at = 'accounts.111122223333.users.buddy.policies[0].Statement';
  expect(lines).toEqual([
    `gate: 200 GET ${HOST}/api/iam/a answered by ${at} as ${user}`,
    `gate: 403 GET ${HOST}/api/iam/a refused (ERR_SIGV4_MISSING_AUTHENTICATION)`,
    `gate: 200 GET prv123-vpce-0a1b2c3d4e5f60718.execute-api.us-east-1.amazonaws.com/api/echo/a through vpce-0a1b2c3d4e5f60718 answered by accounts.111122223333.apis.prv123.policy.Statement`,
  ]);
});

test('nothing is printed otherwise', async () => {
  const print = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const gate = await startGate(world);
  await gate.fetch(`${api}/open`);
  await gate.close();
  expect(print).not.toHaveBeenCalled();
});
