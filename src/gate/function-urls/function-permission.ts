/**
 * Whether a caller may invoke a function by its URL. Since October 2025 it needs two actions, which are judged each by
 * itself: `lambda:InvokeFunctionUrl` and `lambda:InvokeFunction`.
 * The rule: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
import { partitionOf } from '../../endpoint/partitions';
import type { Arrival } from '../arrival';
import { judgeCaller, judgeUnsigned, notAllowed } from '../policy/judge';
import type { Judgement, Question } from '../policy/judgement';
import { requestKeys } from '../policy/request-keys';
import type { Principal } from '../principals/principals';
import type { World } from '../world/world';
import type { FunctionOwner } from './function-index';

/** A caller who signed. */
export function judgeFunctionCaller(
  world: World,
  owner: FunctionOwner,
  arrival: Arrival,
  principal: Principal,
): Judgement {
  const { accountId, policy } = owner;
  const policies = policy ? [policy] : [];
  return both(world, owner, arrival, principal, (question) =>
    judgeCaller(world, principal, question, { accountId, policies }),
  );
}

/** Anybody, at a URL that asks for no signature. Whoever signs all the same is anybody too. */
export function judgeFunctionPublic(world: World, owner: FunctionOwner, arrival: Arrival): Judgement {
  const { policy } = owner;
  // An API without a policy is open; a function is not.
  if (!policy) return notAllowed('resource');
  return both(world, owner, arrival, undefined, (question) => judgeUnsigned(question, policy));
}

function both(
  world: World,
  { accountId, url }: FunctionOwner,
  arrival: Arrival,
  principal: Principal | undefined,
  judge: (question: Question) => Judgement,
): Judgement {
  const { region, functionName, auth = 'AWS_IAM' } = url;
  const resource = `arn:${partitionOf(region).name}:lambda:${region}:${accountId}:function:${functionName}`;
  const ask = (action: string, call: Record<string, string>) =>
    judge({ action, resource, keys: requestKeys(world, arrival, principal, call) });
  // Each action has condition keys of its own, by the service authorization reference.
  const byUrl = ask('lambda:InvokeFunctionUrl', {
    'lambda:FunctionUrlAuthType': auth,
    'lambda:FunctionArn': resource,
  });
  return byUrl.allowed ? ask('lambda:InvokeFunction', { 'lambda:InvokedViaFunctionUrl': 'true' }) : byUrl;
}
