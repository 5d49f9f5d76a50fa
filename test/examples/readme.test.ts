/** Every snippet of the README runs as it is pasted, against a gate, and prints what it is meant to print. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Gate, startGate } from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { longTerm } from '../support/keys';

const folder = new URL('./generated/', import.meta.url);
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const snippets = [...readme.matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1] as string);

/** What each snippet prints, in order. */
const PRINTED: readonly (readonly [about: string, printed: readonly (string | RegExp)[]])[] = [
  ['the first ten lines', ['200 {"hello":"buddy"}']],
  [
    'the signer',
    [/^GET https:\/\/api\.example\.com\/orders\?status=open accept host x-amz-date authorization null$/, '300'],
  ],
  ['options of one call', ['200']],
  [
    'presets',
    [
      'orders.abc123.eu-west-1.rds.amazonaws.com:5432/?Action=connect&DBUser=app',
      'k8s-aws-v1',
      'abc123.appsync-realtime-api.eu-west-1.amazonaws.com graphql-ws',
    ],
  ],
  ['an assumed role', ['200']],
  ['a web identity', ['200']],
  ['a Cognito guest', [/^200 us-east-1:[\da-f-]{36}$/]],
  ['errors', ['ERR_SIGV4_NO_SERVICE']],
  ['the verifier', ['AKIAIOSFODNN7EXAMPLE host x-amz-date']],
  ['a verifier in a Node server', ['hello AKIAIOSFODNN7EXAMPLE']],
  ['the gate', ['200 403', 'GET answered ; DELETE refused implicit-deny']],
  [
    'the gate as a source of keys, with a fault',
    ['200 sts AssumeRole throttle, sts AssumeRole throttle, sts AssumeRole ok, execute-api ok'],
  ],
  ['the core', ['8 4 x-amz-date authorization']],
];

describe('the README', () => {
  let gate: Gate;
  const printed: string[] = [];

  beforeAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    const temporary = {
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYTEMPORARYK',
      sessionToken: 'AQoDYXdzEJr1EXAMPLETOKEN',
    };
    const OIDC = 'arn:aws:iam::111122223333:oidc-provider/ci.example.com';
    const trust = (Principal: Record<string, string>, Action: string, StringEquals = {}) => ({
      Statement: { Effect: 'Allow' as const, Principal, Action, Condition: { StringEquals } },
    });
    const policies = [{ Statement: { Effect: 'Allow' as const, Action: '*', Resource: '*' } }];
    gate = await startGate({
      accounts: {
        '111122223333': {
          users: { buddy: { accessKeys: [longTerm, temporary], policies } },
          roles: {
            'api-caller': {
              trust: trust({ AWS: '111122223333' }, 'sts:AssumeRole', { 'sts:ExternalId': 'shop' }),
              policies,
            },
            deploy: { trust: trust({ Federated: OIDC }, 'sts:AssumeRoleWithWebIdentity'), policies },
            guest: {
              trust: trust({ Federated: 'cognito-identity.amazonaws.com' }, 'sts:AssumeRoleWithWebIdentity'),
              policies,
            },
          },
          oidcProviders: { 'ci.example.com': { 'a-token-of-ci': { sub: 'main' } } },
          identityPools: {
            'us-east-1:11111111-2222-3333-4444-555555555555': {
              allowUnauthenticated: true,
              roles: { unauthenticated: 'guest' },
            },
          },
          apis: {
            abc123: {
              region: 'us-east-1',
              stage: 'api',
              routes: {
                'GET /': { auth: 'AWS_IAM', handler: { statusCode: 200 } },
                'POST /greet': {
                  auth: 'AWS_IAM',
                  handler: ({ body }) => ({
                    statusCode: 200,
                    body: JSON.stringify({ hello: JSON.parse(body as string).name }),
                  }),
                },
              },
            },
          },
        },
      },
    });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await gate.close();
  });

  beforeEach(() => {
    printed.length = 0;
    vi.stubEnv('AWS_ACCESS_KEY_ID', longTerm.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', longTerm.secretAccessKey);
    vi.stubEnv('CI_ID_TOKEN', 'a-token-of-ci');
    const show = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
    vi.spyOn(console, 'log').mockImplementation((...values) => void printed.push(values.map(show).join(' ')));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  test('has a row here for each snippet', () => {
    expect(snippets).toHaveLength(PRINTED.length);
  });

  test('has snippets that the compiler takes as they are', () => {
    for (const [i, snippet] of snippets.entries())
      writeFileSync(new URL(`typed-${i}.ts`, folder), `${snippet}\nexport {};\n`);
    const config = { extends: '../../../tsconfig.json', include: ['typed-*.ts'] };
    writeFileSync(new URL('tsconfig.json', folder), JSON.stringify(config));
    const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', fileURLToPath(folder)], { encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  test.each(PRINTED.map((row, i) => [...row, i] as const))('shows %s as it works', async (_, expected, i) => {
    // The snippets call the global fetch with real AWS hostnames; here it leads to the gate.
    vi.stubGlobal('fetch', gate.fetch);
    const file = new URL(`snippet-${i}.ts`, folder);
    writeFileSync(file, snippets[i] as string);
    await import(/* @vite-ignore */ file.href);
    expect(printed).toHaveLength(expected.length);
    for (const [line, wanted] of expected.entries()) {
      if (typeof wanted === 'string') expect(printed[line]).toBe(wanted);
      else expect(printed[line]).toMatch(wanted);
    }
  });
});
