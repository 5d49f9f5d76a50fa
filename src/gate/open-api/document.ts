/** Reads an OpenAPI document part by part: a part is known by its path in the world, and references are followed. */
import { fault, object } from '../world/checks';

/** A part of a document, and where it stands. */
export interface Part {
  readonly at: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** The whole document, which references are about. */
  readonly root: Readonly<Record<string, unknown>>;
}

/** More than any document needs that does not refer to itself. */
const MAX_REFERENCES = 20;

/** The document as a part. Rejects what is not OpenAPI 3. */
export function openDocument(at: string, document: unknown): Part {
  const value = object(at, document);
  const { openapi } = value;
  if (typeof openapi !== 'string' || !openapi.startsWith('3.'))
    fault(`${at}.openapi`, 'is not "3." and a number: the gate reads OpenAPI 3');
  return { at, value, root: value };
}

/** A part of a part; undefined where there is none. */
export function child(parent: Part, name: string): Part | undefined {
  const at = `${parent.at}${step(name)}`;
  const value = parent.value[name];
  return value === undefined ? undefined : follow({ at, value: object(at, value), root: parent.root });
}

/** The parts of a part that is a table. */
export function children(parent: Part | undefined): (readonly [name: string, part: Part])[] {
  return Object.keys(parent?.value ?? {}).map((name) => [name, child(parent as Part, name) as Part] as const);
}

/** A text of a part; undefined where there is none. */
export function textOf({ at, value }: Part, name: string): string | undefined {
  const text = value[name];
  return text === undefined || typeof text === 'string' ? text : fault(`${at}${step(name)}`, 'is not a text');
}

/** Rejects extensions of API Gateway that are not among those that are read or may be left out. */
export function checkExtensions({ at, value }: Part, known: readonly string[]): void {
  const stranger = Object.keys(value).find(
    (name) => name.startsWith('x-amazon-apigateway-') && !known.includes(name.slice('x-amazon-apigateway-'.length)),
  );
  if (stranger !== undefined) fault(`${at}${step(stranger)}`, 'is not emulated by this version of the gate');
}

/** `.name`, or `["/path"]`. */
export const step = (name: string): string => (/^[\w$]+$/.test(name) ? `.${name}` : `["${name}"]`);

function follow(part: Part): Part {
  let found = part;
  for (let i = 0; i < MAX_REFERENCES; i++) {
    const { $ref } = found.value;
    if ($ref === undefined) return found;
    found = refer(found, $ref);
  }
  return fault(part.at, 'refers to itself');
}

function refer({ at, root }: Part, reference: unknown): Part {
  if (typeof reference !== 'string' || !reference.startsWith('#/'))
    return fault(`${at}.$ref`, 'does not begin with "#/": a reference is to a part of the same document');
  let value: unknown = root;
  for (const name of namesIn(`${at}.$ref`, reference.slice(2))) {
    const table = object(`${at}.$ref`, value);
    if (!Object.hasOwn(table, name)) return fault(`${at}.$ref`, `is "${reference}", which the document does not have`);
    value = table[name];
  }
  return { at, value: object(`${at}.$ref`, value), root };
}

/** The names in a JSON pointer, RFC 6901, that stands in a URL. */
function namesIn(at: string, pointer: string): string[] {
  try {
    return pointer.split('/').map((name) => decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~'));
  } catch {
    return fault(at, 'is not well escaped');
  }
}
