/** Whether a method admits a call: by its kind of authorization, together with the API's resource policy. */
import type { Ruling } from '../arrival';
import { denyAhead, judgeAuthorizer, judgeCaller, judgeUnsigned, notAllowed } from '../policy/judge';
import type { DecidingStatement, Denied, Judgement } from '../policy/judgement';
import type { Realm } from '../realm';
import type { Authorizer } from '../world/authorizer';
import { own } from '../world/own';
import { askAuthorizer } from './authorizers/ask-authorizer';
import type { NewConnection } from './authorizers/authorizer-events';
import { iamContextV2 } from './event-v2';
import { refusalReply } from './gateway-replies';
import { isPrivate } from './locate';
import type { Authorized, MethodCall } from './method-call';
import { questionOf } from './question';
import { refuseByPolicy, refuseSignature } from './refuse';
import type { SignatureCheck } from './signature';

/** A call that may go on to its handler. */
interface Admitted {
  readonly authorized: Authorized;
  /** The statement that allowed it. */
  readonly statement: DecidingStatement | undefined;
}

/** Who may go on and what is known of the caller, or the refusal. `connection`: that a client of a WebSocket API asks for, which its authorizer is told. */
export function admit(
  realm: Realm,
  call: MethodCall,
  check: SignatureCheck,
  connection?: NewConnection,
): Promise<Admitted | Ruling> | Admitted | Ruling {
  const { auth = 'NONE' } = call.route;
  if (auth === 'NONE') return admitAnyone(realm, call, {});
  return auth === 'AWS_IAM' ? admitCaller(realm, call, check) : admitByAuthorizer(realm, call, auth, connection);
}

/** No signature is asked for: the resource policy alone must allow, where there is one. */
function admitAnyone({ world }: Realm, call: MethodCall, authorized: Authorized): Admitted | Ruling {
  const question = questionOf(world, call, call.arn, undefined);
  return conclude(authorized, closed(call) ?? judgeUnsigned(question, call.owner.policy), (denied) =>
    refuseByPolicy(call, question, denied, undefined),
  );
}

async function admitCaller({ world }: Realm, call: MethodCall, check: SignatureCheck): Promise<Admitted | Ruling> {
  const signed = await check();
  if ('code' in signed) return refuseSignature(call, signed);
  const { principal, accessKeyId } = signed;
  const { accountId, policy, api } = call.owner;
  const question = questionOf(world, call, call.arn, principal);
  const judgement =
    closed(call) ?? judgeCaller(world, principal, question, { accountId, policies: policy ? [policy] : [] });
  const authorizer = api.type === 'HTTP' ? { iam: iamContextV2(world, accessKeyId, principal) } : undefined;
  return conclude({ principal, accessKeyId, authorizer }, judgement, (denied) =>
    refuseByPolicy(call, question, denied, principal),
  );
}

async function admitByAuthorizer(
  realm: Realm,
  call: MethodCall,
  name: string,
  connection: NewConnection | undefined,
): Promise<Admitted | Ruling> {
  const question = questionOf(realm.world, call, call.arn, undefined);
  const ahead = isLambda(call, name) ? denyAhead(question, call.owner.policy) : undefined;
  if (ahead) return refuseByPolicy(call, question, ahead, undefined);
  const asked = await askAuthorizer(realm, call, name, connection);
  if ('answer' in asked) {
    const { reason, cause } = asked;
    const outcome = asked.answer.status >= 500 ? 'failed' : 'refused';
    return { outcome, reason, cause, reply: refusalReply(asked.answer, call.arrival.requestId) };
  }
  const { authorized, policy } = asked;
  if (!policy) return admitAnyone(realm, call, authorized);
  const judgement = closed(call) ?? judgeAuthorizer(question, policy, call.owner.policy);
  return conclude(authorized, judgement, (denied) => refuseByPolicy(call, question, denied, undefined));
}

/** Other authorizers verify a token before any policy is looked at. */
function isLambda({ owner }: MethodCall, name: string): boolean {
  const type = own<Authorizer>(owner.api.authorizers, name)?.type;
  return type === 'TOKEN' || type === 'REQUEST';
}

/** A private API without a resource policy is closed to all. */
const closed = ({ owner }: MethodCall): Denied | undefined =>
  isPrivate(owner) && !owner.policy ? notAllowed('resource') : undefined;

const conclude = (
  authorized: Authorized,
  judgement: Judgement,
  refuse: (denied: Denied) => Ruling,
): Admitted | Ruling => (judgement.allowed ? { authorized, statement: judgement.statement } : refuse(judgement));
