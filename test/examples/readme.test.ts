/** Every snippet of the README runs as it is pasted, against a gate, and prints what it is meant to print. */
import { type Gate, startGate } from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { longTerm } from '../support/keys';
import { type Snippet, snippetsOf, useSnippets } from '../support/snippets';

const snippets = snippetsOf('README.md');

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
  const { check, run } = useSnippets('readme');
  let gate: Gate;

  beforeAll(async () => {
    const temporary = {
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYTEMPORARYK',
      sessionToken: 'AQoDYXdzEJr1EXAMPLETOKEN',
    };
    const OIDC = 'arn:aws:iam::111122223333:oidc-provider/ci.example.com';
    const trust = (Principal: Record<string, string>, Action: string, StringEquals?: Record<string, string>) => ({
      Statement: { Effect: 'Allow' as const, Principal, Action, ...(StringEquals && { Condition: { StringEquals } }) },
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
  afterAll(() => gate.close());

  beforeEach(() => {
    vi.stubEnv('CI_ID_TOKEN', 'a-token-of-ci');
    // The snippets call the global fetch with real AWS hostnames; here it leads to the gate.
    vi.stubGlobal('fetch', gate.fetch);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test('has a row here for each snippet', () => {
    expect(snippets).toHaveLength(PRINTED.length);
  });

  test('has snippets that the compiler takes as they are', () => {
    expect(check(snippets)).toBe('');
  });

  test.each(PRINTED.map((row, i) => [...row, i] as const))('shows %s as it works', async (_, expected, i) => {
    const printed = await run(snippets[i] as Snippet);
    const wanted = expected.map((line) => (typeof line === 'string' ? line : expect.stringMatching(line)));
    expect(printed).toEqual(wanted);
  });
});
