/** What `gate.fetch` keeps on the machine: every name of AWS's, emulated or not. */
import dns from 'node:dns';
import { createServer } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { type Gate, startGate } from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { world } from '../support/gate-world';
import { listen } from '../support/listen';

let gate: Gate;
const left: string[] = [];
const real = globalThis.fetch;
beforeAll(async () => {
  // Taken by the gate when it starts: nothing may leave the machine, least of all here.
  globalThis.fetch = async (input, init) => {
    const { hostname } = new URL(input instanceof Request ? input.url : input);
    if (hostname === '127.0.0.1') return real(input, init);
    left.push(hostname);
    return new Response('left', { status: 299 });
  };
  gate = await startGate(world);
  globalThis.fetch = real;
});
afterAll(() => gate.close());
afterEach(() => {
  left.length = 0;
});

describe('gate.fetch', () => {
  test.each([
    'signin.aws.amazon.com',
    'us-east-1.console.aws.amazon.com',
    'aws.amazon.com',
    'us-east-1.signin.aws',
    'd-1234567890.awsapps.com',
    'example.auth.us-east-1.amazoncognito.com',
    'us-east-1.amazonaws.com',
    'amazonaws.com',
    'amazonaws.com.',
    'us-east-1.api.aws',
    'on.aws',
    'abc.vpc-lattice-svcs.us-east-1.on.aws',
    'cn-north-1.amazonaws.com.cn',
    'signin.amazonaws.cn',
    'signin.amazonaws-us-gov.com',
    'eusc-de-east-1.amazonaws.eu',
    'us-iso-east-1.c2s.ic.gov',
    'sqs.us-east-1.amazonaws.com',
    '169.254.169.123',
    '[fd00:ec2::123]',
  ])('takes %s to the gate, which says that it does not emulate it', async (hostname) => {
    const response = await gate.fetch(`https://${hostname}/latest/?Action=GetCallerIdentity&Version=2011-06-15`);
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([501, 'NotEmulatedException']);
    expect(gate.log.at(-1)).toMatchObject({ host: hostname, outcome: 'not-emulated' });
    expect(left).toEqual([]);
  });

  test.each(['[::ffff:169.254.169.254]', '[fd00:0ec2:0::254]', '169.254.169.254.', '0xa9fea9fe'])(
    'knows the address of the instance metadata in the spelling %s',
    async (hostname) => {
      const response = await gate.fetch(`http://${hostname}/latest/meta-data/instance-id`);
      expect([response.status, gate.log.at(-1)?.service]).toEqual([200, 'metadata']);
      expect(left).toEqual([]);
    },
  );

  test.each(['example.com', 'notamazonaws.com', 'amazon.com', 'aws', 'aws.example.com', '169.253.169.254'])(
    'leaves %s alone',
    async (hostname) => {
      expect((await gate.fetch(`https://${hostname}/`)).status).toBe(299);
      expect(left).toEqual([hostname]);
    },
  );
});

describe('a redirect of a server that is none of the gate', () => {
  test('to a name of AWS is followed to the gate', async () => {
    const server = createServer((message, response) => {
      const location =
        message.url === '/away' ? '/here' : 'https://sts.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15';
      response.writeHead(307, { location }).end();
    });
    const origin = await listen(server);
    // A gate with the platform's own fetch, and nothing that could leave the machine.
    const own = await startGate(world);
    const names: string[] = [];
    const lookup = dns.lookup;
    Object.assign(dns, {
      lookup: (name: string, ...rest: unknown[]) => {
        if (name === '127.0.0.1') return Reflect.apply(lookup, dns, [name, ...rest]);
        names.push(name);
        (rest.at(-1) as (error: Error) => void)(new Error('held back'));
      },
    });
    syncBuiltinESMExports();
    try {
      const response = await own.fetch(`${origin}/away`, { method: 'POST', body: 'x' });
      expect([response.status, response.redirected, new URL(response.url).host, names]).toEqual([
        403,
        true,
        'sts.amazonaws.com',
        [],
      ]);
    } finally {
      Object.assign(dns, { lookup });
      syncBuiltinESMExports();
      await own.close();
      server.close();
    }
  });

  test('to itself is followed, with the body and what was answered', async () => {
    const server = createServer((message, response) => {
      if (message.url === '/first') response.writeHead(307, { location: '/second' }).end();
      else message.pipe(response);
    });
    const origin = await listen(server);
    const own = await startGate(world);
    const response = await own.fetch(`${origin}/first`, { method: 'POST', body: 'kept' });
    expect([await response.text(), response.url]).toEqual(['kept', `${origin}/second`]);
    await own.close();
    server.close();
  });
});
