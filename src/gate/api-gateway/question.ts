/** What policies are asked about a call of an API. */
import type { Question } from '../policy/judgement';
import { requestKeys } from '../policy/request-keys';
import type { Principal } from '../principals/principals';
import type { World } from '../world/world';
import type { ApiCall } from './method-call';

/** The ARN of what is in the stage of an API: `arn:aws:execute-api:us-east-1:111122223333:abc123/prod/$connect`. */
export function stageArn({ owner, partition, stage }: ApiCall, what: string): string {
  const { accountId, apiId, api } = owner;
  return `arn:${partition}:execute-api:${api.region}:${accountId}:${apiId}/${stage}/${what}`;
}

/** The ARN of a method, with the path decoded. */
export const methodArn = (call: ApiCall, segments: readonly string[]): string =>
  stageArn(call, `${call.arrival.request.method}/${segments.join('/')}`);

/** Whether a caller, or somebody who did not sign, may do an action with it. */
export const questionOf = (
  world: World,
  { arrival, passage }: ApiCall,
  resource: string,
  principal: Principal | undefined,
  action = 'execute-api:Invoke',
): Question => ({ action, resource, keys: requestKeys(world, arrival, principal, {}, passage) });
