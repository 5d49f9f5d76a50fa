/** A world from a file: its handlers from modules, its policies and documents from files beside it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadWorld, startGate } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'world-'));
  await mkdir(join(folder, 'lib'));
  await write(
    'lib/handlers.mjs',
    `export default () => ({ statusCode: 200, body: 'default' });
     export const named = ({ path }) => ({ statusCode: 200, body: path });
     export const judge = (token) => (token === 'good' ? { sub: 'alice' } : undefined);
     export const text = 'text';`,
  );
  await write('lib/handlers.cjs', `exports.old = () => ({ statusCode: 200, body: 'old' });`);
  await write('lib/broken.mjs', `throw new Error('broken');`);
  await write('policy.json', JSON.stringify(policy));
});
afterAll(() => rm(folder, { recursive: true }));

const policy = { Statement: { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: '*' } };

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}
const api = (change: object) => ({
  accounts: { '111122223333': { apis: { abc123: { region: 'us-east-1', stage: 'api', routes: {}, ...change } } } },
});
const route = (handler: unknown) => api({ routes: { 'GET /a': { handler } } });
const load = async (world: unknown) => loadWorld(await write('world.json', JSON.stringify(world)));
/** A part of what was loaded, whatever its type. */
const partOf = (world: unknown, ...path: string[]): unknown =>
  path.reduce(
    (part, name) => (part as Record<string, unknown>)[name],
    (world as ReturnType<typeof api>).accounts['111122223333'] as unknown,
  );

describe('a world from a file', () => {
  test.each<[string, string]>([
    ['./lib/handlers.mjs', 'default'],
    ['lib/handlers.mjs', 'default'],
    ['./lib/handlers.mjs#named', '/a'],
    ['./lib/handlers.cjs#old', 'old'],
  ])('has the handler "%s"', async (handler, body) => {
    const gate = await startGate(await load(route(handler)));
    expect(await (await gate.fetch('https://abc123.execute-api.us-east-1.amazonaws.com/api/a')).text()).toBe(body);
    await gate.close();
  });

  test('may have canned answers, and be named by a URL', async () => {
    const path = await write('world.json', JSON.stringify(route({ statusCode: 200, body: './lib/handlers.mjs' })));
    const world = await loadWorld(pathToFileURL(path));
    expect(world).toEqual(route({ statusCode: 200, body: './lib/handlers.mjs' }));
  });

  test('has functions for authorizers, function URLs and judges of tokens', async () => {
    const judge = './lib/handlers.mjs#judge';
    const pool = 'us-east-1:1699ebc0-7900-4099-b910-2df94f52a030';
    const world = await load({
      accounts: {
        '111122223333': {
          apis: { abc123: { authorizers: { own: { type: 'TOKEN', handler: './lib/handlers.mjs' } } } },
          functionUrls: { abc: { handler: './lib/handlers.mjs' } },
          oidcProviders: { 'a.example.com': judge, 'b.example.com': { 'a-token': { sub: './lib/handlers.mjs' } } },
          identityPools: { [pool]: { logins: { 'c.example.com': judge } } },
        },
      },
    });
    expect(partOf(world, 'apis', 'abc123', 'authorizers', 'own', 'handler')).toBeTypeOf('function');
    expect(partOf(world, 'functionUrls', 'abc', 'handler')).toBeTypeOf('function');
    expect(partOf(world, 'oidcProviders', 'a.example.com')).toBeTypeOf('function');
    expect(partOf(world, 'oidcProviders', 'b.example.com')).toEqual({ 'a-token': { sub: './lib/handlers.mjs' } });
    expect(partOf(world, 'identityPools', pool, 'logins', 'c.example.com')).toBeTypeOf('function');
  });

  test('has policies and OpenAPI documents from files of JSON', async () => {
    const world = await load({
      accounts: {
        '111122223333': {
          users: { buddy: { policies: ['./policy.json', policy], boundary: './policy.json' } },
          roles: { own: { trust: 'policy.json' } },
          vpcEndpoints: { 'vpce-1': { policy: './policy.json' } },
          apis: { abc123: { policy: './policy.json', openapi: './policy.json', stage: './policy.json' } },
        },
      },
    });
    expect(partOf(world, 'users', 'buddy')).toEqual({ policies: [policy, policy], boundary: policy });
    expect(partOf(world, 'roles', 'own', 'trust')).toEqual(policy);
    expect(partOf(world, 'vpcEndpoints', 'vpce-1', 'policy')).toEqual(policy);
    expect(partOf(world, 'apis', 'abc123')).toEqual({ policy, openapi: policy, stage: './policy.json' });
  });
});

describe('a file that is wrong is refused by its name and the path in it', () => {
  const at = 'accounts.111122223333.apis.abc123.routes["GET /a"].handler';
  test.each<[unknown, string]>([
    [route('./lib/none.mjs'), `${at} names the module "./lib/none.mjs", which cannot be loaded`],
    [route('./lib/broken.mjs'), `${at} names the module "./lib/broken.mjs", which cannot be loaded`],
    [
      route('./lib/handlers.mjs#none'),
      `${at} names the module "./lib/handlers.mjs", whose export "none" is not a function`,
    ],
    [route('./lib/handlers.mjs#text'), 'whose export "text" is not a function'],
    [
      api({ openapi: './api.yaml' }),
      'apis.abc123.openapi names "./api.yaml": the gate reads JSON, convert the YAML first',
    ],
    [api({ openapi: './none.json' }), 'apis.abc123.openapi cannot be read from'],
    [
      { accounts: { '111122223333': { users: { buddy: { policies: [policy, './lib/broken.mjs'] } } } } },
      'accounts.111122223333.users.buddy.policies[1] is not JSON in',
    ],
  ])('(%#)', async (world, message) => {
    const error = await load(world).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'ERR_SIGV4_INVALID_WORLD', message: expect.stringContaining(message) });
    expect(error.message).toContain('world.json');
  });

  test('itself, and nothing of its text is told', async () => {
    await expect(loadWorld(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'ERR_SIGV4_INVALID_WORLD' });
    const path = await write('bad.json', '{"secretAccessKey": wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY}');
    const error = await loadWorld(path).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'ERR_SIGV4_INVALID_WORLD', message: expect.stringContaining('bad.json') });
    expect([error.message, String(error.cause)].join()).not.toContain('wJalr');
  });
});
