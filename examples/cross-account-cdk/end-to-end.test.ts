/** The example against the gate: every step of the walkthrough, the policies before another evaluator, the programs by themselves. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type PolicyDocument, startGate, type World } from 'sigv4kit/gate';
import { describe, expect, onTestFinished, test } from 'vitest';
import { judge, testify } from '../../test/gate/policy/evaluators';
import type { Caller } from '../../test/gate/policy/generated-cases';
import { testWalkthrough } from '../../test/support/walkthrough';
import { hasBrowser } from './browser';
import { invoke } from './invoke';
import { askLeave } from './preflight';
import { walkthrough } from './walkthrough';
import * as worlds from './worlds';

const { API_URL } = worlds;
const world = await worlds.readWorld();
const policy = worlds.resourcePolicy(world);

describe('the walkthrough', () => {
  const walked = testWalkthrough(walkthrough);

  /** That there are steps whose titles begin so, and that they hold. */
  function expectSteps(begin: string): void {
    const steps = walked.steps.filter(({ title }) => title.startsWith(begin));
    expect(steps).not.toEqual([]);
    expect(steps.filter(({ holds }) => !holds)).toEqual([]);
  }

  test.each([
    ['an API that asks for IAM refuses who does not sign', 'no signature'],
    ['the function of the other account is answered', "the client's function"],
    ['the API knows the caller as a session of its own role', 'whom the API saw'],
    ['no role is switched', 'which services'],
    ['each of the two policies is needed', 'with'],
    ["in the API's own account one is enough", "a role of the API's own account"],
    ["the account as principal admits all of the account's roles that have a policy", 'another role'],
    ['aws:PrincipalArn admits some of them', 'only roles'],
    ['a policy with an AWS principal refuses preflights, a statement for all opens them', 'preflight'],
  ])('%s', (_, begin) => expectSteps(begin));

  test.skipIf(!hasBrowser)('a page is refused without a preflight, and answered after one', () => {
    expectSteps('a page');
  });

  test('shows no secret', () => {
    expect(JSON.stringify(walked.steps)).not.toMatch(/ASIA|wJalrXUtnFEMI|SecretAccessKey/);
  });
});

describe('the policies, judged by the gate and by another evaluator', () => {
  const caller = (accountId: string, role: string): Caller => ({
    type: 'AssumedRole',
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/${role}/${role}`,
    iamArn: `arn:aws:iam::${accountId}:role/${role}`,
  });
  const client = caller(worlds.CLIENT_ACCOUNT, 'orders-client');
  const report = caller(worlds.CLIENT_ACCOUNT, 'month-report');
  const own = caller(worlds.API_ACCOUNT, 'stock-report');
  const byRole = worlds.admittingRoles(policy, 'orders-client');
  const forOthers = worlds.admittingAccount(policy, '111122223333');

  const CASES: readonly [
    what: string,
    who: Caller | undefined,
    method: string,
    resource: PolicyDocument | undefined,
    verdict: string,
  ][] = [
    ['the client', client, 'GET', policy, 'Allowed'],
    ['another role of its account', report, 'GET', policy, 'Allowed'],
    ["a role of the API's account", own, 'GET', policy, 'Allowed'],
    ["a role of the API's account, no resource policy", own, 'GET', undefined, 'Allowed'],
    ['the client, no resource policy', client, 'GET', undefined, 'ImplicitlyDenied'],
    ['the client, a policy for another account', client, 'GET', forOthers, 'ImplicitlyDenied'],
    ['the client, a policy for its role', client, 'GET', byRole, 'Allowed'],
    ['another role, a policy for the role of the client', report, 'GET', byRole, 'ImplicitlyDenied'],
    ['the client, a method that its own policy does not name', client, 'POST', policy, 'ImplicitlyDenied'],
    ['nobody, a preflight', undefined, 'OPTIONS', policy, 'Allowed'],
    ['nobody, a preflight, a policy for a role', undefined, 'OPTIONS', byRole, 'Allowed'],
    ['nobody, anything else', undefined, 'GET', policy, 'ImplicitlyDenied'],
  ];
  test.each(CASES)('%s', async (_, who, method, resource, verdict) => {
    const api = `arn:aws:execute-api:us-east-1:${worlds.API_ACCOUNT}:${worlds.API_ID}`;
    const role = who && world.accounts[who.accountId]?.roles?.[who.iamArn.split('/')[1] ?? ''];
    /** As the other one wants it: the ARN for the short form, which is API Gateway's own, and a path that is not empty. */
    const plain = (policy: PolicyDocument): PolicyDocument =>
      JSON.parse(
        JSON.stringify(policy).replaceAll('"execute-api:/', `"${api}/`).replaceAll('/prod/GET/"', '/prod/GET/root"'),
      );
    const given = {
      caller: who,
      action: 'execute-api:Invoke',
      resource: `${api}/prod/${method}/root`,
      ownerId: worlds.API_ACCOUNT,
      context: who ? { 'aws:PrincipalArn': who.iamArn } : {},
      identity: (role?.policies ?? []).map(plain),
      resourcePolicy: resource && plain(resource),
      controls: [],
    };
    expect({ gate: judge(given), other: (await testify(given)).verdict }).toEqual({ gate: verdict, other: verdict });
  });
});

describe('the programs, in the shell of the gate', () => {
  /** `npm run gate -- cross-account-cdk -- npx tsx program …` */
  const run = async (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
    const gate = [at('../gate.ts'), 'cross-account-cdk', '--', 'npx', 'tsx', at(program), ...args];
    const child = spawn('npx', ['tsx', ...gate], { env: { ...process.env, ...env } });
    const [[status], out, err] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
    return { status, out, err };
  };

  test('preflight says whether a page may call, and ends with 1 where it may not', async () => {
    const [open, closed] = await Promise.all([
      run('preflight.ts', [API_URL]),
      run('preflight.ts', [worlds.CLOSED_API_URL]),
    ]);
    expect(open.status).toBe(0);
    expect(open.out).toMatch(/^204 .*\nA page may send a signed GET\.\n$/);
    expect(closed.status).toBe(1);
    expect(closed.out).toMatch(/^403 AccessDeniedException .*\nA browser sends nothing more/);
  });

  test('preflight wants a URL, and says when it cannot reach it', async () => {
    const [none, nowhere] = await Promise.all([run('preflight.ts', []), run('preflight.ts', ['http://127.0.0.1:9/'])]);
    expect(none).toMatchObject({ status: 2, out: '' });
    expect(none.err).toContain('Say which API');
    expect(nowhere).toMatchObject({ status: 1, out: '' });
    expect(nowhere.err).toContain('http://127.0.0.1:9/ cannot be reached');
    expect(nowhere.err).not.toMatch(/^\s+at /m);
  });

  test('invoke prints what the function returns, or what Lambda says of one that fails', async () => {
    const [works, fails] = await Promise.all([
      run('invoke.ts', [], { API_URL }),
      run('invoke.ts', [], { API_URL: '' }),
    ]);
    expect(works).toMatchObject({
      status: 0,
      out: '{"statusCode":200,"body":"{\\"id\\":123,\\"category\\":\\"book\\"}"}\n',
    });
    expect(fails.status).toBe(1);
    expect(JSON.parse(fails.out)).toMatchObject({
      errorType: 'Error',
      errorMessage: expect.stringMatching(/^API_URL is not set/),
    });
  });
});

describe('what the programs are made of', () => {
  /** Until the test is over, AWS is a gate of this world. */
  async function intercept(of: World): Promise<void> {
    const gate = await startGate(of);
    onTestFinished(() => gate.close());
    gate.intercept();
  }

  test('the function says which variable it misses; the environment is afterwards what it was', async () => {
    await intercept(world);
    const before = { ...process.env };
    await expect(invoke('orders-client', {})).rejects.toThrow('API_URL is not set');
    await invoke('orders-client', { API_URL });
    expect({ ...process.env }).toEqual(before);
  });

  test('a preflight that allows other headers than a signature needs is no leave', async () => {
    const headers = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'authorization' };
    const routes = { 'OPTIONS /': { handler: { statusCode: 204, headers } } };
    const apis = { [worlds.API_ID]: { region: 'us-east-1', stage: 'prod', routes } };
    await intercept({ accounts: { [worlds.API_ACCOUNT]: { apis } } });
    expect(await askLeave(API_URL)).toMatchObject({ given: false });
  });
});
