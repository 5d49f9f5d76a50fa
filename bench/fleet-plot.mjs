/** Draws STS calls per second over time as SVG. The scale is logarithmic: both the rush and the steady rate can be read. */

const WIDTH = 960;
const HEIGHT = 480;
const LEFT = 76;
const RIGHT = 936;
const TOP = 84;
const BOTTOM = 420;
const [LEAST, MOST] = [10, 10_000];
/** The lower one is the wider, so that it shows where both are equal. */
const STROKES = [
  { colour: '#0b62c4', width: 1.75 },
  { colour: '#eb9a5c', width: 4 },
];

/**
 * The picture of some curves of calls per second, each a list of values of `bin` seconds: `{ name, values }`, at most two,
 * the first on top.
 */
export function drawFleet(curves, { bin, hours, quota }) {
  const x = (seconds) => LEFT + (seconds / (hours * 3_600)) * (RIGHT - LEFT);
  const y = (rate) => BOTTOM - (Math.log(Math.max(rate, LEAST) / LEAST) / Math.log(MOST / LEAST)) * (BOTTOM - TOP);
  const shown = curves.map((curve, i) => ({ ...curve, ...STROKES[i] }));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13" fill="#333">`,
    '<title>STS calls per second of a million processes started within five minutes</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(
      LEFT,
      30,
      'STS calls per second: 1,000,000 processes started within 5 minutes, sessions of 1 hour',
      'font-size="16"',
    ),
    ...legend(shown),
    ...rateAxis(y),
    ...timeAxis(x, hours),
    // The last drawn lies on top.
    ...shown.map((curve) => pathOf(curve, (i) => x(i * bin), y)).reverse(),
    line(LEFT, y(quota), RIGHT, y(quota), 'stroke="#b00020" stroke-width="1.5" stroke-dasharray="7 5"'),
    text(x(450), y(quota) - 6, `quota, about ${quota} per second`, 'fill="#b00020"'),
    '</svg>',
    '',
  ].join('\n');
}

function legend(curves) {
  let at = LEFT;
  return curves.flatMap(({ name, colour, width }) => {
    const entry = [line(at, 54, at + 26, 54, `stroke="${colour}" stroke-width="${width}"`), text(at + 34, 58.5, name)];
    at += 62 + 7 * name.length;
    return entry;
  });
}

function rateAxis(y) {
  const marks = [];
  for (let power = LEAST; power <= MOST; power *= 10) {
    marks.push(line(LEFT, y(power), RIGHT, y(power), 'stroke="#ccc"'));
    // What is less is drawn there too.
    const label = `${power === LEAST ? '≤ ' : ''}${count(power)}`;
    marks.push(text(LEFT - 8, y(power) + 4.5, label, 'text-anchor="end"'));
    for (let times = 2; times < 10 && power < MOST; times++) {
      marks.push(line(LEFT, y(times * power), RIGHT, y(times * power), 'stroke="#f0f0f0"'));
      if (times === 3)
        marks.push(text(LEFT - 8, y(times * power) + 4.5, count(times * power), 'text-anchor="end" fill="#777"'));
    }
  }
  const middle = (TOP + BOTTOM) / 2;
  marks.push(text(20, middle, 'calls per second', `text-anchor="middle" transform="rotate(-90 20 ${middle})"`));
  return marks;
}

function timeAxis(x, hours) {
  const marks = [];
  for (let half = 0; half <= 2 * hours; half++) {
    const at = x(half * 1_800);
    marks.push(line(at, BOTTOM, at, BOTTOM + (half % 2 ? 4 : 7), 'stroke="#333"'));
    marks.push(text(at, BOTTOM + 22, `${half >> 1}:${half % 2 ? '30' : '00'}`, 'text-anchor="middle"'));
  }
  marks.push(line(LEFT, BOTTOM, RIGHT, BOTTOM, 'stroke="#333"'));
  marks.push(text((LEFT + RIGHT) / 2, BOTTOM + 46, 'hours since the first process started', 'text-anchor="middle"'));
  return marks;
}

/** In steps, so that a rush keeps its true width; runs of one height are one step. */
function pathOf({ values, colour, width }, x, y) {
  const steps = values.map((value, i) => ({ at: round(x(i)), height: round(y(value)) }));
  const path = steps
    .filter(({ height }, i) => i === 0 || height !== steps[i - 1].height)
    .map(({ at, height }, i) => (i === 0 ? `M${at} ${height}` : `H${at}V${height}`));
  return `<path d="${path.join('')}H${round(x(values.length))}" fill="none" stroke="${colour}" stroke-width="${width}"/>`;
}

const count = (value) => value.toLocaleString('en-US');
const round = (value) => Math.round(value * 10) / 10;
const line = (x1, y1, x2, y2, style) =>
  `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" ${style}/>`;
const text = (x, y, words, style = '') => `<text x="${round(x)}" y="${round(y)}" ${style}>${words}</text>`;
