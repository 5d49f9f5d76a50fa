/** What a gate that runs has at hand for every request: its world, the keys it gives out, the faults laid on it. */
import type { GateService, Place } from './arrival';
import type { FaultBook } from './faults/faults';
import type { IssuedKeys, Session, Sessions } from './principals/sessions';
import type { World } from './world/world';

export interface Realm {
  readonly world: World;
  readonly sessions: Sessions;
  readonly faults: FaultBook;
  /** What its tokens are sealed with; another one each time a gate starts. */
  readonly key: Buffer;
  /** The keys that metadata and container gave last, for a rotation that is caught half-way. */
  readonly lastGiven: Map<GateService, IssuedKeys>;
}

/** How far in the past keys of the fault `expired` end. */
const OVERDUE = 60_000;

/** Keys for a session that lasts `seconds` from now. */
export function giveKeys(
  { sessions, faults }: Realm,
  place: Place,
  session: Omit<Session, 'issued' | 'expiration'>,
  now: number,
  seconds: number,
): IssuedKeys {
  const end = faults.strike(['expired'], place) ? now - OVERDUE : now + seconds * 1000;
  // Expirations are written in whole seconds.
  const expiration = Math.floor(end / 1000) * 1000;
  return sessions.issue({ ...session, issued: now, expiration }, faults.generation);
}
