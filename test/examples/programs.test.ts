/** The programs of the examples, started through a link to their folder: as on macOS below /tmp, or in a checkout that is linked. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { EXAMPLES, filesOf, readText } from '../support/examples';
import { temporaryFolder } from '../support/temporary-folder';

/** Each program, and what it says where it is given nothing: no argument, no variable, no gate. */
const PROGRAMS: Readonly<Record<string, readonly [words: string, status: number]>> = {
  'cross-account-cdk/invoke.ts': ['http://169.254.170.2/', 1],
  'cross-account-cdk/preflight.ts': ['Say which API', 2],
  'cross-account-role/predict.ts': ['Give the measurements of a flower', 1],
  'openapi-iam/algorithm.ts': ['API_URL is not set', 1],
  'openapi-iam/call.ts': ['AWS_REGION is not set', 1],
  'private-api/get.ts': ['GWY_ID is not set', 1],
  'private-api/post.ts': ['GWY_ID is not set', 1],
  'studio-presigned-url/add-employee.ts': ['Say who', 1],
  'studio-presigned-url/page/build-page.ts': ['Say which folder', 1],
  'studio-presigned-url/studio-url.ts': ['AWS_REGION is not set', 1],
  'studio-presigned-url/try-url.ts': ['Say which URL', 1],
};

test('these are all programs that there are', () => {
  const found = EXAMPLES.flatMap((example) =>
    filesOf(example, '.ts')
      .filter((path) => /^(if \(isProgram|await runProgram)\(import\.meta\.url/m.test(readText(example, path)))
      .map((path) => `${example.name}/${path}`),
  );
  expect(found).toEqual(Object.keys(PROGRAMS));
});

test.each(Object.entries(PROGRAMS))(
  '%s says through a link what it misses, in a line',
  async (path, [words, status]) => {
    const linked = fileURLToPath(new URL('linked', temporaryFolder({})));
    symlinkSync(fileURLToPath(new URL('../../examples', import.meta.url)), linked, 'dir');
    const child = spawn(process.execPath, ['--import', 'tsx', `${linked}/${path}`], {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      env: { PATH: process.env.PATH },
    });
    const [[found], out, err] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
    expect(out + err).toContain(words);
    expect(out + err).not.toMatch(/^\s+at /m);
    expect(found).toBe(status);
  },
);
