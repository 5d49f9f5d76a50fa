/** The URL of an integration as the world writes it, with `{name}` for path parameters. */

/** The parts of a template: parameters have their place in the path and in the query, not in the host. */
export const TEMPLATE = /^(https?:\/\/[^/?#{}\s]+)(\/[^?#\s]*)?(\?[^#\s]*)?$/i;

/** `{name}`; `{name+}` is the same. */
export const PARAMETER = /\{([\w.-]+)\+?\}/g;

/** The names of the parameters in a template; undefined for one that is no URL. */
export function parametersOf(template: string): string[] | undefined {
  const [, origin, path = '', query = ''] = TEMPLATE.exec(template) ?? [];
  if (origin === undefined || !URL.canParse(origin)) return undefined;
  return [...`${path}${query}`.matchAll(PARAMETER)].map((match) => match[1] as string);
}
