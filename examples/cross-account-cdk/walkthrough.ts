/** Calls the API of the other account, then takes away one part after the other: a policy, a role, the leave for preflights. */
import { createSigner } from 'sigv4kit';
import { type Gate, type PolicyDocument, startGate, type World } from 'sigv4kit/gate';
import { say, type Walk, type Walkthrough } from '../walk';
import { hasBrowser, sendFromPage } from './browser';
import { invoke, keysOfRole } from './invoke';
import { askLeave } from './preflight';
import * as worlds from './worlds';

const { API_URL, CLOSED_API_URL } = worlds;
/** What the function returns when the API has answered. */
const ORDER = '{"statusCode":200,"body":"{\\"id\\":123,\\"category\\":\\"book\\"}"}';
const RESOURCE = 'arn:aws:execute-api:us-east-1:********2764:';

export const walkthrough: Walkthrough = async (walk) => {
  const world = await worlds.readWorld();
  const policy = worlds.resourcePolicy(world);
  await callOnce(walk, world);
  await missOnePolicy(walk, world, policy);
  await admitRoles(walk, worlds.withResourcePolicy(world, worlds.admittingRoles(policy, 'orders-client')));
  await askFirst(walk, world);
  await sendFromPages(walk, world);
};

async function callOnce({ step }: Walk, world: World): Promise<void> {
  await onGate(world, async (gate) => {
    await step(
      'no signature',
      '403 MissingAuthenticationTokenException {"message":"Missing Authentication Token"}',
      () => fetch(API_URL).then(say),
    );
    gate.log.length = 0;
    await step("the client's function, with the keys of its role", ORDER, () => invoke('orders-client', { API_URL }));
    const caller = 'arn:aws:sts::329380440465:assumed-role/orders-client/orders-client';
    await step('whom the API saw', caller, async () => String(gate.log.at(-1)?.principal));
    // Lambda gives the keys (here: the endpoint that gives them to containers). No call of sts: no role was switched.
    await step('which services were called', 'container, execute-api', async () =>
      gate.log.map(({ service }) => service).join(', '),
    );
  });
}

async function missOnePolicy({ step }: Walk, world: World, policy: PolicyDocument): Promise<void> {
  const call = (changed: World, name = 'orders-client') => onGate(changed, () => invoke(name, { API_URL }));

  await step("without the policy of the client's role", refused('orders-client', 'identity-based'), () =>
    call(worlds.withoutIdentityPolicy(world)),
  );
  await step('without the resource policy of the API', refused('orders-client', 'resource-based'), () =>
    call(worlds.withResourcePolicy(world, undefined)),
  );
  await step('with a resource policy for another account', refused('orders-client', 'resource-based'), () =>
    call(worlds.withResourcePolicy(world, worlds.admittingAccount(policy, '111122223333'))),
  );
  await step("a role of the API's own account, which the resource policy does not name", ORDER, () =>
    call(worlds.running(world, 'stock-report', worlds.API_ACCOUNT), 'stock-report'),
  );
  await step("another role of the client's account that has a policy for the API", ORDER, () =>
    call(worlds.running(world, 'month-report'), 'month-report'),
  );
}

async function admitRoles({ step }: Walk, world: World): Promise<void> {
  await step('only roles orders-client* are admitted: orders-client', ORDER, () =>
    onGate(world, () => invoke('orders-client', { API_URL })),
  );
  await step('only roles orders-client* are admitted: month-report', refused('month-report', 'resource-based'), () =>
    onGate(worlds.running(world, 'month-report'), () => invoke('month-report', { API_URL })),
  );
}

async function askFirst({ step }: Walk, world: World): Promise<void> {
  const anonymous = 'User: anonymous is not authorized to perform: execute-api:Invoke on resource:';
  const because = 'because no resource-based policy allows the execute-api:Invoke action';
  const refusal = `403 AccessDeniedException {"Message":"${anonymous} ${RESOURCE}closed1234/prod/OPTIONS/ ${because}"}`;
  await onGate(world, async () => {
    await step('preflight, when the resource policy names nobody but an account', refusal, () =>
      answerTo(CLOSED_API_URL),
    );
    const leave = '204 origin *, methods GET, headers authorization x-amz-date x-amz-security-token';
    await step('preflight, when it opens OPTIONS to all', leave, () => answerTo(API_URL));
  });
}

async function sendFromPages({ step }: Walk, world: World): Promise<void> {
  if (!hasBrowser) return console.log('  No Chromium on this machine: the two steps with a page are left out.');
  /** What the page has got, and what came to the API. */
  const send = (url: string) =>
    onHttpsGate(world, async (gate) => {
      const signer = createSigner({ credentials: await keysOfRole('orders-client') });
      gate.log.length = 0;
      const got = await sendFromPage(gate, await signer.sign({ url }));
      return `${got}, after ${gate.log.map(({ method, status }) => `${method} ${status}`).join(' and ')}`;
    });
  await step('a page, when preflights are refused', 'TypeError: Failed to fetch, after OPTIONS 403', () =>
    send(CLOSED_API_URL),
  );
  const order = '200 {"id":123,"category":"book"}, after OPTIONS 204 and GET 200';
  await step('a page, when they are answered', order, () => send(API_URL));
}

const answerTo = async (url: string) => (await askLeave(url)).answer;

/** What the function returns of a refusal in AWS's words, by the kind of policy that does not allow. */
function refused(role: string, kind: string): string {
  const user = `User: arn:aws:sts::329380440465:assumed-role/${role}/${role} is not authorized to perform: execute-api:Invoke`;
  const Message = `${user} on resource: ${RESOURCE}a1b2c3d4e5/prod/GET/ because no ${kind} policy allows the execute-api:Invoke action`;
  return JSON.stringify({ statusCode: 403, body: JSON.stringify({ Message }) });
}

type OnGate = <T>(world: World, act: (gate: Gate) => Promise<T>) => Promise<T>;

/** Does something while AWS is a gate of this world, for every HTTP client of the process. */
const onGate: OnGate = async (world, act) => during(await startGate(world), act);
/** And for clients that need TLS to believe it. */
const onHttpsGate: OnGate = async (world, act) => during(await startGate(world, { https: true }), act);

async function during<T>(gate: Gate, act: (gate: Gate) => Promise<T>): Promise<T> {
  gate.intercept();
  try {
    return await act(gate);
  } finally {
    await gate.close();
  }
}
