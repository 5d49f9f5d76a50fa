/** CloudFormation's intrinsics, resolved with what a stack would be given. */
import type { Body } from './terraform';

export interface ResolveOptions {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly account: string;
  readonly region: string;
  /** Default `aws`. */
  readonly partition?: string;
  /** What a resource's `Ref` gives, by logical id, and what `GetAtt` gives, by `LogicalId.Attribute`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

type Resolve = (value: unknown) => unknown;
type Intrinsic = (argument: unknown, resolve: Resolve, stack: Stack) => unknown;

interface Stack {
  readonly template: Body;
  readonly values: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What `AWS::NoValue` leaves: the property, or the element, is not there. */
const NOTHING = Symbol('AWS::NoValue');

/**
 * The template with every intrinsic in `Resources` and `Outputs` resolved; what has a condition that does not hold is left
 * out. A resource's `Ref` or attribute that `attributes` does not give stays as `${LogicalId}` or `${LogicalId.Attribute}`.
 * A name that the template does not declare is refused.
 */
// biome-ignore lint/suspicious/noExplicitAny: tests look into properties of any resource.
export function resolveTemplate(template: object, given: ResolveOptions): any {
  const { Resources = {}, Outputs } = template as Body;
  const stack = { template, values: valuesOf(template, given), attributes: given.attributes ?? {} };
  const resolve = (value: unknown): unknown => resolveValue(value, resolve, stack);
  const section = (entries: Body) => {
    const kept = Object.entries(entries).filter(([, { Condition }]) => !Condition || holds(Condition, resolve, stack));
    return Object.fromEntries(kept.map(([name, entry]) => [name, resolve(entry)]));
  };
  return { ...template, Resources: section(Resources), ...(Outputs && { Outputs: section(Outputs) }) };
}

function valuesOf({ Parameters = {} }: Body, given: ResolveOptions): Stack['values'] {
  const { parameters = {}, account, region, partition = 'aws' } = given;
  const unknown = Object.keys(parameters).filter((name) => !Object.hasOwn(Parameters, name));
  if (unknown.length > 0) throw new Error(`The template has no parameter ${unknown}.`);
  const values = Object.entries<Body>(Parameters).map(([name, { Type, Default, AllowedValues }]) => {
    const value = parameters[name] ?? Default;
    if (value === undefined) return [name, undefined];
    if (AllowedValues && !AllowedValues.map(String).includes(String(value)))
      throw new Error(`${value} is none of the values that ${name} may have: ${AllowedValues}.`);
    const isList = Type === 'CommaDelimitedList' || String(Type).startsWith('List<');
    return [name, isList ? String(value).split(/\s*,\s*/) : String(value)];
  });
  return {
    ...Object.fromEntries(values),
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::Partition': partition,
    'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
    'AWS::StackName': 'stack',
    'AWS::StackId': `arn:${partition}:cloudformation:${region}:${account}:stack/stack/0`,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': NOTHING,
  };
}

function resolveValue(value: unknown, resolve: Resolve, stack: Stack): unknown {
  if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== NOTHING);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries.length === 1 ? (entries[0] as [string, unknown]) : ['', undefined];
  const intrinsic = Object.hasOwn(INTRINSICS, name) ? INTRINSICS[name] : undefined;
  if (intrinsic) return intrinsic(argument, resolve, stack);
  const foreign = entries.find(([key]) => key.startsWith('Fn::'));
  if (foreign) throw new Error(`${foreign[0]} is not resolved here, or does not stand alone.`);
  const resolved = entries.map(([key, item]) => [key, resolve(item)] as const);
  return Object.fromEntries(resolved.filter(([, item]) => item !== NOTHING));
}

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, _, stack) => refer(String(name), stack),
  'Fn::GetAtt': (path, _, stack) => attribute(Array.isArray(path) ? path.join('.') : String(path), stack),
  'Fn::Sub': (argument, resolve, stack) => {
    const [text, more = {}] = (Array.isArray(argument) ? argument : [argument]) as [string, Body?];
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal, name) => {
      if (literal) return `\${${name}}`;
      if (Object.hasOwn(more, name)) return oneText(resolve(more[name]), name);
      return oneText(name.includes('.') ? attribute(name, stack) : refer(name, stack), name);
    });
  },
  'Fn::Join': (argument, resolve) => {
    const [separator, list] = argument as [string, unknown];
    return listOf(resolve(list), 'Fn::Join').join(separator);
  },
  'Fn::Select': (argument, resolve) => {
    const [index, list] = argument as [string | number, unknown];
    const items = listOf(resolve(list), 'Fn::Select');
    const item = items[Number(resolve(index))];
    if (item === undefined) throw new Error(`Fn::Select takes item ${index} of [${items}].`);
    return item;
  },
  'Fn::Split': (argument, resolve) => {
    const [separator, text] = argument as [string, unknown];
    return oneText(resolve(text), 'Fn::Split').split(separator);
  },
  'Fn::If': (argument, resolve, stack) => {
    const [condition, then, otherwise] = argument as [string, unknown, unknown];
    return resolve(holds(condition, resolve, stack) ? then : otherwise);
  },
  'Fn::Equals': (argument, resolve) => {
    const [one, other] = (argument as unknown[]).map(resolve);
    return JSON.stringify(one) === JSON.stringify(other);
  },
  'Fn::And': (argument, resolve, stack) => (argument as unknown[]).every((part) => test(part, resolve, stack)),
  'Fn::Or': (argument, resolve, stack) => (argument as unknown[]).some((part) => test(part, resolve, stack)),
  'Fn::Not': (argument, resolve, stack) => !test((argument as unknown[])[0], resolve, stack),
  'Fn::FindInMap': (argument, resolve, { template }) => {
    const [map, first, second] = (argument as unknown[]).map((key) => oneText(resolve(key), 'Fn::FindInMap'));
    const value = template.Mappings?.[map as string]?.[first as string]?.[second as string];
    if (value === undefined) throw new Error(`The template's Mappings have no ${map}.${first}.${second}.`);
    return value;
  },
  'Fn::Base64': (argument, resolve) => Buffer.from(oneText(resolve(argument), 'Fn::Base64')).toString('base64'),
  'Fn::GetAZs': (argument, resolve, { values }) => {
    const region = resolve(argument) || values['AWS::Region'];
    return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
  },
};

function refer(name: string, { template, values, attributes }: Stack): unknown {
  if (Object.hasOwn(values, name)) {
    if (values[name] === undefined) throw new Error(`The parameter ${name} has no value and no default.`);
    return values[name];
  }
  if (!template.Resources?.[name]) throw new Error(`${name} is neither a parameter nor a resource of the template.`);
  return attributes[name] ?? `\${${name}}`;
}

function attribute(path: string, { template, attributes }: Stack): string {
  const [name = ''] = path.split('.');
  if (!template.Resources?.[name]) throw new Error(`${name}, of ${path}, is no resource of the template.`);
  return attributes[path] ?? `\${${path}}`;
}

function holds(name: string, resolve: Resolve, stack: Stack): boolean {
  const condition = stack.template.Conditions?.[name];
  if (condition === undefined) throw new Error(`The template has no condition ${name}.`);
  return test(condition, resolve, stack);
}

/** A part of a condition, which may be `{ Condition: name }` there and only there. */
function test(part: unknown, resolve: Resolve, stack: Stack): boolean {
  const { Condition } = part as { Condition?: string };
  return Condition === undefined ? resolve(part) === true : holds(Condition, resolve, stack);
}

function listOf(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${what} wants a list, and has ${JSON.stringify(value)}.`);
  return value;
}

function oneText(value: unknown, what: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${what} is no text in a text: ${JSON.stringify(value)}.`);
}
