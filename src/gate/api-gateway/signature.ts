/** The signature of a call, examined once at most, by whichever step first asks for it. */
import { examine } from '../../verify/examine';
import type { Refusal } from '../../verify/refusal';
import { headerOf, type Place } from '../arrival';
import { type Identified, identify, type Principal, tokenOf } from '../principals/principals';
import type { Realm } from '../realm';
import type { ApiCall } from './method-call';

/** Who signed. */
export interface Signed {
  readonly principal: Principal;
  readonly accessKeyId: string;
}

/** Who signed the call, or why its signature does not hold. */
export type SignatureCheck = () => Promise<Signed | Refusal>;

const PLACE: Place = { service: 'execute-api' };

/** Five minutes, either way. */
const MAX_SKEW = 300_000;

export function signatureOf(realm: Realm, call: ApiCall): SignatureCheck {
  let checked: Promise<Signed | Refusal> | undefined;
  return () => {
    checked ??= check(realm, call);
    return checked;
  };
}

async function check(realm: Realm, { arrival, owner, partition }: ApiCall): Promise<Signed | Refusal> {
  const { request, now } = arrival;
  let found: Identified | undefined;
  const verdict = await examine(request, {
    region: owner.api.region,
    service: PLACE.service,
    maxSkew: MAX_SKEW,
    now,
    lookup: (accessKeyId) => {
      found = identify(realm, PLACE, partition, accessKeyId, tokenOf(request));
      return found?.credentials;
    },
  });
  if ('code' in verdict) return verdict;
  return { principal: (found as Identified).principal, accessKeyId: verdict.accessKeyId };
}

/** Whether a request carries a Signature Version 4, good or bad, in its header or its query. */
export function isSigned({ arrival: { request } }: ApiCall): boolean {
  const authorization = headerOf(request, 'authorization');
  if (authorization) return authorization.startsWith('AWS4-');
  return request.query.includes('X-Amz-') && /(?:^|&)X-Amz-(?:Algorithm|Signature)=/.test(request.query);
}
