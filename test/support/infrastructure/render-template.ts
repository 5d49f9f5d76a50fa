/** Terraform's `templatefile()` for JSON documents, as far as templates are names: no directives, no other expressions. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type TemplateValues = Readonly<Record<string, string | readonly string[]>>;

/** `$${` or `%%{`, which stand for themselves less one; or what is between `${` and `}`; or the start of a directive. */
const MARK = /(\$\$|%%)\{|\$\{([^}]*)\}|(\$\{|%\{)/g;

/**
 * The JSON document that the template makes of these values: `${name}` puts a text as it is, `${jsonencode(name)}` a text or
 * a list as JSON, `$${` stands for `${`. Throws where a name is not given, where one that is given is not used, and where
 * what comes out is not JSON.
 */
export function renderTemplate(file: URL, values: TemplateValues): unknown {
  const path = fileURLToPath(file);
  const used = new Set<string>();
  const text = readFileSync(file, 'utf8').replace(MARK, (mark, escaped, expression, opened) => {
    if (escaped) return `${escaped[0]}{`;
    if (opened) throw new Error(`${path}: ${opened} begins a directive, or is never closed.`);
    const { name, encoded } = readExpression(expression, path);
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`${path}: ${mark} has no value; given: ${Object.keys(values)}.`);
    used.add(name);
    if (encoded) return JSON.stringify(value);
    if (typeof value === 'string') return value;
    throw new Error(`${path}: ${mark} is a list; write \${jsonencode(${name})}.`);
  });
  const unused = Object.keys(values).filter((name) => !used.has(name));
  if (unused.length > 0) throw new Error(`${path} does not use ${unused}.`);
  return parseJson(text, path);
}

function readExpression(expression: string, path: string): { name: string; encoded: boolean } {
  const [, , encoded, plain] = /^\s*(jsonencode\(\s*(\w+)\s*\)|(\w+))\s*$/.exec(expression) ?? [];
  const name = encoded ?? plain;
  if (name === undefined) throw new Error(`${path}: \${${expression}} is neither a name nor jsonencode(name).`);
  return { name, encoded: encoded !== undefined };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} does not give JSON: ${text}`, { cause });
  }
}
