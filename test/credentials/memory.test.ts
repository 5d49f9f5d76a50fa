/** A process through which a hundred thousand roles pass keeps the keys of a few thousand. */
import { createServer } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assumeRole, createSigner } from 'sigv4kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buddy, roleArn } from '../support/accounts';
import { listen } from '../support/listen';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

let calls = 0;
const server = createServer((message, response) => {
  message.resume();
  calls++;
  const expiration = new Date(Date.now() + 3_600_000).toISOString();
  response.end(
    `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA${calls}</AccessKeyId><SecretAccessKey>secret${calls}</SecretAccessKey><SessionToken>${'t'.repeat(800)}${calls}</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  );
});
let endpoint: string;
beforeAll(async () => {
  endpoint = await listen(server);
});
afterAll(() => void server.close());

/** Signs once with each of the roles from one number to another, some at a time. */
async function pass(from: number, to: number): Promise<void> {
  let next = from;
  const walk = async () => {
    while (next < to) {
      const credentials = assumeRole({
        roleArn: roleArn(`role-${next++}`),
        region: 'us-east-1',
        endpoint,
        credentials: buddy,
      });
      await createSigner({ credentials }).sign({ url: 'https://abc123.execute-api.us-east-1.amazonaws.com/prod/' });
    }
  };
  await Promise.all(Array.from({ length: 64 }, walk));
}

async function heap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

test('memory is flat over 100,000 roles, and the last ones are still shared', async () => {
  await pass(0, 20_000);
  const before = await heap();
  await pass(20_000, 100_000);
  expect(calls).toBe(100_000);
  const growth = (await heap()) - before;
  expect(growth / 1e6, 'megabytes of growth: 200 bytes for each role would be seen').toBeLessThan(16);
  await pass(96_000, 100_000);
  expect(calls).toBe(100_000);
}, 300_000);
