/** What the AWS SDK and this package give each other: providers, keys, and the same addresses. */
import { CognitoIdentityClient } from '@aws-sdk/client-cognito-identity';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { assumeRole, type CachedCredentialProvider, cachedCredentials } from 'sigv4kit';
import type { Gate } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serviceUrl } from '../../src/endpoint/service-url';
import { buddy, callsOf, OWNER, roleArn, startAccounts, whoCalls } from '../support/accounts';

let gate: Gate;
beforeAll(async () => {
  gate = await startAccounts();
});
afterAll(() => gate.close());

const role = (): CachedCredentialProvider =>
  assumeRole({
    roleArn: roleArn('api-caller'),
    region: 'us-east-1',
    credentials: buddy,
    fetch: gate.fetch,
    roleSessionName: 'me',
  });
const session = `arn:aws:sts::${OWNER}:assumed-role/api-caller/me`;

describe('an SDK client', () => {
  test('takes our providers, and the keys they give', async () => {
    const provider = role();
    const settings = { region: 'us-east-1', endpoint: gate.url };
    for (const credentials of [provider, await provider()]) {
      const { Arn } = await new STSClient({ ...settings, credentials }).send(new GetCallerIdentityCommand({}));
      expect(Arn).toBe(session);
    }
  });
});

test("an SDK provider's role is assumed once, however many requests are signed with it", async () => {
  const provider = fromTemporaryCredentials({
    masterCredentials: buddy,
    params: { RoleArn: roleArn('api-caller'), RoleSessionName: 'me' },
    clientConfig: { region: 'us-east-1', endpoint: gate.url },
  });
  const before = callsOf(gate, 'sts', 'AssumeRole');
  const all = await Promise.all(Array.from({ length: 20 }, () => whoCalls(gate, provider)));
  expect(new Set(all)).toEqual(new Set([session]));
  expect(await whoCalls(gate, cachedCredentials(provider, {}))).toBe(session);
  expect(callsOf(gate, 'sts', 'AssumeRole') - before).toBe(2);
});

describe('STS and Cognito have the addresses that the SDK calls', () => {
  const regions = [
    ...'us-east-1 us-east-2 us-west-1 us-west-2 eu-west-1 eu-central-1 ap-southeast-2 sa-east-1 ca-central-1 me-south-1'.split(
      ' ',
    ),
    ...'cn-north-1 cn-northwest-1 us-gov-east-1 us-gov-west-1 us-iso-east-1 us-isob-east-1 eusc-de-east-1'.split(' '),
  ];
  const modes = [
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ] as const;

  test.each(regions.flatMap((region) => modes.map(([fips, dualStack]) => ({ region, fips, dualStack }))))(
    'in $region, FIPS $fips, dual stack $dualStack',
    async ({ region, fips, dualStack }) => {
      const settings = { region, useFipsEndpoint: fips, useDualstackEndpoint: dualStack, credentials: buddy };
      const parameters = { Region: region, UseFIPS: fips, UseDualStack: dualStack };
      const hostOf = (resolve: () => { url: URL }) => {
        try {
          return resolve().url.host;
        } catch {
          // The SDK knows that there is none.
          return undefined;
        }
      };
      const sts = new STSClient(settings).config as unknown as { endpointProvider(p: object): { url: URL } };
      const cognito = new CognitoIdentityClient(settings).config as unknown as typeof sts;
      const expected = {
        sts: hostOf(() => sts.endpointProvider({ ...parameters, UseGlobalEndpoint: false })),
        'cognito-identity': hostOf(() => cognito.endpointProvider(parameters)),
      };
      for (const service of ['sts', 'cognito-identity'] as const) {
        // Cognito has FIPS names in the United States alone; elsewhere the SDK makes one up.
        if (service === 'cognito-identity' && fips && !region.startsWith('us-')) continue;
        if (expected[service])
          expect(new URL(serviceUrl(service, region, fips, dualStack)).host).toBe(expected[service]);
      }
    },
  );
});
