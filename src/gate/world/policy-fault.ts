/** What is wrong with a policy, as data: a world that holds it is refused when its gate starts, a session policy when it is sent. */

/** The path from the policy on, and what is wrong there. */
export interface PolicyFault {
  /** Where, from the policy on: `.Statement[0].Effect`; `.Statement.Effect` where there is a single one. */
  readonly at: string;
  readonly what: string;
  /** AWS would take it; the gate does not. */
  readonly notEmulated?: true;
}

/** The faults of a part, in their order; none is looked for after the first that is asked for. */
export type PolicyFaults = Generator<PolicyFault, void, void>;

/** What AWS has and this version of the gate does not. */
export const foreign = (at: string, what = 'is not emulated by this version of the gate'): PolicyFault => ({
  at,
  what,
  notEmulated: true,
});

/** Everything but nothing is everything: an empty NotAction would allow whatever there is. */
export const isEmpty = (at: string): PolicyFault => ({ at, what: 'is empty' });

/** Neither null nor a list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first part that the gate does not know. */
export function* unknownParts(at: string, value: object, known: readonly string[]): PolicyFaults {
  const stranger = Object.keys(value).find((key) => !known.includes(key));
  if (stranger !== undefined) yield { at: `${at}.${stranger}`, what: 'is not known to this version of the gate' };
}
