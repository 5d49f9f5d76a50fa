/** Reads what a Lambda authorizer gives back: a policy, or whether the call is authorized. */
import { findPolicyFault } from '../../world/check-policy';
import type { PolicyDocument } from '../../world/policy-document';

/** What a Lambda authorizer said. */
export type Given =
  | {
      readonly kind: 'policy';
      readonly principalId: string;
      readonly policy: PolicyDocument;
      readonly context: Context;
    }
  | { readonly kind: 'simple'; readonly isAuthorized: boolean; readonly context: Context };

type Context = Readonly<Record<string, unknown>>;

/** Which results an authorizer may give. `flat`: values of the context are texts, numbers and booleans. */
export interface ResultForm {
  readonly kind: Given['kind'];
  readonly flat: boolean;
}

/** Characters of a Resource, documentation of the output of Lambda authorizers. */
const MAX_RESOURCE = 512;

/** What it said, as Lambda passes it on, by JSON; throws a TypeError on what API Gateway does not take. */
export function readResult(value: unknown, { kind, flat }: ResultForm): Given {
  const result = toObject('What the authorizer gave', JSON.parse(JSON.stringify(value) ?? 'null'));
  const context = result.context == null ? {} : toObject('The context', result.context);
  if (flat) checkFlat(context);
  if (kind === 'simple') {
    if (typeof result.isAuthorized !== 'boolean')
      throw new TypeError('The authorizer is one of simple responses, and isAuthorized is neither true nor false.');
    return { kind, isAuthorized: result.isAuthorized, context };
  }
  const { principalId, policyDocument, usageIdentifierKey } = result;
  if (typeof principalId !== 'string' || principalId === '') throw new TypeError('The principalId is not a text.');
  if (usageIdentifierKey != null && typeof usageIdentifierKey !== 'string')
    throw new TypeError('The usageIdentifierKey is not a text.');
  return { kind, principalId, policy: toPolicy(policyDocument), context };
}

function toObject(what: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`${what} is no object.`);
  return value as Record<string, unknown>;
}

function checkFlat(context: Context): void {
  const wrong = Object.keys(context).find((key) => !['string', 'number', 'boolean'].includes(typeof context[key]));
  if (wrong !== undefined) throw new TypeError(`The context's ${wrong} is neither a text, a number nor a boolean.`);
}

function toPolicy(document: unknown): PolicyDocument {
  const found = findPolicyFault(document, 'authorizer');
  if (found) throw new TypeError(`The policyDocument is wrong: it${found.at && ` at ${found.at}`} ${found.what}.`);
  const policy = document as PolicyDocument;
  for (const { Resource, NotResource } of [policy.Statement].flat()) {
    const long = [Resource ?? NotResource ?? []].flat().some((text) => text.length > MAX_RESOURCE);
    if (long) throw new TypeError(`The policyDocument has a resource of more than ${MAX_RESOURCE} characters.`);
  }
  return policy;
}
