/** Which operations of user pools need no signature: the SDK's client, made from the service's model, is the witness. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { isPublic } from '../../src/gate/user-pools/public-operations';

const client = dirname(
  createRequire(import.meta.url).resolve('@aws-sdk/client-cognito-identity-provider/package.json'),
);

test('are those that the SDK sends unsigned', () => {
  const schemes = readFileSync(join(client, 'dist-es/auth/httpAuthSchemeProvider.js'), 'utf8');
  const unsigned = new Set([...schemes.matchAll(/case "(\w+)"/g)].map(([, name]) => name as string));
  const commands = readFileSync(join(client, 'dist-es/commands/index.js'), 'utf8');
  const all = [...commands.matchAll(/\.\/(\w+)Command"/g)].map(([, name]) => name as string);
  expect(all.length).toBeGreaterThan(unsigned.size);
  expect(all.filter(isPublic).sort()).toEqual([...unsigned].sort());
});
