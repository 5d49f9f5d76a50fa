/**
 * How the time of `signHeaders` grows with the request: ten, a hundred, a thousand and ten thousand of a thing. Ten times
 * as many should take ten times as long, in whatever order they come.
 */
import { signHeaders } from 'sigv4kit/core';
import { host, instant } from './request.mjs';
import { timeInTurn } from './rounds.mjs';
import { contextAt } from './sign.mjs';
import { atMost } from './targets.mjs';

const COUNTS = [10, 100, 1_000, 10_000];
const LIMIT = 10.5;
const UNIT = 1024;

const bare = { method: 'POST', path: '/prod/orders', query: '', headers: [['host', host]], body: undefined };

/** Distinct texts of one length, so that a step of ten is a step of ten in bytes too. */
const numbered = (count, text) => Array.from({ length: count }, (_, i) => text(String(i).padStart(5, '0')));
/** The same in an order that no sort has met before: 7919 is prime, so the stride visits every one. */
const shuffled = (items) => items.map((_, i) => items[(i * 7919) % items.length]);

const query = (count) => numbered(count, (id) => `name-${id}=value-${id}`);
const fields = (count) => numbered(count, (id) => [`x-field-${id}`, `value-${id}`]);

/** What grows; each makes a request that holds `count` of it. */
const GROWING = {
  'query parameters, in order': (count) => ({ ...bare, query: query(count).join('&') }),
  'query parameters, shuffled': (count) => ({ ...bare, query: shuffled(query(count)).join('&') }),
  'headers, in order': (count) => ({ ...bare, headers: [...bare.headers, ...fields(count)] }),
  'headers, shuffled': (count) => ({ ...bare, headers: [...bare.headers, ...shuffled(fields(count))] }),
  'body, KiB of bytes': (count) => ({ ...bare, body: new Uint8Array(count * UNIT).fill(120) }),
  'body, KiB of text': (count) => ({ ...bare, body: 'x'.repeat(count * UNIT) }),
};

/** Rows and targets of growth. */
export async function benchGrowth() {
  const context = contextAt(new Date(instant));
  const rows = [];
  const targets = [];
  for (const [name, requestOf] of Object.entries(GROWING)) {
    const sides = COUNTS.map((count) => {
      const request = requestOf(count);
      return { name: String(count), run: () => signHeaders(request, context) };
    });
    const timed = await timeInTurn(sides, { rounds: 16, budget: 20e6 });
    const steps = COUNTS.slice(1).map((count, i) => timed.ratio(String(count), String(COUNTS[i])));
    rows.push({
      name,
      ...Object.fromEntries(COUNTS.map((count) => [`usAt${count}`, timed.ns(String(count)) / 1000])),
      ...Object.fromEntries(steps.map((step, i) => [`stepTo${COUNTS[i + 1]}`, step])),
    });
    targets.push(atMost(`growth, ${name}: largest step for ten times as many`, LIMIT, Math.max(...steps)));
  }
  return { subject: 'growth', rows, targets };
}
