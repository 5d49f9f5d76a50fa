/**
 * Signers that nobody here wrote, against the gate: accepted when they are right, and refused in AWS's words when they are
 * wrong. `scripts/install-clients.sh` brings those that are not from npm.
 */
import {
  CognitoIdentityClient,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
} from '@aws-sdk/client-cognito-identity';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Gate, startGate } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buddy, HOME, type Keys, POOL, roleArn, world } from '../../support/gate-world';
import { type Call, CLIENTS, HAS_CURL, HAS_PYTHON, runPython } from './clients';

const API = `arn:aws:execute-api:us-east-1:${HOME}:clients1`;
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const allow = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: `${API}/*` },
};
const deny = { Statement: { Effect: 'Deny', Action: '*', Resource: `${API}/prod/GET/orders` } };
const keysOf = (accessKeyId: string, sessionToken?: string): Keys => ({
  accessKeyId,
  secretAccessKey: SECRET,
  ...(sessionToken && { sessionToken }),
});
const caller = keysOf('AKIACALLEREXAMPLE000');
const temporary = keysOf('ASIACALLEREXAMPLE000', 'AQoDYXdzEJr1K7MDENGbPxRfiCYEXAMPLETOKEN');
const expired = { ...keysOf('ASIAEXPIREDEXAMPLE00', 'AQoDYXdzEJr1EXPIREDEXAMPLETOKEN'), expiration: '2020-01-01' };
const idle = keysOf('AKIAIDLEEXAMPLE00000');
const denied = keysOf('AKIADENIEDEXAMPLE000');

let gate: Gate;
beforeAll(async () => {
  const home = world.accounts[HOME];
  gate = await startGate({
    ...world,
    accounts: {
      ...world.accounts,
      [HOME]: {
        ...home,
        users: {
          ...home?.users,
          caller: { accessKeys: [caller, temporary, expired], policies: [allow] },
          idle: { accessKeys: [idle] },
          denied: { accessKeys: [denied], policies: [allow, deny] },
        },
        apis: {
          ...home?.apis,
          clients1: {
            region: 'us-east-1',
            stage: 'prod',
            routes: {
              'ANY /orders': {
                auth: 'AWS_IAM',
                handler: ({ httpMethod, body, multiValueQueryStringParameters: query, requestContext }) => ({
                  statusCode: 200,
                  body: JSON.stringify({ httpMethod, body, query, userArn: requestContext.identity.userArn }),
                }),
              },
            },
          },
        },
      },
    },
  } as typeof world);
});
afterAll(() => gate.close());

const get: Call = {
  keys: caller,
  region: 'us-east-1',
  service: 'execute-api',
  host: 'clients1.execute-api.us-east-1.amazonaws.com',
  method: 'GET',
  target: '/prod/orders',
  headers: {},
  body: '',
};
const post: Partial<Call> = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"name":"grüße"}',
};

const arn = `arn:aws:iam::${HOME}:user`;
const resource = `arn:aws:execute-api:us-east-1:********3333:clients1/prod/GET/orders`;
const rows: [string, Partial<Call>, { status: number; type: string; says: string | RegExp }][] = [
  ['a GET', {}, { status: 200, type: '', says: `"userArn":"${arn}/caller"` }],
  [
    'a query of several values',
    { target: '/prod/orders?a=1&b=x%20y&c=%2B' },
    { status: 200, type: '', says: '"query":{"a":["1"],"b":["x y"],"c":["+"]}' },
  ],
  ['a POST of JSON', post, { status: 200, type: '', says: '"body":"{\\"name\\":\\"grüße\\"}"' }],
  ['temporary keys', { keys: temporary }, { status: 200, type: '', says: `"userArn":"${arn}/caller"` }],
  [
    'another secret',
    { keys: { ...caller, secretAccessKey: SECRET.toLowerCase() } },
    {
      status: 403,
      type: 'InvalidSignatureException',
      says: /^\{"message":"The request signature we calculated does not match the signature you provided\. .*The Canonical String for this request should have been\\n'GET\\n\/prod\/orders\\n/,
    },
  ],
  [
    'a key that nobody has',
    { keys: keysOf('AKIAUNKNOWNEXAMPLE00') },
    {
      status: 403,
      type: 'UnrecognizedClientException',
      says: '{"message":"The security token included in the request is invalid."}',
    },
  ],
  [
    'temporary keys without their token',
    { keys: keysOf(temporary.accessKeyId) },
    {
      status: 403,
      type: 'UnrecognizedClientException',
      says: '{"message":"The security token included in the request is invalid."}',
    },
  ],
  [
    'keys that have expired',
    { keys: { ...expired, expiration: undefined } as Keys },
    {
      status: 403,
      type: 'ExpiredTokenException',
      says: '{"message":"The security token included in the request is expired"}',
    },
  ],
  [
    'another region',
    { region: 'eu-west-1' },
    {
      status: 403,
      type: 'InvalidSignatureException',
      says: `{"message":"Credential should be scoped to a valid region, not 'eu-west-1'. "}`,
    },
  ],
  [
    'another service',
    { service: 'lambda' },
    {
      status: 403,
      type: 'InvalidSignatureException',
      says: `{"message":"Credential should be scoped to correct service: 'execute-api'. "}`,
    },
  ],
  [
    'nothing that allows it',
    { keys: idle },
    {
      status: 403,
      type: 'AccessDeniedException',
      says: `{"Message":"User: ${arn}/idle is not authorized to perform: execute-api:Invoke on resource: ${resource} because no identity-based policy allows the execute-api:Invoke action"}`,
    },
  ],
  [
    'a policy that denies it',
    { keys: denied },
    {
      status: 403,
      type: 'AccessDeniedException',
      says: `{"Message":"User: ${arn}/denied is not authorized to perform: execute-api:Invoke on resource: ${resource} with an explicit deny in an identity-based policy"}`,
    },
  ],
  [
    'no such method',
    { target: '/prod/nothing' },
    { status: 403, type: 'MissingAuthenticationTokenException', says: '{"message":"Missing Authentication Token"}' },
  ],
];

if (!HAS_CURL || !HAS_PYTHON)
  console.log(
    `Left out: ${[!HAS_CURL && 'curl --aws-sigv4', !HAS_PYTHON && "Debian's Python signers"].filter(Boolean).join(', ')}; scripts/install-clients.sh installs them.`,
  );

describe.each(Object.keys(CLIENTS))('%s', (name) => {
  test('is accepted when it is right, and refused in the words of AWS when it is wrong', async () => {
    const client = CLIENTS[name] as (typeof CLIENTS)[string];
    const answers = await client(
      gate,
      rows.map(([, difference]) => ({ ...get, ...difference })),
    );
    const seen = answers.map((answer, i) => [rows[i]?.[0], answer.status, answer.type]);
    expect(seen).toEqual(rows.map(([what, , { status, type }]) => [what, status, type]));
    for (const [i, { body }] of answers.entries()) {
      const [what, , { says }] = rows[i] as (typeof rows)[number];
      if (typeof says === 'string') expect(body, what).toContain(says);
      else expect(body, what).toMatch(says);
    }
  });
});

describe('clients of the AWS SDK for JavaScript', () => {
  const settings = () => ({ endpoint: gate.url, region: 'us-east-1', maxAttempts: 1 });

  test('call STS', async () => {
    const sts = new STSClient({ ...settings(), credentials: { ...buddy } });
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(`${arn}/buddy`);
    const assume = (RoleArn: string) => sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
    expect((await assume(roleArn('account'))).AssumedRoleUser?.Arn).toBe(
      `arn:aws:sts::${HOME}:assumed-role/account/test`,
    );
    await expect(assume(roleArn('external'))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: ${arn}/buddy is not authorized to perform: sts:AssumeRole on resource: ${roleArn('external')}`,
    });
    const wrong = new STSClient({ ...settings(), credentials: { ...buddy, secretAccessKey: 'x' } });
    await expect(wrong.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  });

  test('call Cognito Identity', async () => {
    const cognito = new CognitoIdentityClient(settings());
    const { IdentityId } = await cognito.send(new GetIdCommand({ IdentityPoolId: POOL }));
    const { Credentials } = await cognito.send(new GetCredentialsForIdentityCommand({ IdentityId }));
    expect(Credentials?.AccessKeyId).toMatch(/^ASIA/);
    await expect(
      cognito.send(new GetIdCommand({ IdentityPoolId: 'us-east-1:00000000-0000-0000-0000-000000000000' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe.runIf(HAS_PYTHON)('clients of boto3', () => {
  const boto3 = (client: string, operation: string, input: object, keys: Keys = buddy) => ({
    signer: 'boto3',
    gate: gate.url,
    region: 'us-east-1',
    ...keys,
    client,
    operation,
    input,
  });

  test('call STS and Cognito Identity, and read what they are refused', async () => {
    const role = (name: string) => ({ RoleArn: roleArn(name), RoleSessionName: 'test' });
    const answers = await runPython([
      boto3('sts', 'get_caller_identity', {}),
      boto3('sts', 'assume_role', role('account')),
      boto3('sts', 'assume_role', role('external')),
      boto3('sts', 'get_caller_identity', {}, { ...buddy, secretAccessKey: 'x' }),
      boto3('cognito-identity', 'get_id', { IdentityPoolId: POOL }),
    ]);
    expect(answers.map(({ status, type }) => [status, type])).toEqual([
      [200, ''],
      [200, ''],
      [403, 'AccessDenied'],
      [403, 'SignatureDoesNotMatch'],
      [200, ''],
    ]);
    expect(JSON.parse(answers[0]?.body as string).Arn).toBe(`${arn}/buddy`);
    expect(answers[2]?.body).toBe(
      `User: ${arn}/buddy is not authorized to perform: sts:AssumeRole on resource: ${roleArn('external')}`,
    );
  });
});
