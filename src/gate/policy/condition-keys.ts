/** What a request says of itself to the conditions and variables of policies. */

/** A list is a key of several values, also when it holds one or none. */
export type KeyValue = string | readonly string[];

/** The keys of a request. */
export interface ConditionKeys {
  /** The value of a key by its {@link keyName}; undefined for one that is not there. */
  get(name: string): KeyValue | undefined;
  /** The organization of an account. */
  readonly organizationOf?: (accountId: string) => string | undefined;
}

/** Keys from their names; a value that is undefined is a key that is not there. */
export function conditionKeys(keys: Readonly<Record<string, KeyValue | undefined>>): ConditionKeys {
  const present = new Map<string, KeyValue>();
  for (const name of Object.keys(keys)) {
    const value = keys[name];
    if (value !== undefined) present.set(keyName(name), value);
  }
  return present;
}

/** Names of keys are compared without regard to case. */
export const keyName = (name: string): string => name.toLowerCase();
