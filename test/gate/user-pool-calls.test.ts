/** Calls of a user pool that are signed: who may not make them does not reach the server behind the gate. */
import { ListUserPoolsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { createSignedFetch } from 'sigv4kit';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../support/error-of';
import { ACCOUNT, admin, createUser, nobody, POOL, poolArn, send, url, useGate } from '../support/user-pools-world';

const gate = useGate();

describe('what Cognito wants signed', () => {
  const denied = `User: arn:aws:iam::${ACCOUNT}:user/nobody is not authorized to perform: cognito-idp:AdminCreateUser on resource: ${poolArn()} because no identity-based policy allows the cognito-idp:AdminCreateUser action`;
  test.each<[who: string, credentials: typeof admin, name: string, message: string]>([
    ['who may not', nobody, 'AccessDeniedException', denied],
    [
      'who is not known',
      { ...admin, accessKeyId: 'AKIAIOSFODNN7UNKNOWN' },
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ],
  ])('does not reach the server from one %s', async (_, credentials, name, message) => {
    const error = await errorOf(send(createUser(), { credentials }));
    expect([error.name, error.message, error.$metadata.httpStatusCode]).toEqual([name, message, 400]);
  });

  test('does not reach it unsigned', async () => {
    const answer = await gate().fetch(url(''), {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.AdminCreateUser' },
      body: JSON.stringify({ UserPoolId: POOL, Username: 'mallory' }),
    });
    expect((await answer.json()).__type).toBe('MissingAuthenticationTokenException');
    expect(gate().log.at(-1)).toMatchObject({ reason: 'ERR_SIGV4_MISSING_AUTHENTICATION' });
  });

  test.each([
    ['a list of one', [POOL]],
    ['null', null],
  ])('does not reach it with %s as the pool', async (_, UserPoolId) => {
    const answer = await createSignedFetch({ credentials: admin, fetch: gate().fetch })(url(''), {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.AdminDeleteUser' },
      body: JSON.stringify({ UserPoolId, Username: 'alice' }),
    });
    expect((await answer.json()).__type).toBe('SerializationException');
  });

  test('is judged also where it is about no pool', async () => {
    const error = await errorOf(send(new ListUserPoolsCommand({ MaxResults: 1 })));
    expect(error.message).toContain('is not authorized to perform: cognito-idp:ListUserPools on resource: *');
  });
});
