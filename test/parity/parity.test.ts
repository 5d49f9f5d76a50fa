/**
 * One suite for every client: what a signed client must do, run over each of them against a gate. What a client cannot do ends with
 * the code of the refusal. The tables of README.md and docs/clients.md are what it
 * found: a difference fails, and SIGV4KIT_WRITE_TABLES=1 writes them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Gate, startGate } from 'sigv4kit/gate';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLIENTS, refusalOf } from './clients';
import { worldOf } from './parity-world';
import { ROWS, type Stage } from './rows';

/** Rows that end with a code: by row, and by client where not every client is refused. */
const REFUSED: Record<string, Record<string, string>> = {
  'a one-pass stream, where the service wants a hash': { '*': 'ERR_SIGV4_UNSUPPORTED_BODY', ky: '' },
  'by a custom domain name as Host': {
    fetch: 'ERR_SIGV4_INVALID_HEADER',
    'axios, fetch adapter': 'ERR_SIGV4_INVALID_HEADER',
    ky: 'ERR_SIGV4_INVALID_HEADER',
    ofetch: 'ERR_SIGV4_INVALID_HEADER',
  },
  'an endpoint and no API: refused before it is sent': { '*': 'ERR_SIGV4_NO_API_ID' },
};

const stage: { -readonly [K in keyof Stage]: Stage[K] } = {
  gate: undefined as unknown as Gate,
  state: { failures: 0, slow: async () => {} },
  clock: { offset: 0 },
};
let undo: () => void;
beforeAll(async () => {
  stage.gate = await startGate(worldOf(stage.state), { now: () => Date.now() + stage.clock.offset });
  undo = stage.gate.intercept();
});
afterAll(async () => {
  undo();
  await stage.gate.close();
});
beforeEach(() => {
  Object.assign(stage.state, { failures: 0, slow: async () => {} });
  stage.clock.offset = 0;
  (stage.gate.log as unknown[]).length = 0;
});

const results = new Map<string, string>();
const refusalFor = (what: string, client: string) => REFUSED[what]?.[client] ?? REFUSED[what]?.['*'];

describe.each(CLIENTS)('$name', (client) => {
  test.each(ROWS.map((row) => [`${row.group}: ${row.what}`, row] as const))('%s', async (_, row) => {
    const cell = `${row.what} by ${client.name}`;
    if (row.needs && client.lacks.includes(row.needs)) {
      results.set(cell, '–');
      return;
    }
    const refusal = refusalFor(row.what, client.name);
    if (!refusal) await row.run(client, stage);
    else expect(await refusalOf(() => row.run(client, stage))).toBe(refusal);
    results.set(cell, !refusal ? 'yes' : `\`${refusal.replace('ERR_SIGV4_', '')}\``);
  });
});

const names = CLIENTS.map(({ name }) => name);
const cellOf = (what: string, name: string) => results.get(`${what} by ${name}`) ?? '?';

/** Row by row. */
const table = () => [
  `| | ${names.join(' | ')} |`,
  `|---|${names.map(() => '---').join('|')}|`,
  ...ROWS.map(({ group, what }) => `| ${group}: ${what} | ${names.map((name) => cellOf(what, name)).join(' | ')} |`),
];

/** A client a row, a group of rows a column. */
function summary(): string[] {
  const groups = [...new Set(ROWS.map(({ group }) => group))];
  const count = (group: string, name: string) => {
    const cells = ROWS.filter((row) => row.group === group).map(({ what }) => cellOf(what, name));
    const done = cells.filter((cell) => cell === 'yes').length;
    return done === 0 ? '–' : done === cells.length ? 'all' : `${done} of ${cells.length}`;
  };
  return [
    `| | ${groups.join(' | ')} |`,
    `|---|${groups.map(() => '---').join('|')}|`,
    ...names.map((name) => `| ${name} | ${groups.map((group) => count(group, name)).join(' | ')} |`),
  ];
}

test.each([
  ['README.md', summary],
  ['docs/clients.md', table],
] as const)('the table of %s is what this suite found', (name, make) => {
  const file = new URL(`../../${name}`, import.meta.url);
  const text = readFileSync(file, 'utf8');
  const found = text.replace(/(?<=<!-- parity -->\n).*(?=<!-- \/parity -->)/s, `\n${make().join('\n')}\n\n`);
  if (process.env.SIGV4KIT_WRITE_TABLES) writeFileSync(file, found);
  else expect(text).toBe(found);
});
