/** Finds what is wrong with the Principal or NotPrincipal element of a policy. */
import type { Statement } from './policy-document';
import { isEmpty, isObject, type PolicyFaults, unknownParts } from './policy-fault';

const ACCOUNT = String.raw`arn:aws[\w-]*:(?:iam::\d{12}:(?:root|user\/[^\s*?]*[^/\s*?]|role\/[^\s*?]*[^/\s*?])|sts::\d{12}:(?:assumed-role\/[^/\s*?]+\/[^/\s*?]+|federated-user\/[^/\s*?]+))`;

/** What a principal may be; each kind as IAM's reference of the Principal element writes it. */
const PRINCIPALS: Record<string, RegExp> = {
  AWS: new RegExp(String.raw`^(?:\*|\d{12}|${ACCOUNT})$`),
  Federated: /^(?:arn:aws[\w-]*:iam::\d{12}:oidc-provider\/[^\s*?]+|[\w-]+(?:\.[\w-]+)+)$/,
  Service: /^[\w-]+(?:\.[\w-]+)+$/,
};

/** `at`: of the element. */
export function* principalFaults(at: string, principal: Statement['Principal']): PolicyFaults {
  if (principal === '*') return;
  if (!isObject(principal)) return yield { at, what: 'is neither "*" nor an object' };
  yield* unknownParts(at, principal, Object.keys(PRINCIPALS));
  const kinds = Object.entries(principal);
  if (kinds.length === 0) yield isEmpty(at);
  for (const [kind, names] of kinds) {
    if ([names].flat().length === 0) yield isEmpty(`${at}.${kind}`);
    for (const name of [names].flat() as unknown[]) {
      if (typeof name !== 'string' || !PRINCIPALS[kind]?.test(name))
        yield { at: `${at}.${kind}`, what: `holds ${JSON.stringify(name)}, which is no principal this version knows` };
    }
  }
}
