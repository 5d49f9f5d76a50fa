/** How AWS's services word values that their models do not allow. */

/** What a model says of a text. */
export interface TextLimits {
  readonly min: number;
  readonly max: number;
  /** As the service writes it. */
  readonly pattern?: string;
  readonly required?: boolean;
  /** Its value is told to nobody. */
  readonly hidden?: boolean;
}

/** One value that is not allowed; `shown` is the value as the text tells it. */
export const violation = (at: string, shown: string, limit: string): string =>
  `Value ${shown} at '${at}' failed to satisfy constraint: Member must ${limit}`;

/** What a text violates. */
export function checkText(at: string, value: string | undefined, limits: TextLimits): string[] {
  const { min, max, pattern, required, hidden } = limits;
  // Unconfirmed: the text for what is missing.
  if (value === undefined) return required ? [violation(at, 'null', 'not be null')] : [];
  const shown = hidden ? "''" : `'${value}'`;
  const found: string[] = [];
  if (value.length < min) found.push(violation(at, shown, `have length greater than or equal to ${min}`));
  if (value.length > max) found.push(violation(at, shown, `have length less than or equal to ${max}`));
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value))
    found.push(violation(at, shown, `satisfy regular expression pattern: ${pattern}`));
  return found;
}

/** What a number violates. */
export function checkNumber(at: string, value: number | undefined, least: number, most: number): string[] {
  if (value === undefined) return [];
  if (value < least) return [violation(at, `'${value}'`, `have value greater than or equal to ${least}`)];
  return value > most ? [violation(at, `'${value}'`, `have value less than or equal to ${most}`)] : [];
}

/** All violations of a call as one text. */
export function toMessage(violations: readonly string[]): string {
  const count = violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`;
  return `${count} detected: ${violations.join('; ')}`;
}
