/** Every snippet of the README runs as it is pasted, against a gate, and prints what it is meant to print. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  ['errors', ['ERR_SIGV4_NO_SERVICE']],
  ['the verifier', ['AKIAIOSFODNN7EXAMPLE host x-amz-date']],
  ['a verifier in a Node server', ['hello AKIAIOSFODNN7EXAMPLE']],
  ['the gate', ['200 403', 'GET answered ; DELETE refused implicit-deny']],
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
    const policies = [{ Statement: { Effect: 'Allow' as const, Action: '*', Resource: '*' } }];
    gate = await startGate({
      accounts: {
        '111122223333': {
          users: { buddy: { accessKeys: [longTerm, temporary], policies } },
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
