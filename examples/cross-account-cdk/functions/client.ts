/** The client's Lambda function: calls the API of the other account, signed with the keys of its own execution role. */
import { createSignedFetch } from 'sigv4kit';

/** What the API answered. */
export interface Answer {
  readonly statusCode: number;
  readonly body: string;
}

// Lambda gives the keys of the execution role as environment variables; the region stands in the API's hostname.
const signedFetch = createSignedFetch({ timeout: 8_000 });

export async function handler(): Promise<Answer> {
  const { API_URL } = process.env;
  if (!API_URL)
    throw new Error('API_URL is not set: it is the address of the API, which the output Endpoint of ApiStack has.');
  const response = await signedFetch(API_URL);
  return { statusCode: response.status, body: await response.text() };
}
