/** The demo program, run as `npm run demo` runs it. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the quickstart shows four calls and what comes of them', () => {
  const { GWY_ID: _, ...env } = process.env;
  const printed = execFileSync(process.execPath, ['--import', 'tsx', 'examples/quickstart.ts'], {
    cwd: root,
    encoding: 'utf8',
    env,
  });
  const steps = printed.split('\n\n').map((step) =>
    step
      .split('\n')
      .slice(0, 3)
      .map((line) => line.trim()),
  );
  expect(steps.slice(1, 5)).toEqual([
    ['GET / unsigned', '403 MissingAuthenticationTokenException', 'Missing Authentication Token'],
    ['GET / signed', '200', '{"hello":"world"}'],
    ['POST /greet signed with temporary keys', '200', '{"hello":"buddy"}'],
    [
      'POST /greet with the body changed after signing',
      '403 InvalidSignatureException',
      expect.stringContaining('does not match'),
    ],
  ]);
  expect(printed).toContain("The Canonical String for this request should have been\n  'POST\n  /api/greet\n");
});
