/** The condition keys that tell of what is called, by its ARN. */
import type { ConditionKeys, KeyValue } from './condition-keys';
import type { Question } from './judgement';

/** A question whose keys have those of its resource too, unless the call itself gives them. */
export function withResourceKeys(question: Question): Question {
  const { resource, keys } = question;
  return { ...question, keys: { get: (name) => keys.get(name) ?? resourceKey(name, resource, keys) } };
}

function resourceKey(name: string, arn: string, keys: ConditionKeys): KeyValue | undefined {
  if (name === 'aws:requestedregion') return arn.split(':')[3] || undefined;
  if (name !== 'aws:resourceaccount' && name !== 'aws:resourceorgid') return undefined;
  const account = arn.split(':')[4] || undefined;
  return name === 'aws:resourceaccount' ? account : account && keys.organizationOf?.(account);
}
