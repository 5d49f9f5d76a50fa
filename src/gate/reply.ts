/** What goes back to a caller, whichever service answers. */

/** Status, headers and all of the body. */
export interface Reply {
  readonly status: number;
  /** In order; a name comes with all its values. */
  readonly headers: readonly (readonly [name: string, values: readonly string[]])[];
  readonly body: Buffer;
}

/** A reply of text. */
export function textReply(
  status: number,
  contentType: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const others = Object.entries(headers).map(([name, value]) => [name, [value]] as const);
  return { status, headers: [['Content-Type', [contentType]], ...others], body: Buffer.from(body) };
}

/** The reply with these headers too, where it has none of their names. */
export function withDefaults({ status, headers, body }: Reply, defaults: Readonly<Record<string, string>>): Reply {
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  const added = Object.entries(defaults).filter(([name]) => !given.has(name.toLowerCase()));
  return { status, headers: [...added.map(([name, value]) => [name, [value]] as const), ...headers], body };
}
