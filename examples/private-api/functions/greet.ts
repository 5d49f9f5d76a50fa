/** `POST /greet`: says hello to the name in the body, and to a stranger where it finds none. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

export const handler = async ({ body }: Pick<APIGatewayProxyEvent, 'body'>): Promise<APIGatewayProxyResult> => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ hello: nameIn(body) }),
});

function nameIn(body: string | null): unknown {
  const greeting = parse(body ?? '');
  return typeof greeting === 'object' && greeting !== null && 'name' in greeting ? greeting.name : 'stranger';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
