/** The roles a process has assumed, so that all its signers share the keys of each. Bounded: the one used least lately goes. */
import { hash } from '#hash';
import type { CachedCredentialProvider } from './cached-provider';

const MAX_ROLES = 5_000;
const roles = new Map<string, CachedCredentialProvider>();

/** The cache for what is named by these parts; made when there is none. One that goes serves on for those who hold it. */
export async function sharedRole(
  parts: readonly unknown[],
  make: () => CachedCredentialProvider,
): Promise<CachedCredentialProvider> {
  // Hashed, since source keys are among the parts. Numbers as text: JSON would take Infinity for none.
  const id = await hash.sha256(JSON.stringify(parts, (_, part) => (typeof part === 'number' ? String(part) : part)));
  const found = roles.get(id) ?? make();
  roles.delete(id);
  // Used last stands last.
  roles.set(id, found);
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
