/** `npm run examples`: walks through every example, or those that are named, against the gate, and prints a line for each step. */
import { existsSync, readdirSync } from 'node:fs';
import { withoutKeys } from './no-keys';
import { type Step, type Walkthrough, walkThrough } from './walk';

const here = new URL('.', import.meta.url);
const all = readdirSync(here).filter((name) => existsSync(new URL(`${name}/walkthrough.ts`, here)));
const named = process.argv.slice(2);
const stranger = named.find((name) => !all.includes(name));
if (stranger !== undefined) {
  console.error(`There is no example "${stranger}". There are: ${all.join(', ')}.`);
  process.exit(2);
}

process.env = withoutKeys(process.env);

const failed: string[] = [];
let count = 0;
for (const name of named.length > 0 ? named : all) {
  const { walkthrough } = (await import(`./${name}/walkthrough.ts`)) as { walkthrough: Walkthrough };
  console.log(`\n${name}`);
  await walkThrough(walkthrough, (step) => {
    count++;
    if (!step.holds) failed.push(`${name}: ${step.title}`);
    console.log(describe(step));
  });
}
console.log(`\n${count} steps, ${failed.length} of them other than expected.`);
for (const step of failed) console.log(`  ${step}`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** On one line, so that it can be searched for. */
function describe({ title, expected, found, holds }: Step): string {
  const line = `  ${holds ? 'ok  ' : 'FAIL'} ${title}: ${found.replace(/\s*\n\s*/g, ' ')}`;
  return holds ? line : `${line}\n       expected: ${expected}`;
}
