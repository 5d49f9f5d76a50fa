/**
 * What a refusal teaches a signer: the server's time, or that its keys are not taken any more. For the loop, and for adapters
 * whose client sends by itself.
 */
import { throwIfAborted } from '../credentials/wait';
import { classify, type ServiceError } from './classify';
import { type SigV4Event, tell } from './events';
import { readErrorText } from './service-error';
import type { OpenSigner, SignedAttempt } from './signer';
import { serverTimeOf } from './skew';

type Listener = ((event: SigV4Event) => void) | undefined;
type HeaderReader = Pick<Headers, 'get'>;

/** An offset that changes a signature's time by less would change nothing. */
const SAME_TIME = 60_000;

/** Server times seen by a clock, so that one that goes backwards is known. */
const lastSeen = new WeakMap<object, number>();

/** Sets the signer's clock by the server's; false where its time cannot be known, or is that of the signature. */
export function correctClock(
  { clock }: Pick<OpenSigner, 'clock'>,
  { time: signedAt }: Pick<SignedAttempt, 'time'>,
  headers: HeaderReader,
  error: ServiceError,
  onEvent: Listener,
): boolean {
  const time = serverTimeOf(headers, error, clock, lastSeen.get(clock) ?? -Infinity);
  if (time === undefined || Math.abs(time - signedAt) < SAME_TIME) return false;
  const offset = time - clock.now();
  // Of many calls at a time the first to be answered has set it.
  if (Math.abs(offset) >= SAME_TIME) {
    lastSeen.set(clock, time);
    clock.set(time);
    tell(onEvent, 'clock-corrected', () => ({ offset }));
  }
  return true;
}

/** An answer as an adapter's client gives it. */
export interface Refusal {
  readonly status: number;
  readonly headers: HeaderReader;
  /** The body, or as much of its beginning as was read. */
  readonly text: string;
}

/** Statuses of a refusal that a new signature may change; the body of any other need not be read. */
export const mayTeach = (status: number): boolean => status === 400 || status === 401 || status === 403;

/**
 * Learns from a refusal; resolves true where the same request, signed again, may be answered otherwise. Ask once for each of
 * the two reasons: `learned` is what an earlier attempt of the call has learned.
 */
export async function learnFrom(
  signer: OpenSigner,
  attempt: SignedAttempt,
  { status, headers, text }: Refusal,
  learned: Set<'clock-skew' | 'rejected-credentials'>,
  { signal, onEvent }: { readonly signal?: AbortSignal | undefined; readonly onEvent?: Listener } = {},
): Promise<boolean> {
  if (!mayTeach(status)) return false;
  const error = readErrorText(headers.get('x-amzn-errortype'), text, attempt.isFronted);
  const verdict = classify(status, false, error);
  if ((verdict !== 'clock-skew' && verdict !== 'rejected-credentials') || learned.has(verdict)) return false;
  learned.add(verdict);
  if (verdict === 'clock-skew') return correctClock(signer, attempt, headers, error, onEvent);
  const hasOthers = await signer.renew(attempt.credentials, signal).catch(() => false);
  throwIfAborted(signal);
  return hasOthers;
}
