/** 10,000 requests that no client should send, generated: each is answered with a refusal, and the gate goes on. */
import { connect } from 'node:net';
import { createSigner } from 'sigv4kit';
import { type Gate, startGate, type World } from 'sigv4kit/gate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom, type Random, readSeed } from '../differential/random';
import { longTerm } from '../support/keys';

const COUNT = 10_000;
/** At a time, so that waiting for answers does not take all the time. */
const LANES = 16;

const HOST = 'abc123.execute-api.us-east-1.amazonaws.com';
const world: World = {
  accounts: {
    '111122223333': {
      users: {
        buddy: {
          accessKeys: [longTerm],
          policies: [{ Statement: { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' } }],
        },
      },
      apis: {
        abc123: {
          region: 'us-east-1',
          stage: 'api',
          routes: { 'ANY /{proxy+}': { auth: 'AWS_IAM', handler: { statusCode: 200, body: 'ok' } } },
        },
      },
    },
  },
};

let gate: Gate;
const rejections: unknown[] = [];
const onRejection = (reason: unknown) => rejections.push(reason);
beforeAll(async () => {
  gate = await startGate(world);
  process.on('unhandledRejection', onRejection);
});
afterAll(async () => {
  process.off('unhandledRejection', onRejection);
  await gate.close();
});

/** A request as its lines, so that each can be spoilt. */
interface Draft {
  start: string;
  headers: string[];
  body: string;
  /** Where what is sent ends, with the connection's end behind it. */
  cut?: number;
}

async function rightDraft(method: 'GET' | 'POST'): Promise<Draft> {
  const body = method === 'POST' ? '{"name":"buddy"}' : '';
  const signed = await createSigner({ credentials: longTerm }).sign({
    url: `https://${HOST}/api/orders/7?limit=50&status=open`,
    method,
    body: body || null,
  });
  const headers = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}`);
  if (body) headers.push(`content-length: ${body.length}`);
  return { start: `${method} /api/orders/7?limit=50&status=open HTTP/1.1`, headers, body };
}

const bytes = (random: Random, length: number, alphabet: string) =>
  Array.from({ length }, () => alphabet[random.integer(alphabet.length)]).join('');
const PRINTABLE = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).join('');

const replace = (draft: Draft, name: string, make: (value: string) => string) => {
  draft.headers = draft.headers.map((line) =>
    line.startsWith(`${name}: `) ? `${name}: ${make(line.slice(name.length + 2))}` : line,
  );
};
const add = (draft: Draft, random: Random, ...lines: string[]) =>
  draft.headers.splice(random.integer(draft.headers.length + 1), 0, ...lines);
const target = (draft: Draft, make: (path: string) => string) => {
  draft.start = draft.start.replace(/ (\S+) /, (_, path) => ` ${make(path)} `);
};

type Spoil = (draft: Draft, random: Random) => void;

/** Each leaves a request that must be refused, whatever the others do to it. */
const SPOILS: Record<string, Spoil> = {
  'cut off within its lines or body': (draft, random) => {
    draft.cut = 1 + random.integer(textOf(draft).length - 1);
  },
  'a header of 1 to 60 KiB that was not signed so': (draft, random) =>
    replace(draft, 'x-amz-date', (date) => date + bytes(random, 1024 * (1 + random.integer(60)), PRINTABLE)),
  'an Authorization of 1 MiB': (draft, random) =>
    replace(draft, 'authorization', (value) => value + bytes(random, 16, PRINTABLE).repeat(65_536)),
  'a second Authorization': (draft, random) =>
    add(draft, random, ...draft.headers.filter((line) => line.startsWith('authorization: '))),
  'a second Host': (draft, random) => add(draft, random, `host: ${bytes(random, 8, 'abcdef')}.example.com`),
  'a second date': (draft, random) => add(draft, random, `x-amz-date: ${random.pick(DATES)}`),
  'the same x-amz header a thousand times': (draft, random) =>
    add(draft, random, ...Array<string>(1000).fill(`x-amz-meta: ${random.integer(10)}`)),
  'a date of another form': (draft, random) => replace(draft, 'x-amz-date', () => random.pick(DATES)),
  'a date of another time': (draft, random) =>
    replace(draft, 'x-amz-date', () => `${1900 + random.integer(120)}0101T000000Z`),
  'a percent sign that escapes nothing': (draft, random) =>
    target(draft, (path) => `${path}&bad=${random.pick(['%', '%z', '%zz', '%1', '%%', '%f%ff%'])}`),
  'a query of 2,000 parameters that were not signed': (draft, random) =>
    target(
      draft,
      (path) =>
        `${path}&${Array.from({ length: 2000 }, () => `p${random.integer(1000)}=${random.integer(10)}`).join('&')}`,
    ),
  'both forms of a signature': (draft) =>
    target(draft, (path) => `${path}&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0`),
  'another path': (draft, random) =>
    target(
      draft,
      () =>
        `/api/${random.several(1, 40, () => random.pick(['..', '.', '%2e%2e', '', 'a', '%00', '%ff%fe', ';x', '*', '\\', '~'])).join('/')}`,
    ),
  'a path of 8 KiB': (draft, random) => target(draft, () => `/api/${bytes(random, 8192, 'ab%/.')}`),
  'noise for an Authorization': (draft, random) =>
    replace(draft, 'authorization', () => bytes(random, random.integer(2000), `${PRINTABLE}   `)),
  'an Authorization without a part of it': (draft, random) =>
    replace(draft, 'authorization', (value) => {
      const parts = value.split(', ');
      parts.splice(random.integer(parts.length), 1);
      return parts.join(', ');
    }),
  'a credential of any number of parts': (draft, random) =>
    replace(draft, 'authorization', (value) =>
      value.replace(
        /Credential=[^,]*/,
        () => `Credential=${random.several(0, 2000, () => bytes(random, 2, 'ab1-')).join('/')}/x`,
      ),
    ),
  'signed headers that are not there': (draft, random) =>
    replace(draft, 'authorization', (value) =>
      value.replace(
        /SignedHeaders=[^,]*/,
        () => `SignedHeaders=host;${random.several(1, 2000, () => bytes(random, 4, 'xyz')).join(';')}`,
      ),
    ),
  'a signature that is none': (draft, random) =>
    replace(draft, 'authorization', (value) =>
      value.replace(/Signature=\w+/, () => `Signature=${bytes(random, random.integer(200), PRINTABLE)}`),
    ),
  'an algorithm of another name': (draft, random) =>
    replace(draft, 'authorization', (value) =>
      value.replace('AWS4-HMAC-SHA256', bytes(random, 1 + random.integer(30), PRINTABLE)),
    ),
  'a token that nobody gave': (draft, random) =>
    add(draft, random, `x-amz-security-token: ${bytes(random, random.integer(9000), PRINTABLE)}`),
  'a line that is no header': (draft, random) =>
    add(draft, random, random.pick(['no colon', ': no name', 'a b: c', 'a\0b: c', '\x01: x', 'é: x'])),
  'a character that no value has': (draft, random) =>
    add(draft, random, `x-note: ${random.pick(['\0', '\x01', '\x7f'])}`),
  'a method that is none': (draft, random) => {
    draft.start = draft.start.replace(
      /^\S+/,
      random.pick(['get', 'G E T', '', '\x02', 'GETT', 'A'.repeat(1000), 'M-SEARCHER']),
    );
  },
  'a version that is none': (draft, random) => {
    draft.start = draft.start.replace(
      /HTTP.*$/,
      random.pick(['HTTP/9.9', 'HTTP', '', 'HTTPS/1.1', 'HTTP/1.', 'FTP/1.1']),
    );
  },
  'two lengths': (draft, random) => add(draft, random, 'content-length: 3', 'content-length: 4'),
  'a length that is no number': (draft, random) => {
    draft.headers = draft.headers.filter((line) => !line.startsWith('content-length'));
    add(draft, random, `content-length: ${random.pick(['-1', 'x', '1e3', '0x10', '99999999999999999999', ' '])}x`);
  },
  'pieces that are none': (draft, random) => {
    draft.headers = draft.headers.filter((line) => !line.startsWith('content-length'));
    add(draft, random, 'transfer-encoding: chunked');
    draft.body = random.pick([
      'zz\r\nabc\r\n0\r\n\r\n',
      '-1\r\n\r\n',
      '5\r\nabc\r\n0\r\n\r\n',
      'ffffffffffffffffff\r\n',
    ]);
  },
  'another body': (draft, random) => {
    draft.body = bytes(random, 1 + random.integer(500), PRINTABLE);
    draft.headers = [
      ...draft.headers.filter((line) => !line.startsWith('content-length')),
      `content-length: ${draft.body.length}`,
    ];
  },
  'no host': (draft) => {
    draft.headers = draft.headers.filter((line) => !line.startsWith('host: '));
  },
};

const DATES = [
  '201',
  '',
  '2026-01-01T00:00:00Z',
  '20260101T000000',
  '20261301T000000Z',
  'x'.repeat(100),
  '99999999T999999Z',
  '-0010101T000000Z',
  'Thu, 01 Jan 1970 00:00:00 GMT',
  '２０２６０１０１T000000Z',
];

const textOf = ({ start, headers, body }: Draft) => `${start}\r\n${headers.join('\r\n')}\r\n\r\n${body}`;

/** The status of the first answer; undefined for none. */
function statusOf(draft: Draft): Promise<number | undefined> {
  const { port } = new URL(gate.url);
  const text = Buffer.from(textOf(draft), 'latin1').subarray(0, draft.cut);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ port: Number(port), host: '127.0.0.1' });
    const finish = () => {
      socket.destroy();
      const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1];
      resolve(status === undefined ? undefined : Number(status));
    };
    socket.setTimeout(20_000, () => {
      socket.destroy();
      reject(new Error('The gate did not answer.'));
    });
    // What comes once the gate has hung up; the answer came before.
    socket.on('error', () => undefined);
    socket.on('close', finish);
    socket.setEncoding('latin1').on('data', (piece) => {
      answer += piece;
      if (answer.includes('\r\n\r\n')) finish();
    });
    socket.end(text);
  });
}

test('each of 10,000 malformed requests is refused with a 4xx, and the gate goes on', async () => {
  const seed = readSeed();
  console.log(`malformed requests: SIGV4KIT_SEED=${seed}`);
  const right = { GET: await rightDraft('GET'), POST: await rightDraft('POST') };
  expect([await statusOf(right.GET), await statusOf(right.POST)]).toEqual([200, 200]);
  const kinds = Object.keys(SPOILS);
  const wrong: string[] = [];
  let next = 0;
  const lane = async () => {
    while (next < COUNT) {
      const number = next++;
      const random = createRandom(seed, number);
      const draft: Draft = structuredClone(random.once(2) ? right.GET : right.POST);
      // Each kind in turn, with others beside it; the megabyte seldom, since it is the transport that takes its time.
      const first = kinds[number % kinds.length] as string;
      const chosen = [first, ...random.several(0, 2, () => random.pick(kinds))].filter(
        (kind) => !kind.includes('1 MiB') || random.once(4),
      );
      if (chosen.length === 0) chosen.push('a second Host');
      // Last, so that the second Host is gone with the first: one of somebody else's is no malformed request.
      chosen.sort((a, b) => Number(a === 'no host') - Number(b === 'no host'));
      for (const kind of chosen) SPOILS[kind]?.(draft, random);
      const status = await statusOf(draft);
      if (status === undefined || status < 400 || status > 499)
        wrong.push(`${number}: ${status} for ${chosen.join(' + ')}`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  expect(wrong.slice(0, 20)).toEqual([]);
  expect(rejections).toEqual([]);
  expect(gate.log.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(await statusOf(await rightDraft('POST'))).toBe(200);
}, 180_000);
