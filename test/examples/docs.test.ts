/** Every snippet of the documents below `docs` runs as it is pasted and prints the text that stands behind it. */
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { snippetsOf, useSnippets } from '../support/snippets';

const hasTestOfItsOwn = (document: string) =>
  existsSync(new URL(document.replace(/\.md$/, '.test.ts'), import.meta.url));

const SNIPPETS = readdirSync(new URL('../../docs/', import.meta.url))
  .filter((name) => name.endsWith('.md') && !hasTestOfItsOwn(name))
  .flatMap((name) => snippetsOf(`docs/${name}`).map((snippet, i) => [`${name}, snippet ${i + 1}`, snippet] as const));

/** `…` stands for what is another each time. */
function matching(line: string) {
  if (!line.includes('…')) return line;
  const parts = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return expect.stringMatching(new RegExp(`^${parts.join('.*')}$`, 's'));
}

describe('the documents', () => {
  const { check, run } = useSnippets('docs');

  test('have snippets that the compiler takes as they are', () => {
    expect(check(SNIPPETS.map(([, snippet]) => snippet))).toBe('');
  });

  test.each(SNIPPETS)('show %s as it works', async (_, snippet) => {
    expect(await run(snippet)).toEqual(snippet.printed.map(matching));
  });
});
