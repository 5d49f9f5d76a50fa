/** What the stack tells its functions. */

/** A variable of the environment; without it the function fails with words that say which. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`The environment variable ${name} is not set: the stack gives it to the function.`);
}
