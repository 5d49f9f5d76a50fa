/** The functions of a world that have a URL, by the id that its hostname begins with. */
import type { AttachedPolicy } from '../policy/judgement';
import type { FunctionUrl } from '../world/function-url';
import type { World } from '../world/world';

/** A function that has a URL, and whose it is. */
export interface FunctionOwner {
  readonly accountId: string;
  readonly id: string;
  readonly url: FunctionUrl;
  /** The function's resource-based policy. */
  readonly policy: AttachedPolicy | undefined;
}

/** Of a world that has been checked. */
export function indexFunctions(world: World): Map<string, FunctionOwner> {
  const owners = new Map<string, FunctionOwner>();
  for (const [accountId, { functionUrls = {} }] of Object.entries(world.accounts)) {
    for (const [id, url] of Object.entries(functionUrls)) {
      const at = `accounts.${accountId}.functionUrls.${id}.policy`;
      const policy: AttachedPolicy | undefined = url.policy && { type: 'resource', at, document: url.policy };
      owners.set(id, { accountId, id, url, policy });
    }
  }
  return owners;
}
