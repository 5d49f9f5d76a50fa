/**
 * Calls an API guarded by AWS IAM four times: unsigned, signed, signed with temporary keys, and tampered with after signing.
 * Runs against a local gate. With GWY_ID and AWS keys in the environment it calls the real API instead.
 */
import { type Credentials, createSignedFetch, createSigner } from 'sigv4kit';
import { startGate, type World } from 'sigv4kit/gate';

// Example keys from the AWS documentation; they open nothing.
const longTerm: Credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const temporary: Credentials = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYTEMPORARYK',
  sessionToken: 'AQoDYXdzEJr1EXAMPLETOKEN',
};

const world: World = {
  accounts: {
    '111122223333': {
      users: {
        buddy: {
          accessKeys: [longTerm, temporary],
          policies: [
            {
              Version: '2012-10-17',
              Statement: {
                Effect: 'Allow',
                Action: 'execute-api:Invoke',
                Resource: 'arn:aws:execute-api:us-east-1:111122223333:*',
              },
            },
          ],
        },
      },
      apis: {
        abc123: {
          region: 'us-east-1',
          stage: 'api',
          routes: {
            'GET /': { auth: 'AWS_IAM', handler: () => json({ hello: 'world' }) },
            'POST /greet': {
              auth: 'AWS_IAM',
              handler: ({ body }) => json({ hello: JSON.parse(body ?? '{}').name ?? 'stranger' }),
            },
          },
        },
      },
    },
  },
};
const json = (value: unknown) => ({ statusCode: 200, body: JSON.stringify(value) });

const { GWY_ID, AWS_REGION } = process.env;
const region = (GWY_ID && AWS_REGION) || 'us-east-1';
const gate = GWY_ID ? undefined : await startGate(world);
const fetch = gate?.fetch ?? globalThis.fetch;
const api = `https://${GWY_ID ?? 'abc123'}.execute-api.${region}.amazonaws.com/api`;
// Against the real API the keys come from the environment, as they would in a program of yours.
const keys = gate ? longTerm : undefined;
const otherKeys = gate ? temporary : undefined;

function parse(text: string): { message?: string } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

async function show(title: string, call: Promise<Response>): Promise<void> {
  const response = await call;
  const error = response.headers.get('x-amzn-errortype');
  console.log(`\n${title}\n  ${response.status}${error ? ` ${error}` : ''}`);
  const text = await response.text();
  const { message = text } = parse(text);
  console.log(message.replace(/^/gm, '  '));
}

console.log(gate ? `The gate listens on ${gate.url} and stands in for ${api}` : `Calling ${api}`);

await show('GET / unsigned', fetch(`${api}/`));

const signedFetch = createSignedFetch({ credentials: keys, fetch });
await show('GET / signed', signedFetch(`${api}/`));

const greeting = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ name: 'buddy' }),
};
await show(
  'POST /greet signed with temporary keys',
  signedFetch(`${api}/greet`, { ...greeting, aws: { credentials: otherKeys } }),
);

const signed = await createSigner({ credentials: keys }).sign({ url: `${api}/greet`, ...greeting });
await show(
  'POST /greet with the body changed after signing',
  fetch(signed.url, { method: signed.method, headers: signed.headers, body: JSON.stringify({ name: 'mallory' }) }),
);

await gate?.close();
