/**
 * Evaluates the Condition of a policy statement against the keys of a request. Pure, and of no particular policy: operators
 * and keys are joined with AND, the values of one key with OR, and of a negated operator no value may match.
 */

import type { Condition } from '../world/policy-document';
import { isWithin, parseBlock } from './ip-addresses';
import { matches, matchesArn } from './wildcards';

/** What a request says of itself, by {@link keyName}. A list is a key of several values, also when it holds one or none. */
export type ConditionKeys = ReadonlyMap<string, string | readonly string[]>;

/** Keys from their names, which are compared without regard to case; a value that is undefined is a key that is not there. */
export function conditionKeys(keys: Readonly<Record<string, string | readonly string[] | undefined>>): ConditionKeys {
  const present = new Map<string, string | readonly string[]>();
  for (const [name, value] of Object.entries(keys)) if (value !== undefined) present.set(keyName(name), value);
  return present;
}

export const keyName = (name: string): string => name.toLowerCase();

/** True when every operator of the condition holds; also for no condition. */
export function holds(condition: Condition | undefined, keys: ConditionKeys): boolean {
  return Object.entries(condition ?? {}).every(([name, block]) => {
    const operator = readOperator(name);
    return (
      operator !== undefined &&
      Object.entries(block).every(([key, values]) => test(operator, texts(values), keys.get(keyName(key))))
    );
  });
}

export interface Operator {
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
  readonly isNull: boolean;
  readonly negated: boolean;
  /** Whether a value of the policy is met by one of the request. */
  readonly compare: (wanted: string, found: string) => boolean;
  /** Whether a value in a policy can be meant. */
  readonly accepts: (wanted: string) => boolean;
}

/** An operator by its name, `ForAnyValue:StringLikeIfExists`; undefined for none that is known. */
export function readOperator(name: string): Operator | undefined {
  const [, set, base = '', suffix] = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name) ?? [];
  const isNull = base === 'Null';
  const row = OPERATORS.get(base);
  if (!row || (isNull && suffix !== undefined)) return undefined;
  const [compare, accepts, negated = false] = row;
  return { set: set as Operator['set'], ifExists: suffix !== undefined, isNull, negated, compare, accepts };
}

/** The values of a policy as texts; JSON may write them as numbers and booleans. */
export const texts = (values: Condition[string][string]): string[] => [values].flat().map(String);

function test(operator: Operator, wanted: readonly string[], given: string | readonly string[] | undefined): boolean {
  const found = given === undefined ? [] : [given].flat();
  const { set, ifExists, isNull, negated, compare } = operator;
  if (isNull) return wanted.some((value) => (value.toLowerCase() === 'true') === (found.length === 0));
  if (found.length === 0) {
    if (ifExists || set === 'ForAllValues') return true;
    return set === 'ForAnyValue' ? false : negated;
  }
  const met = (value: string) => wanted.some((candidate) => compare(candidate, value));
  const passes = (value: string) => met(value) !== negated;
  // An empty text is a null data set to IAM, as no value is.
  if (set === 'ForAllValues') return found.every((value) => value === '') || found.every(passes);
  // Several values under an operator for one: none of them may match a negated operator.
  return set === undefined && negated ? found.every(passes) : found.some(passes);
}

type Compare = Operator['compare'];
type Row = readonly [compare: Compare, accepts: Operator['accepts'], negated?: boolean];

const anything = () => true;
const isBoolean = (text: string) => /^(?:true|false)$/i.test(text);
const toNumber = (text: string) => (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN);
const isNumber = (text: string) => !Number.isNaN(toNumber(text));
const ISO_DATE = /^\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d))?)?)?$/;

/** Milliseconds of an ISO 8601 date or of seconds since the epoch; four digits are a year. */
function toTime(text: string): number {
  if (ISO_DATE.test(text)) return Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Number.NaN;
}
const isTime = (text: string) => !Number.isNaN(toTime(text));

const sameCase: Compare = (wanted, found) => wanted === found;
const anyCase: Compare = (wanted, found) => wanted.toLowerCase() === found.toLowerCase();
const arn: Compare = (wanted, found) => found.startsWith('arn:') && matchesArn(wanted, found);
const isArn = (text: string) => text === '*' || /^[^:]*(?::[^:]*){4}:.+$/.test(text);

/** The four orders of a kind, by what the request's value must be to the policy's. */
function ordered(kind: string, read: (text: string) => number, accepts: Operator['accepts']): [string, Row][] {
  const by = (order: (found: number, wanted: number) => boolean): Compare => {
    return (wanted, found) => order(read(found), read(wanted));
  };
  const equals = by((found, wanted) => found === wanted);
  return [
    [`${kind}Equals`, [equals, accepts]],
    [`${kind}NotEquals`, [equals, accepts, true]],
    [`${kind}LessThan`, [by((found, wanted) => found < wanted), accepts]],
    [`${kind}LessThanEquals`, [by((found, wanted) => found <= wanted), accepts]],
    [`${kind}GreaterThan`, [by((found, wanted) => found > wanted), accepts]],
    [`${kind}GreaterThanEquals`, [by((found, wanted) => found >= wanted), accepts]],
  ];
}

const OPERATORS = new Map<string, Row>([
  ['StringEquals', [sameCase, anything]],
  ['StringNotEquals', [sameCase, anything, true]],
  ['StringEqualsIgnoreCase', [anyCase, anything]],
  ['StringNotEqualsIgnoreCase', [anyCase, anything, true]],
  ['StringLike', [matches, anything]],
  ['StringNotLike', [matches, anything, true]],
  ...ordered('Numeric', toNumber, isNumber),
  ...ordered('Date', toTime, isTime),
  ['Bool', [anyCase, isBoolean]],
  ['IpAddress', [isWithin, (text) => parseBlock(text) !== undefined]],
  ['NotIpAddress', [isWithin, (text) => parseBlock(text) !== undefined, true]],
  ['ArnEquals', [arn, isArn]],
  ['ArnLike', [arn, isArn]],
  ['ArnNotEquals', [arn, isArn, true]],
  ['ArnNotLike', [arn, isArn, true]],
  ['Null', [sameCase, isBoolean]],
]);
