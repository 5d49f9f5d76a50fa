/** Looks a name up in a table of the world, whose names are anybody's to choose. */

/** Not what every object has: `constructor` is a name like any other. */
export function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
