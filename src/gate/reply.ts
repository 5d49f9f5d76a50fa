/** What goes back to a caller, whichever service answers. */

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
