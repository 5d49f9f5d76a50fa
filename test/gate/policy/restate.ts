/**
 * Where the documentation and the witness differ: each rule restates a case in terms that the witness reads as the
 * documentation has it, so that a difference is explained only if the witness then agrees.
 */
import type { Condition, PolicyDocument, Statement } from '../../../src/gate/world/policy-document';
import type { Case } from './generated-cases';

export interface Rule {
  readonly name: RuleName;
  /** What the documentation says. */
  readonly reason: string;
  /** The statement as the documentation has it for this case; several, or none. */
  readonly restate: (statement: Statement, given: Case, document: PolicyDocument) => Statement[];
}

export type RuleName = 'versions' | 'escapes' | 'families' | 'unresolved' | 'if-exists' | 'wildcards' | 'not-principal';

/** Meets no resource and no value. */
const NONE = 'arn:aws:none:none:000000000000:none';

export const RULES: readonly Rule[] = [
  {
    name: 'versions',
    reason: 'IAM, variables: without Version 2012-10-17 they are literal texts, like none that a request has.',
    restate: (statement, _, { Version }) =>
      Version === '2012-10-17' ? [statement] : [mapTexts(statement, (text) => (text.includes('${') ? NONE : text))],
  },
  {
    name: 'escapes',
    reason: 'IAM, special characters: their variables stand wherever others may, so in StringEquals too.',
    restate: ({ Condition = {}, ...statement }) => {
      const plain = ([operator, block]: [string, Condition[string]]) => {
        if (!/StringN?o?t?Equals/.test(operator)) return [operator, block];
        return [operator, mapValues({ block }, (text) => text.replace(/\$\{([*?$])\}/g, '$1')).block];
      };
      const told = Object.fromEntries(Object.entries(Condition).map(plain));
      return [Object.keys(told).length > 0 ? { ...statement, Condition: told } : statement];
    },
  },
  {
    name: 'families',
    reason: 'IAM, NotIpAddress: every address but those named, so one of the other version too.',
    restate: ({ Condition = {}, ...statement }, { context }) => {
      const found = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
      const inFamily = (text: string, key: string) => inFamilyOf(found.get(key.toLowerCase()), text);
      const told = Object.entries(Condition).map(([operator, block]) => [
        operator,
        operator.includes('IpAddress') ? mapValues({ block }, inFamily).block : block,
      ]);
      return [told.length > 0 ? { ...statement, Condition: Object.fromEntries(told) } : statement];
    },
  },
  {
    name: 'unresolved',
    reason:
      'IAM, variables with no value: negated operators match against one, and in NotResource too the resource that includes it matches no resource, so that it excludes none.',
    restate: (statement, { context }) => [mapTexts(statement, (text) => (isUnresolved(text, context) ? NONE : text))],
  },
  {
    name: 'if-exists',
    reason: 'IAM, operators: with IfExists, of any operator but Null, a test of a key that is not there is true.',
    restate: ({ Condition = {}, ...statement }, { context }) => {
      const present = new Set(Object.keys(context).map((key) => key.toLowerCase()));
      const tests = Object.entries(Condition).map(([operator, block]) => [
        operator,
        Object.fromEntries(
          Object.entries(block).filter(([key]) => !operator.endsWith('IfExists') || present.has(key.toLowerCase())),
        ),
      ]);
      const left = tests.filter(([, block]) => Object.keys(block as object).length > 0);
      return [left.length > 0 ? { ...statement, Condition: Object.fromEntries(left) } : statement];
    },
  },
  {
    name: 'wildcards',
    reason: 'IAM, Resource: "*" and "?" stand anywhere in a segment of an ARN, of which the sixth is all the rest.',
    restate: (statement, { resource }) => [
      mapTexts(
        statement,
        (text) => spellOut(text, resource),
        (text) => text,
      ),
    ],
  },
  {
    name: 'not-principal',
    reason:
      'IAM, NotPrincipal: a session is left out by its own, its role and its account; whoever has a permissions boundary never is.',
    restate: ({ NotPrincipal, ...statement }, { caller, boundary }) => {
      if (NotPrincipal === undefined) return [statement];
      const names = [(NotPrincipal as { AWS: string | string[] }).AWS].flat();
      const all = [caller?.arn, caller?.iamArn, caller?.accountId];
      const isLeftOut = !boundary && all.every((name) => names.includes(name as string));
      return isLeftOut ? [] : [{ ...statement, Principal: '*' }];
    },
  },
];

/** A case by the rules. */
export function restate(given: Case, rules: readonly Rule[]): Case {
  const restateDocument = (document: PolicyDocument): PolicyDocument => ({
    ...document,
    Statement: rules.reduce<Statement[]>(
      (statements, rule) => statements.flatMap((statement) => rule.restate(statement, given, document)),
      [document.Statement].flat(),
    ),
  });
  const one = (document: PolicyDocument | undefined) => document && restateDocument(document);
  return {
    ...given,
    identity: given.identity.map(restateDocument),
    resourcePolicy: one(given.resourcePolicy),
    boundary: one(given.boundary),
    session: one(given.session),
    endpoint: one(given.endpoint),
    controls: given.controls.map((level) => level.map(restateDocument)),
  };
}

/** A case whose session policy limits by what it denies alone. */
export function withoutSessionLimit(given: Case): Case {
  if (!given.session) return given;
  const { session } = given;
  const denies = [session.Statement].flat().filter(({ Effect }) => Effect === 'Deny');
  return { ...given, session: { ...session, Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }, ...denies] } };
}

function mapTexts(
  statement: Statement,
  ofResource: (text: string) => string,
  ofValue: (text: string) => string = ofResource,
): Statement {
  const { Resource, NotResource, Condition } = statement;
  const resources = (texts: string | readonly string[]) =>
    typeof texts === 'string' ? ofResource(texts) : texts.map(ofResource);
  return {
    ...statement,
    ...(Resource === undefined ? undefined : { Resource: resources(Resource) }),
    ...(NotResource === undefined ? undefined : { NotResource: resources(NotResource) }),
    ...(Condition === undefined ? undefined : { Condition: mapValues(Condition, ofValue) }),
  };
}

function mapValues(condition: Condition, map: (text: string, key: string) => string): Condition {
  return Object.fromEntries(
    Object.entries(condition).map(([operator, block]) => [
      operator,
      Object.fromEntries(
        Object.entries(block).map(([key, values]) => {
          const each = <T>(value: T) => (typeof value === 'string' ? map(value, key) : value);
          return [key, Array.isArray(values) ? values.map(each) : each(values)];
        }),
      ),
    ]),
  );
}

/** A block of addresses, or one that is not there if the request's address is of the other version. */
function inFamilyOf(address: string | string[] | undefined, block: string): string {
  const isSix = String(address).includes(':');
  if (address === undefined || block.includes(':') === isSix) return block;
  return isSix ? 'fc00::1/128' : '255.255.255.255/32';
}

/** Whether a variable without a default is of a key that is not there. */
function isUnresolved(text: string, context: Case['context']): boolean {
  const names = [...text.matchAll(/\$\{([^},]+)\}/g)].map(([, name]) => name as string);
  return names.some((name) => name.length > 1 && typeof context[name] !== 'string');
}

/** A pattern with a wildcard before the first separator of its sixth part, spelt out for this resource. */
function spellOut(pattern: string, resource: string): string {
  const rest = pattern.split(':').slice(5).join(':');
  const [first = ''] = rest.split(/[/:]/);
  if (rest === '*' || pattern.includes('${') || !/[*?]/.test(first)) return pattern;
  const escaped = pattern.replace(/[.+^$(){}|[\]\\]/g, '\\$&').split(':');
  const source = [...escaped.slice(0, 5).map((part) => glob(part, '[^:]')), glob(escaped.slice(5).join(':'), '.')];
  return new RegExp(`^${source.join(':')}$`).test(resource) ? resource : NONE;
}

const glob = (part: string, any: string) => part.replaceAll('?', any).replaceAll('*', `${any}*`);
