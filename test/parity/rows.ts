/** What a signed client must do, one row each. A row passes, or ends with a code that says why it cannot be done. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { assumeRole, type Credentials, privateApi, type SignedFetchOptions } from 'sigv4kit';
import type { Gate } from 'sigv4kit/gate';
import { expect } from 'vitest';
import type { Answer, Call, Client, Lacks } from './clients';
import { API, buddy, type Echo, ROLE, VPCE } from './parity-world';

export interface Stage {
  readonly gate: Gate;
  readonly state: { failures: number; slow: () => Promise<void> };
  /** Milliseconds that the gate's clock is ahead. */
  clock: { offset: number };
}

export interface Row {
  readonly group: string;
  readonly what: string;
  /** Clients that lack it have a dash. */
  readonly needs?: Lacks | undefined;
  run(client: Client, stage: Stage): Promise<void>;
}

const open = (client: Client, { gate }: Stage, options: SignedFetchOptions = {}) =>
  client.open(gate, { credentials: buddy, region: 'us-east-1', service: 'execute-api', ...options });

const echoOf = ({ status, text }: Answer): Echo => {
  expect({ status, text: status === 200 ? '' : text }).toEqual({ status: 200, text: '' });
  return JSON.parse(text);
};

const calls = async (client: Client, stage: Stage, call: Partial<Call>, options?: SignedFetchOptions) =>
  echoOf(await open(client, stage, options)({ url: `${API}/echo`, ...call }));

const query = (what: string, text: string, expected: Record<string, string[]>): Row => ({
  group: 'Queries',
  what,
  async run(client, stage) {
    expect((await calls(client, stage, { url: `${API}/echo?${text}` })).query).toEqual(expected);
  },
});

const body = (
  what: string,
  make: () => Call['body'],
  expected: (body: Buffer, echo: Echo) => void,
  needs?: Lacks,
): Row => ({
  group: 'Bodies',
  what,
  needs,
  async run(client, stage) {
    const echo = await calls(client, stage, { method: 'POST', body: make() as NonNullable<Call['body']> });
    expected(Buffer.from(echo.body, 'base64'), echo);
  },
});

const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
const same = (wanted: string | Uint8Array) => (found: Buffer) =>
  expect(found.equals(Buffer.from(wanted as string))).toBe(true);

/** Keys of a role, for each client its own: a rejection of one is none of another. */
const roleFor = (client: Client, { gate }: Stage) =>
  assumeRole({
    roleArn: ROLE,
    roleSessionName: client.name.replace(/\W+/g, '-'),
    region: 'us-east-1',
    credentials: buddy,
    fetch: gate.fetch,
  });

const away = (name: string) => (name === 'authorization' || name.startsWith('x-amz-')) && name !== 'x-amzn-trace-id';

export const ROWS: readonly Row[] = [
  query('a key without a value', 'v&h=1', { v: [''], h: ['1'] }),
  query('`=` in values', 'filter=a=b&t=MTIz==', { filter: ['a=b'], t: ['MTIz=='] }),
  query('a key given twice', 'a=2&a=1&a=2', { a: ['2', '1', '2'] }),
  query('spaces, unicode, reserved characters', "q=a%20b&u=%C3%BC&r=%2B%2F%3F%23'()*", {
    q: ['a b'],
    u: ['ü'],
    r: ["+/?#'()*"],
  }),
  query('`__proto__`', '__proto__=1', JSON.parse('{"__proto__":["1"]}')),

  body('text', () => '{"name":"grüße"}', same('{"name":"grüße"}')),
  body('bytes', () => bytes, same(bytes)),
  body('`URLSearchParams`', () => new URLSearchParams({ a: 'x y' }), same('a=x+y'), 'URLSearchParams'),
  body(
    '`FormData`, its boundary fixed once',
    () => {
      const form = new FormData();
      form.set('name', 'buddy');
      return form;
    },
    (found, { headers }) => {
      const boundary = /boundary=(\S+)/.exec(headers['content-type'] as string)?.[1];
      expect(found.toString()).toContain(
        `--${boundary}\r\nContent-Disposition: form-data; name="name"\r\n\r\nbuddy\r\n`,
      );
    },
    'FormData',
  ),
  body('`Blob`', () => new Blob([bytes]), same(bytes), 'Blob'),
  {
    group: 'Bodies',
    what: 'a one-pass stream, where the service wants a hash',
    needs: 'stream',
    async run(client, stage) {
      await calls(client, stage, { method: 'POST', body: Readable.from(['a', 'b']) });
    },
  },

  {
    group: 'Headers',
    what: 'a stale signature is replaced, whatever its case',
    async run(client, stage) {
      const { user } = await calls(client, stage, {
        headers: {
          Authorization: 'AWS4-HMAC-SHA256 stale',
          'X-Amz-Date': '20200101T000000Z',
          'X-Amz-Security-Token': 'stale',
        },
      });
      expect(user).toMatch(/user\/buddy$/);
    },
  },
  {
    group: 'Headers',
    what: 'what tracers and proxies change is not signed',
    async run(client, stage) {
      await calls(client, stage, {
        headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
      });
      const { headers } = (await lastSigned(client, stage)) ?? { headers: '' };
      expect(headers).not.toContain('traceparent');
    },
  },

  {
    group: 'Redirects',
    what: 'to the same host: signed anew',
    needs: 'redirects',
    async run(client, stage) {
      const { user, body: sent } = await calls(client, stage, { url: `${API}/moved`, method: 'POST', body: 'kept' });
      expect([user?.endsWith('buddy'), Buffer.from(sent, 'base64').toString()]).toEqual([true, 'kept']);
    },
  },
  {
    group: 'Redirects',
    what: 'to a foreign host: without signature and token',
    needs: 'redirects',
    async run(client, stage) {
      const credentials = roleFor(client, stage);
      const { headers } = await calls(client, stage, { url: `${API}/away` }, { credentials });
      expect(Object.keys(headers).filter(away)).toEqual([]);
    },
  },

  {
    group: 'Retries',
    what: 'after 503: signed anew',
    needs: 'retries',
    async run(client, stage) {
      stage.state.failures = 2;
      await calls(client, stage, { url: `${API}/flaky` }, { retry: { delay: 1 } });
      expect(stage.state.failures).toBe(-1);
    },
  },
  {
    group: 'Retries',
    what: 'a clock a day off is set right, once',
    needs: 'answers',
    async run(client, stage) {
      stage.clock.offset = 86_400_000;
      const call = open(client, stage);
      for (let i = 0; i < 2; i++) echoOf(await call({ url: `${API}/echo`, method: 'POST', body: 'x' }));
      expect(stage.gate.log.map(({ status }) => status)).toEqual([403, 200, 200]);
    },
  },
  {
    group: 'Retries',
    what: 'keys that the service rejects are renewed, once',
    needs: 'answers',
    async run(client, stage) {
      const credentials = roleFor(client, stage);
      const call = open(client, stage, { credentials });
      echoOf(await call({ url: `${API}/echo` }));
      const undo = stage.gate.faults.add({ kind: 'rotated', service: 'execute-api' });
      try {
        expect(echoOf(await call({ url: `${API}/echo`, method: 'POST', body: 'x' })).user).toMatch(
          /assumed-role\/caller/,
        );
      } finally {
        undo();
      }
    },
  },

  {
    group: 'Calls',
    what: 'an `AbortSignal` ends it',
    needs: 'abort',
    async run(client, stage) {
      const controller = new AbortController();
      stage.state.slow = async () => controller.abort();
      await expect(
        open(client, stage, { retry: false })({ url: `${API}/slow`, signal: controller.signal }),
      ).rejects.toThrow();
    },
  },
  {
    group: 'Calls',
    what: 'a timeout ends it',
    needs: 'timeout',
    async run(client, stage) {
      let answer = () => {};
      stage.state.slow = () => new Promise((resolve) => (answer = resolve));
      const call = open(client, stage, { retry: false })({ url: `${API}/slow`, timeout: 50 });
      await expect(call).rejects.toThrow();
      answer();
    },
  },
  {
    group: 'Calls',
    what: '20 first calls at a time ask for keys once',
    async run(client, stage) {
      let asked = 0;
      const credentials = async (): Promise<Credentials> => {
        asked++;
        await new Promise((resolve) => setTimeout(resolve, 5));
        return { ...buddy, expiration: new Date(Date.now() + 3_600_000) };
      };
      const call = open(client, stage, { credentials });
      await Promise.all(Array.from({ length: 20 }, async () => echoOf(await call({ url: `${API}/echo` }))));
      expect(asked).toBe(1);
    },
  },

  ...(
    [
      ['the alias', { apiId: 'private1', vpcEndpoint: VPCE }],
      ["an endpoint's name and `x-apigw-api-id`", { apiId: 'private1', vpcEndpoint: `${VPCE}-abcdefgh` }],
      ['a zonal name', { apiId: 'private1', vpcEndpoint: `${VPCE}-abcdefgh-us-east-1a` }],
      ["an endpoint's name and Host", { apiId: 'private1', vpcEndpoint: `${VPCE}-abcdefgh`, via: 'host-header' }],
      ['a custom domain name as Host', { domainName: 'orders.example.com', vpcEndpoint: `${VPCE}-abcdefgh` }],
    ] as const
  ).map(
    ([what, options]): Row => ({
      group: 'Private APIs',
      what: `by ${what}`,
      async run(client, stage) {
        const isDomain = 'domainName' in options;
        const endpoint = privateApi({ region: 'us-east-1', ...(!isDomain && { stage: 'prod' }), ...options });
        const url = isDomain
          ? 'https://orders.example.com/echo'
          : 'https://private1.execute-api.us-east-1.amazonaws.com/prod/echo';
        await calls(client, stage, { url }, { endpoint });
        expect(stage.gate.log.at(-1)?.vpcEndpoint).toBe(VPCE);
        if (client.sendsHost && ('via' in options || isDomain))
          expect(stage.gate.log.at(-1)?.host).toBe(new URL(url).hostname);
      },
    }),
  ),
  {
    group: 'Private APIs',
    what: 'a relative URL is joined to the stage',
    needs: 'relative',
    async run(client, stage) {
      await calls(
        client,
        stage,
        { url: '/echo' },
        { endpoint: privateApi({ apiId: 'private1', region: 'us-east-1', stage: 'prod', vpcEndpoint: VPCE }) },
      );
    },
  },
  {
    group: 'Private APIs',
    what: 'an endpoint and no API: refused before it is sent',
    async run(client, stage) {
      await calls(client, stage, {
        url: `https://${VPCE}-abcdefgh.execute-api.us-east-1.vpce.amazonaws.com/prod/echo`,
      });
    },
  },
];

/** The signed headers of a request whose signature is wrong on purpose: the gate's answer tells them. */
async function lastSigned(client: Client, stage: Stage): Promise<{ headers: string } | undefined> {
  const wrong = { ...buddy, secretAccessKey: createHash('sha256').update('another').digest('hex') };
  const { text } = await open(client, stage, { credentials: wrong, retry: false })({
    url: `${API}/echo`,
    headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  });
  return { headers: /\n\n([\w;-]+)\n[0-9a-f]{64}'/.exec(JSON.parse(text).message)?.[1] ?? 'no canonical string' };
}
