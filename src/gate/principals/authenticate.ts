/** Who has signed a request: its signature examined, and the caller found by the key id and the token that it presents. */
import { partitionOf } from '../../endpoint/partitions';
import type { WireRequest } from '../../types';
import { examine } from '../../verify/examine';
import type { Refusal } from '../../verify/refusal';
import { type Arrival, headerOf, type Place } from '../arrival';
import type { Realm } from '../realm';
import { type Identified, type Principal, toPrincipal } from './principals';

/** A caller whose signature holds. */
export interface Signed {
  readonly principal: Principal;
  readonly accessKeyId: string;
}

/** Milliseconds that a caller's clock may be off, either way. */
const MAX_SKEW = 300_000;

/** Who signed, for the service of a place and a region; or why the signature does not hold. */
export async function authenticate(
  realm: Realm,
  { request, now }: Arrival,
  place: Place,
  region: string,
): Promise<Signed | Refusal> {
  let found: Identified | undefined;
  const verdict = await examine(request, {
    region,
    service: place.service,
    maxSkew: MAX_SKEW,
    now,
    lookup: (accessKeyId) => {
      found = identify(realm, place, partitionOf(region).name, accessKeyId, tokenOf(request));
      return found?.credentials;
    },
  });
  if ('code' in verdict) return verdict;
  return { principal: (found as Identified).principal, accessKeyId: verdict.accessKeyId };
}

/** Who has an access key; undefined for keys that nobody has, or that have been rotated away. */
function identify(
  realm: Realm,
  place: Place,
  partition: string,
  accessKeyId: string,
  token: string | undefined,
): Identified | undefined {
  const issued = token === undefined ? undefined : realm.sessions.read(accessKeyId, token);
  // Keys of one partition are not known in another.
  const isHome = issued?.session.roleArn.startsWith(`arn:${partition}:`);
  const principal = issued && isHome ? toPrincipal(realm.world, issued.session) : undefined;
  const identified =
    issued && principal
      ? { principal, credentials: issued.credentials }
      : realm.accessKeys.get(accessKeyId)?.(partition);
  if (!identified?.principal.temporary) return identified;
  return realm.faults.isRotated(issued?.generation ?? 0, place) ? undefined : identified;
}

/** The session token that a request carries, in its headers or its query. */
function tokenOf(request: WireRequest): string | undefined {
  const token = headerOf(request, 'x-amz-security-token');
  if (token !== undefined || request.query === '') return token;
  return new URLSearchParams(request.query).get('X-Amz-Security-Token') ?? undefined;
}
