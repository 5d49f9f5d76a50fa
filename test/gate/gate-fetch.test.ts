/** What `gate.fetch` keeps on the machine: every name of AWS's, emulated or not. */
import { type Gate, startGate } from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { world } from '../support/gate-world';

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
