/** The API's Lambda function. Who may call it has been decided before, by IAM: it gets no request that was refused. */
import type { APIGatewayProxyResult } from 'aws-lambda';

export async function handler(): Promise<APIGatewayProxyResult> {
  return {
    statusCode: 200,
    headers: { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' },
    body: JSON.stringify({ id: 123, category: 'book' }),
  };
}
