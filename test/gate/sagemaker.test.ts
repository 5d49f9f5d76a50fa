/** SageMaker in the gate: the SDK's client gets presigned URLs of Studio there, or is told why not. */
import {
  type CreatePresignedDomainUrlRequest,
  ListDomainsCommand,
  SageMakerClient,
  type SageMakerClientConfig,
} from '@aws-sdk/client-sagemaker';
import { createSignedFetch } from 'sigv4kit';
import type { Gate } from 'sigv4kit/gate';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../support/error-of';
import {
  ACCOUNT,
  asked,
  buddy,
  buddyArn,
  create,
  DOMAIN,
  denial,
  nobody,
  outsider,
  profile,
  session,
  setClock,
  unallowed,
  useGate,
} from '../support/studio-world';

const gate = useGate();

describe('a presigned URL of Studio', () => {
  test('is given to whom IAM allows it, and stands in the log', async () => {
    expect(await create()).toMatch(
      /^https:\/\/d-abcdef123456\.studio\.us-east-1\.sagemaker\.aws\/auth\?token=[\w-]{50,}$/,
    );
    expect(gate().log.at(-1)).toMatchObject({
      service: 'sagemaker',
      action: 'CreatePresignedDomainUrl',
      host: 'api.sagemaker.us-east-1.amazonaws.com',
      status: 200,
      outcome: 'answered',
      principal: buddyArn,
      statement: { at: `accounts.${ACCOUNT}.users.buddy.policies[0].Statement` },
    });
  });

  test.each<[at: string, config: (gate: Gate) => SageMakerClientConfig]>([
    ["the gate's own address", (to) => ({ endpoint: to.url })],
    ['the name of both stacks', () => ({ useDualstackEndpoint: true })],
    ['the name of FIPS', () => ({ useFipsEndpoint: true })],
  ])('is given at %s', async (_, config) => {
    expect(await create(asked(), config(gate()))).toContain('.studio.us-east-1.');
  });

  test('is given for a domain of another region, there alone', async () => {
    const command = asked({ DomainId: 'd-dublin' });
    expect(await create(command, { region: 'eu-west-1' })).toContain(
      'https://d-dublin.studio.eu-west-1.sagemaker.aws/',
    );
    expect((await errorOf(create(command))).name).toBe('ResourceNotFound');
  });

  test.each<
    [
      who: string,
      credentials: typeof buddy,
      more: Partial<CreatePresignedDomainUrlRequest>,
      name: string,
      text: string,
      reason: string,
    ]
  >([
    [
      'who may nothing',
      nobody,
      {},
      'AccessDeniedException',
      denial(`arn:aws:iam::${ACCOUNT}:user/nobody`, profile('alice'), unallowed),
      'implicit-deny',
    ],
    [
      'who is denied this profile',
      buddy,
      { UserProfileName: 'bob' },
      'AccessDeniedException',
      denial(buddyArn, profile('bob'), 'with an explicit deny in an identity-based policy'),
      'explicit-deny',
    ],
    [
      'who has no such domain',
      buddy,
      { DomainId: 'd-nowhere' },
      'ResourceNotFound',
      'Domain [d-nowhere] does not exist.',
      'ResourceNotFound',
    ],
    [
      'who has no such profile',
      buddy,
      { UserProfileName: 'dave' },
      'ResourceNotFound',
      `UserProfile [dave] does not exist in Domain [${DOMAIN}].`,
      'ResourceNotFound',
    ],
    ['of another account', outsider, {}, 'ResourceNotFound', `Domain [${DOMAIN}] does not exist.`, 'ResourceNotFound'],
    [
      'for a domain of IAM Identity Center',
      buddy,
      { DomainId: 'd-sso' },
      'ValidationException',
      'CreatePresignedDomainUrl can only be called for a Domain whose authentication mode is IAM.',
      'ValidationException',
    ],
    [
      'with a key that is not known',
      { ...buddy, accessKeyId: 'AKIAIOSFODNN7UNKNOWN' },
      {},
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      'ERR_SIGV4_UNKNOWN_ACCESS_KEY',
    ],
    [
      'with another secret',
      { ...buddy, secretAccessKey: 'wrong' },
      {},
      'InvalidSignatureException',
      expect.stringMatching(
        /^The request signature we calculated does not match the signature you provided\./,
      ) as never,
      'ERR_SIGV4_SIGNATURE_MISMATCH',
    ],
  ])('is refused to one %s', async (_, credentials, more, name, text, reason) => {
    const error = await errorOf(create(asked(more), { credentials }));
    expect([error.name, error.message, error.$metadata.httpStatusCode]).toEqual([name, text, 400]);
    expect(gate().log.at(-1)).toMatchObject({ outcome: 'refused', reason });
  });

  test('is refused once the session is over, in the words of the protocol', async () => {
    const credentials = await session();
    setClock(() => Date.now() + 3_700_000);
    const error = await errorOf(create(asked(), { credentials, systemClockOffset: 3_700_000 }));
    expect([error.name, error.message]).toEqual([
      'ExpiredTokenException',
      'The security token included in the request is expired',
    ]);
  });

  const member = (value: string, at: string, limit: string) =>
    `Value '${value}' at '${at}' failed to satisfy constraint: Member must ${limit}`;
  const NAME = '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}';
  test.each<[input: Record<string, unknown>, fault: string]>([
    [
      { DomainId: 'D-1' },
      `1 validation error detected: ${member('D-1', 'domainId', 'satisfy regular expression pattern: d-(-*[a-z0-9]){1,61}')}`,
    ],
    [
      { DomainId: undefined },
      "1 validation error detected: Value null at 'domainId' failed to satisfy constraint: Member must not be null",
    ],
    [
      { UserProfileName: 'al/ice' },
      `1 validation error detected: ${member('al/ice', 'userProfileName', `satisfy regular expression pattern: ${NAME}`)}`,
    ],
    [
      { UserProfileName: 'a'.repeat(64) },
      `2 validation errors detected: ${member('a'.repeat(64), 'userProfileName', 'have length less than or equal to 63')}; ${member('a'.repeat(64), 'userProfileName', `satisfy regular expression pattern: ${NAME}`)}`,
    ],
    [
      { ExpiresInSeconds: 4, SessionExpirationDurationInSeconds: 43_201 },
      `2 validation errors detected: ${member('43201', 'sessionExpirationDurationInSeconds', 'have value less than or equal to 43200')}; ${member('4', 'expiresInSeconds', 'have value greater than or equal to 5')}`,
    ],
    [
      { ExpiresInSeconds: 301 },
      `1 validation error detected: ${member('301', 'expiresInSeconds', 'have value less than or equal to 300')}`,
    ],
    [
      { SpaceName: '-' },
      `1 validation error detected: ${member('-', 'spaceName', `satisfy regular expression pattern: ${NAME}`)}`,
    ],
  ])('is not for the input %j', async (input, fault) => {
    const error = await errorOf(create(asked(input)));
    expect([error.name, error.message]).toEqual(['ValidationException', fault]);
  });

  test.each([
    ['no JSON', '{', 'SerializationException'],
    ['a list', '[]', 'SerializationException'],
    ['a number for a text', '{"DomainId":7}', 'SerializationException'],
    [
      'a text for a number',
      `{"DomainId":"${DOMAIN}","UserProfileName":"alice","ExpiresInSeconds":"60"}`,
      'SerializationException',
    ],
    ['nothing', '{}', 'ValidationException'],
  ])('is not for %s', async (_, body, type) => {
    const answer = await createSignedFetch({ credentials: buddy, fetch: gate().fetch })(
      'https://api.sagemaker.us-east-1.amazonaws.com/',
      {
        method: 'POST',
        body,
        headers: { 'x-amz-target': 'SageMaker.CreatePresignedDomainUrl', 'content-type': 'application/x-amz-json-1.1' },
      },
    );
    expect([answer.status, answer.headers.get('x-amzn-errortype'), (await answer.json()).__type]).toEqual([
      400,
      type,
      type,
    ]);
  });

  test('is all that the gate has of SageMaker', async () => {
    const client = new SageMakerClient({
      region: 'us-east-1',
      credentials: buddy,
      endpoint: gate().url,
      maxAttempts: 1,
    });
    const error = await errorOf(client.send(new ListDomainsCommand({})));
    expect([error.name, error.$metadata.httpStatusCode]).toEqual(['NotEmulatedException', 501]);
    expect(gate().log.at(-1)).toMatchObject({ action: 'ListDomains', outcome: 'not-emulated' });
    const target = { 'x-amz-target': 'Nothing.At.All' };
    const unknown = await gate().fetch('https://api.sagemaker.us-east-1.amazonaws.com/', {
      method: 'POST',
      headers: target,
    });
    expect([unknown.status, (await unknown.json()).__type]).toEqual([400, 'UnknownOperationException']);
    const runtime = await gate().fetch('https://runtime.sagemaker.us-east-1.amazonaws.com/endpoints/x/invocations');
    expect(runtime.status).toBe(501);
  });
});
