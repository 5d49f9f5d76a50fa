/** The input of a call to Cognito Identity, held against its limits. */
import { toMessage, violation } from '../constraints';

/** What the three calls take. */
export interface Input {
  readonly IdentityPoolId?: unknown;
  readonly IdentityId?: unknown;
  readonly AccountId?: unknown;
  readonly Logins?: Readonly<Record<string, string>> | null;
  readonly CustomRoleArn?: unknown;
}

/** The first parameter outside its limits (service model of 2014-06-30). Unconfirmed: that texts are as those of STS. */
export function checkInput(input: Input, id: 'IdentityPoolId' | 'IdentityId'): string | undefined {
  const value = input[id];
  const faulty = (at: string, shown: string, limit: string) => toMessage([violation(at, shown, limit)]);
  const at = `i${id.slice(1)}`;
  if (typeof value !== 'string') return faulty(at, 'null', 'not be null');
  if (value.length > 55) return faulty(at, `'${value}'`, 'have length less than or equal to 55');
  if (!/^[\w-]+:[0-9a-f-]+$/.test(value))
    return faulty(at, `'${value}'`, 'satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+');
  const { Logins = {} } = input;
  if (
    Logins !== null &&
    (typeof Logins !== 'object' || !Object.values(Logins).every((token) => typeof token === 'string'))
  )
    return faulty('logins', "''", 'be a map of texts');
  const names = Object.keys(Logins ?? {});
  if (names.length > 10) return faulty('logins', "''", 'have length less than or equal to 10');
  // A token is a secret.
  return Object.values(Logins ?? {}).some((token) => token.length < 1 || token.length > 50_000) ||
    names.some((name) => name.length < 1 || name.length > 128)
    ? faulty('logins', "''", 'satisfy constraint: length of names 1 to 128, of tokens 1 to 50000')
    : undefined;
}
