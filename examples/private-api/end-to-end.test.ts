/** The private API on its gate: every step of the walkthrough, and the programs as they are started. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder';
import { testWalkthrough } from '../../test/support/walkthrough';
import { readApi, readLongTermKeys, readTemporaryKeys } from './environment';
import { handler as greet } from './functions/greet';
import { walkthrough } from './walkthrough';

// The walkthrough has a metadata service of its own to ask.
vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'false');

describe('the walkthrough', () => {
  testWalkthrough(walkthrough);
});

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Types commands into the shell of `npm run gate -- private-api`; `status` is that of the last. */
async function inShell(commands: string): Promise<{ stdout: string; stderr: string; status: number }> {
  const shell = spawn(
    process.execPath,
    [path('../../node_modules/tsx/dist/cli.mjs'), path('../gate.ts'), 'private-api'],
    {
      cwd: path('.'),
      env: { ...process.env, GWY_ID: 'a1b2c3d4e5', TSX: 'node --import tsx' },
    },
  );
  shell.stdin.end(commands);
  const [stdout, stderr, [status]] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'exit')]);
  return { stdout, stderr, status };
}

const DEVELOPER =
  'AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const printed = (url: string, code: number, body: string) => `
BEGIN REQUEST++++++++++++++++++++++++++++++++++++
Request URL = ${url}

RESPONSE++++++++++++++++++++++++++++++++++++
Response code: ${code}

${body}
`;
const API = 'https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/api';

describe('the programs', () => {
  test('get.ts prints the request and its answer', async () => {
    const { stdout, status } = await inShell(`${DEVELOPER} $TSX get.ts`);
    expect(stdout).toBe(printed(API, 200, '{"hello":"world"}'));
    expect(status).toBe(0);
  });

  test("post.ts finds the keys of the instance's role where the environment has none", async () => {
    const { stdout, status } = await inShell('$TSX post.ts');
    expect(stdout).toBe(printed(`${API}/greet`, 200, '{"hello":"buddy"}'));
    expect(status).toBe(0);
  });

  test('post.ts takes a session token from the environment, get.ts does not know of it', async () => {
    const { stdout, status } = await inShell(`
      metadata=http://169.254.169.254.localhost:$GATE_PORT/latest
      token=$(curl -s -X PUT -H 'x-aws-ec2-metadata-token-ttl-seconds: 60' $metadata/api/token)
      keys=$(curl -s -H "x-aws-ec2-metadata-token: $token" $metadata/meta-data/iam/security-credentials/private-api-bastion)
      field() { node -p 'JSON.parse(process.argv[1])[process.argv[2]]' "$keys" "$1"; }
      export AWS_ACCESS_KEY_ID=$(field AccessKeyId) AWS_SECRET_ACCESS_KEY=$(field SecretAccessKey) AWS_SESSION_TOKEN=$(field Token)
      $TSX post.ts && $TSX get.ts`);
    const refusal = '{"message":"The security token included in the request is invalid."}';
    expect(stdout).toBe(printed(`${API}/greet`, 200, '{"hello":"buddy"}') + printed(API, 403, refusal));
    expect(status).toBe(1);
  });

  test.each([
    ['VPC_ENDPOINT=vpce-0a1b2c3d4e5f60718', 'a1b2c3d4e5-vpce-0a1b2c3d4e5f60718.execute-api.us-east-1.amazonaws.com'],
    [
      'VPC_ENDPOINT=vpce-0a1b2c3d4e5f60718-abcdefgh VIA=host-header',
      'vpce-0a1b2c3d4e5f60718-abcdefgh.execute-api.us-east-1.vpce.amazonaws.com',
    ],
  ])('take another way with %s', async (way, host) => {
    const { stdout } = await inShell(`${DEVELOPER} ${way} $TSX get.ts; ${way} $TSX post.ts`);
    const url = `https://${host}/api`;
    expect(stdout).toBe(printed(url, 200, '{"hello":"world"}') + printed(`${url}/greet`, 200, '{"hello":"buddy"}'));
  });

  test('say in one line what cannot be done, and never a key', async () => {
    const { stdout, stderr, status } = await inShell(`
      GWY_ID= $TSX get.ts
      VIA=alias $TSX get.ts
      ${DEVELOPER} SIGV4KIT_GATE_FROM=vpc=none VPC_ENDPOINT=vpce-0a1b2c3d4e5f60718 $TSX get.ts`);
    // Between them may stand what the gate's shell says, and warnings of Node.
    const said = stderr.split('\n').filter((line) => /GWY_ID|via:|fetch failed/.test(line));
    expect(said).toEqual([
      'GWY_ID is not set. It is the id of the API: terraform output -raw api_id',
      "The option via: 'alias' needs the vpcEndpoint.",
      expect.stringMatching(/^fetch failed(: .*)?$/),
    ]);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout + stderr).not.toContain('wJalrXUtnFEMI');
    expect(status).toBe(1);
  });

  test('run as they are built for the bastion', async () => {
    const folder = fileURLToPath(temporaryFolder({}));
    const { stdout, status } = await inShell(`
      npm run --silent build:callers -- --outdir=${folder} --log-level=warning &&
      ${DEVELOPER} node ${folder}get.mjs && node ${folder}post.mjs`);
    expect(stdout).toBe(printed(API, 200, '{"hello":"world"}') + printed(`${API}/greet`, 200, '{"hello":"buddy"}'));
    expect(status).toBe(0);
  });
});

describe('the environment', () => {
  test('has us-east-1 where no region is set, and private DNS where no endpoint is', () => {
    expect(readApi({ GWY_ID: 'abc' })).toEqual({ apiId: 'abc', region: 'us-east-1', stage: 'api' });
    expect(readApi({ GWY_ID: 'abc', AWS_REGION: 'eu-west-1', VPC_ENDPOINT: 'vpce-1', VIA: 'alias' })).toEqual({
      apiId: 'abc',
      region: 'eu-west-1',
      stage: 'api',
      vpcEndpoint: 'vpce-1',
      via: 'alias',
    });
  });

  test('gives long-term keys without a token, temporary ones with it, and none where there are none', () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };
    expect(readLongTermKeys(env)).toEqual({ accessKeyId: 'AKIA1', secretAccessKey: 'secret' });
    expect(readTemporaryKeys(env)).toEqual({ accessKeyId: 'AKIA1', secretAccessKey: 'secret', sessionToken: 'token' });
    expect([readLongTermKeys({}), readTemporaryKeys({})]).toEqual([undefined, undefined]);
    expect(() => readLongTermKeys({ AWS_ACCESS_KEY_ID: 'AKIA1' })).toThrow('only one of them is set');
  });
});

test.each([
  ['{"name":"buddy"}', 'buddy'],
  ['{}', 'stranger'],
  ['"name"', 'stranger'],
  ['null', 'stranger'],
  ['{"name":', 'stranger'],
  ['', 'stranger'],
  [null, 'stranger'],
])('POST /greet with the body %s greets %s', async (body, name) => {
  expect(JSON.parse((await greet({ body })).body)).toEqual({ hello: name });
});
