/** Prints rows as a table for people: names to the left, figures to the right with as many digits as mean something. */

/** The table of some rows; a column is a key that any of them has, headed by the key's words. */
export function formatTable(rows) {
  const keys = [...new Set(rows.flatMap(Object.keys))].filter((key) => rows.some((row) => row[key] !== undefined));
  const isWhole = keys.map((key) =>
    rows.every(({ [key]: value }) => typeof value !== 'number' || Number.isInteger(value)),
  );
  const lines = [keys.map(toWords), ...rows.map((row) => keys.map((key, i) => format(row[key], isWhole[i])))];
  const isFigure = keys.map((key) => rows.some((row) => typeof row[key] === 'number'));
  const widths = keys.map((_, i) => Math.max(...lines.map((cells) => cells[i].length)));
  const pad = (cell, i) => (isFigure[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i]));
  return lines.map((cells) => `  ${cells.map(pad).join('  ')}`.trimEnd()).join('\n');
}

/** Two decimals below a hundred, none above: more would be noise. */
export function round(value) {
  if (typeof value !== 'number') return value;
  return Math.abs(value) < 100 ? Math.round(value * 100) / 100 : Math.round(value);
}

/** `nsPerCall` as "ns per call", `usAt1000` as "us at 1000". */
const toWords = (key) => key.replace(/[A-Z]|\d+/g, (match) => ` ${match.toLowerCase()}`);

function format(value, isWhole) {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'NO';
  if (typeof value !== 'number') return value;
  return isWhole || Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2);
}
