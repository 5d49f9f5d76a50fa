/** What the one policy of api-caller lets through and what not, what a signature has to say, and who else can make one. */
import { type Credentials, createSigner } from 'sigv4kit';
import { type Gate, startGate, type World } from 'sigv4kit/gate';
import { say, type Walk, type Walkthrough } from '../walk';
import { explain } from './algorithm';
import type { Backend } from './backend';
import { call, describeRanges, type Ranges } from './call';
import { callWithCurl, hasCurl, runCollection } from './clients';
import { openWorld } from './world';

// Example keys from the AWS documentation; they open nothing.
export const keys: Credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const region = 'eu-central-1';
const HOST = `a1b2c3d4e5.execute-api.${region}.amazonaws.com`;
const apiUrl = `https://${HOST}/PROD`;

const RANGES =
  '200 2026-01-01-00-00-00: 3 ranges of IPv4, 1 of IPv6; API Gateway in eu-central-1: 203.0.113.0/25, 2001:db8:1::/48';
const MISSING = '403 MissingAuthenticationTokenException {"message":"Missing Authentication Token"}';
const denied = (method: string) =>
  `{"Message":"User: arn:aws:iam::123456789012:user/api-caller is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:${region}:********9012:a1b2c3d4e5/PROD/${method} because no identity-based policy allows the execute-api:Invoke action"}`;
const invalid = (message: string) => `403 InvalidSignatureException {"message":"${message}"}`;

/** Where the steps take place. */
interface Scene {
  readonly world: World;
  readonly gate: Gate;
  readonly backend: Backend;
  /** The time at AWS: that of this machine, unless it says another. */
  readonly clock: { at?: number };
}

export const walkthrough: Walkthrough = async (walk) => {
  const { world, backend, close } = await openWorld();
  const clock: Scene['clock'] = {};
  const gate = await startGate(world, { now: () => clock.at ?? Date.now() });
  const scene = { world, gate, backend, clock };
  try {
    await whatThePolicyAllows(walk, scene);
    await whatASignatureHasToSay(walk, scene);
    await whenItWasMade(walk, scene);
    await whoElseSigns(walk, scene);
    await theAlgorithm(walk, scene);
  } finally {
    await gate.close();
    await close();
  }
};

async function whatThePolicyAllows({ step }: Walk, { world, gate, backend }: Scene): Promise<void> {
  const exactly = `Allow execute-api:Invoke on arn:aws:execute-api:${region}:123456789012:a1b2c3d4e5/PROD/GET/path1`;
  await step('the policy of api-caller, as it is deployed', exactly, async () => {
    const { policies = [] } = world.accounts['123456789012']?.users?.['api-caller'] ?? {};
    const statements = policies.flatMap(({ Statement }) => Statement);
    return statements.map(({ Effect, Action, Resource }) => `${Effect} ${Action} on ${Resource}`).join('; ');
  });
  const asCaller = async (method: string, path: string, url = apiUrl) =>
    tell(await call({ apiUrl: url, method, path, credentials: keys, fetch: gate.fetch }));
  await step('GET /path1 without a signature', MISSING, async () => say(await gate.fetch(`${apiUrl}/path1`)));
  await step('GET /path1 as api-caller', RANGES, () => asCaller('GET', '/path1'));
  await step('what API Gateway hands on', 'GET /ip-ranges.json, authorization: none', async () => {
    const { method, url, headers } = backend.received.at(-1) ?? {};
    return `${method} ${url}, authorization: ${headers?.authorization ?? 'none'}`;
  });
  const notAllowed = (method: string) => `403 AccessDeniedException ${denied(method)}`;
  await step('a method of the API that it may not call', notAllowed('POST/path1'), () => asCaller('POST', '/path1'));
  await step('a path of the API that it may not call', notAllowed('GET/path2'), () => asCaller('GET', '/path2'));
  await step('a method that the API has not', MISSING, () => asCaller('DELETE', '/path1'));
  await step('a path that the API has not', MISSING, () => asCaller('GET', '/path3'));
  await step('a stage that the API has not', '403 ForbiddenException {"message":"Forbidden"}', () =>
    asCaller('GET', '/path1', `https://${HOST}/prod`),
  );
}

async function whatASignatureHasToSay({ step }: Walk, { gate }: Scene): Promise<void> {
  const getPath1 = { apiUrl, credentials: keys, fetch: gate.fetch };
  await step(
    'signed for another region',
    invalid("Credential should be scoped to a valid region, not 'us-east-1'. "),
    async () => say(await call({ ...getPath1, region: 'us-east-1' })),
  );
  await step(
    'signed for another service',
    invalid("Credential should be scoped to correct service: 'execute-api'. "),
    async () => say(await call({ ...getPath1, service: 'lambda' })),
  );
  const unknown = { ...keys, accessKeyId: 'AKIAI44QH8DHBEXAMPLE' };
  await step(
    'signed with a key that is nobody’s',
    '403 UnrecognizedClientException {"message":"The security token included in the request is invalid."}',
    async () => say(await call({ ...getPath1, credentials: unknown })),
  );
  const mistyped = { ...keys, secretAccessKey: keys.secretAccessKey.toLowerCase() };
  await step(
    'signed with a secret that is mistyped',
    /^403 InvalidSignatureException \{"message":"The request signature we calculated does not match the signature you provided\./,
    async () => say(await call({ ...getPath1, credentials: mistyped })),
  );
}

async function whenItWasMade({ step }: Walk, { gate, clock }: Scene): Promise<void> {
  const noon = Date.parse('2026-01-01T12:00:00Z');
  clock.at = noon;
  const signedAt = async (time: string) => {
    const { sign } = createSigner({ credentials: keys, now: () => Date.parse(`2026-01-01T${time}Z`) });
    const { url, headers } = await sign({ url: `${apiUrl}/path1` });
    return tell(await gate.fetch(url, { headers }));
  };
  await step('signed four minutes and 59 seconds ago', RANGES, () => signedAt('11:55:01'));
  await step(
    'signed five minutes and a second ago',
    invalid('Signature expired: 20260101T115459Z is now earlier than 20260101T115500Z (20260101T120000Z - 5 min.)'),
    () => signedAt('11:54:59'),
  );
  await step(
    'signed five minutes and a second from now',
    invalid(
      'Signature not yet current: 20260101T120501Z is still later than 20260101T120500Z (20260101T120000Z + 5 min.)',
    ),
    () => signedAt('12:05:01'),
  );
  await step('a signed fetch whose clock is ten minutes slow sets it right', RANGES, async () =>
    tell(await call({ apiUrl, credentials: keys, fetch: gate.fetch, now: () => noon - 600_000 })),
  );
  delete clock.at;
}

async function whoElseSigns({ step }: Walk, { gate }: Scene): Promise<void> {
  const { port } = new URL(gate.url);
  const env = {
    API_URL: `http://${HOST}.localhost:${port}/PROD`,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: '',
  };
  const curl = async (...args: string[]) => {
    const [status, body] = await callWithCurl(args, env);
    return tell(new Response(body, { status }));
  };
  if (await hasCurl()) {
    await step('curl: GET /path1', RANGES, () => curl());
    await step('curl: POST /path1', `403 ${denied('POST/path1')}`, () => curl('POST', '/path1'));
  } else console.log('  No curl that signs on this machine: the two steps with curl are left out.');
  await step('the Postman collection, run by newman', '7 requests, 0 failed; 7 assertions, 0 failed', async () => {
    const { requests, assertions } = await runCollection('gate', { gatePort: port }, env);
    return `${requests.total} requests, ${requests.failed} failed; ${assertions.total} assertions, ${assertions.failed} failed`;
  });
}

async function theAlgorithm({ step }: Walk, { gate }: Scene): Promise<void> {
  const url = new URL(`${apiUrl}/path1`);
  const signing = { method: 'GET', url, region, service: 'execute-api', date: new Date(), keys };
  const { proofs, headers } = await explain(signing);
  await step('a signature by hand is that of sigv4kit', '5 of 5 claims hold', async () => {
    return `${proofs.filter(({ holds }) => holds).length} of ${proofs.length} claims hold`;
  });
  await step('and opens the API', RANGES, async () => tell(await gate.fetch(url, { headers })));
}

/** As `say`, but of the ranges only what matters. */
async function tell(response: Response): Promise<string> {
  if (!response.ok) return say(response);
  const ranges = (await response.json()) as Ranges;
  return `${response.status} ${describeRanges(ranges, region).replace('\n', '; ')}`;
}
