/** The walkthrough, step by step; the program as a reader starts it; and what the model takes for measurements. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { type Gate, startGate } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testWalkthrough } from '../../test/support/walkthrough';
import { handler } from './functions/predict';
import { optionsFrom } from './predict';
import { loadExample } from './scene';
import { walkthrough } from './walkthrough';

describe('the walkthrough', () => {
  const walked = testWalkthrough(walkthrough);

  test('shows a caller that STS refuses, and one that the API refuses', () => {
    const found = walked.steps.map((step) => step.found);
    expect(found.filter((line) => line.startsWith('ERR_SIGV4_ACCESS_DENIED: AccessDenied: '))).not.toEqual([]);
    expect(found.filter((line) => line.startsWith('403 AccessDeniedException '))).not.toEqual([]);
  });
});

describe('the program', () => {
  const FLOWER = '{"sepalLength":6.3,"sepalWidth":3.3,"petalLength":6,"petalWidth":2.5}';
  const shop = {
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    AWS_REGION: 'eu-west-1',
    INVOKER_ROLE_ARN: 'arn:aws:iam::111122223333:role/predict-invoker',
    EXTERNAL_ID: 'predict-for-shop-5d1f0c',
    API_ID: 'a1b2c3d4e5',
  };
  let gate: Gate;

  beforeAll(async () => {
    gate = await startGate(await loadExample());
  });
  afterAll(() => gate.close());

  async function run(env: Record<string, string>, ...flowers: string[]) {
    const preloads = ['tsx', new URL('../../src/gate-join.ts', import.meta.url).href];
    const args = [...preloads.flatMap((module) => ['--import', module]), 'predict.ts', ...flowers];
    const child = spawn(process.execPath, args, {
      cwd: new URL('.', import.meta.url),
      // What it prints is compared in whole, and Node's warnings are none of it.
      env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', SIGV4KIT_GATE: gate.url, ...env },
    });
    const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(out + err).not.toMatch(/wJalrXUtnFEMI|ASIA/);
    return { out: lines(out), err: lines(err), status: await exit };
  }
  const lines = (printed: string) => printed.split('\n').filter(Boolean);

  test('calls at the same time with one session', async () => {
    const other = FLOWER.replace('6.3', '5.1').replace(
      '"petalLength":6,"petalWidth":2.5',
      '"petalLength":1.4,"petalWidth":0.2',
    );
    gate.log.length = 0;
    expect(await run(shop, FLOWER, other, FLOWER)).toEqual({
      out: [
        expect.stringMatching(/^200 \{"species":"virginica",/),
        expect.stringMatching(/^200 \{"species":"setosa",/),
        expect.stringMatching(/^200 \{"species":"virginica",/),
        '3 calls, the role assumed once',
      ],
      err: [],
      status: 0,
    });
    expect(gate.log.map(({ service, status }) => `${service} ${status}`).sort()).toEqual([
      'execute-api 200',
      'execute-api 200',
      'execute-api 200',
      'sts 200',
    ]);
  });

  test('takes the URL of the stage in place of the id', async () => {
    const { API_ID, ...others } = shop;
    const API_URL = `https://${API_ID}.execute-api.eu-west-1.amazonaws.com/prod/`;
    expect(await run({ ...others, API_URL }, FLOWER)).toMatchObject({ err: [], status: 0 });
  });

  test('says in the words of STS that the role is not for it, and ends with 1', async () => {
    const { out, err, status } = await run({ ...shop, EXTERNAL_ID: '' }, FLOWER);
    expect({ out, status }).toEqual({ out: [], status: 1 });
    expect(err).toEqual([
      expect.stringMatching(
        /^ERR_SIGV4_ACCESS_DENIED: .*AccessDenied: User: arn:aws:iam::444455556666:user\/shop is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role\/predict-invoker/,
      ),
    ]);
  });

  test('shows what the API refuses, and ends with 1', async () => {
    expect(await run(shop, '{"sepalLength":6.3}')).toEqual({
      out: ['1 call, the role assumed once'],
      err: ['400 {"message":"sepalWidth must be a number of centimetres, more than 0 and at most 30."}'],
      status: 1,
    });
  });

  test.each([
    ['no measurements', {}, [], 'Give the measurements of a flower'],
    ['what is not JSON', {}, ['six'], 'This is not JSON: six'],
    ['what is no role', { INVOKER_ROLE_ARN: 'predict-invoker' }, [FLOWER], 'roleArn'],
  ])('given %s, says so in a line', async (_, env, flowers, message) => {
    const { out, err, status } = await run({ ...shop, ...env }, ...flowers);
    expect({ out, status }).toEqual({ out: [], status: 1 });
    expect(err).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    [{ INVOKER_ROLE_ARN: '' }, 'Set INVOKER_ROLE_ARN'],
    [{ AWS_REGION: '' }, 'Set AWS_REGION'],
    [{ API_ID: '' }, 'Set API_ID'],
    [{ API_URL: 'prod' }, 'API_URL, or the URL that API_ID makes, is none: prod'],
  ])('says what is missing in its environment: %o', (env, message) => {
    expect(() => optionsFrom({ ...shop, ...env })).toThrow(message);
  });

  test('makes the URL of the id and the region', () => {
    expect(optionsFrom({ ...shop, AWS_REGION: 'us-east-1', EXTERNAL_ID: '' })).toEqual({
      roleArn: shop.INVOKER_ROLE_ARN,
      region: 'us-east-1',
      url: 'https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod',
      externalId: undefined,
    });
  });
});

describe('the model', () => {
  const measured = { sepalLength: 6, sepalWidth: 2.8, petalLength: 4.3, petalWidth: 1.3 };
  const ask = async (body: string | null) => {
    const { statusCode, body: answer } = await handler({ body });
    return { statusCode, ...JSON.parse(answer) };
  };

  test('names the species whose mean is nearest, and how far each is', async () => {
    expect(await ask(JSON.stringify(measured))).toEqual({
      statusCode: 200,
      species: 'versicolor',
      distances: { setosa: 3.248, versicolor: 0.085, virginica: 1.572 },
    });
  });

  test.each([
    ['nothing', null],
    ['no JSON', '{'],
    ['a list', '[6, 2.8, 4.3, 1.3]'],
    ['null', 'null'],
    ['a measurement too few', JSON.stringify({ ...measured, petalWidth: undefined })],
    ['one too many', JSON.stringify({ ...measured, colour: 1 })],
    ['a text', JSON.stringify({ ...measured, petalWidth: '1.3' })],
    ['zero', JSON.stringify({ ...measured, petalWidth: 0 })],
    ['more than an iris has', JSON.stringify({ ...measured, petalWidth: 31 })],
    ['no number that JSON knows', '{"sepalLength":1e999,"sepalWidth":1,"petalLength":1,"petalWidth":1}'],
  ])('refuses %s', async (_, body) => {
    expect(await ask(body)).toEqual({ statusCode: 400, message: expect.stringMatching(/.\.$/) });
  });
});
