/** Commands of a document, typed into a shell as a reader types them. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface ShellBlock {
  /** What is typed. */
  readonly commands: string;
  /** What it prints, by the document; `…` stands for anything. Undefined where the document does not say. */
  readonly printed: string | undefined;
}

/** What stands below a heading of the second level; undefined where there is no such heading. */
export function sectionOf(document: string, heading: string): string | undefined {
  const sections = `\n${document}`.split(/\n## /);
  return sections.find((section) => section.split('\n', 1)[0]?.trim() === heading);
}

/** The fences of `sh` in a text, each with the `text` behind it. */
export function shellBlocksOf(text: string): ShellBlock[] {
  const fences = text.matchAll(/^```sh\n(.*?)^```$(?:\n+```text\n(.*?)^```$)?/gms);
  return [...fences].map(([, commands = '', printed]) => ({ commands, printed }));
}

/** The languages of all fences in a text. */
export const fencesOf = (text: string): string[] =>
  [...text.matchAll(/^```(\w*)\n.*?^```$/gms)].map(([, language = '']) => language);

export interface Answer {
  /** Standard output and standard error, as a terminal shows them. */
  readonly printed: string;
  readonly status: number;
}

export interface Shell {
  /** Types commands and waits until they are done. */
  type(commands: string): Promise<Answer>;
  /** What the program that holds the shell has said itself. */
  said(): string;
  /** Leaves the shell; gives the status of the program that held it. */
  leave(): Promise<number | null>;
  /** Ends it and all that runs in it, if it is still there. */
  end(): void;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Milliseconds that a block may take, and the shell to start or end. */
const PATIENCE = 120_000;

/** Starts a command that reads commands, from the root of the project, and with none of this machine's keys. */
export function openShell(command: string, cwd = ROOT): Shell {
  // In a group of its own, so that all of it can be ended.
  const child = spawn('bash', ['-c', command], { cwd, env: cleanEnvironment(), detached: true });
  const output = { text: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (output.text += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (output.errors += text));
  // The reason is in what it said; a shell that is gone is told of by `type`.
  child.stdin.on('error', () => undefined);
  const exit = once(child, 'exit') as Promise<[number | null]>;
  let isFirst = true;

  return {
    async type(commands) {
      const mark = `--- ${randomUUID()}`;
      // What it prints to standard error goes where a terminal shows it: between the rest.
      const prelude = isFirst ? 'exec 2>&1\n' : '';
      isFirst = false;
      output.text = '';
      child.stdin.write(`${prelude}${commands.trimEnd()}\nprintf '%s %s\\n' '${mark}' "$?"\n`);
      const text = await waitFor(() => output.text.includes(`${mark} `) && output.text.endsWith('\n'));
      const [printed = '', status = ''] = text.split(`${mark} `);
      return { printed, status: Number(status) };
    },
    said: () => output.errors,
    async leave() {
      child.stdin.end('exit 0\n');
      const [status] = await within(exit, 'leave the shell');
      return status;
    },
    end: () => end(child),
  };

  async function waitFor(isThere: () => boolean): Promise<string> {
    const seen = (async () => {
      while (!isThere()) await once(child.stdout, 'data');
      return output.text;
    })();
    const gone = exit.then(([status]) => {
      throw new Error(`The shell ended with ${status}: ${output.text}${output.errors}`);
    });
    return within(Promise.race([seen, gone]), 'see the end of a block');
  }

  async function within<T>(work: Promise<T>, what: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`Waited too long to ${what}: ${output.text}${output.errors}`)),
        PATIENCE,
      );
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function end({ pid, exitCode, signalCode }: ChildProcessWithoutNullStreams): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  process.kill(-pid, 'SIGKILL');
}

/** What a reader's terminal has: no keys, nothing of the test runner. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const isOurs = (name: string) => /^(AWS_|VITEST|NODE_ENV$|NODE_OPTIONS$|npm_|TEST$|DEV$|PROD$|MODE$)/.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOurs(name)));
}

/** What was printed, line by line, and what should have been: where a line fits, as it was printed. */
export function compareOutput(printed: string, expected: string): { found: string[]; wanted: string[] } {
  const lines = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => line.trimEnd());
  const [found, wanted] = [lines(printed), lines(expected)];
  const pattern = wanted.map(escapeAll).join('\n').replaceAll('…', '[\\s\\S]*?');
  if (new RegExp(`^${pattern}$`).test(found.join('\n'))) return { found, wanted: found };
  return { found, wanted: wanted.map((line, i) => (fits(line, found[i] ?? '') ? (found[i] ?? '') : line)) };
}

const escapeAll = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const fits = (line: string, found: string) => new RegExp(`^${escapeAll(line).replaceAll('…', '.*')}$`).test(found);
