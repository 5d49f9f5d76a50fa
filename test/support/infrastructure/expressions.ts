/** The expressions in blocks of Terraform: what they refer to, and which files they read. */
import { readFile } from 'node:fs/promises';
import { getExpressionAst } from '@cdktf/hcl2json';
import type { Body } from './terraform';

/** A node of an expression, as HashiCorp's parser gives it. */
interface Node {
  readonly type: string;
  readonly meta?: {
    readonly name?: string;
    readonly value?: string;
    readonly fullAccessor?: string;
    readonly keyVar?: string;
    readonly valVar?: string;
    readonly items?: Readonly<Record<string, string>>;
    readonly traversal?: readonly { readonly type: string; readonly segment: string }[];
  };
  readonly children: readonly Node[];
}

export interface Expression {
  /** Where it stands: `resource.aws_iam_role.caller.name`. */
  readonly at: string;
  readonly text: string;
  readonly node: Node;
  /** Names of iterators of the dynamic blocks around it. */
  readonly bound: readonly string[];
}

/** Arguments that have names of other things than values. */
const NO_VALUES = /^variable\.\w+\.type$|\.ignore_changes(\.|$)|^terraform\.|(^|\.)providers?$|\.providers\./;

/** All of them below a body, in which blocks of the same kind are told apart by their order. */
export async function expressionsOf(body: Body): Promise<Expression[]> {
  const found: Promise<Expression>[] = [];
  visit(body, [], []);
  return Promise.all(found);

  function visit(value: unknown, path: readonly string[], bound: readonly string[]): void {
    if (typeof value === 'string') {
      const at = path.filter((part) => part !== '0').join('.');
      if (/[$%]\{/.test(value) && !NO_VALUES.test(at)) found.push(toExpression(at, value, bound));
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, part] of Object.entries(value)) {
      const isDynamic = path.at(-1) === 'dynamic';
      visit(part, [...path, key], isDynamic ? [...bound, key, ...iterators(part)] : bound);
    }
  }
}

const iterators = (blocks: unknown): string[] =>
  [blocks].flat().flatMap((block) => String((block as Body).iterator ?? '').match(/\w+/g) ?? []);

/** The names that a template wants, of whatever language it is. */
export async function templateNames(file: URL): Promise<string[]> {
  const expression = await toExpression(file.pathname, await readFile(file, 'utf8'), []);
  return [...new Set(referencesOf(expression).map(rootOf))];
}

async function toExpression(at: string, text: string, bound: readonly string[]): Promise<Expression> {
  // In a heredoc nothing needs to be escaped.
  const node = (await getExpressionAst(at, `<<_END_\n${text}\n_END_\n`)) as unknown as Node | null;
  if (!node) throw new Error(`${at} is no expression: ${text}`);
  return { at, text, node, bound };
}

/** What an expression refers to: `var.region`, `aws_iam_role.caller.arn`, without names that it binds itself. */
export function referencesOf({ node, bound }: Expression): string[] {
  const { type, meta, children } = node;
  const own = type === 'for' ? [meta?.keyVar, meta?.valVar].filter((name) => name !== undefined) : [];
  const names = [...bound, ...own];
  const inner = children.flatMap((child) => referencesOf({ at: '', text: '', node: child, bound: names }));
  const accessor = type === 'scopeTraversal' ? (meta?.fullAccessor ?? meta?.value) : undefined;
  if (accessor === undefined || names.includes(rootOf(accessor))) return inner;
  return [accessor, ...inner];
}

export const rootOf = (accessor: string) => accessor.split(/[.[]/, 1)[0] as string;

export interface FileRead {
  readonly at: string;
  /** `templatefile`, `file`, `filebase64sha256`. */
  readonly call: string;
  /** With `path.module` and the like as `${path.module}`; undefined where it is not a text but for these. */
  readonly path: string | undefined;
  /** The names that a template is given; undefined where they are not written out. */
  readonly names: readonly string[] | undefined;
}

/** The files that an expression reads; `locals`: of its module. */
export function fileReadsOf({ at, node }: Pick<Expression, 'at' | 'node'>, locals: Body): FileRead[] {
  const inner = node.children.flatMap((child) => fileReadsOf({ at, node: child }, locals));
  const call = node.type === 'function' ? node.meta?.name : undefined;
  if (!call || !/^(templatefile|fileset|file\w*)$/.test(call)) return inner;
  const [path, values] = node.children;
  return [{ at, call, path: path && textOf(path), names: values && keysOf(values, locals) }, ...inner];
}

/** The keys of an object that is written out, here or as a local value. */
function keysOf({ type, meta, children }: Node, locals: Body): string[] | undefined {
  if (type === 'object') return Object.keys(meta?.items ?? {});
  const [, name] = /^local\.(\w+)$/.exec(meta?.fullAccessor ?? '') ?? [];
  const value = name === undefined ? undefined : locals[name];
  if (typeof value === 'object' && value !== null) return Object.keys(value);
  if (type !== 'function' || meta?.name !== 'merge') return undefined;
  const parts = children.map((child) => keysOf(child, locals));
  return parts.includes(undefined) ? undefined : parts.flatMap((keys) => keys as string[]);
}

/** A text with nothing but `path.…` in it. */
export function textOf(node: Node): string | undefined {
  if (node.type === 'literalValue') return node.meta?.value;
  if (node.type === 'scopeTraversal' && node.meta?.fullAccessor?.startsWith('path.'))
    return `\${${node.meta.fullAccessor}}`;
  if (!/^template/.test(node.type)) return undefined;
  const parts = node.children.map(textOf);
  return parts.includes(undefined) ? undefined : parts.join('');
}
