/** Faults laid on a gate: what goes wrong with AWS now and then, for as long as a test wants it. */
import { SigV4Error } from '../../errors';
import type { GateService, Place } from '../arrival';

/** Something that goes wrong, with every request or with those of one service or action. */
export interface Fault {
  /**
   * - `throttle`: refused for too many requests. `unavailable`: 503. `slow`: answered after `delay`.
   * - `garbage`: status 200 and a body that is cut off, a web page, of another format or empty; in turn.
   * - `reset`: the connection is cut once the request has been read.
   * - `expired`: keys are given out that have expired.
   * - `rotated`: temporary keys from before the fault are not known any more; those given out since then work.
   * - `half-rotated`: metadata and container give a new key id and token with the secret of the answer before.
   */
  readonly kind: FaultKind;
  /** Default: every service that the kind can happen to. */
  readonly service?: GateService | undefined;
  /** An operation of STS, Cognito or SageMaker, `AssumeRole`. Default: all. */
  readonly action?: string | undefined;
  /** How often it happens. Default: until it is undone. */
  readonly times?: number | undefined;
  /** Milliseconds, for `slow`; of no use to the others. Default 1000. */
  readonly delay?: number | undefined;
}

/** What goes wrong; see {@link Fault.kind}. */
export type FaultKind =
  | 'throttle'
  | 'unavailable'
  | 'slow'
  | 'garbage'
  | 'reset'
  | 'expired'
  | 'rotated'
  | 'half-rotated';

/** Lays faults on a gate and takes them away. */
export interface Faults {
  /** Throws `ERR_SIGV4_INVALID_OPTION` for what is no fault. Returns the undo, which may be called more than once. */
  add(fault: Fault): () => void;
  /** Undoes all. */
  clear(): void;
}

/** What a fault that happens needs to know of itself. */
interface Struck {
  readonly fault: Fault;
  /** How often it had happened before. */
  readonly turn: number;
}

/** The gate's own side of its faults. */
export interface FaultBook extends Faults {
  /** How often keys have been rotated; goes into the keys given out. */
  readonly generation: number;
  /** The oldest fault of these kinds for a place, which has then happened once more. */
  strike(kinds: readonly FaultKind[], place: Place): Struck | undefined;
  /** Whether keys of a generation have been rotated away for a place. */
  isRotated(generation: number, place: Place): boolean;
  /** Resolves after a time, or when the gate closes; keeps no process alive. */
  pause(milliseconds: number): Promise<void>;
  /** Ends every pause. */
  end(): void;
}

interface Entry {
  readonly fault: Fault;
  readonly generation: number;
  turns: number;
}

const GIVERS: readonly GateService[] = ['sts', 'cognito-identity', 'metadata', 'container'];
const ALL: readonly GateService[] = ['execute-api', 'lambda', 'cognito-idp', 'sagemaker', 'studio', ...GIVERS];
/** Those that take the name of an operation. */
const ACTING: readonly (GateService | undefined)[] = ['sts', 'cognito-identity', 'cognito-idp', 'sagemaker'];

/** The services that each kind can happen to. */
const REACH: Record<FaultKind, readonly GateService[]> = {
  throttle: ALL,
  unavailable: ALL,
  slow: ALL,
  garbage: ALL,
  reset: ALL,
  expired: GIVERS,
  rotated: ['execute-api', 'lambda', 'sts', 'sagemaker', 'cognito-idp'],
  'half-rotated': ['metadata', 'container'],
};

/** Without any fault. */
export function createFaultBook(): FaultBook {
  const entries = new Set<Entry>();
  const pauses = new Set<() => void>();
  let generation = 0;

  function happen(entry: Entry): Struck {
    const turn = entry.turns++;
    if (entry.turns === entry.fault.times) entries.delete(entry);
    return { fault: entry.fault, turn };
  }

  return {
    get generation() {
      return generation;
    },
    add(fault) {
      checkFault(fault);
      if (fault.kind === 'rotated') generation++;
      // A copy: the fault laid is the one that was checked.
      const entry: Entry = { fault: { ...fault }, generation, turns: 0 };
      entries.add(entry);
      return () => {
        entries.delete(entry);
      };
    },
    clear: () => entries.clear(),
    strike(kinds, place) {
      for (const entry of entries)
        if (kinds.includes(entry.fault.kind) && isAt(entry.fault, place)) return happen(entry);
      return undefined;
    },
    isRotated(of, place) {
      for (const entry of entries) {
        if (entry.fault.kind === 'rotated' && of < entry.generation && isAt(entry.fault, place)) {
          happen(entry);
          return true;
        }
      }
      return false;
    },
    pause: (milliseconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(wake, milliseconds);
        timer.unref();
        pauses.add(wake);
        function wake() {
          clearTimeout(timer);
          pauses.delete(wake);
          resolve();
        }
      }),
    end() {
      for (const wake of [...pauses]) wake();
    },
  };
}

const isAt = ({ kind, service, action }: Fault, place: Place) =>
  REACH[kind].includes(place.service) &&
  (service === undefined || service === place.service) &&
  (action === undefined || action === place.action);

const PARTS = ['kind', 'service', 'action', 'times', 'delay'];
/** The longest that a timer can wait. */
const MAX_DELAY = 2 ** 31 - 1;

function checkFault(fault: Fault): void {
  if (typeof fault !== 'object' || fault === null) refuse('it is not an object');
  const stranger = Object.keys(fault).find((part) => !PARTS.includes(part));
  if (stranger !== undefined) refuse(`"${stranger}" is not known`);
  const { kind, service, action, times, delay } = fault;
  if (!Object.hasOwn(REACH, kind)) refuse('its kind is not known');
  if (service !== undefined && !REACH[kind].includes(service))
    refuse(`"${kind}" happens to ${REACH[kind].join(', ')}, and not to that service`);
  if (action !== undefined && (typeof action !== 'string' || !ACTING.includes(service)))
    refuse('an action goes with the service sts, cognito-identity, cognito-idp or sagemaker');
  if (times !== undefined && !(Number.isInteger(times) && times > 0)) refuse('times is not a whole number above 0');
  if (delay !== undefined && !(typeof delay === 'number' && delay >= 0 && delay <= MAX_DELAY))
    refuse('delay is not a number of milliseconds');
}

function refuse(what: string): never {
  throw new SigV4Error('ERR_SIGV4_INVALID_OPTION', `The fault cannot be laid on the gate: ${what}.`);
}
