/** What the checks of a world are made of: a fault is told by the path of what is wrong. */
import { SigV4Error } from '../../errors';

export function object(at: string, value: unknown, known?: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fault(at, 'is not an object');
  const stranger = known && Object.keys(value).find((key) => !known.includes(key));
  if (stranger !== undefined) fault(`${at}.${stranger}`, 'is not known to this version of the gate');
  return value as Record<string, unknown>;
}

export function list(at: string, value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : fault(at, 'is not a list');
}

export const show = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : typeof value);

export function fault(at: string, what: string): never {
  throw new SigV4Error('ERR_SIGV4_INVALID_WORLD', `The gate's world is wrong: ${at} ${what}.`);
}

/** A whole number within limits, or nothing. */
export function checkWhole(at: string, value: unknown, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && (value as number) >= least && (value as number) <= most))
    return;
  fault(at, `is not a whole number from ${least} to ${most}`);
}

/** A region, as its name is built. */
export const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d+$/;
