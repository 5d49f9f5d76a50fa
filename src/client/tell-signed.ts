/** Tells that an attempt was signed, and that keys other than before did it. */
import { isObserved, type Listener, tell } from './events';
import type { OpenSigner, SignedAttempt } from './open-signer';

const lastKeys = new WeakMap<object, string>();

/** `count` is 1 for the first attempt of a call. */
export function tellSigned(
  signer: OpenSigner,
  { signed, credentials }: SignedAttempt,
  count: number,
  onEvent: Listener,
): void {
  if (!isObserved(onEvent, 'signed') && !isObserved(onEvent, 'credentials-refreshed')) return;
  const { accessKeyId, expiration } = credentials;
  const before = lastKeys.get(signer.clock);
  if (before !== accessKeyId) {
    lastKeys.set(signer.clock, accessKeyId);
    if (before !== undefined) tell(onEvent, 'credentials-refreshed', () => ({ accessKeyId, expiration }));
  }
  tell(onEvent, 'signed', () => ({
    method: signed.method,
    url: signed.url.split('?', 1)[0] as string,
    accessKeyId,
    attempt: count,
  }));
}
