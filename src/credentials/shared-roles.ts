/** The roles a process has assumed, so that all its signers share the keys of each. Bounded: the one used least lately goes. */
import { hash } from '#hash';
import type { CachedCredentialProvider } from './cached-provider';

const MAX_ROLES = 5_000;
const roles = new Map<string, CachedCredentialProvider>();

/** The name of what is made of these parts; hashed, since source keys are among them. */
export async function nameParts(parts: readonly unknown[]): Promise<string> {
  // JSON would take undefined, Infinity and null for one.
  const distinct = (_: string, part: unknown) =>
    part === undefined || typeof part === 'number' ? [typeof part, String(part)] : part;
  return hash.sha256(JSON.stringify(parts, distinct));
}

/** The cache of this name; made when there is none. One that goes serves on for those who hold it. */
export function sharedRole(name: string, make: () => CachedCredentialProvider): CachedCredentialProvider {
  const found = roles.get(name) ?? make();
  roles.delete(name);
  // Used last stands last.
  roles.set(name, found);
  if (roles.size > MAX_ROLES) roles.delete(roles.keys().next().value as string);
  return found;
}

const numbers = new WeakMap<object, number>();
let count = 0;

/** A number that stands for an object or function in a list of parts. */
export function numberOf(value: object | undefined): number {
  if (value === undefined) return 0;
  let number = numbers.get(value);
  if (number === undefined) {
    number = ++count;
    numbers.set(value, number);
  }
  return number;
}
