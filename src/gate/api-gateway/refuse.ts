/** Rulings that refuse a call, in the words of its kind of API. */
import type { Refusal } from '../../verify/refusal';
import { type Arrival, headerOf, type Ruling } from '../arrival';
import { deniedRuling } from '../policy/denied-ruling';
import type { Denied, Question } from '../policy/judgement';
import type { Principal } from '../principals/principals';
import { wordSignature } from '../signature-refusals';
import { notEmulated, refusalReply } from './gateway-replies';
import type { ApiCall } from './method-call';
import { type Answer, FORBIDDEN_V2, wordDenial } from './refusals';

/** A refusal with a reason for the log. */
export const refuse = ({ requestId }: Arrival, reason: string, answer: Answer, principal?: string): Ruling => ({
  outcome: 'refused',
  reason,
  principal,
  reply: refusalReply(answer, requestId),
});

/** AWS takes it, with keys that are derived otherwise. */
const SIGV4A = 'AWS4-ECDSA-P256-SHA256';

/** The signature does not hold. An HTTP API does not say why. */
export function refuseSignature({ arrival, owner }: ApiCall, refusal: Refusal): Ruling {
  if (refusal.code === 'ERR_SIGV4_UNSUPPORTED_ALGORITHM' && refusal.algorithm === SIGV4A)
    return notEmulated('The gate does not verify Signature Version 4A in this version.', arrival.requestId);
  const isHttpApi = owner.api.type === 'HTTP';
  const words = isHttpApi ? FORBIDDEN_V2 : wordSignature(refusal, headerOf(arrival.request, 'authorization'));
  return refuse(arrival, refusal.code, words);
}

/** Policies do not let the caller, or one who did not sign. An HTTP API does not say why. */
export function refuseByPolicy(
  { arrival, owner }: ApiCall,
  question: Question,
  denied: Denied,
  principal: Principal | undefined,
): Ruling {
  const isHttpApi = owner.api.type === 'HTTP';
  const answer = isHttpApi ? FORBIDDEN_V2 : wordDenial(principal?.arn ?? 'anonymous', question, denied);
  return { ...deniedRuling(denied), principal: principal?.arn, reply: refusalReply(answer, arrival.requestId) };
}
