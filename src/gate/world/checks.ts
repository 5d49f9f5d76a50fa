/** What the checks of a world are made of: a fault is told by the path of what is wrong. */
import { REGION } from '../../endpoint/partitions';
import { SigV4Error } from '../../errors';

/** The value as an object; `known`: the parts that it may have. */
export function object(at: string, value: unknown, known?: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fault(at, 'is not an object');
  const stranger = known && Object.keys(value).find((key) => !known.includes(key));
  if (stranger !== undefined) fault(`${at}.${stranger}`, 'is not known to this version of the gate');
  return value as Record<string, unknown>;
}

/** The value as a list. */
export function list(at: string, value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : fault(at, 'is not a list');
}

/** A value as a fault tells it: a text in quotes, of all else the type. */
export const show = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : typeof value);

/** Throws `ERR_SIGV4_INVALID_WORLD`: what stands `at` a path is not as it should be. */
export function fault(at: string, what: string): never {
  throw new SigV4Error('ERR_SIGV4_INVALID_WORLD', `The gate's world is wrong: ${at} ${what}.`);
}

/** A whole number within limits, or nothing. */
export function checkWhole(at: string, value: unknown, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && (value as number) >= least && (value as number) <= most))
    return;
  fault(at, `is not a whole number from ${least} to ${most}`);
}

export function checkBoolean(at: string, value: unknown): void {
  if (typeof value !== 'boolean') fault(at, 'is neither true nor false');
}

export function checkRegion(at: string, value: unknown): void {
  if (typeof value !== 'string' || !REGION.test(value)) fault(at, 'is not a region');
}
