/** The signature of a call, examined once at most, by whichever step first asks for it. */
import type { Refusal } from '../../verify/refusal';
import { headerOf, type Place } from '../arrival';
import { authenticate, type Signed } from '../principals/authenticate';
import type { Realm } from '../realm';
import type { ApiCall } from './method-call';

/** Who signed the call, or why its signature does not hold. */
export type SignatureCheck = () => Promise<Signed | Refusal>;

const PLACE: Place = { service: 'execute-api' };

/** The check of a call's signature. */
export function signatureOf(realm: Realm, { arrival, owner }: ApiCall): SignatureCheck {
  let checked: Promise<Signed | Refusal> | undefined;
  return () => {
    checked ??= authenticate(realm, arrival, PLACE, owner.api.region);
    return checked;
  };
}

/** Whether a request carries a Signature Version 4, good or bad, in its header or its query. */
export function isSigned({ arrival: { request } }: ApiCall): boolean {
  const authorization = headerOf(request, 'authorization');
  if (authorization) return authorization.startsWith('AWS4-');
  if (request.query === '') return false;
  // Decoded, as they are examined: escaped, they would sign for a method and be nobody to the endpoint before it.
  const query = new URLSearchParams(request.query);
  return query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature');
}
