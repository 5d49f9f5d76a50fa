/** A gate with a clock that can be moved, and the callers of the example in front of it. */
import { type Credentials, isSigV4Error } from 'sigv4kit';
import { type Gate, loadWorld, startGate, type World } from 'sigv4kit/gate';
import { type Caller, type CallerOptions, createCaller } from './predict';

export const ROLE_ARN = 'arn:aws:iam::111122223333:role/predict-invoker';
export const REGION = 'eu-west-1';
export const URL_OF_STAGE = `https://a1b2c3d4e5.execute-api.${REGION}.amazonaws.com/prod`;
export const EXTERNAL_ID = 'predict-for-shop-5d1f0c';

export interface Scene {
  readonly gate: Gate;
  /** What the gate tells the time by, and its callers. */
  readonly clock: { time: number; readonly now: () => number };
  /** The long-term keys of a user. */
  keysOf(user: UserName): Credentials;
  /** A caller of its own, who has assumed nothing yet; `says` goes over what it should say. */
  callerFor(user: UserName, says?: Partial<CallerOptions>): Caller;
}

export type UserName = keyof typeof ACCOUNT_OF;

const ACCOUNT_OF = { analyst: '111122223333', shop: '444455556666', stranger: '777788889999' } as const;

export const loadExample = (): Promise<World> => loadWorld(new URL('world.json', import.meta.url));

/** Has a gate for the world while `act` runs. */
export async function onGate(world: World, act: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = { time: Date.UTC(2026, 0, 5, 9), now: () => clock.time };
  const gate = await startGate(world, { now: clock.now });
  const keysOf = (user: UserName): Credentials => {
    const keys = world.accounts[ACCOUNT_OF[user]]?.users?.[user]?.accessKeys?.[0];
    if (!keys) throw new Error(`The world has no access key of ${user}.`);
    return { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey };
  };
  const callerFor = (user: UserName, says: Partial<CallerOptions> = {}) =>
    createCaller({
      roleArn: ROLE_ARN,
      region: REGION,
      url: URL_OF_STAGE,
      // Asked for by the trust of the caller in the other account.
      externalId: user === 'analyst' ? undefined : EXTERNAL_ID,
      credentials: keysOf(user),
      fetch: gate.fetch,
      now: clock.now,
      ...says,
    });
  try {
    await act({ gate, clock, keysOf, callerFor });
  } finally {
    await gate.close();
  }
}

/** `once`, `2 times`. */
export const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** How often the gate was asked for the role. */
export const assumptions = ({ log }: Pick<Gate, 'log'>): number =>
  log.filter(({ service, action }) => service === 'sts' && action === 'AssumeRole').length;

/** `10 × 200`. */
export function tally(responses: readonly Response[]): string {
  const counts = new Map<number, number>();
  for (const { status } of responses) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} × ${status}`).join(', ');
}

/** The code of sigv4kit, and behind it what STS said: its own code and words. */
export function sayRefusal(error: unknown): string {
  if (!isSigV4Error(error) || !(error.cause instanceof Error)) throw error;
  return `${error.code}: ${error.cause.name}: ${error.cause.message}`;
}
