/** The steps about time: the role is assumed once, again before or when its session ends, and when the API says that it has. */
import { assumeRole, createSignedFetch } from 'sigv4kit';
import type { World } from 'sigv4kit/gate';
import { say, type Walk } from '../walk';
import { assumptions, EXTERNAL_ID, onGate, REGION, ROLE_ARN, type Scene, tally, times, URL_OF_STAGE } from './scene';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const flower = { sepalLength: 5.1, sepalWidth: 3.5, petalLength: 1.4, petalWidth: 0.2 };

export async function walkThroughSessions(walk: Walk, world: World): Promise<void> {
  await onGate(world, (scene) => cached(walk, scene));
  await onGate(world, (scene) => renewedAhead(walk, scene));
  await onGate(world, (scene) => renewedLate(walk, scene));
  await onGate(world, (scene) => keptTooLong(walk, scene));
  await onGate(world, (scene) => refusedAsExpired(walk, scene));
}

const atOnce = (count: number, call: () => Promise<Response>) => Promise.all(Array.from({ length: count }, call));

async function cached({ step }: Walk, { gate, callerFor }: Scene): Promise<void> {
  const { predict } = callerFor('shop');
  await step('ten calls at once', '10 × 200, role assumed once', async () => {
    const answers = await atOnce(10, () => predict(flower));
    return `${tally(answers)}, role assumed ${times(assumptions(gate))}`;
  });
  await step('five more, one after the other', '5 × 200, role assumed once', async () => {
    const answers: Response[] = [];
    for (let i = 0; i < 5; i++) answers.push(await predict(flower));
    return `${tally(answers)}, role assumed ${times(assumptions(gate))}`;
  });
}

async function renewedAhead({ step }: Walk, { gate, clock, callerFor }: Scene): Promise<void> {
  const { predict } = callerFor('shop');
  await predict(flower);
  clock.time += 54 * MINUTE;
  await step(
    'minute 54: signed with the old keys, renewed in the background',
    '200, role assumed 2 times',
    async () => {
      const { status } = await predict(flower);
      await until(() => assumptions(gate) === 2);
      return `${status}, role assumed ${times(assumptions(gate))}`;
    },
  );
  clock.time += 7 * MINUTE;
  await step('minute 61: the first session has ended, nobody waits', '10 × 200, role assumed 2 times', async () => {
    const answers = await atOnce(10, () => predict(flower));
    return `${tally(answers)}, role assumed ${times(assumptions(gate))}`;
  });
}

async function renewedLate({ step }: Walk, { gate, clock, callerFor }: Scene): Promise<void> {
  const { predict } = callerFor('shop');
  await predict(flower);
  clock.time += HOUR + SECOND;
  const expected = '10 × 200, role assumed 2 times, nothing refused';
  await step('no call for an hour, then ten at once', expected, async () => {
    const answers = await atOnce(10, () => predict(flower));
    const refused = gate.log.filter(({ outcome }) => outcome === 'refused').length;
    return `${tally(answers)}, role assumed ${times(assumptions(gate))}, ${refused || 'nothing'} refused`;
  });
}

async function keptTooLong({ step }: Walk, { gate, clock, keysOf }: Scene): Promise<void> {
  const provider = assumeRole({
    roleArn: ROLE_ARN,
    externalId: EXTERNAL_ID,
    region: REGION,
    credentials: keysOf('shop'),
    fetch: gate.fetch,
    cache: { now: clock.now },
  });
  const call = () => {
    const { accessKeyId, secretAccessKey, sessionToken } = session;
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    return createSignedFetch({ credentials, fetch: gate.fetch, now: clock.now })(`${URL_OF_STAGE}/predict`, {
      method: 'POST',
      body: JSON.stringify(flower),
    });
  };
  const session = await provider();
  clock.time += HOUR + SECOND;
  await step(
    'keys of a session, copied and used after its end',
    '403 ExpiredTokenException {"message":"The security token included in the request is expired"}',
    () => call().then(say),
  );
}

/** A clock that is slow, but not by so much that signatures are refused, learns from the API that a session has ended. */
async function refusedAsExpired({ step }: Walk, { gate, clock, callerFor }: Scene): Promise<void> {
  const { predict } = callerFor('shop', { now: () => clock.time - 4 * MINUTE });
  await predict(flower);
  clock.time += HOUR + SECOND;
  const expected = 'ERR_SIGV4_EXPIRED_TOKEN in the log once; the caller got 200';
  await step('a clock that is 4 minutes slow: refused as expired, renewed, sent again', expected, async () => {
    const { status } = await predict(flower);
    const expired = gate.log.filter(({ reason }) => reason === 'ERR_SIGV4_EXPIRED_TOKEN').length;
    return `ERR_SIGV4_EXPIRED_TOKEN in the log ${times(expired)}; the caller got ${status}`;
  });
}

/** What happens in the background has happened a moment later. */
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
}
