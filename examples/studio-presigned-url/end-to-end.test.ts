/** The way into Studio on its gate: every step of the walkthrough, and the programs as they are started. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openShell, type Shell } from '../../test/support/shell';
import { testWalkthrough } from '../../test/support/walkthrough';
import { walkthrough } from './walkthrough';
import { ENVIRONMENT, PASSWORDS } from './world';

// What the functions log; it is looked at below.
const logs = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')].map((log) => log.mockReturnValue());

describe('the walkthrough', () => {
  const walked = testWalkthrough(walkthrough);

  test('shows no password and no token, and the functions log none', () => {
    const lines = logs.flatMap((log) => log.mock.calls.flat().map(String));
    expect(lines.join('\n')).toMatch(/"refused":"JwtExpiredError"/);
    const found = walked.steps.map((step) => step.found);
    for (const text of [...lines, ...found]) expect(text).not.toMatch(/eyJ|wJalr|token=\w/);
  });
});

describe('the programs', () => {
  let shell: Shell;
  beforeAll(async () => {
    shell = openShell('npm run --silent gate -- studio-presigned-url');
    await shell.type(`
      cd examples/studio-presigned-url
      export AWS_REGION=us-east-1 API_ID=abc1234567 CLIENT_ID=${ENVIRONMENT.CLIENT_ID}
      export USER_POOL_ID=${ENVIRONMENT.USER_POOL_ID}
      export EMPLOYEE=alice EMPLOYEE_PASSWORD=${PASSWORDS.alice}
      as_administrator() { AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY "$@"; }
    `);
  }, 120_000);
  afterAll(async () => {
    await shell?.leave();
    shell?.end();
  });
  const type = (commands: string) => shell.type(commands);
  const URL_OF_STUDIO = /^https:\/\/d-abcdef123456\.studio\.us-east-1\.sagemaker\.aws\/auth\?token=[\w-]+\n$/;

  test('studio-url.ts prints the own URL, and nothing else', async () => {
    const { printed, status } = await type('npx tsx studio-url.ts');
    expect(printed).toMatch(URL_OF_STUDIO);
    expect(status).toBe(0);
  });

  test.each(['vpce-0a1b2c3d4e5f60718', 'vpce-0a1b2c3d4e5f60718-abcdefgh.execute-api.us-east-1.vpce.amazonaws.com'])(
    'studio-url.ts goes by VPC_ENDPOINT=%s',
    async (name) => {
      expect((await type(`VPC_ENDPOINT=${name} npx tsx studio-url.ts alice`)).printed).toMatch(URL_OF_STUDIO);
    },
  );

  test.each([
    [
      'bob',
      '',
      '403 AccessDeniedException {"Message":"User is not authorized to access this resource with an explicit deny"}',
    ],
    ['', "SIGV4KIT_GATE_FROM='vpc=none'", '403 ForbiddenException {"message":"Forbidden"}'],
    ['', 'EMPLOYEE_PASSWORD=guess', 'Sign-in failed: Invalid password (InvalidPasswordException)'],
    ['', "SIGV4KIT_GATE_FROM='vpc=none' VPC_ENDPOINT=vpce-0a1b2c3d4e5f60718", 'fetch failed: '],
    [
      '',
      'API_ID= CLIENT_ID=',
      'API_ID is not set: the id of the private API, an output of the stack.\nCLIENT_ID is not set:',
    ],
  ])('studio-url.ts %s ends with 1 and a line that says why: %s', async (profile, settings, words) => {
    const { printed, status } = await type(`${settings} npx tsx studio-url.ts ${profile}`);
    expect(printed).toContain(words);
    expect(printed).not.toMatch(/\n\s+at /);
    expect(status).toBe(1);
  });

  test('add-employee.ts makes somebody an account, who then has a URL', async () => {
    const made = await type('NEW_PASSWORD=wJalrXUtnFEMI-dave as_administrator npx tsx add-employee.ts dave');
    expect(made).toEqual({ printed: 'dave can sign in.\n', status: 0 });
    const asked = await type('EMPLOYEE=dave EMPLOYEE_PASSWORD=wJalrXUtnFEMI-dave npx tsx studio-url.ts');
    expect(asked.printed).toMatch(URL_OF_STUDIO);
  });

  test.each([
    ['alice', '', 'AdminCreateUser: UsernameExistsException: User already exists'],
    ['eve/../alice', '', '"eve/../alice" cannot be the name of a Studio profile.'],
    ['erin', 'USER_POOL_ID=us-east-1_Another', 'AdminCreateUser: AccessDeniedException: '],
    ['', '', 'Say who: npx tsx add-employee.ts NAME, the name of a Studio profile.'],
  ])('add-employee.ts %s with %j says %s', async (name, settings, words) => {
    const { printed, status } = await type(
      `${settings} NEW_PASSWORD=wJalrXUtnFEMI-new as_administrator npx tsx add-employee.ts ${name}`,
    );
    expect(printed).toContain(words);
    expect(printed).not.toMatch(/\n\s+at /);
    expect(status).toBe(1);
  });

  test('try-url.ts says whether a URL opens from where it is run', async () => {
    await type('url=$(npx tsx studio-url.ts)');
    expect(await type('npx tsx try-url.ts "$url"')).toEqual({
      printed: '200 d-abcdef123456.studio.us-east-1.sagemaker.aws opens.\n',
      status: 0,
    });
    expect(await type(`SIGV4KIT_GATE_FROM='vpc=none; sourceIp=198.51.100.9' npx tsx try-url.ts "$url"`)).toEqual({
      printed: '403 Auth token containing insufficient permissions\n',
      status: 1,
    });
    expect(await type('npx tsx try-url.ts "$url"x')).toEqual({ printed: '403 Invalid auth token\n', status: 1 });
    expect((await type('npx tsx try-url.ts')).status).toBe(1);
  });
});
