/**
 * What a call meets on its way through a VPC endpoint, before its method is looked at: the endpoint's policy, and that of the
 * private custom domain name it was called by. A signature that is there must hold, whatever the method asks for.
 */
import type { Ruling } from '../arrival';
import { judgeEndpoint, notAllowed } from '../policy/judge';
import type { Principal } from '../principals/principals';
import type { World } from '../world/world';
import type { ApiCall } from './method-call';
import { questionOf } from './question';
import { refuseByPolicy, refuseSignature } from './refuse';
import { isSigned, type SignatureCheck } from './signature';

/** The caller, if the call carries a signature; or the refusal. */
export async function passEndpoint(
  world: World,
  call: ApiCall,
  arn: string,
  check: SignatureCheck,
): Promise<{ readonly principal: Principal | undefined } | Ruling> {
  const signed = isSigned(call) ? await check() : undefined;
  if (signed && 'code' in signed) return refuseSignature(call, signed);
  const principal = signed?.principal;
  const question = questionOf(world, call, arn, principal);
  const way = judgeEndpoint(principal, question, call.passage?.policy);
  if (!way.allowed) return refuseByPolicy(call, question, way, principal);
  if (!call.domain) return { principal };
  // Without a policy it is closed to all. Unconfirmed: the text, and that the ARN is the method's.
  const { policy } = call.domain;
  const domain = policy ? judgeEndpoint(principal, question, policy) : notAllowed('resource');
  return domain.allowed ? { principal } : refuseByPolicy(call, question, domain, principal);
}
