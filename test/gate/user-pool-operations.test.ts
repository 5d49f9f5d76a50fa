/** Which operations of user pools need no signature: what the SDK's client, made from the service's model, sends without one. */
import * as sdk from '@aws-sdk/client-cognito-identity-provider';
import { HttpResponse } from '@smithy/protocol-http';
import { expect, test } from 'vitest';
import { isPublic } from '../../src/gate/user-pools/public-operations';

type Command = new (input: object) => Parameters<sdk.CognitoIdentityProviderClient['send']>[0];

test('are those that the SDK sends unsigned', async () => {
  const unsigned: string[] = [];
  const signed: string[] = [];
  const client = new sdk.CognitoIdentityProviderClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
    requestHandler: {
      async handle({ headers }: { headers: Record<string, string> }) {
        const operation = headers['x-amz-target']?.split('.')[1] as string;
        ('authorization' in headers ? signed : unsigned).push(operation);
        return { response: new HttpResponse({ statusCode: 200, headers: {}, body: new Uint8Array() }) };
      },
    },
  });
  for (const [name, Command] of Object.entries(sdk) as [string, Command][])
    if (/^[A-Z]\w+Command$/.test(name)) await client.send(new Command({}));
  expect(unsigned.length).toBeGreaterThan(20);
  expect(signed.length).toBeGreaterThan(20);
  expect([unsigned.filter((name) => !isPublic(name)), signed.filter(isPublic)]).toEqual([[], []]);
});
