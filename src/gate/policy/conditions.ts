/**
 * Evaluates the Condition of a policy statement against the keys of a request. Pure, and of no particular policy: operators
 * and keys are joined with AND, the values of one key with OR, and of a negated operator no value may match.
 */
import type { Condition } from '../world/policy-document';
import { type ConditionKeys, type KeyValue, keyName } from './condition-keys';
import { isWithin, parseBlock } from './ip-addresses';
import { resolve } from './variables';
import { type Literals, matches, matchesArn } from './wildcards';

/**
 * True when every operator of the condition holds; also for no condition. `variables`: the values may hold policy variables,
 * as they may from version 2012-10-17 on.
 */
export function holds(condition: Condition | undefined, keys: ConditionKeys, variables = false): boolean {
  for (const name in condition) {
    const operator = readOperator(name);
    const block = condition[name];
    if (operator === undefined) return false;
    for (const key in block) {
      const wanted = block[key] as Values;
      if (!test(operator, wanted, keys.get(keyName(key)), variables ? keys : undefined)) return false;
    }
  }
  return true;
}

type Values = Condition[string][string];

/** A condition operator, taken apart. */
export interface Operator {
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
  readonly isNull: boolean;
  readonly negated: boolean;
  /** Whether its values may hold policy variables: of texts and ARNs. */
  readonly variables: boolean;
  /** Whether a value of the policy is met by one of the request. `literals`: its characters that are no wildcards. */
  readonly compare: (wanted: string, found: string, literals?: Literals) => boolean;
  /** Whether a value in a policy can be meant. */
  readonly accepts: (wanted: string) => boolean;
}

const read = new Map<string, Operator>();

/** An operator by its name, `ForAnyValue:StringLikeIfExists`; undefined for none that is known. */
export function readOperator(name: string): Operator | undefined {
  const before = read.get(name);
  if (before) return before;
  const [, set, base = '', suffix] = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name) ?? [];
  const isNull = base === 'Null';
  const row = OPERATORS.get(base);
  if (!row || (isNull && suffix !== undefined)) return undefined;
  const [compare, accepts, negated = false] = row;
  const variables = base.startsWith('String') || base.startsWith('Arn');
  const ifExists = suffix !== undefined;
  const operator = { set: set as Operator['set'], ifExists, isNull, negated, variables, compare, accepts };
  read.set(name, operator);
  return operator;
}

/** The values of a policy as texts; JSON may write them as numbers and booleans. */
export const texts = (values: Values): string[] => [values].flat().map(String);

/** `variables`: the keys that variables take their values from, where the policy may have some. */
function test(
  operator: Operator,
  wanted: Values,
  given: KeyValue | undefined,
  variables: ConditionKeys | undefined,
): boolean {
  const { set, ifExists, isNull, negated } = operator;
  const found = given === undefined ? NONE : typeof given === 'string' ? [given] : given;
  if (isNull) return some(wanted, (value) => (value.toLowerCase() === 'true') === (found.length === 0));
  if (found.length === 0) {
    if (ifExists || set === 'ForAllValues') return true;
    return set === 'ForAnyValue' ? false : negated;
  }
  const passes = (value: string) =>
    some(wanted, (candidate) => meets(operator, candidate, value, variables)) !== negated;
  if (set === undefined) {
    // A key of several values needs an operator for a set. Unconfirmed: that nothing holds of it without one.
    return typeof given === 'string' && passes(given);
  }
  // An empty text is a null data set to IAM, as no value is.
  if (found.every((value) => value === '')) return set === 'ForAllValues';
  return set === 'ForAllValues' ? found.every(passes) : found.some(passes);
}

const NONE: readonly string[] = [];

function some(values: Values, check: (value: string) => boolean): boolean {
  return Array.isArray(values) ? values.some((value) => check(String(value))) : check(String(values));
}

/** A value whose variable has no value meets nothing: no text is equal to it, or like it. */
function meets(operator: Operator, wanted: string, found: string, variables: ConditionKeys | undefined): boolean {
  if (!variables || !operator.variables || !wanted.includes('${')) return operator.compare(wanted, found);
  const resolved = resolve(wanted, variables);
  return resolved !== undefined && operator.compare(resolved.text, found, resolved.literals);
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
const arn: Compare = (wanted, found, literals) => found.startsWith('arn:') && matchesArn(wanted, found, literals);
/** What stands for an ARN, or for one behind a variable. */
const isArn = (text: string) => text === '*' || text.includes('${') || /^[^:]*(?::[^:]*){4}:.+$/.test(text);
/** Bytes in base64, by the text that they are written as most simply. */
const toBytes = (text: string) => Buffer.from(text, 'base64').toString('base64');
const isBinary = (text: string) => /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0;

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
  ['BinaryEquals', [(wanted, found) => toBytes(wanted) === toBytes(found), isBinary]],
  ['Null', [sameCase, isBoolean]],
]);
