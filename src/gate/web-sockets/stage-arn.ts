/** ARNs of what is in the stage of a WebSocket API. */
import type { ApiCall } from '../api-gateway/method-call';

/** `arn:aws:execute-api:us-east-1:111122223333:abc123/prod/$connect`, with `$connect` for `what`. */
export function stageArn({ partition, owner, stage }: ApiCall, what: string): string {
  const { api, accountId, apiId } = owner;
  return `arn:${partition}:execute-api:${api.region}:${accountId}:${apiId}/${stage}/${what}`;
}
