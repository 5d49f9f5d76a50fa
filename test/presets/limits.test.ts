/** What presets refuse, with which code, and that no error of theirs shows a secret. */
import { inspect } from 'node:util';
import { type Credentials, isSigV4Error } from 'sigv4kit';
import * as presets from 'sigv4kit/presign';
import { describe, expect, test } from 'vitest';
import { codeOf, instant, longTerm, temporary } from '../support/keys';

type Options = Record<string, unknown>;

const now = () => instant.getTime();
const url = 'https://abc.appsync-api.us-east-1.amazonaws.com/graphql';

/** Each preset with options that work. */
const GOOD: Record<string, Options> = {
  rdsAuthToken: { hostname: 'db.abc.us-east-1.rds.amazonaws.com', port: 3306, username: 'app' },
  dsqlAuthToken: { hostname: 'abc.dsql.us-east-1.on.aws' },
  elastiCacheAuthToken: { cacheName: 'cache-01', userId: 'app', region: 'us-east-1' },
  memoryDbAuthToken: { clusterName: 'cluster-01', userId: 'app', region: 'us-east-1' },
  eksToken: { clusterName: 'production', region: 'us-east-1' },
  iotMqttUrl: { endpoint: 'a1-ats.iot.us-east-1.amazonaws.com' },
  appSyncRealtimeUrl: { url },
  appSyncAuthorization: { url, data: '{"query":"subscription { a }"}' },
  transcribeUrl: { region: 'us-east-1', languageCode: 'en-US', mediaEncoding: 'pcm', sampleRate: 16_000 },
  webSocketUrl: {},
};

// biome-ignore lint/suspicious/noExplicitAny: what a preset gives, or fails with, is looked at as it is.
const call = (name: string, options: unknown): Promise<any> => {
  const preset = (presets as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>)[name];
  const given = name === 'webSocketUrl' ? ['wss://abc.execute-api.us-east-1.amazonaws.com/prod', options] : [options];
  return (preset as NonNullable<typeof preset>)(...given);
};
const withOptions = (name: string, bad: Options) => call(name, { credentials: longTerm, now, ...GOOD[name], ...bad });
const names = Object.keys(GOOD);

test('every function of the door is tested here', () => {
  const functions = Object.keys(presets).filter((name) => !['isSigV4Error', 'SigV4Error'].includes(name));
  expect(functions.sort()).toEqual([...names].sort());
});

const HOSTNAMES = [
  undefined,
  null,
  5,
  '',
  'https://a.example.com',
  'a.example.com:5432',
  'a.example.com/',
  'a..b',
  'a b',
  'u@a',
  '[::1]',
  'a.',
  'é.example.com',
  `${'a'.repeat(254)}`,
  'a.example.com\n',
];
const CACHE_NAMES = [
  undefined,
  '',
  '1cache',
  'cache-',
  'a--b',
  'a_b',
  'a.b',
  'a'.repeat(41),
  'cache-01.abc.use1.cache.amazonaws.com',
  'a\n',
];
const USER_IDS = [undefined, '', '1a', 'a b', 'a&User=b', 'é'];
const LIVES = [0, -1, 1.5, Number.NaN, '60', 604_801, null];

const BAD: readonly (readonly [name: string, option: string, values: readonly unknown[]])[] = [
  ['rdsAuthToken', 'hostname', HOSTNAMES],
  ['rdsAuthToken', 'port', [undefined, null, 0, -1, 65_536, 1.5, '5432', Number.NaN]],
  ['rdsAuthToken', 'username', [undefined, null, '', 5, 'a\nb', 'a\0', 'a\ud800']],
  ['dsqlAuthToken', 'hostname', HOSTNAMES],
  ['elastiCacheAuthToken', 'cacheName', CACHE_NAMES],
  ['elastiCacheAuthToken', 'userId', USER_IDS],
  ['memoryDbAuthToken', 'clusterName', CACHE_NAMES],
  ['memoryDbAuthToken', 'userId', USER_IDS],
  ['eksToken', 'clusterName', [undefined, '', '-a', 'a.b', 'a b', 'a'.repeat(101), 'a\n', 'é']],
  ['eksToken', 'region', [undefined, null]],
  ['iotMqttUrl', 'endpoint', [...HOSTNAMES, 'wss://a1-ats.iot.us-east-1.amazonaws.com/mqtt']],
  [
    'appSyncRealtimeUrl',
    'url',
    [
      undefined,
      null,
      '',
      5,
      'graphql',
      'wss://a/graphql',
      'http://a/graphql',
      `${url}?a=b`,
      `${url}#a`,
      'https://u:p@a/graphql',
    ],
  ],
  ['appSyncAuthorization', 'url', [undefined, 'wss://a/graphql']],
  ['appSyncAuthorization', 'data', [undefined, null, '', { query: 'subscription { a }' }, 'subscription { a }']],
  ['transcribeUrl', 'region', [undefined, null]],
  ['transcribeUrl', 'languageCode', [undefined, null, '', 'en', 'English', 'en_US', 'en-US&a=b']],
  ['transcribeUrl', 'mediaEncoding', [undefined, 'wav', 'PCM', '']],
  ['transcribeUrl', 'sampleRate', [undefined, null, 16_000.5, '16000', 7999, 48_001, Number.NaN]],
  ['transcribeUrl', 'medical', [true]],
  [
    'transcribeUrl',
    'parameters',
    [
      'a',
      ['a'],
      { 'Vocabulary-Name': 'a' },
      { 'X-Amz-Expires': 9 },
      { 'sample-rate': 8000 },
      { 'session-id': undefined },
      { 'session-id': '' },
      { 'session-id': {} },
      { 'session-id': Number.NaN },
      { 'session-id': 'a\ud800' },
    ],
  ],
];

describe('what cannot be meant is refused', () => {
  test.each(BAD)('%s: %s', async (name, option, values) => {
    for (const value of values)
      expect(await codeOf(() => withOptions(name, { [option]: value })), inspect(value)).toBe(
        'ERR_SIGV4_INVALID_OPTION',
      );
  });

  test.each(names)('%s: a region that is none, and a clock that is none', async (name) => {
    for (const region of ['', 'us-east-1/x', 'US-EAST-1', 'us east', 'useast1', 5, 'us-east-1\n'])
      expect(await codeOf(() => withOptions(name, { region }))).toBe('ERR_SIGV4_INVALID_OPTION');
    expect(await codeOf(() => withOptions(name, { now: 5 }))).toBe('ERR_SIGV4_INVALID_OPTION');
  });

  test.each(names.filter((name) => name !== 'webSocketUrl'))('%s: no options at all', async (name) => {
    for (const nothing of [undefined, null, {}])
      expect(await codeOf(() => call(name, nothing))).toBe('ERR_SIGV4_INVALID_OPTION');
  });

  test.each(['dsqlAuthToken', 'iotMqttUrl', 'webSocketUrl', 'transcribeUrl'])(
    '%s: a life out of its limits',
    async (name) => {
      for (const expiresIn of name === 'transcribeUrl' ? [...LIVES, 301] : LIVES)
        expect(await codeOf(() => withOptions(name, { expiresIn }))).toBe('ERR_SIGV4_INVALID_EXPIRES');
    },
  );
});

describe('what can be meant at its limits is taken', () => {
  test.each<[string, Options]>([
    ['rdsAuthToken', { port: 1 }],
    ['rdsAuthToken', { port: 65_535, username: 'a b' }],
    ['dsqlAuthToken', { expiresIn: 1 }],
    ['elastiCacheAuthToken', { cacheName: 'a' }],
    ['elastiCacheAuthToken', { cacheName: 'a'.repeat(40), userId: 'a-' }],
    ['eksToken', { clusterName: `0${'_'.repeat(99)}` }],
    ['iotMqttUrl', { expiresIn: 604_800 }],
    ['transcribeUrl', { expiresIn: 1, sampleRate: 8000, mediaEncoding: 'ogg-opus' }],
    ['transcribeUrl', { sampleRate: 48_000, languageCode: 'zh-HK', parameters: null }],
    ['transcribeUrl', { region: 'us-gov-west-1' }],
    ['webSocketUrl', { region: 'eusc-de-east-1' }],
  ])('%s %j', async (name, options) => {
    await expect(withOptions(name, options)).resolves.toBeDefined();
  });
});

describe('credentials', () => {
  test.each(names)('%s takes a provider and asks it once for many', async (name) => {
    let asked = 0;
    const credentials = async () => {
      asked++;
      return { ...temporary, expiration: new Date(now() + 3_600_000) };
    };
    const made = await Promise.all([1, 2, 3].map(() => withOptions(name, { credentials })));
    expect(asked).toBe(1);
    const fixed = await withOptions(name, { credentials: temporary });
    for (const one of made) expect(one).toEqual(fixed);
  });

  test.each(names)('%s signs with none that are missing or expired', async (name) => {
    const expired = { ...temporary, expiration: new Date(now()) };
    expect(await codeOf(() => withOptions(name, { credentials: expired }))).toBe('ERR_SIGV4_EXPIRED_CREDENTIALS');
    expect(await codeOf(() => withOptions(name, { credentials: undefined }))).toBe('ERR_SIGV4_NO_CREDENTIALS');
  });

  test.each(names)('%s gives up waiting for them when told to', async (name) => {
    const reason = new Error('enough');
    const credentials = () => new Promise<Credentials>(() => {});
    await expect(withOptions(name, { credentials, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

test('no error shows a secret that was pasted into the wrong option', async () => {
  const secrets = [temporary.secretAccessKey, temporary.sessionToken as string];
  const seen: string[] = [];
  for (const [name, option] of [...BAD, ...names.map((each) => [each, 'region'] as const)]) {
    for (const secret of secrets) {
      const bad = { [option]: option === 'parameters' ? { [secret]: secret } : `${secret}\n`, credentials: temporary };
      const error = await withOptions(name, bad).catch((reason) => reason);
      expect(isSigV4Error(error), `${name} ${option}`).toBe(true);
      seen.push(error.message, error.stack, JSON.stringify(error), inspect(error, { depth: 9, showHidden: true }));
    }
  }
  for (const text of seen) for (const secret of secrets) expect(text).not.toContain(secret);
});

test('every refusal says which option, and what it must be', async () => {
  for (const [name, option, values] of BAD) {
    if (option === 'medical') continue;
    const error = await withOptions(name, { [option]: values[0] }).catch((reason) => reason);
    expect(error.message).toMatch(new RegExp(`^The option ${option} must be .{5,}\\.$`));
  }
});
