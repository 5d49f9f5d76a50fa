/**
 * The example against gates of its own: who gets in and how, that the role is assumed once for many calls and again when its
 * session ends, and what breaks when one thing is wrong.
 */
import { createSignedFetch } from 'sigv4kit';
import type { World } from 'sigv4kit/gate';
import { say, type Walk, type Walkthrough } from '../walk';
import { loadExample, onGate, type Scene, sayRefusal, URL_OF_STAGE } from './scene';
import { walkThroughSessions } from './sessions';
import { BREAKAGES } from './what-breaks';

const flower = { sepalLength: 6.3, sepalWidth: 3.3, petalLength: 6, petalWidth: 2.5 };
const VIRGINICA = '200 {"species":"virginica","distances":{"setosa":5.231,"versicolor":2.195,"virginica":0.784}}';

export const walkthrough: Walkthrough = async (walk) => {
  const world = await loadExample();
  await onGate(world, (scene) => withoutRole(walk, scene));
  await onGate(world, (scene) => throughRole(walk, scene));
  await walkThroughSessions(walk, world);
  for (const { title, world: change = (unchanged: World) => unchanged, caller = 'shop', says, found } of BREAKAGES)
    await onGate(change(world), ({ callerFor }) =>
      walk.step(title, found, () => callerFor(caller, says).predict(flower).then(say, sayRefusal)),
    );
};

async function withoutRole({ step }: Walk, { gate, clock, keysOf }: Scene): Promise<void> {
  const url = `${URL_OF_STAGE}/predict`;
  const post = { method: 'POST', body: JSON.stringify(flower) };
  await step('unsigned', '403 MissingAuthenticationTokenException {"message":"Missing Authentication Token"}', () =>
    gate.fetch(url, post).then(say),
  );
  const refused = (arn: string, kind: string) =>
    `403 AccessDeniedException {"Message":"User: ${arn} is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********3333:a1b2c3d4e5/prod/POST/predict because no ${kind} policy allows the execute-api:Invoke action"}`;
  const signedBy = (user: 'shop' | 'stranger') =>
    createSignedFetch({ credentials: keysOf(user), fetch: gate.fetch, now: clock.now })(url, post).then(say);
  await step(
    'the shop with its own keys: its account does not allow the call',
    refused('arn:aws:iam::444455556666:user/shop', 'identity-based'),
    () => signedBy('shop'),
  );
  await step(
    'a stranger with its own keys: its account allows everything, the API has no policy for other accounts',
    refused('arn:aws:iam::777788889999:user/stranger', 'resource-based'),
    () => signedBy('stranger'),
  );
}

async function throughRole({ step }: Walk, { callerFor }: Scene): Promise<void> {
  await step('the shop through the role', VIRGINICA, () => callerFor('shop').predict(flower).then(say));
  await step("analyst, a user of the API's own account, through the role without an ExternalId", VIRGINICA, () =>
    callerFor('analyst').predict(flower).then(say),
  );
  await step(
    'what is no measurement',
    '400 {"message":"petalLength must be a number of centimetres, more than 0 and at most 30."}',
    () =>
      callerFor('shop')
        .predict({ ...flower, petalLength: 'six' })
        .then(say),
  );
}
