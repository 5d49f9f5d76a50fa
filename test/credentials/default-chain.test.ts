/** What a Node process has without being told: its environment first, then whatever the AWS SDK's default chain finds. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Gate } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { api, buddy, callsOf, local, nobody, OWNER, roleArn, startAccounts } from '../support/accounts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const user = `arn:aws:iam::${OWNER}:user/local`;
const session = (role: string, name: string) => `arn:aws:sts::${OWNER}:assumed-role/${role}/${name}`;

let gate: Gate;
let folder: string;
beforeAll(async () => {
  gate = await startAccounts();
  folder = mkdtempSync(join(tmpdir(), 'sigv4kit-chain-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await gate.close();
});

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** Runs the caller with this environment alone. */
async function run(env: Record<string, string>): Promise<{ who: string; again: string; isChainLoaded: boolean }> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'test/support/chain-caller.ts'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      GATE: gate.url,
      API: api,
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
  });
  return JSON.parse(stdout);
}

const keys = { AWS_ACCESS_KEY_ID: local.accessKeyId, AWS_SECRET_ACCESS_KEY: local.secretAccessKey };
const ini = ({ accessKeyId, secretAccessKey }: typeof buddy) =>
  `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;

describe('without credentials of its own, a process calls', () => {
  test('with the keys of its environment, and nothing is loaded for it', async () => {
    expect(await run(keys)).toMatchObject({ who: user, again: user, isChainLoaded: false });
  });

  test('with the profile that AWS_PROFILE names, also beside keys in the environment', async () => {
    const AWS_SHARED_CREDENTIALS_FILE = file('credentials', `[shop]\n${ini(local)}`);
    const other = { AWS_ACCESS_KEY_ID: nobody.accessKeyId, AWS_SECRET_ACCESS_KEY: nobody.secretAccessKey };
    expect(await run({ ...other, AWS_SHARED_CREDENTIALS_FILE, AWS_PROFILE: 'shop' })).toMatchObject({
      who: user,
      isChainLoaded: true,
    });
  });

  test('with a role that a profile names, assumed at STS', async () => {
    const AWS_CONFIG_FILE = file(
      'config',
      `[profile base]\n${ini(buddy)}\n[profile caller]\nrole_arn = ${roleArn('api-caller')}\nsource_profile = base\nrole_session_name = from-a-profile\n`,
    );
    const env = { AWS_CONFIG_FILE, AWS_PROFILE: 'caller', AWS_ENDPOINT_URL_STS: gate.url };
    expect(await run(env)).toMatchObject({ who: session('api-caller', 'from-a-profile') });
  });

  test('with the keys that a process of a profile prints', async () => {
    const printed = JSON.stringify({
      Version: 1,
      AccessKeyId: local.accessKeyId,
      SecretAccessKey: local.secretAccessKey,
    });
    const program = file('keys.mjs', `console.log(${JSON.stringify(printed)});`);
    const AWS_CONFIG_FILE = file('process', `[profile tool]\ncredential_process = ${process.execPath} ${program}\n`);
    expect(await run({ AWS_CONFIG_FILE, AWS_PROFILE: 'tool' })).toMatchObject({ who: user });
  });

  test('with the web identity of a service account, as EKS gives it', async () => {
    const env = {
      AWS_WEB_IDENTITY_TOKEN_FILE: file('token', 'good-token'),
      AWS_ROLE_ARN: roleArn('deploy'),
      AWS_ROLE_SESSION_NAME: 'pod',
      AWS_ENDPOINT_URL_STS: gate.url,
    };
    expect(await run(env)).toMatchObject({ who: session('deploy', 'pod') });
  });

  test('with the role of its container', async () => {
    const before = callsOf(gate, 'container');
    const { who, again } = await run({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${gate.url}/v2/credentials/task` });
    expect(who).toContain(`arn:aws:sts::${OWNER}:assumed-role/instance/`);
    expect(again).toBe(who);
    expect(callsOf(gate, 'container') - before).toBe(1);
  });

  test('with the role of its instance', async () => {
    const env = { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: gate.url };
    expect((await run(env)).who).toContain(`arn:aws:sts::${OWNER}:assumed-role/instance/`);
  });

  test('with nothing, and is told what it could do', async () => {
    const { who } = await run({});
    expect(who).toMatch(/^ERR_SIGV4_NO_CREDENTIALS: .*AWS_ACCESS_KEY_ID/);
  });

  test('with half a pair in its environment, and is told which half is missing', async () => {
    const { who } = await run({ AWS_ACCESS_KEY_ID: local.accessKeyId });
    expect(who).toMatch(/^ERR_SIGV4_INVALID_CREDENTIALS: The secretAccessKey is missing/);
  });

  test('with keys that have ended, and is told so', async () => {
    const { who } = await run({ ...keys, AWS_CREDENTIAL_EXPIRATION: '2020-01-01T00:00:00Z' });
    expect(who).toMatch(/^ERR_SIGV4_EXPIRED_CREDENTIALS/);
  });
});
