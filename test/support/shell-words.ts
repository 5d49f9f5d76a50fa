/** Shell commands taken apart into words, as far as documents write them: quotes, substitutions, redirections, subshells. */

export interface Command {
  /** Without quotes; what a substitution gives is `$(…)` in them. */
  readonly words: readonly string[];
  /** Files that it writes. */
  readonly writes: readonly string[];
  /** The subshells that it is in, outermost first, by number: a change of directory in one does not outlast it. */
  readonly shells: readonly number[];
}

const KEYWORDS = ['if', 'then', 'else', 'elif', 'fi', 'for', 'while', 'until', 'do', 'done', '!', 'time', '{', '}'];

/** The commands in the order in which they run. */
export function commandsOf(text: string, around: readonly number[] = [], numbers = { last: 0 }): Command[] {
  const found: Command[] = [];
  let words: string[] = [];
  let writes: string[] = [];
  let word: string | undefined;
  let isWritten = false;
  let shells = around;
  const enter = () => [...shells, ++numbers.last];

  const endWord = () => {
    if (word === undefined) return;
    if (isWritten) writes.push(word);
    else words.push(word);
    word = undefined;
    isWritten = false;
  };
  const endCommand = () => {
    endWord();
    while (KEYWORDS.includes(words[0] ?? '')) words.shift();
    if (words.length > 0) found.push({ words, writes, shells });
    words = [];
    writes = [];
  };
  const add = (piece: string) => {
    word = (word ?? '') + piece;
  };

  const source = withoutHereDocuments(text).replace(/\\\n\s*/g, ' ');
  let i = 0;
  while (i < source.length) {
    const rest = source.slice(i);
    const quoted = /^'([^']*)'/.exec(rest);
    const substitution = rest.startsWith('$(') ? balanced(rest, 1) : undefined;
    const redirection = /^(\d|&)?(>>?|<)(&\d)?/.exec(word === undefined ? rest : '');
    if (quoted) {
      add(quoted[1] as string);
      i += quoted[0].length;
    } else if (rest.startsWith('"')) {
      const end = endOfQuotes(rest);
      add(inQuotes(rest.slice(1, end)));
      i += end + 1;
    } else if (substitution !== undefined) {
      found.push(...commandsOf(substitution, enter(), numbers));
      add('$(…)');
      i += substitution.length + 3;
    } else if (redirection) {
      isWritten = redirection[2] !== '<' && redirection[3] === undefined;
      i += redirection[0].length;
    } else if (rest.startsWith('#') && word === undefined) {
      i += /^[^\n]*/.exec(rest)?.[0].length ?? 0;
    } else if (/^[\n;&|()]/.test(rest)) {
      endCommand();
      if (rest.startsWith('(')) shells = enter();
      if (rest.startsWith(')')) shells = shells.slice(0, -1);
      i++;
    } else if (/^\s/.test(rest)) {
      endWord();
      i++;
    } else {
      add(rest.startsWith('\\') ? (rest[1] ?? '') : (rest[0] as string));
      i += rest.startsWith('\\') ? 2 : 1;
    }
  }
  endCommand();
  return found;

  /** A text in double quotes, whose substitutions are commands too. */
  function inQuotes(inner: string): string {
    const at = inner.indexOf('$(');
    const substitution = at < 0 ? undefined : balanced(inner.slice(at), 1);
    if (substitution === undefined) return inner.replace(/\\(["\\$`])/g, '$1');
    found.push(...commandsOf(substitution, enter(), numbers));
    const before = inner.slice(0, at).replace(/\\(["\\$`])/g, '$1');
    return `${before}$(…)${inQuotes(inner.slice(at + substitution.length + 3))}`;
  }
}

/** What is between the parenthesis at `open` and its partner. */
function balanced(text: string, open: number): string | undefined {
  let depth = 0;
  let quote = '';
  for (let i = open; i < text.length; i++) {
    const letter = text[i] as string;
    if (quote !== '') {
      if (letter === quote) quote = '';
    } else if (letter === "'" || letter === '"') quote = letter;
    else if (letter === '(') depth++;
    else if (letter === ')' && --depth === 0) return text.slice(open + 1, i);
  }
  return undefined;
}

/** Where the double quotes end that a text begins with; quotes in a substitution are its own. */
function endOfQuotes(text: string): number {
  for (let i = 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text.startsWith('$(', i)) i += (balanced(text.slice(i), 1)?.length ?? 0) + 2;
    else if (text[i] === '"') return i;
  }
  return text.length;
}

const withoutHereDocuments = (text: string) =>
  text.replace(/(<<-?\s*(['"]?)(\w+)\2([^\n]*)\n)[\s\S]*?\n\s*\3(?=\n|$)/g, (_, _all, _quote, _name, rest) => rest);
