/** Policies as IAM's JSON writes them. `check-policy.ts` refuses what is wrong or not emulated, by its path. */

/** An IAM policy; elements that are not here are refused by name. */
export interface PolicyDocument {
  /** Policy variables are read from `2012-10-17` on; without it `${…}` is a text like any other. */
  readonly Version?: '2012-10-17' | '2008-10-17' | undefined;
  readonly Id?: string | undefined;
  readonly Statement: Statement | readonly Statement[];
}

/** A statement: one of Action and NotAction; one of Resource and NotResource where it is about more than what it is attached to. */
export interface Statement {
  readonly Sid?: string | undefined;
  readonly Effect: 'Allow' | 'Deny';
  /** In the policies of resources, VPC endpoints and trust, which name whom they are about. */
  readonly Principal?: PrincipalElement | undefined;
  /** Everyone but these: with Deny alone, and not in trust policies. One with a permissions boundary is never left out. */
  readonly NotPrincipal?: PrincipalElement | undefined;
  readonly Action?: string | readonly string[] | undefined;
  readonly NotAction?: string | readonly string[] | undefined;
  readonly Resource?: string | readonly string[] | undefined;
  readonly NotResource?: string | readonly string[] | undefined;
  readonly Condition?: Condition | undefined;
}

/** Everybody, or names by their kind. */
export type PrincipalElement = '*' | Readonly<Partial<Record<PrincipalKind, string | readonly string[]>>>;

/** What a principal can be. */
export type PrincipalKind = 'AWS' | 'Federated' | 'Service';

/** By operator and key: `{ StringEquals: { 'sts:ExternalId': 'abc' } }`. */
export type Condition = Readonly<Record<string, Readonly<Record<string, ConditionValue | readonly ConditionValue[]>>>>;

/** A value as the JSON of a policy writes it. */
export type ConditionValue = string | number | boolean;
