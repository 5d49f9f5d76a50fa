/** Headers in the forms that clients of Node take and give. */
import type { HeaderReader } from '../client/learn';

/** An object, a list of pairs, a flat list of names and values, or anything that gives pairs; a value may be a list. */
export type NodeHeaders =
  | Iterable<readonly [string, unknown]>
  | readonly unknown[]
  | Readonly<Record<string, unknown>>
  | null
  | undefined;

/** The pairs; of a list of values one each. What has no value is left out. */
export function headerPairs(headers: NodeHeaders): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (const [name, given] of entriesOf(headers)) {
    for (const value of valuesOf(name, given)) {
      // What is no text is refused by who reads it, which knows the name.
      if (value !== undefined) pairs.push([name, isPlain(value) ? `${value}` : (value as string)]);
    }
  }
  return pairs;
}

/** The first value of a header; `wanted` is its name in lower case. */
export const valueIn = (pairs: readonly (readonly [string, string])[], wanted: string): string | undefined =>
  pairs.find(([name]) => `${name}`.toLowerCase() === wanted)?.[1];

/** Reads the headers of an answer, by lower-case name. */
export const headerReader = (headers: Readonly<Record<string, unknown>>): HeaderReader => ({
  get: (name) => (headers[name] === undefined ? null : String(headers[name])),
});

/** As Node writes them: cookies are one field, whatever their number. */
function valuesOf(name: string, given: unknown): readonly unknown[] {
  if (!Array.isArray(given)) return [given];
  return String(name).toLowerCase() === 'cookie' ? [given.join('; ')] : given;
}

const isPlain = (value: unknown) =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint';

function entriesOf(headers: NodeHeaders): Iterable<readonly [string, unknown]> {
  if (headers === null || headers === undefined) return [];
  if (Array.isArray(headers) && !Array.isArray(headers[0])) return inPairs(headers);
  if (Symbol.iterator in Object(headers)) return headers as Iterable<readonly [string, unknown]>;
  return Object.entries(headers);
}

function* inPairs(flat: readonly unknown[]): Generator<readonly [string, unknown]> {
  for (let i = 0; i < flat.length; i += 2) yield [flat[i] as string, flat[i + 1]];
}
