/** What policies are asked about a call of an API. */
import type { Question } from '../policy/judgement';
import { requestKeys } from '../policy/request-keys';
import type { Principal } from '../principals/principals';
import type { World } from '../world/world';
import type { ApiCall } from './method-call';

/** The ARN of a method, with the path decoded. */
export function methodArn({ owner, partition, stage, arrival }: ApiCall, segments: readonly string[]): string {
  const { accountId, apiId, api } = owner;
  const scope = `arn:${partition}:execute-api:${api.region}:${accountId}:${apiId}`;
  return `${scope}/${stage}/${arrival.request.method}/${segments.join('/')}`;
}

/** Whether a caller, or somebody who did not sign, may call it. */
export function invocation(
  world: World,
  { arrival, passage }: ApiCall,
  resource: string,
  principal: Principal | undefined,
): Question {
  return {
    action: 'execute-api:Invoke',
    resource,
    keys: requestKeys(world, arrival, principal, {}, passage),
  };
}
