/**
 * What a refusal teaches a signer: the server's time, or that its keys are not taken any more. For the loop, and for adapters
 * whose client sends by itself.
 */
import { throwIfAborted } from '../credentials/wait';
import { classify, type ServiceError, type Verdict } from './classify';
import { type Listener, tell } from './events';
import type { OpenSigner, SignedAttempt } from './open-signer';
import { readErrorText } from './service-error';
import { serverTimeOf } from './skew';

/** The fields of an answer, by lower-case name. */
export type HeaderReader = Pick<Headers, 'get'>;

/** What a refusal may teach. */
export type Lesson = 'clock-skew' | 'rejected-credentials';

/** What the attempts of one call have learned: each lesson is heeded once. */
export type Learned = Set<Lesson>;

/** An offset that changes a signature's time by less would change nothing. */
const SAME_TIME = 60_000;

/** Server times seen by a clock, so that one that goes backwards is known. */
const lastSeen = new WeakMap<object, number>();

/** Sets the signer's clock by the server's; false where its time cannot be known, or is that of the signature. */
function correctClock(
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

/** Whether a verdict teaches what the call has not learned yet. */
export const isNews = (verdict: Verdict, learned: Learned): verdict is Lesson =>
  (verdict === 'clock-skew' || verdict === 'rejected-credentials') && !learned.has(verdict);

/** What a lesson is taken from: the answer that taught it, and how the call goes on. */
export interface Teaching {
  readonly headers: HeaderReader;
  readonly error: ServiceError;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: Listener;
}

/** Heeds a lesson; resolves true where the same request, signed again, may be answered otherwise. */
export async function learn(
  signer: OpenSigner,
  attempt: SignedAttempt,
  lesson: Lesson,
  { headers, error, signal, onEvent }: Teaching,
): Promise<boolean> {
  if (lesson === 'clock-skew') return correctClock(signer, attempt, headers, error, onEvent);
  const hasOthers = await signer.renew(attempt.credentials, signal).catch(() => false);
  throwIfAborted(signal);
  return hasOthers;
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

/** Learns from a refusal what the call has not learned yet, and resolves as {@link learn} does; false for all other refusals. */
export async function learnFrom(
  signer: OpenSigner,
  attempt: SignedAttempt,
  { status, headers, text }: Refusal,
  learned: Learned,
  settings: Pick<Teaching, 'signal' | 'onEvent'> = {},
): Promise<boolean> {
  if (!mayTeach(status)) return false;
  const error = readErrorText(headers.get('x-amzn-errortype'), text, attempt.isFronted);
  const verdict = classify(status, false, error);
  if (!isNews(verdict, learned)) return false;
  learned.add(verdict);
  return learn(signer, attempt, verdict, { ...settings, headers, error });
}
