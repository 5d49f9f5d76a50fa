/** Passwords for databases: what AWS's own clients make of the same, and what a verifier says. */

import { dsqlAuthToken, elastiCacheAuthToken, memoryDbAuthToken, rdsAuthToken } from 'sigv4kit/presign';
import { createVerifier } from 'sigv4kit/verify';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { codeOf, instant, longTerm, temporary } from '../support/keys';
import { parametersOf, signatureBySmithy } from './smithy';

const now = () => instant.getTime();
const rds = { hostname: 'orders.abc123.eu-west-1.rds.amazonaws.com', port: 5432, username: 'app user', now };
const dsql = { hostname: 'abc0def1baz2quux3quuux4.dsql.us-east-1.on.aws', now };
const cache = { cacheName: 'cache-01', userId: 'iam-user-01', region: 'us-east-1', now };
const cluster = { clusterName: 'cluster-01', userId: 'iam-user-01', region: 'us-east-1', now };

const signed = (scope: string, signature: string, expires = '900') => ({
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': `${longTerm.accessKeyId}/20150830/${scope}/aws4_request`,
  'X-Amz-Date': '20150830T123600Z',
  'X-Amz-Expires': expires,
  'X-Amz-SignedHeaders': 'host',
  'X-Amz-Signature': signature,
});
const signedBySession = (scope: string, signature: string) => ({
  ...signed(scope, signature),
  'X-Amz-Credential': `${temporary.accessKeyId}/20150830/${scope}/aws4_request`,
  'X-Amz-Security-Token': temporary.sessionToken,
});

afterEach(() => {
  vi.unstubAllEnvs();
});

// Made with @aws-sdk/rds-signer 3.1169 and @aws-sdk/dsql-signer 3.1142, and with SigV4QueryAuth of botocore 1.43 for the rest.
describe("a token is the one of AWS's own client", () => {
  test.each<[string, () => Promise<string>, string, Record<string, string | undefined>]>([
    [
      'RDS',
      () => rdsAuthToken({ ...rds, credentials: longTerm }),
      'orders.abc123.eu-west-1.rds.amazonaws.com:5432/',
      {
        Action: 'connect',
        DBUser: 'app user',
        ...signed('eu-west-1/rds-db', '0f22f61796e63a232da536bb01b4e721d27dc6a3c1113eba302476510e9042f1'),
      },
    ],
    [
      'RDS, temporary keys',
      () => rdsAuthToken({ ...rds, credentials: temporary }),
      'orders.abc123.eu-west-1.rds.amazonaws.com:5432/',
      {
        Action: 'connect',
        DBUser: 'app user',
        ...signedBySession('eu-west-1/rds-db', 'c625ce43c252ecd934b1baf08349aafcc984454e5747b02338221698b572af75'),
      },
    ],
    [
      'RDS on the port of the scheme, a user of all characters',
      () => rdsAuthToken({ ...rds, port: 443, username: "o'brien@é", credentials: longTerm }),
      'orders.abc123.eu-west-1.rds.amazonaws.com:443/',
      {
        Action: 'connect',
        DBUser: "o'brien@é",
        ...signed('eu-west-1/rds-db', 'f3dc8b09a77f73ba43194387bddd40d73013787a1e25a31567599e4431a6a35b'),
      },
    ],
    [
      'DSQL',
      () => dsqlAuthToken({ ...dsql, credentials: longTerm }),
      'abc0def1baz2quux3quuux4.dsql.us-east-1.on.aws/',
      {
        Action: 'DbConnect',
        ...signed('us-east-1/dsql', 'b53ed94a085c301cde955ef6c3f901d7d8dfcf3d2c349674f13443291261422d'),
      },
    ],
    [
      'DSQL, the admin, temporary keys',
      () => dsqlAuthToken({ ...dsql, admin: true, credentials: temporary }),
      'abc0def1baz2quux3quuux4.dsql.us-east-1.on.aws/',
      {
        Action: 'DbConnectAdmin',
        ...signedBySession('us-east-1/dsql', 'a871e7bcdb2180ccc340a57348e75d03bd3a7ced0cdb5dc8df4e37deed1787da'),
      },
    ],
    [
      'DSQL for a week',
      () => dsqlAuthToken({ ...dsql, expiresIn: 604_800, credentials: longTerm }),
      'abc0def1baz2quux3quuux4.dsql.us-east-1.on.aws/',
      {
        Action: 'DbConnect',
        ...signed('us-east-1/dsql', '6d59bd1fd00f6cb489af915785579fd6298ded0f84840592762a10151f7236c2', '604800'),
      },
    ],
    [
      'ElastiCache',
      () => elastiCacheAuthToken({ ...cache, credentials: longTerm }),
      'cache-01/',
      {
        Action: 'connect',
        User: 'iam-user-01',
        ...signed('us-east-1/elasticache', '4a5b94520b3b3b07b01229b4946295a9843d9a3359826961ef989c5ea0ff2bac'),
      },
    ],
    [
      'ElastiCache serverless, temporary keys',
      () => elastiCacheAuthToken({ ...cache, serverless: true, credentials: temporary }),
      'cache-01/',
      {
        Action: 'connect',
        User: 'iam-user-01',
        ResourceType: 'ServerlessCache',
        ...signedBySession('us-east-1/elasticache', '479f44aef24540d53e073cdb1f2305b15cb049c61a78c80f6fa89ae1264fe7ad'),
      },
    ],
    [
      'MemoryDB',
      () => memoryDbAuthToken({ ...cluster, credentials: longTerm }),
      'cluster-01/',
      {
        Action: 'connect',
        User: 'iam-user-01',
        ...signed('us-east-1/memorydb', '4346d41b34c1f0cdaf1b8fcb2b51e7df994b3572d4716ba6425f6f17784aa1ca'),
      },
    ],
    [
      'MemoryDB, temporary keys',
      () => memoryDbAuthToken({ ...cluster, credentials: temporary }),
      'cluster-01/',
      {
        Action: 'connect',
        User: 'iam-user-01',
        ...signedBySession('us-east-1/memorydb', '00f7aca465cf242f83c2ba9770e4b8726b555e67db37111a9f2db272ae322796'),
      },
    ],
  ])('%s', async (_, make, before, parameters) => {
    const token = await make();
    expect(token.slice(0, token.indexOf('?'))).toBe(before);
    expect(parametersOf(token)).toEqual(parameters);
    // A space is never written as `+`, which databases do not read as one.
    expect(token).not.toContain('+');
  });
});

describe('a token holds for a verifier', () => {
  test.each<[string, () => Promise<string>, string, string]>([
    ['RDS', () => rdsAuthToken({ ...rds, credentials: temporary }), 'eu-west-1', 'rds-db'],
    ['RDS on port 80', () => rdsAuthToken({ ...rds, port: 80, credentials: temporary }), 'eu-west-1', 'rds-db'],
    ['DSQL', () => dsqlAuthToken({ ...dsql, credentials: temporary }), 'us-east-1', 'dsql'],
    ['ElastiCache', () => elastiCacheAuthToken({ ...cache, credentials: temporary }), 'us-east-1', 'elasticache'],
    ['MemoryDB', () => memoryDbAuthToken({ ...cluster, credentials: temporary }), 'us-east-1', 'memorydb'],
  ])('%s, for 15 minutes', async (_, make, region, service) => {
    const token = await make();
    const [host = '', query = ''] = token.split('/?');
    const request = { method: 'GET', path: '/', query, headers: [['host', host] as const] };
    const verifierAt = (time: number) => createVerifier({ lookup: () => temporary, region, service, now: () => time });
    await expect(verifierAt(now() + 899_000).verify(request)).resolves.toMatchObject({ signedHeaders: ['host'] });
    expect(await codeOf(() => verifierAt(now() + 901_000).verify(request))).toBe('ERR_SIGV4_SIGNATURE_EXPIRED');
  });
});

describe('names', () => {
  test('of hosts and caches are signed and written in lower case', async () => {
    const credentials = longTerm;
    expect(await rdsAuthToken({ ...rds, hostname: rds.hostname.toUpperCase(), credentials })).toBe(
      await rdsAuthToken({ ...rds, credentials }),
    );
    expect(await elastiCacheAuthToken({ ...cache, cacheName: 'Cache-01', credentials })).toBe(
      await elastiCacheAuthToken({ ...cache, credentials }),
    );
  });

  test.each(['a&DBUser=root', 'a=b', 'a+b', 'a%20b', '用户', '😀', 'a/b?c#d'])(
    'of the user %j stay one parameter',
    async (username) => {
      const token = await rdsAuthToken({ ...rds, username, credentials: longTerm });
      const { DBUser, 'X-Amz-Signature': signature } = parametersOf(token);
      expect(DBUser).toBe(username);
      const url = `https://${rds.hostname}:5432/?Action=connect&DBUser=${encodeURIComponent(username)}`;
      const rule = { service: 'rds-db', region: 'eu-west-1', expiresIn: 900 };
      expect(signature).toBe(await signatureBySmithy(url, longTerm, rule));
    },
  );
});

describe('the region', () => {
  test('is that of the option, then of the hostname, then of the environment', async () => {
    vi.stubEnv('AWS_REGION', 'sa-east-1');
    const scope = async (make: Promise<string>) => parametersOf(await make)['X-Amz-Credential']?.split('/')[2];
    const credentials = longTerm;
    expect(await scope(rdsAuthToken({ ...rds, credentials, region: 'us-west-2' }))).toBe('us-west-2');
    expect(await scope(rdsAuthToken({ ...rds, credentials }))).toBe('eu-west-1');
    expect(await scope(rdsAuthToken({ ...rds, credentials, hostname: 'db.example.com' }))).toBe('sa-east-1');
    expect(await scope(memoryDbAuthToken({ ...cluster, credentials, region: undefined }))).toBe('sa-east-1');
  });

  test('is never guessed', async () => {
    const call = () => elastiCacheAuthToken({ ...cache, credentials: longTerm, region: undefined });
    expect(await codeOf(call)).toBe('ERR_SIGV4_NO_REGION');
  });
});
