/** Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'default'}`, and `${*}`, `${?}`, `${$}` for those characters. */
import type { ConditionKeys } from './condition-keys';
import type { Literals } from './wildcards';

/** A text with its variables filled in. What came out of one is literal: its `*` is no wildcard. */
interface Resolved {
  readonly text: string;
  readonly literals: Literals | undefined;
}

/** `${name}`, with or without a default in quotes. */
const VARIABLE = /\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}/g;

/** The names of a text's variables; undefined where `${` begins none. */
export function variablesIn(text: string): string[] | undefined {
  const names = [...text.matchAll(VARIABLE)].map(([, name]) => name as string);
  return text.replace(VARIABLE, '').includes('${') ? undefined : names;
}

/** The text with the values of its variables; undefined when one has no value and no default. */
export function resolve(text: string, keys: ConditionKeys): Resolved | undefined {
  const literals = new Set<number>();
  let resolved = '';
  let end = 0;
  for (const { 0: whole, 1: name = '', 2: instead, index } of text.matchAll(VARIABLE)) {
    resolved += text.slice(end, index);
    end = index + whole.length;
    const value = variableValue(name, keys) ?? instead;
    if (value === undefined) return undefined;
    for (let i = 0; i < value.length; i++) if (value[i] === '*' || value[i] === '?') literals.add(resolved.length + i);
    resolved += value;
  }
  return { text: resolved + text.slice(end), literals: literals.size > 0 ? literals : undefined };
}

function variableValue(name: string, keys: ConditionKeys): string | undefined {
  if (name === '*' || name === '?' || name === '$') return name;
  const value = keys.get(name.toLowerCase());
  // A key of several values is no variable.
  return typeof value === 'string' ? value : undefined;
}
