/** A gate with all that a comparison has at hand, and how one call of it is compared. */
import type { Decision, Gate, World } from 'sigv4kit/gate';
import type { Verdict } from '../../gate/policy/evaluators';
import type { Party } from './callers';
import type { Given } from './open-example';
import type { Place } from './ways';
import type { Witness } from './witness';

/** What comes of a call: what policies say, or why they were not asked. */
export type Outcome = Verdict | 'not reached' | 'not signed' | 'unauthorized' | 'no route' | (string & {});

export interface Compared {
  /** Calls that policies decided. */
  readonly verdicts: Record<Verdict, number>;
  /** All calls. */
  calls: number;
  readonly differences: string[];
  /** The paths of the policies that were looked at, and of all. */
  readonly consulted: ReadonlySet<string>;
  readonly documents: readonly string[];
  /** Roles whose keys nobody got. */
  readonly closed: string[];
}

export interface Scene {
  readonly gate: Gate;
  readonly world: World;
  readonly witness: Witness;
  readonly given: Given;
  readonly places: readonly Place[];
  readonly report: Compared;
}

/** Sends one call; what is cut off is told by the log. */
export async function quietly<T>({ gate, given, report }: Scene, send: () => Promise<T>): Promise<T | undefined> {
  gate.log.length = 0;
  given.policy = undefined;
  report.calls++;
  try {
    return await send();
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

export async function lastDecision({ log }: Gate): Promise<Decision> {
  for (let turn = 0; turn < 1000 && log.length === 0; turn++) await new Promise(setImmediate);
  return log.at(-1) as Decision;
}

/** What the gate's log says, in the terms of the other. */
function outcomeOf({ outcome, reason = '', status }: Decision): Outcome {
  if (outcome === 'answered') return 'Allowed';
  const known: Readonly<Record<string, Outcome>> = {
    'explicit-deny': 'ExplicitlyDenied',
    'implicit-deny': 'ImplicitlyDenied',
    'wrong-way': 'not reached',
    unreachable: 'not reached',
    'no-api': 'not reached',
    'no-route': 'no route',
    unauthorized: 'unauthorized',
  };
  if (known[reason]) return known[reason];
  if (reason.startsWith('ERR_SIGV4_')) return 'not signed';
  // Policies have let it pass: the service itself, or the server that plays it, found something wrong with it.
  return /^[A-Z]\w+(Exception|NotFound)$/.test(reason) ? 'Allowed' : `${outcome} ${reason} ${status}`;
}

const VERDICTS: readonly string[] = ['Allowed', 'ExplicitlyDenied', 'ImplicitlyDenied'] satisfies Verdict[];

export function compare({ report }: Scene, decision: Decision, expected: Outcome, about: string): void {
  const found = outcomeOf(decision);
  if (found !== expected) report.differences.push(`${about}: ${found} here, ${expected} there`);
  if (VERDICTS.includes(expected)) report.verdicts[expected as Verdict]++;
}

export const tell = ({ label }: Party, what: string, { vpc, sourceIp }: Place) =>
  `${label} from ${vpc ?? 'the internet'} ${sourceIp}: ${what}`;
