/** Checks the function URLs of a world. */
import { handlerFault, isAnswerV2 } from './check-answer';
import { checkPolicy } from './check-policy';
import { checkRegion, fault, object, show } from './checks';
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
  checkRegion(`${at}.region`, region);
  if (typeof functionName !== 'string' || !/^[\w-]{1,64}(?::[\w-]{1,128})?$/.test(functionName))
    fault(`${at}.functionName`, 'is not a function name, or that, ":" and an alias');
  if (auth !== 'NONE' && auth !== 'AWS_IAM') fault(`${at}.auth`, `is ${show(auth)}; it is "NONE" or "AWS_IAM"`);
  if (policy !== undefined) checkPolicy(`${at}.policy`, policy, 'resource');
  if (typeof handler !== 'function' && !isAnswerV2(handler)) fault(`${at}.handler`, handlerFault(handler));
}
