/** Checks the function URLs of a world. */
import { toReplyV2 } from '../api-gateway/result-v2';
import { findPolicyFault } from './check-policy';
import { fault, object, REGION, show } from './checks';
import type { FunctionUrl } from './function-url';

const PARTS = ['region', 'functionName', 'auth', 'policy', 'handler'];

/** Rejects a function URL that does not make sense; `id` is what its hostname begins with. */
export function checkFunctionUrl(at: string, url: FunctionUrl, id: string): void {
  const {
    region,
    functionName,
    auth = 'AWS_IAM',
    policy,
    handler,
  } = object(at, url, PARTS) as unknown as Partial<FunctionUrl>;
  if (!/^[a-z0-9]{1,63}$/.test(id)) fault(at, 'is not the id of a function URL, of lower-case letters and digits');
  if (typeof region !== 'string' || !REGION.test(region)) fault(`${at}.region`, 'is not a region');
  if (typeof functionName !== 'string' || !/^[\w-]{1,64}(?::[\w-]{1,128})?$/.test(functionName))
    fault(`${at}.functionName`, 'is not a function name, or that, ":" and an alias');
  if (auth !== 'NONE' && auth !== 'AWS_IAM') fault(`${at}.auth`, `is ${show(auth)}; it is "NONE" or "AWS_IAM"`);
  const found = policy === undefined ? undefined : findPolicyFault(policy, 'resource');
  if (found) fault(`${at}.policy${found.at}`, found.what);
  if (typeof handler !== 'function' && !isAnswer(handler))
    fault(`${at}.handler`, 'is neither a function nor an answer that can be sent');
}

/** An answer for all has a status: what it says otherwise could be meant for one. */
function isAnswer(handler: unknown): boolean {
  try {
    return typeof handler === 'object' && handler !== null && 'statusCode' in handler && !!toReplyV2(handler);
  } catch {
    return false;
  }
}
