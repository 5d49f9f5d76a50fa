/**
 * The function behind `GET /{user_id}`: asks SageMaker for a presigned URL of the employee's own Studio profile. It stands in the
 * VPC, where the name of SageMaker's API leads to a VPC endpoint; its role is refused anywhere else.
 */
import { CreatePresignedDomainUrlCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { setting } from './environment';
import { isProfileName } from './profile-name';

/** Kept from call to call. Without the limits, a VPC that leads nowhere would be waited for longer than API Gateway waits. */
const sageMaker = new SageMakerClient({
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
});

export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const profile = event.pathParameters?.user_id;
  // The authorizer's policy has said so already; this holds too where a route is ever without it.
  if (!isProfileName(profile) || profile !== event.requestContext.authorizer?.profile)
    return answer(403, { message: 'This is not your profile.' });
  const expiresInSeconds = Number(setting('URL_LIFETIME'));
  try {
    const { AuthorizedUrl } = await sageMaker.send(
      new CreatePresignedDomainUrlCommand({
        DomainId: setting('STUDIO_DOMAIN_ID'),
        UserProfileName: profile,
        ExpiresInSeconds: expiresInSeconds,
      }),
    );
    if (!AuthorizedUrl) return answer(502, { message: 'SageMaker gave no URL.' });
    return answer(200, { url: AuthorizedUrl, expiresInSeconds });
  } catch (error) {
    return answerFor(error as AwsError);
  }
}

type AwsError = Error & { readonly $metadata?: { readonly requestId?: string } };

/** What the caller can do something about is told; the rest is in the log. */
function answerFor({ name, message, $metadata }: AwsError): APIGatewayProxyResult {
  console.error(JSON.stringify({ error: name, message, requestId: $metadata?.requestId }));
  switch (name) {
    case 'ResourceNotFound':
      return answer(404, { message: 'Studio has no profile of your name.' });
    case 'ThrottlingException':
      return answer(503, { message: 'SageMaker is busy. Try again.' }, { 'retry-after': '2' });
    case 'TimeoutError':
      return answer(504, { message: 'SageMaker did not answer in time.' });
    case 'AccessDeniedException':
      return answer(502, { message: 'SageMaker refuses to give this service a URL.' });
    default:
      return answer(502, { message: 'SageMaker gave no URL.' });
  }
}

/** A URL that opens Studio is nothing for a cache. */
const answer = (statusCode: number, body: object, headers: Record<string, string> = {}): APIGatewayProxyResult => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
});
